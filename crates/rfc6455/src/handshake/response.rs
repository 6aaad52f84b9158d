//! The server's answer, judged byte by byte.

use core::iter::once;

use super::HandshakeError;
use super::field::{Field, field_names, protocols};
use super::matcher::Matcher;
use super::request::{is_field_byte, is_token_byte};
use super::status::StatusLine;

/// A limit for the header section that no sane server reaches: 8192 bytes, what common HTTP servers
/// allow themselves.
pub const DEFAULT_HEADER_LIMIT: usize = 8192;

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
    /// How many bytes the header section may still have.
    room: usize,
    step: Step,
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
    /// The first byte of a header, or the CR of the blank line.
    LineStart,
    Name {
        name: Matcher,
    },
    Value {
        field: Field,
        place: Place,
        value: Matcher,
    },
    /// The LF of a header.
    LineEnd,
    /// The LF of the blank line.
    BlankEnd,
    Done(Result<(), HandshakeError>),
}

/// Where in a value, or in an element of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Place {
    /// Nothing but white space so far.
    Before,
    Inside,
    /// White space behind the text.
    After,
}

impl Response {
    /// Before the first byte of the answer. `accept` is what [`Key::accept`](crate::Key::accept)
    /// gave; `limit` is the greatest length of the whole header section in bytes, from the status
    /// line to the blank line, both included.
    #[must_use]
    pub const fn new(accept: [u8; 28], limit: usize) -> Self {
        Self {
            accept,
            room: limit,
            step: Step::Status(StatusLine::new()),
            upgrade: false,
            connection: false,
            accepted: false,
            protocol: None,
        }
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
        let mut taken: usize = 0;
        for byte in input {
            if let Step::Done(_) = self.step {
                break;
            }
            taken = taken.wrapping_add(1);
            self.room = self.room.saturating_sub(1);
            self.step = match self.take(offered, *byte) {
                Ok(Step::Done(outcome)) => Step::Done(outcome),
                Ok(_) if self.room == 0 => Step::Done(Err(HandshakeError::TooLong)),
                Ok(step) => step,
                Err(error) => Step::Done(Err(error)),
            };
        }
        match self.step {
            Step::Done(outcome) => (taken, Some(outcome)),
            _ => (taken, None),
        }
    }

