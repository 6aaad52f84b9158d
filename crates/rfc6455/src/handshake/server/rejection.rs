//! Why a server does not accept a client's request, and the status that says so.

use core::fmt;

/// What is wrong with a client's opening handshake. It is answered with the HTTP status that
/// [`Rejection::status`] names, by [`Answer::reject`](crate::Answer::reject).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Rejection {
    /// What came does not begin with a request line of HTTP (RFC 7230 3.1.1).
    NotHttp,
    /// A header is malformed (RFC 7230 3.2).
    Header,
    /// The method is not GET (RFC 6455 4.2.1, item 1).
    Method,
    /// The version of HTTP is not 1.1 or a later 1.x (RFC 6455 4.2.1, item 1).
    HttpVersion,
    /// The request target is neither a path nor an `http` or `https` URI, or has a fragment or
    /// bytes outside ASCII (RFC 6455 3 and 4.2.1, item 1); or the host of such a URI is empty or
    /// malformed, or it has a userinfo (RFC 7230 2.7.1).
    Target,
    /// The request line is longer than a line may be, or the target than the memory lent for it.
    TargetTooLong,
    /// `Host` is missing, there twice, empty or malformed (RFC 6455 4.2.1, item 2): it must be what
    /// stands in a [`Uri`](crate::Uri), without a userinfo.
    Host,
    /// `Upgrade` does not have `websocket` (RFC 6455 4.2.1, item 3).
    Upgrade,
    /// `Connection` does not have `upgrade` (RFC 6455 4.2.1, item 4).
    Connection,
    /// `Sec-WebSocket-Version` is missing or not 13 (RFC 6455 4.2.1, item 6).
    WebSocketVersion,
    /// `Sec-WebSocket-Key` is missing, there twice, or not the base64 of 16 bytes (RFC 6455 4.2.1,
    /// item 5).
    Key,
    /// An element of `Sec-WebSocket-Protocol` is not a token (RFC 6455 4.1, item 10).
    Protocol,
    /// `Sec-WebSocket-Version` (RFC 6455 11.3.5) or `Origin` (RFC 6454 7.3) is there twice.
    Repeated,
    /// The request has a body, which would be taken for frames.
    Body,
    /// `Host`, `Origin` or a header that the application asked for is longer than the memory lent for
    /// it.
    FieldTooLong,
    /// A header is longer than a line may be.
    LineTooLong,
    /// The header section is longer than the limit.
    TooLong,
}

impl Rejection {
    /// The HTTP status that answers it: 400, 405, 414, 426, 431 or 505.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            // RFC 7231 6.5.1; RFC 7230 5.4 wants it for a wrong Host, RFC 6455 4.2.1 for whatever is
            // not a handshake.
            Self::NotHttp
            | Self::Header
            | Self::Target
            | Self::Host
            | Self::Connection
            | Self::Key
            | Self::Protocol
            | Self::Repeated
            | Self::Body => 400,
            // RFC 7231 6.5.5.
            Self::Method => 405,
            // RFC 7230 3.1.1.
            Self::TargetTooLong => 414,
            // RFC 6455 4.2.2, item 4, for the version; RFC 7231 6.5.15 for a client that does not
            // know that this is WebSocket.
            Self::Upgrade | Self::WebSocketVersion => 426,
            // RFC 6585 5.
            Self::FieldTooLong | Self::LineTooLong | Self::TooLong => 431,
            // RFC 7231 6.6.6.
            Self::HttpVersion => 505,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotHttp => "the request is not HTTP",
            Self::Header => "a header is malformed",
            Self::Method => "the method is not GET",
            Self::HttpVersion => "the version of HTTP is not 1.1",
            Self::Target => "the request target is malformed",
            Self::TargetTooLong => "the request target is too long",
            Self::Host => "Host is missing or wrong",
            Self::Upgrade => "the client does not ask for an upgrade to websocket",
            Self::Connection => "the client does not ask to upgrade the connection",
            Self::WebSocketVersion => "Sec-WebSocket-Version is not 13",
            Self::Key => "Sec-WebSocket-Key is missing or wrong",
            Self::Protocol => "an offered protocol is not a token",
            Self::Repeated => "a header is there twice that may be there once",
            Self::Body => "the request has a body",
            Self::FieldTooLong => "a header's value is too long",
            Self::LineTooLong => "a header is too long",
            Self::TooLong => "the header section is too long",
        })
    }
}

impl core::error::Error for Rejection {}
