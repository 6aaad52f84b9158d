//! Time as an argument: a monotonic count of milliseconds that the caller makes.

use core::num::NonZeroU64;

/// A moment, in milliseconds since an arbitrary moment that the caller chose.
///
/// This crate has no clock. The caller makes instants from whatever counts time on its platform;
/// they must never go back. 64 bits of milliseconds last for half a billion years, so there is no
/// wrap to think of.
///
/// ```
/// use rfc6455::Instant;
///
/// let opened = Instant::from_millis(4_000);
/// let deadline = opened.after(10_000);
/// assert_eq!(deadline.as_millis(), 14_000);
/// assert_eq!(deadline.since(opened), 10_000);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(
    /// One more than the milliseconds: an `Option` of it costs no memory.
    NonZeroU64,
);

impl Instant {
    /// The caller's arbitrary moment itself.
    pub const ZERO: Self = Self(NonZeroU64::MIN);
    /// The last moment there is, 2⁶⁴ − 2 milliseconds: a deadline there is never reached.
    pub const MAX: Self = Self(NonZeroU64::MAX);

    /// The moment `millis` milliseconds after [`Instant::ZERO`]; [`Instant::MAX`] if that is beyond it.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(NonZeroU64::MIN.saturating_add(millis))
    }

    /// Milliseconds since [`Instant::ZERO`].
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0.get().wrapping_sub(1)
    }

    /// The moment `millis` milliseconds later; the last representable moment if that is beyond it.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn after(self, millis: u32) -> Self {
        Self(self.0.saturating_add(millis as u64))
    }

    /// Milliseconds from `earlier` to this moment; 0 if `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.get().saturating_sub(earlier.0.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturates_at_both_ends() {
        let last = Instant::from_millis(u64::MAX);
        assert_eq!(last.after(1), last);
        assert_eq!(Instant::ZERO.since(last), 0);
        assert_eq!(last, Instant::MAX);
        assert_eq!(Instant::from_millis(u64::MAX - 1), last);
        assert_eq!(last.since(Instant::ZERO), u64::MAX - 1);
        assert_eq!(last.as_millis(), u64::MAX - 1);
        assert_eq!(Instant::from_millis(0), Instant::ZERO);
        assert_eq!(size_of::<Option<Instant>>(), 8);
        assert!(Instant::ZERO.after(1) > Instant::ZERO);
    }
}
