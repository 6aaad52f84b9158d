//! Why a command was answered with `ERROR`, or a connection was lost: for the embedding program's log, since
//! the AT port says no more than that.

use at_syntax::{ParamError, StatementError};
use rfc6455::{Fault, HandshakeError, SendError, UriError};

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
    /// A parameter is missing, malformed, out of its range, or one too many.
    Param(ParamError),
    /// The link is in use, so it cannot be opened.
    LinkInUse,
    /// The link is not connected.
    NotConnected,
    /// The URI is not one of a WebSocket.
    Uri(UriError),
    /// The subprotocol is not a list of RFC 7230 tokens.
    Subprotocol,
    /// More than the memory that the embedding program lent.
    Memory,
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
    /// [`Config::user_agent`](super::Config::user_agent) has a control character.
    UserAgent,
    /// The time for it is over.
    Timeout,
    /// The connection ended while the command was carried out.
    Closed,
    /// The embedding program answered its own command so.
    Firmware,
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
            Self::TooManyParams => f.write_str("the line has more than 16 parameters"),
            Self::Param(error) => error.fmt(f),
            Self::LinkInUse => f.write_str("the link is in use"),
            Self::NotConnected => f.write_str("the link is not connected"),
            Self::Uri(error) => write!(f, "the URI is malformed: {error}"),
            Self::Subprotocol => f.write_str("the subprotocol is not a list of tokens"),
            Self::Memory => f.write_str("more than the memory lent for it"),
            Self::Send(error) => error.fmt(f),
            Self::Transport => f.write_str("the connection could not be made or was lost"),
            Self::Handshake(error) => write!(f, "the opening handshake failed: {error}"),
            Self::EarlyResponse => {
                f.write_str("the server answered before it had the whole request")
            }
            Self::Peer(fault) => write!(f, "the server broke the protocol: {fault}"),
            Self::UserAgent => f.write_str("the configured User-Agent has a control character"),
            Self::Timeout => f.write_str("the time for it is over"),
            Self::Closed => f.write_str("the connection ended meanwhile"),
            Self::Firmware => f.write_str("the firmware answered so"),
        }
    }
}

impl core::error::Error for Refusal {}
