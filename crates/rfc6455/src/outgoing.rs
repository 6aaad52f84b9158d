//! What a caller asks to be sent, and the answers that he may get.

use crate::{MAX_CONTROL_PAYLOAD, Opcode};

/// Data that a caller asks to be sent. The octets stay in his memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Outgoing {
    /// Opcode of the first frame.
    pub opcode: Opcode,
    /// The last frame ends the message.
    pub fin: bool,
    /// Octets of payload in all.
    pub len: usize,
    /// The most octets that one frame may carry. More go out as fragments of exactly
    /// this size but the last (RFC 6455 5.4); 0 counts as 1. Close, Ping and Pong do not heed it; a reserved
    /// opcode with more octets is refused.
    pub fragment: usize,
}

/// Why data cannot be sent now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SendError {
    /// Something else is still being sent.
    Busy,
    /// A Close was sent or received, or the peer broke a rule (RFC 6455 5.5.1: no data after a
    /// Close).
    Closing,
    /// A control frame without FIN, or of more than 125 octets (RFC 6455 5.5).
    Control,
    /// The body of a Close of one octet: it is empty or begins with two (RFC 6455 5.5.1).
    CloseBody,
    /// A reserved opcode with more octets than one frame may carry, or without FIN.
    Unfragmentable,
    /// A continuation with no message begun (RFC 6455 5.4).
    NoMessage,
    /// A new message inside one that was begun (RFC 6455 5.4).
    InsideMessage,
}

impl core::fmt::Display for SendError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Busy => "something else is still being sent",
            Self::Closing => "the connection is closing",
            Self::Control => "a control frame is one frame of at most 125 octets",
            Self::CloseBody => "the body of a Close is empty or begins with a code of two octets",
            Self::Unfragmentable => "a frame with a reserved opcode cannot be fragmented",
            Self::NoMessage => "there is no message to continue",
            Self::InsideMessage => "a message is begun and not yet ended",
        })
    }
}

impl core::error::Error for SendError {}

/// What became of data that its caller no longer wants to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Withdrawn {
    /// Nothing of it had been written: the stream is as if it had never been asked for.
    Whole,
    /// Some of it has been written, and nothing has changed: a frame that was begun can only be ended. The
    /// caller goes on with the rest, or closes and lets it be cut short.
    Partly,
}

impl Outgoing {
    /// Whether RFC 6455 lets this be sent at all, where a message `is_begun` or not: for whoever has no
    /// [`Connection`](crate::Connection).
    ///
    /// # Errors
    ///
    /// Each of [`SendError`] but [`Busy`](SendError::Busy) and [`Closing`](SendError::Closing).
    ///
    /// ```
    /// use rfc6455::{Opcode, Outgoing, SendError};
    ///
    /// let ping = Outgoing { opcode: Opcode::Ping, fin: true, len: 126, fragment: 1024 };
    /// assert_eq!(ping.check(false), Err(SendError::Control));
    /// ```
    pub fn check(&self, is_begun: bool) -> Result<(), SendError> {
        self.fits(is_begun, false)
    }

    /// Whether this may be sent where a message `is_begun` or not.
    pub(crate) fn fits(&self, is_begun: bool, stray_continuation: bool) -> Result<(), SendError> {
        let one_frame = self.fin && self.len <= self.fragment.max(1);
        match Opcode::from_bits(self.opcode.bits()) {
            // RFC 6455 5.5: control frames are not fragmented and have at most 125 octets.
            opcode if opcode.is_control() && (!self.fin || self.len > MAX_CONTROL_PAYLOAD) => {
                Err(SendError::Control)
            }
            // RFC 6455 5.5.1: a body begins with a code of two octets.
            Opcode::Close if self.len == 1 => Err(SendError::CloseBody),
            // RFC 6455 5.4: what fragments of such messages would mean is not defined.
            Opcode::Reserved(_) if !one_frame => Err(SendError::Unfragmentable),
            opcode if opcode.is_control() => Ok(()),
            // RFC 6455 5.4: continuations continue something …
            Opcode::Continuation if is_begun || stray_continuation => Ok(()),
            Opcode::Continuation => Err(SendError::NoMessage),
            // … and fragments of one message are not mixed with another.
            _ if is_begun => Err(SendError::InsideMessage),
            _ => Ok(()),
        }
    }
}
