//! Why a request was not carried out.

use at_syntax::StatementWriteError;
use rfc6455::{RequestError, SendError, UriError};

/// How a request has failed that was on the wire, or waited to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Failure {
    /// The module answered `ERROR`. Its code, if it has one for this
    /// ([`Config::error_codes`](super::Config::error_codes); Basic AT Commands, AT+SYSLOG): `0x0108nnnn`
    /// parameter n, counted from 0, is wrong or missing; `0x01090000` there is no such command.
    ///
    /// There is none for what depends on the world: an [`Open`](super::Open) fails so if the link is in use
    /// ([`Host::link_state`](super::Host::link_state); [`Request::Close`](super::Request::Close) ends that), if
    /// there is no Wi-Fi, no such server, or the server does not accept; a [`SendData`](super::SendData) if the
    /// link is not open. Why a network could not be joined stands in an [`Event::Answer`](super::Event::Answer)
    /// before it: [`JoinError`](super::JoinError).
    Error(Option<u32>),
    /// The module answered `SEND FAIL`.
    SendFail,
    /// The module was busy all the time ([`Config::start_ms`](super::Config::start_ms)); nothing was carried
    /// out.
    Busy,
    /// Nothing that the host wrote to get in step was answered; the request was not written, and may be asked
    /// for again.
    Unreachable,
    /// The request was written, and the module gave no answer in time. It may have carried it out, or do so
    /// later.
    NoAnswer,
    /// The module has started anew. Links, settings and the request are gone.
    Rebooted,
    /// Bytes were lost or changed on the serial line. What the module has carried out is not known; a message
    /// that was sent may have other octets, and zeros for those that were lost.
    Garbled,
    /// The serial line took nothing ([`Config::write_ms`](super::Config::write_ms)), or the payload did not
    /// come. Nothing but octets ends a payload that was begun: what the server gets ends with `ATE1` and zeros.
    Stalled,
    /// The caller gave it up. The same holds for a payload that was begun.
    GivenUp,
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Error(Some(code)) => {
                let what = match code >> 16 {
                    0x0103 => "not a statement",
                    0x0108 => "a parameter is wrong or missing",
                    0x0109 => "no such command",
                    _ => "code",
                };
                return write!(f, "the module answered ERROR: {what} ({code:#010x})");
            }
            Self::Error(None) => "the module answered ERROR",
            Self::SendFail => "the module answered SEND FAIL",
            Self::Busy => "the module is busy with something else",
            Self::Unreachable => "no module answers",
            Self::NoAnswer => "the module has not answered in time",
            Self::Rebooted => "the module has started anew",
            Self::Garbled => "bytes were lost or changed on the serial line",
            Self::Stalled => "the serial line or the payload stood still",
            Self::GivenUp => "given up",
        })
    }
}

impl core::error::Error for Failure {}

/// Why a request was refused before anything of it went over the line. The host is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Refused {
    /// Another request runs, or its [`Event::Finished`](super::Event::Finished) was not taken yet.
    Busy,
    /// The module's dialect lacks the command, the parameter or this much of it.
    Dialect,
    /// A number is outside its range.
    OutOfRange {
        /// The number.
        number: u32,
        /// The least that it may be.
        min: u32,
        /// The most, in the module's dialect.
        max: u32,
    },
    /// The URI is none of a WebSocket.
    Uri(UriError),
    /// Subprotocol, auth or header may not stand in a request.
    Request(RequestError),
    /// Not one header: its text is empty, or has a line end.
    Header,
    /// What RFC 6455 does not let anybody send.
    Send(SendError),
    /// Records of this format could not be read back. At level 0 data_len is needed. At levels 1 and 2 a module
    /// may end a record before the length in its head, and nothing shows it; opcode, fin and payload_offset of
    /// level 0 are enough to put frames and messages together.
    Unreadable,
    /// The statement cannot be written.
    Statement(StatementWriteError),
    /// Statement and whole payload have so many bytes together, more than
    /// [`Memory::statement`](super::Memory::statement).
    Memory(usize),
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Busy => "another request runs",
            Self::Dialect => "the module's dialect cannot say this",
            Self::OutOfRange { number, min, max } => {
                return write!(f, "{number} is outside its range, {min} to {max}");
            }
            Self::Uri(error) => return write!(f, "the URI is malformed: {error}"),
            Self::Request(error) => {
                return write!(f, "no opening handshake can be made of it: {error}");
            }
            Self::Header => "not one header",
            Self::Send(error) => return error.fmt(f),
            Self::Unreadable => "records can be read back of level 0 with data_len only",
            Self::Statement(error) => return error.fmt(f),
            Self::Memory(needed) => {
                return write!(f, "{needed} bytes are more than Memory::statement");
            }
        })
    }
}

impl core::error::Error for Refused {}

/// A call that the program around a host made wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CallError {
    /// More payload than the host asked for.
    TooMany,
}

impl core::fmt::Display for CallError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::TooMany => f.write_str("more payload than was asked for"),
        }
    }
}

impl core::error::Error for CallError {}
