//! A header that may be there once.

/// What was found of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum Once {
    Missing,
    Right,
    Wrong,
    Twice,
}

impl Once {
    /// It was there, with the right value or a wrong one.
    pub(super) const fn add(&mut self, right: bool) {
        *self = match *self {
            Self::Missing if right => Self::Right,
            Self::Missing => Self::Wrong,
            _ => Self::Twice,
        };
    }

    /// A value begins: one may be too many.
    pub(super) const fn begin(&mut self) {
        if !matches!(*self, Self::Missing) {
            *self = Self::Twice;
        }
    }

    /// It is there and not right.
    pub(super) const fn is_wrong(self) -> bool {
        matches!(self, Self::Wrong | Self::Twice)
    }
}
