//! The number of a link.

/// One of the three links that ESP-AT has (`<link_id>`, 0 to 2).
///
/// ```
/// use wsat::LinkId;
///
/// assert_eq!(LinkId::from_number(2), Some(LinkId::L2));
/// assert_eq!(LinkId::from_number(3), None);
/// assert_eq!(LinkId::ALL.map(LinkId::number), [0, 1, 2]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LinkId {
    /// Link 0.
    L0,
    /// Link 1.
    L1,
    /// Link 2.
    L2,
}

impl LinkId {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::L0, Self::L1, Self::L2];

    /// 0 to 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::L0 => 0,
            Self::L1 => 1,
            Self::L2 => 2,
        }
    }

    /// By its number, 0 to 2.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::L0),
            1 => Some(Self::L1),
            2 => Some(Self::L2),
            _ => None,
        }
    }

    /// What belongs to this link of three.
    pub(crate) const fn of<T>(self, all: &[T; 3]) -> &T {
        let [a, b, c] = all;
        match self {
            Self::L0 => a,
            Self::L1 => b,
            Self::L2 => c,
        }
    }

    /// Likewise, to be changed.
    pub(crate) const fn of_mut<T>(self, all: &mut [T; 3]) -> &mut T {
        let [a, b, c] = all;
        match self {
            Self::L0 => a,
            Self::L1 => b,
            Self::L2 => c,
        }
    }
}