    /// The protocol that the server chose, as it stands in `offered`, the protocol list of the
    /// request. `None` if it chose none, which is a success too, or has not said so yet.
    #[must_use]
    pub fn protocol<'o>(&self, offered: &'o [u8]) -> Option<&'o [u8]> {
        protocols(offered).nth(self.protocol?)
    }

    /// Takes one byte; what the next one belongs to.
    fn take(&mut self, offered: &[u8], byte: u8) -> Result<Step, HandshakeError> {
        Ok(match (self.step, byte) {
            (Step::Status(mut line), _) => match line.take(byte)? {
                None => Step::Status(line),
                Some(101) => Step::LineStart,
                // RFC 6455 4.1, item 1: any other status is HTTP's business, which ends here.
                Some(status) => return Err(HandshakeError::Status(status)),
            },
            (Step::LineStart, b'\r') => Step::BlankEnd,
            // RFC 7230 3.2: a name is a token and not empty; a folded line would begin with white
            // space.
            (Step::LineStart, _) => take_name(Matcher::new(), byte)?,
            (Step::Name { name }, b':') => self.begin_value(offered, Field::named(name))?,
            (Step::Name { name }, _) => take_name(name, byte)?,
            (Step::Value { field, value, .. }, b'\r') => {
                self.end_value(offered, field, value)?;
                Step::LineEnd
            }
            (Step::Value { field, place, value }, _) => {
                self.take_value(offered, field, place, value, byte)?
            }
            (Step::LineEnd, b'\n') => Step::LineStart,
            (Step::BlankEnd, b'\n') => Step::Done(self.judge()),
            (Step::LineEnd | Step::BlankEnd, _) => return Err(HandshakeError::Header),
            (Step::Done(outcome), _) => Step::Done(outcome),
        })
    }

    /// A name is complete: may the header be there, and be there again?
    fn begin_value(&self, offered: &[u8], field: Field) -> Result<Step, HandshakeError> {
        match field {
            // RFC 6455 4.1, item 2: two would be a list, which is not "websocket".
            Field::Upgrade if self.upgrade => return Err(HandshakeError::Upgrade),
            // RFC 6455 4.1, item 4, likewise.
            Field::Accept if self.accepted => return Err(HandshakeError::Accept),
            // RFC 6455 11.3.4: at most once in a response.
            Field::Protocol if self.protocol.is_some() => return Err(HandshakeError::Protocol),
            // RFC 6455 4.1, item 6: none that the request did not offer.
            Field::Protocol if protocols(offered).next().is_none() => {
                return Err(HandshakeError::Protocol);
            }
            _ => {}
        }
        Ok(Step::Value { field, place: Place::Before, value: Matcher::new() })
    }

    /// One byte of a value, but for the CR behind it.
    fn take_value(
        &mut self,
        offered: &[u8],
        field: Field,
        place: Place,
        mut value: Matcher,
        byte: u8,
    ) -> Result<Step, HandshakeError> {
        // RFC 7230 3.2: no control characters; a bare LF is one.
        if !is_field_byte(byte) {
            return Err(HandshakeError::Header);
        }
        // RFC 7230 3.2.3: white space around a value, or around an element of a list, does not
        // count.
        if matches!(byte, b' ' | b'\t') {
            let place = if place == Place::Before { Place::Before } else { Place::After };
            return Ok(Step::Value { field, place, value });
        }
        match field {
            Field::Other => {}
            // RFC 6455 4.1, item 5: no extension that the request did not offer, and it offers
            // none.
            Field::Extensions => return Err(HandshakeError::Extensions),
            Field::Connection if byte == b',' => {
                self.end_element(value);
                return Ok(Step::Value { field, place: Place::Before, value: Matcher::new() });
            }
            // No candidate has white space inside.
            _ if place == Place::After => value.lose(),
            // RFC 6455 4.1, items 2 and 3: case-insensitive.
            Field::Upgrade => value.take(once(UPGRADE), byte.to_ascii_lowercase()),
            Field::Connection => value.take(once(CONNECTION), byte.to_ascii_lowercase()),
            // RFC 6455 4.1, items 4 and 6: as they are.
            Field::Accept => value.take(once(&self.accept[..]), byte),
            Field::Protocol => value.take(protocols(offered), byte),
        }
        match field.when_wrong() {
            Some(error) if value.is_lost() => Err(error),
            _ => Ok(Step::Value { field, place: Place::Inside, value }),
        }
    }

    /// A value is complete.
    fn end_value(
        &mut self,
        offered: &[u8],
        field: Field,
        value: Matcher,
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
                self.protocol = value.end(protocols(offered));
                self.protocol
            }
            Field::Connection => {
                self.end_element(value);
                None
            }
            Field::Extensions | Field::Other => None,
        };
        match field.when_wrong() {
            Some(error) if right.is_none() => Err(error),
            _ => Ok(()),
        }
    }

    /// An element of `Connection` is complete.
    fn end_element(&mut self, element: Matcher) {
        // RFC 7230 6.1: the header may be there several times, as one list.
        self.connection |= element.end(once(CONNECTION)).is_some();
    }

    /// The blank line: is everything there?
    const fn judge(&self) -> Result<(), HandshakeError> {
        // RFC 6455 4.1, items 2, 3 and 4: the client fails the connection if one is missing.
        if !self.upgrade {
            return Err(HandshakeError::Upgrade);
        }
        if !self.connection {
            return Err(HandshakeError::Connection);
        }
        if !self.accepted {
            return Err(HandshakeError::Accept);
        }
        Ok(())
    }
}

fn take_name(mut name: Matcher, byte: u8) -> Result<Step, HandshakeError> {
    if !is_token_byte(byte) {
        return Err(HandshakeError::Header);
    }
    // RFC 7230 3.2: names are case-insensitive.
    name.take(field_names(), byte.to_ascii_lowercase());
    Ok(Step::Name { name })
}
