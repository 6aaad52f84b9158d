//! The server's answer, judged byte by byte.

use core::iter::once;

use super::HandshakeError;
use super::details::{Details, Notes};
use super::field::{Field, field_names};
use super::status::StatusLine;
use crate::handshake::limit::Limit;
use crate::handshake::lines::{Lines, Token};
use crate::handshake::matcher::{Matcher, Word};
use crate::handshake::text::{elements, is_space};

/// RFC 6455 4.1, item 2.
const UPGRADE: &[u8] = b"websocket";
/// RFC 6455 4.1, item 3.
const CONNECTION: &[u8] = b"upgrade";

/// Reads the server's answer to a [`Request`](crate::Request), in pieces of any size, in a few
/// dozen bytes of state: neither names nor values are stored.
///
/// What it demands (RFC 6455 4.1): status 101; exactly one `Upgrade` that is `websocket` and
/// exactly one right `Sec-WebSocket-Accept`; `upgrade` among the elements of `Connection`; no
/// extension; at most one `Sec-WebSocket-Protocol`, with one of the offered protocols, in the same
/// case. Other headers are skipped, whatever their length, but they must be well formed (RFC 7230
/// 3.2): a name, a colon right behind it, no control character but the tab, CR LF at the end. A
/// bare LF, a bare CR and a folded line are refused.
///
/// ```
/// use rfc6455::{DEFAULT_HEADER_LIMIT, Key, Response};
///
/// let accept = Key::new(*b"the sample nonce").accept();
/// let mut response = Response::new(accept, DEFAULT_HEADER_LIMIT);
/// let input = b"HTTP/1.1 101 Switching Protocols\r\n\
///     Upgrade: websocket\r\n\
///     Connection: Upgrade\r\n\
///     Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
///     \r\n\x81\x05Hello";
/// let (taken, outcome) = response.feed(b"", input);
/// assert_eq!(outcome, Some(Ok(())));
/// assert_eq!(&input[taken..], b"\x81\x05Hello");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Response {
    accept: [u8; 28],
    only_accept: bool,
    limit: Limit,
    step: Step,
    /// The status, once it is known; 0 before.
    status: u16,
    /// Which of the fields were there.
    upgrade: bool,
    connection: bool,
    accepted: bool,
    /// Which of the offered protocols the server chose.
    protocol: Option<usize>,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Step {
    Status(StatusLine),
    Name { lines: Lines, name: Matcher },
    Value { lines: Lines, field: Field, value: Word },
    Done(Result<(), HandshakeError>),
}

impl Response {
    /// Before the first byte of the answer. `accept` is what [`Key::accept`](crate::Key::accept)
    /// gave; `limit` is the greatest length of the whole header section in bytes, from the status
    /// line to the blank line, both included.
    #[must_use]
    pub const fn new(accept: [u8; 28], limit: usize) -> Self {
        Self {
            accept,
            only_accept: false,
            limit: Limit::new(limit),
            step: Step::Status(StatusLine::new()),
            status: 0,
            upgrade: false,
            connection: false,
            accepted: false,
            protocol: None,
        }
    }

    /// With a limit also on each line, in bytes with its CR LF, and the status line among them. To
    /// be chosen before the first byte; without it a line may be as long as the section.
    #[must_use]
    pub const fn line_limit(mut self, limit: usize) -> Self {
        self.limit.set_line(limit);
        self
    }

    /// A policy for servers that get the rest wrong, off by default: of all that RFC 6455 4.1
    /// demands only `Sec-WebSocket-Accept` is checked, which must still be there exactly once. The
    /// status may be any, `Upgrade` and `Connection` may be missing or anything, and so may
    /// `Sec-WebSocket-Protocol` and `Sec-WebSocket-Extensions`: frames of an extension that was not
    /// offered will then be faults. What is malformed as HTTP is still refused. To be chosen
    /// before the first byte.
    #[must_use]
    pub const fn only_accept(mut self, only: bool) -> Self {
        self.only_accept = only;
        self
    }

    /// Takes bytes of the answer up to and including the blank line, and never one behind it; how
    /// many were taken, and the outcome: `None` when more input is needed. Once there is an outcome
    /// nothing more is taken, and every call repeats it.
    ///
    /// `offered` is the protocol list of the request, the same one at every call.
    ///
    /// # Errors
    ///
    /// `Some(Err(_))` at the first byte that shows the error. A wrong status is reported at the end
    /// of the status line, what is missing at the blank line.
    pub fn feed(
        &mut self,
        offered: &[u8],
        input: &[u8],
    ) -> (usize, Option<Result<(), HandshakeError>>) {
        self.run(offered, input, &mut ())
    }

