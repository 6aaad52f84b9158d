//! Why a command was answered with `ERROR`, or a connection was lost: for the embedding program's log, since
//! the AT port says no more than that.

use at_syntax::{MAX_PARAMS, ParamError, ParamErrorKind, StatementError};
use rfc6455::{Fault, HandshakeError, RequestError, SendError, UriError};

/// The reason of an `ERROR`, from [`Device::poll_refusal`](super::Device::poll_refusal), or of a loss, from
/// [`Device::poll_failure`](super::Device::poll_failure).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Refusal {
    /// The line exceeds the limit.
    LineTooLong,
    /// The line is no AT statement.
    Statement(StatementError),
    /// The command exists, but not in this form (test, query, set, execute).
    Form,
    /// A command of a later dialect.
    Dialect,
    /// More than [`MAX_PARAMS`](at_syntax::MAX_PARAMS) parameters.
    TooManyParams,
    /// Not as many fields as a quirk wants.
    FieldCount,
    /// A parameter is missing, malformed, out of its range, or one too many.
    Param(ParamError),
    /// The link is in use, so it cannot be opened.
    LinkInUse,
    /// The link is not connected.
    NotConnected,
    /// The URI is not one of a WebSocket.
    Uri(UriError),
    /// What was to go into the opening handshake's request may not stand in one: the subprotocol, `<"auth">`,
    /// a header of `AT+WSHEAD`, [`Config::user_agent`](super::Config::user_agent).
    Request(RequestError),
    /// The bytes of `AT+WSHEAD` are not one header.
    Header,
    /// More than the memory that the embedding program lent for this.
    Memory(Lent),
    /// What was asked for cannot be sent on this connection now.
    Send(SendError),
    /// The connection could not be made or was lost.
    Transport,
    /// The server's answer to the opening handshake.
    Handshake(HandshakeError),
    /// The server accepted the opening handshake before it had all of the request.
    EarlyResponse,
    /// The server broke a rule of the protocol.
    Peer(Fault),
    /// The transport lacks what it needs for TLS.
    Missing(Missing),
    /// The embedding program ended the data phase.
    Aborted,
    /// The text of `AT+WSSEND` is not UTF-8 ([`Config::check_text`](super::Config::check_text)).
    NotUtf8,
    /// A quirk of real firmware has it fail.
    Quirk,
    /// The embedding program does not know the command.
    NoSuchCommand,
    /// The time for this is over.
    Timeout(Wait),
    /// The connection ended while the command was carried out.
    Closed,
    /// The embedding program answered its own command so.
    Firmware,
}

/// The first byte of every error code, as ESP-AT prints it (Basic AT Commands, AT+SYSLOG).
const CODE: u32 = 0x0100_0000;

/// The code that goes with `busy p...`.
pub(crate) const BUSY: u32 = CODE | 0x0B << 16;

impl Refusal {
    /// The code that `AT+SYSLOG=1` puts before `ERROR` (Basic AT Commands, AT+SYSLOG), as in the firmware:
    /// whatever it has no code for has none here either.
    #[must_use]
    pub const fn code(&self) -> Option<u32> {
        use ParamErrorKind::{OutOfRange, TooMany};
        match self {
            // No AT line.
            Self::LineTooLong | Self::Statement(_) => Some(CODE | 0x03 << 16),
            // A parameter is missing or does not parse; which one, from 0.
            Self::Param(ParamError { kind: OutOfRange | TooMany, .. }) => None,
            Self::Param(ParamError { index, .. }) => Some(CODE | 0x08 << 16 | *index as u32),
            Self::Dialect | Self::NoSuchCommand => Some(CODE | 0x09 << 16),
            _ => None,
        }
    }

    /// What is missing, where the AT port says it.
    pub(crate) const fn missing(&self) -> Option<Missing> {
        match self {
            Self::Missing(missing) => Some(*missing),
            _ => None,
        }
    }
}

