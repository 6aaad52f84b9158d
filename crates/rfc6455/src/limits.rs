//! How much a peer may send at a time.

/// The largest frame and message that are accepted; more is answered with close code 1009 (RFC 6455 7.4.1).
///
/// The default is no limit: nothing is stored, so a large message costs no memory here. An application that
/// collects messages sets what it has room for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Limits {
    /// Octets of payload of one data frame.
    pub frame: u64,
    /// Octets of payload of one message, over all of its frames.
    pub message: u64,
}

impl Limits {
    /// Whatever RFC 6455 can express.
    pub const NONE: Self = Self { frame: u64::MAX, message: u64::MAX };
}

impl Default for Limits {
    fn default() -> Self {
        Self::NONE
    }
}
