//! Why a client's opening handshake fails.

use core::fmt;

/// Why an opening handshake failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HandshakeError {
    /// The answer does not begin with a status line of HTTP/1.x, or upgrades in another version than
    /// HTTP/1.1.
    NotHttp,
    /// The status is this one (200 to 999) and not 101.
    Status(u16),
    /// `Upgrade` is missing, there twice, or not `websocket`.
    Upgrade,
    /// `Connection` is missing or does not have `upgrade`.
    Connection,
    /// `Sec-WebSocket-Accept` is missing, there twice, or wrong.
    Accept,
    /// The server uses an extension; none was offered.
    Extensions,
    /// `Sec-WebSocket-Protocol` is there twice, or not one of the offered protocols.
    Protocol,
    /// A header is malformed.
    Header,
    /// The header section or one of its lines is longer than the limit.
    TooLong,
    /// The transport ended before the header section did.
    Incomplete,
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotHttp => "the answer is not HTTP/1.1",
            Self::Status(status) => return write!(f, "the status is {status}, not 101"),
            Self::Upgrade => "the server does not upgrade to websocket",
            Self::Connection => "the server does not upgrade the connection",
            Self::Accept => "the server's Sec-WebSocket-Accept is missing or wrong",
            Self::Extensions => "the server uses an extension that was not offered",
            Self::Protocol => "the server chose a protocol that was not offered",
            Self::Header => "a header is malformed",
            Self::TooLong => "the header section is too long",
            Self::Incomplete => "the connection ended before the answer was complete",
        })
    }
}

impl core::error::Error for HandshakeError {}
