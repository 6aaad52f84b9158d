//! The server's answer, generated as often as it takes and stored nowhere.

use core::fmt;

use super::Rejection;
use crate::handshake::extra::{ExtraError, check_lines, is_reserved_name};
use crate::handshake::part::Part;
use crate::handshake::text::is_field_byte;

/// A server's answer to an opening handshake (RFC 6455 4.2.2). There is none that is malformed:
/// whatever goes into it is checked first.
///
/// ```
/// use rfc6455::{Answer, Rejection};
///
/// let answer = Answer::reject(Rejection::WebSocketVersion);
/// let mut room = [0; 256];
/// let len = answer.write(0, &mut room);
/// assert_eq!(
///     str::from_utf8(&room[..len]).unwrap(),
///     "HTTP/1.1 426 Upgrade Required\r\nConnection: close, Upgrade\r\nContent-Length: 0\r\n\
///     Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Answer<'a> {
    verdict: Verdict<'a>,
    headers: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Verdict<'a> {
    Accept { accept: [u8; 28], protocol: &'a [u8] },
    Refuse { status: u16, reason: &'a [u8] },
}

/// Why there is no such answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AnswerError {
    /// No right request was read, so there is nothing to accept.
    NotRead,
    /// The protocol is not one that the client offered, or one that did not fit into the memory for
    /// them.
    Protocol,
    /// The status is not 300 to 599.
    Status,
    /// The reason phrase has a control character.
    Reason,
    /// The headers are not whole lines of a name that is a token, a colon, a value without control
    /// characters but the tab, and CR LF.
    Headers,
    /// The headers have a name that the handshake writes itself, or one that announces a body.
    ReservedHeader,
}

impl<'a> Answer<'a> {
    /// Status 101. The request was right and the client offered the protocol.
    pub(super) const fn accept(accept: [u8; 28], protocol: &'a [u8]) -> Self {
        Self { verdict: Verdict::Accept { accept, protocol }, headers: &[] }
    }

    /// The answer to a request that is wrong. The connection is to be closed behind it.
    #[must_use]
    pub const fn reject(rejection: Rejection) -> Self {
        let status = rejection.status();
        let reason: &[u8] = match status {
            405 => b"Method Not Allowed",
            414 => b"URI Too Long",
            426 => b"Upgrade Required",
            431 => b"Request Header Fields Too Large",
            505 => b"HTTP Version Not Supported",
            _ => b"Bad Request",
        };
        Self { verdict: Verdict::Refuse { status, reason }, headers: &[] }
    }

    /// The answer to a request that is right, from an application that does not want the connection
    /// (RFC 6455 4.2.2, items 2 and 4): 401, 403 or 404, or a redirect, whose `Location` goes into
    /// [`Answer::with_headers`]. The connection is to be closed behind it.
    ///
    /// # Errors
    ///
    /// [`AnswerError::Status`] if `status` is not 300 to 599, [`AnswerError::Reason`] if `reason` has
    /// a control character other than the tab (RFC 7230 3.1.2).
    pub fn refuse(status: u16, reason: &'a [u8]) -> Result<Self, AnswerError> {
        if !matches!(status, 300..=599) {
            return Err(AnswerError::Status);
        }
        if !reason.iter().all(|byte| is_field_byte(*byte)) {
            return Err(AnswerError::Reason);
        }
        Ok(Self { verdict: Verdict::Refuse { status, reason }, headers: &[] })
    }

    /// The same answer with these headers behind its own: whole lines `name: value`, each with its
    /// CR LF. A server with a clock should add `Date` (RFC 7231 7.1.1.2).
    ///
    /// # Errors
    ///
    /// [`AnswerError::Headers`] or [`AnswerError::ReservedHeader`]. The latter are `Host`,
    /// `Upgrade`, `Connection`, `Content-Length`, `Transfer-Encoding`, `Trailer` and what begins with
    /// `Sec-WebSocket-`.
    pub fn with_headers(self, headers: &'a [u8]) -> Result<Self, AnswerError> {
        match check_lines(headers, is_reserved_name) {
            Ok(()) => Ok(Self { headers, ..self }),
            Err(ExtraError::Malformed) => Err(AnswerError::Headers),
            Err(ExtraError::Reserved) => Err(AnswerError::ReservedHeader),
        }
    }

    /// The status: 101 if it accepts.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self.verdict {
            Verdict::Accept { .. } => 101,
            Verdict::Refuse { status, .. } => status,
        }
    }

    /// Writes the part of the answer that begins at its byte `from`, as much of it as fits into
    /// `out`; the number of bytes written, which is 0 when everything was written before (or `out`
    /// is empty).
    ///
    /// The same answer always gives the same bytes, so the caller keeps nothing but `from`.
    pub fn write(&self, from: usize, out: &mut [u8]) -> usize {
        Part::write(from, out, |part| self.generate(part))
    }

    /// Bytes of the whole answer.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        Part::len(|part| self.generate(part))
    }

    /// The whole answer, from its first byte.
    fn generate(&self, part: &mut Part<'_>) {
        match self.verdict {
            Verdict::Accept { accept, protocol } => {
                // RFC 6455 4.2.2, item 5.
                part.put(b"HTTP/1.1 101 Switching Protocols\r\n");
                part.put(b"Upgrade: websocket\r\nConnection: Upgrade\r\n");
                part.put_header(b"Sec-WebSocket-Accept: ", &accept);
                part.put_header(b"Sec-WebSocket-Protocol: ", protocol);
            }
            Verdict::Refuse { status, reason } => {
                part.put(b"HTTP/1.1 ");
                part.put_decimal(status);
                part.put(b" ");
                part.put(reason);
                part.put(b"\r\nConnection: close");
                if status == 426 {
                    // RFC 7230 6.7: whoever sends Upgrade names it in Connection.
                    part.put(b", Upgrade");
                }
                part.put(b"\r\nContent-Length: 0\r\n");
                match status {
                    // RFC 7231 6.5.5: what is allowed must be said.
                    405 => part.put(b"Allow: GET\r\n"),
                    // RFC 7231 6.5.15, and RFC 6455 4.2.2, item 4, and 4.4.
                    426 => part.put(b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
                    _ => {}
                }
            }
        }
        part.put(self.headers);
        part.put(b"\r\n");
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRead => "no right request was read",
            Self::Protocol => "the client did not offer this protocol",
            Self::Status => "the status is not 300 to 599",
            Self::Reason => "the reason has a control character",
            Self::Headers => "the extra headers are malformed",
            Self::ReservedHeader => "an extra header is one that the handshake writes itself",
        })
    }
}

impl core::error::Error for AnswerError {}