/// What the embedding program lends memory for ([`Memory`](super::Memory)).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Lent {
    /// The payload of `AT+WSSEND`.
    Payload,
    /// The headers of `AT+WSHEAD`.
    Headers,
    /// A link's URI, subprotocol and `<"auth">`.
    Text,
}

/// What was waited for too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Wait {
    /// A connection, of `AT+WSOPEN` or after a loss.
    Open,
    /// The transport, with the payload of `AT+WSSEND`.
    Send,
    /// A Pong.
    Pong,
    /// The peer, in the closing handshake.
    Close,
    /// The host, with the bytes behind a prompt
    /// ([`Config::payload_timeout_ms`](super::Config::payload_timeout_ms)).
    Payload,
}

/// What a transport may lack for TLS; the AT port says it before `ERROR` (WebSocket AT Commands, AT+WSOPEN).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Missing {
    /// The certificate to show: `NO CERT FOUND`.
    Certificate,
    /// Its private key: `NO PRVT_KEY FOUND`.
    PrivateKey,
    /// The authority to verify the server against: `NO CA FOUND`.
    Authority,
}

impl Missing {
    pub(crate) const fn text(self) -> &'static [u8] {
        match self {
            Self::Certificate => b"NO CERT FOUND",
            Self::PrivateKey => b"NO PRVT_KEY FOUND",
            Self::Authority => b"NO CA FOUND",
        }
    }
}

impl core::fmt::Display for Missing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Certificate => "there is no such certificate",
            Self::PrivateKey => "there is no private key to the certificate",
            Self::Authority => "there is no such certificate of an authority",
        })
    }
}

impl From<ParamError> for Refusal {
    fn from(error: ParamError) -> Self {
        Self::Param(error)
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::LineTooLong => f.write_str("the line is too long"),
            Self::Statement(error) => write!(f, "the line is no AT statement: {error}"),
            Self::Form => f.write_str("the command has no such form"),
            Self::Dialect => f.write_str("the dialect lacks this command"),
            Self::TooManyParams => write!(f, "the line has more than {MAX_PARAMS} parameters"),
            Self::FieldCount => f.write_str("not the number of fields that this firmware wants"),
            Self::Param(error) => error.fmt(f),
            Self::LinkInUse => f.write_str("the link is in use"),
            Self::NotConnected => f.write_str("the link is not connected"),
            Self::Uri(error) => write!(f, "the URI is malformed: {error}"),
            Self::Request(error) => write!(f, "no opening handshake can be made of it: {error}"),
            Self::Header => f.write_str("not one header"),
            Self::Memory(Lent::Payload) => f.write_str("more than the memory lent for a payload"),
            Self::Memory(Lent::Headers) => f.write_str("more than the memory lent for headers"),
            Self::Memory(Lent::Text) => f.write_str("more than the memory lent for a link's text"),
            Self::Send(error) => error.fmt(f),
            Self::Transport => f.write_str("the connection could not be made or was lost"),
            Self::Handshake(error) => write!(f, "the opening handshake failed: {error}"),
            Self::EarlyResponse => {
                f.write_str("the server answered before it had the whole request")
            }
            Self::Peer(fault) => write!(f, "the server broke the protocol: {fault}"),
            Self::Missing(missing) => missing.fmt(f),
            Self::Aborted => f.write_str("the data phase was given up"),
            Self::NotUtf8 => f.write_str("the text is not UTF-8"),
            Self::Quirk => f.write_str("this firmware fails here"),
            Self::NoSuchCommand => f.write_str("no such command"),
            Self::Timeout(Wait::Open) => f.write_str("the connection was not open in time"),
            Self::Timeout(Wait::Send) => f.write_str("the transport did not take it in time"),
            Self::Timeout(Wait::Pong) => f.write_str("no Pong came in time"),
            Self::Timeout(Wait::Close) => f.write_str("the closing handshake took too long"),
            Self::Timeout(Wait::Payload) => f.write_str("the payload did not come in time"),
            Self::Closed => f.write_str("the connection ended meanwhile"),
            Self::Firmware => f.write_str("the firmware answered so"),
        }
    }
}

impl core::error::Error for Refusal {}
