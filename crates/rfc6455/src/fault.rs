//! What a peer can do wrong while the connection is open.

use core::fmt;

use crate::CloseCode;

/// A peer's breach of the protocol. It fails the connection (RFC 6455 7.1.7) with the code that
/// [`Fault::close_code`] names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Fault {
    /// RSV1, RSV2 or RSV3 is set, and no extension was agreed on (RFC 6455 5.2).
    ReservedBits,
    /// The opcode is 3 to 7 or 11 to 15 (RFC 6455 5.2).
    ReservedOpcode,
    /// A control frame without FIN (RFC 6455 5.5).
    FragmentedControl,
    /// A control frame with more than 125 bytes of payload (RFC 6455 5.5).
    ControlTooLong,
    /// A client received a masked frame (RFC 6455 5.1).
    Masked,
    /// A server received an unmasked frame (RFC 6455 5.1).
    Unmasked,
    /// The payload's length is not in the shortest of the three forms (RFC 6455 5.2).
    LengthNotMinimal,
    /// The most significant bit of a 64-bit length is set (RFC 6455 5.2).
    LengthTooLong,
    /// A continuation frame, and no message was begun (RFC 6455 5.4).
    ContinuationWithoutStart,
    /// A text or binary frame before the message before it was finished (RFC 6455 5.4).
    StartInsideMessage,
    /// A text message or the reason of a Close is not UTF-8 (RFC 6455 8.1).
    Utf8,
    /// The body of a Close has one byte (RFC 6455 5.5.1).
    CloseBody,
    /// The code of a Close is one that must not be sent (RFC 6455 7.4).
    CloseCode,
    /// A frame is longer than the receiver's limit (RFC 6455 10.4).
    FrameTooBig,
    /// A message is longer than the receiver's limit (RFC 6455 10.4).
    MessageTooBig,
}

impl Fault {
    /// The code of the Close frame that answers this fault: 1002, 1007 or 1009 (RFC 6455 7.4.1).
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        match self {
            // RFC 6455 8.1 and 7.4.1: octets that do not fit the type of the message.
            Self::Utf8 => CloseCode::INVALID_PAYLOAD,
            // RFC 6455 10.4 and 7.4.1: too big for the receiver, though well formed.
            Self::FrameTooBig | Self::MessageTooBig => CloseCode::MESSAGE_TOO_BIG,
            // RFC 6455 7.4.1: everything else is a protocol error.
            Self::ReservedBits
            | Self::ReservedOpcode
            | Self::FragmentedControl
            | Self::ControlTooLong
            | Self::Masked
            | Self::Unmasked
            | Self::LengthNotMinimal
            | Self::LengthTooLong
            | Self::ContinuationWithoutStart
            | Self::StartInsideMessage
            | Self::CloseBody
            | Self::CloseCode => CloseCode::PROTOCOL_ERROR,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReservedBits => "a reserved bit is set",
            Self::ReservedOpcode => "the opcode is reserved",
            Self::FragmentedControl => "a control frame is fragmented",
            Self::ControlTooLong => "a control frame has more than 125 bytes of payload",
            Self::Masked => "a server masked its frame",
            Self::Unmasked => "a client did not mask its frame",
            Self::LengthNotMinimal => "a length is not in its shortest form",
            Self::LengthTooLong => "a length has more than 63 bits",
            Self::ContinuationWithoutStart => "a continuation without a message to continue",
            Self::StartInsideMessage => "a message begins inside another",
            Self::Utf8 => "text is not UTF-8",
            Self::CloseBody => "the body of a Close has one byte",
            Self::CloseCode => "the code of a Close must not be sent",
            Self::FrameTooBig => "a frame is too big",
            Self::MessageTooBig => "a message is too big",
        })
    }
}

impl core::error::Error for Fault {}