    /// As [`Response::feed`], and keeps in `details` what a server says that does not accept. The
    /// same one is to be given at every call.
    ///
    /// # Errors
    ///
    /// As [`Response::feed`], but a wrong status is reported only at the blank line, or where
    /// anything else is wrong or too long before it; what stands behind the blank line, the body of
    /// the answer, is not looked at.
    pub fn feed_with(
        &mut self,
        offered: &[u8],
        input: &[u8],
        details: &mut Details<'_>,
    ) -> (usize, Option<Result<(), HandshakeError>>) {
        self.run(offered, input, details)
    }

    /// The transport has ended: the outcome if there was one, and else one now.
    ///
    /// # Errors
    ///
    /// [`HandshakeError::Incomplete`], or the status if it is known and wrong.
    pub fn end(&mut self) -> Result<(), HandshakeError> {
        if let Step::Done(outcome) = self.step {
            return outcome;
        }
        let outcome = Err(self.failed(HandshakeError::Incomplete));
        self.step = Step::Done(outcome);
        outcome
    }

    fn run<N: Notes>(
        &mut self,
        offered: &[u8],
        input: &[u8],
        notes: &mut N,
    ) -> (usize, Option<Result<(), HandshakeError>>) {
        let mut taken: usize = 0;
        for byte in input {
            if let Step::Done(_) = self.step {
                break;
            }
            taken = taken.wrapping_add(1);
            let excess = self.limit.spend(*byte);
            self.step = match self.take(offered, *byte, notes) {
                Ok(Step::Done(outcome)) => Step::Done(outcome),
                Ok(_) if excess.is_some() => Step::Done(Err(self.failed(HandshakeError::TooLong))),
                Ok(step) => step,
                Err(error) => Step::Done(Err(self.failed(error))),
            };
        }
        match self.step {
            Step::Done(outcome) => (taken, Some(outcome)),
            _ => (taken, None),
        }
    }

    /// What is wrong with an answer whose status is wrong is its status.
    const fn failed(&self, error: HandshakeError) -> HandshakeError {
        match self.status {
            0 | 101 => error,
            status => HandshakeError::Status(status),
        }
    }

    /// The status says that the server does not accept, so headers are not judged any more.
    const fn is_refused(&self) -> bool {
        self.status != 101 && !self.only_accept
    }

