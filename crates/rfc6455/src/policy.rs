//! What a connection does where the standard leaves a choice.

use crate::Limits;

/// Where a connection departs from the standard's plain way, for peers and users that need it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Policy {
    /// Milliseconds that the peer has to end the transport after its Close or its fault. Default 1000.
    pub close_wait_ms: u32,
    /// A continuation frame that continues nothing may be sent (RFC 6455 5.4 forbids it). Default
    /// off.
    pub stray_continuation: bool,
    /// The answer to the peer's Close carries no code (RFC 6455 5.5.1: typically it has the peer's). Default
    /// off.
    pub empty_close_reply: bool,
    /// The largest frame and message of the peer. Default [`Limits::NONE`].
    pub limits: Limits,
}

impl Policy {
    /// The standard's way.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            close_wait_ms: 1000,
            stray_continuation: false,
            empty_close_reply: false,
            limits: Limits::NONE,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