    /// The protocol that the server chose, as it stands in `offered`, the protocol list of the
    /// request. `None` if it chose none, which is a success too, or has not said so yet.
    #[must_use]
    pub fn protocol<'o>(&self, offered: &'o [u8]) -> Option<&'o [u8]> {
        elements(offered).nth(self.protocol?)
    }

    /// Takes one byte; what the next one belongs to.
    fn take<N: Notes>(
        &mut self,
        offered: &[u8],
        byte: u8,
        notes: &mut N,
    ) -> Result<Step, HandshakeError> {
        match self.step {
            Step::Status(line) => self.take_status(line, byte, notes),
            Step::Name { mut lines, mut name } => {
                match lines.take(byte).ok_or(HandshakeError::Header)? {
                    Token::Colon => {
                        let field = self.begin_value(offered, Field::named(name), notes)?;
                        return Ok(Step::Value { lines, field, value: Word::new() });
                    }
                    Token::Name(byte) => name.take(field_names(), byte),
                    Token::End => return self.judge().map(|()| Step::Done(Ok(()))),
                    _ => {}
                }
                Ok(Step::Name { lines, name })
            }
            Step::Value { mut lines, field, mut value } => {
                match lines.take(byte).ok_or(HandshakeError::Header)? {
                    Token::Value(byte) if field == Field::Location => notes.location(byte),
                    Token::Value(byte) if is_space(byte) => value.space(),
                    Token::Value(byte) => self.take_value(offered, field, &mut value, byte)?,
                    Token::ValueEnd => self.end_value(offered, field, &value)?,
                    Token::LineEnd => return Ok(Step::Name { lines, name: Matcher::new() }),
                    _ => {}
                }
                Ok(Step::Value { lines, field, value })
            }
            Step::Done(outcome) => Ok(Step::Done(outcome)),
        }
    }

    /// One byte of the status line.
    fn take_status<N: Notes>(
        &mut self,
        mut line: StatusLine,
        byte: u8,
        notes: &mut N,
    ) -> Result<Step, HandshakeError> {
        let in_reason = line.is_in_reason();
        let Some(status) = line.take(byte)? else {
            if in_reason && byte != b'\r' {
                notes.reason(byte);
            }
            return Ok(Step::Status(line));
        };
        self.status = status;
        // RFC 6455 4.1, item 1: any other status is HTTP's business, which ends here or, if
        // somebody wants to know more, with the section.
        if self.is_refused() && !N::WANTED {
            return Err(HandshakeError::Status(status));
        }
        Ok(Step::Name { lines: Lines::Start, name: Matcher::new() })
    }

    /// A name is complete: may the header be there, and be there again? What it is from here on.
    fn begin_value<N: Notes>(
        &self,
        offered: &[u8],
        field: Field,
        notes: &mut N,
    ) -> Result<Field, HandshakeError> {
        match field {
            Field::Location if notes.begin_location() => return Ok(Field::Location),
            // RFC 6455 4.1, item 4: two would be a list, which is not the expected value.
            Field::Accept if self.accepted && !self.is_refused() => {
                return Err(HandshakeError::Accept);
            }
            Field::Accept if !self.is_refused() => return Ok(Field::Accept),
            // The protocol is found out, though nothing is wrong with it.
            Field::Protocol if self.only_accept && self.protocol.is_none() => return Ok(field),
            Field::Location => return Ok(Field::Other),
            _ if self.only_accept || self.is_refused() => return Ok(Field::Other),
            // RFC 6455 4.1, item 2, likewise.
            Field::Upgrade if self.upgrade => return Err(HandshakeError::Upgrade),
            // RFC 6455 11.3.4: at most once in a response.
            Field::Protocol if self.protocol.is_some() => return Err(HandshakeError::Protocol),
            // RFC 6455 4.1, item 6: none that the request did not offer.
            Field::Protocol if elements(offered).next().is_none() => {
                return Err(HandshakeError::Protocol);
            }
            _ => {}
        }
        Ok(field)
    }

    /// The error when the value is not one of the right ones, if that is one here.
    fn when_wrong(&self, field: Field) -> Option<HandshakeError> {
        field.when_wrong().filter(|error| !self.only_accept || *error == HandshakeError::Accept)
    }

    /// One byte of a value that is not white space.
    fn take_value(
        &mut self,
        offered: &[u8],
        field: Field,
        value: &mut Word,
        byte: u8,
    ) -> Result<(), HandshakeError> {
        match field {
            Field::Other | Field::Location => {}
            // RFC 6455 4.1, item 5: no extension that the request did not offer, and it offers
            // none.
            Field::Extensions => return Err(HandshakeError::Extensions),
            Field::Connection if byte == b',' => {
                self.end_element(value);
                *value = Word::new();
            }
            // RFC 6455 4.1, items 2 and 3: case-insensitive.
            Field::Upgrade => value.take(once(UPGRADE), byte.to_ascii_lowercase()),
            Field::Connection => value.take(once(CONNECTION), byte.to_ascii_lowercase()),
            // RFC 6455 4.1, items 4 and 6: as they are.
            Field::Accept => value.take(once(&self.accept[..]), byte),
            Field::Protocol => value.take(elements(offered), byte),
        }
        match self.when_wrong(field) {
            Some(error) if value.is_lost() => Err(error),
            _ => Ok(()),
        }
    }

    /// A value is complete.
    fn end_value(
        &mut self,
        offered: &[u8],
        field: Field,
        value: &Word,
    ) -> Result<(), HandshakeError> {
        let right = match field {
            Field::Upgrade => {
                self.upgrade = true;
                value.end(once(UPGRADE))
            }
            Field::Accept => {
                self.accepted = true;
                value.end(once(&self.accept[..]))
            }
            Field::Protocol => {
                self.protocol = value.end(elements(offered));
                self.protocol
            }
            Field::Connection => {
                self.end_element(value);
                None
            }
            Field::Extensions | Field::Location | Field::Other => None,
        };
        match self.when_wrong(field) {
            Some(error) if right.is_none() => Err(error),
            _ => Ok(()),
        }
    }

    /// An element of `Connection` is complete.
    fn end_element(&mut self, element: &Word) {
        // RFC 7230 6.1: the header may be there several times, as one list.
        self.connection |= element.end(once(CONNECTION)).is_some();
    }

    /// The blank line: is everything there?
    const fn judge(&self) -> Result<(), HandshakeError> {
        // RFC 6455 4.1, items 1, 2, 3 and 4: the client fails the connection if one is missing.
        if self.is_refused() {
            return Err(HandshakeError::Status(self.status));
        }
        if !self.upgrade && !self.only_accept {
            return Err(HandshakeError::Upgrade);
        }
        if !self.connection && !self.only_accept {
            return Err(HandshakeError::Connection);
        }
        if !self.accepted {
            return Err(HandshakeError::Accept);
        }
        Ok(())
    }
}
