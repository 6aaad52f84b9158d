//! The client's request, judged byte by byte.

use super::fields::{Fields, Value};
use super::request_line::RequestLine;
use super::{Answer, AnswerError, Rejection, RequestMemory};
use crate::handshake::limit::{Excess, Limit};
use crate::handshake::lines::{Lines, Token};
use crate::handshake::matcher::Matcher;

/// Reads a client's opening handshake, in pieces of any size. What it keeps is a key, a few dozen
/// bytes of state, and in the lent memory what the application has to see.
///
/// What it demands (RFC 6455 4.2.1): `GET`, HTTP/1.1 or a later 1.x; one `Host`; `websocket` among
/// the elements of `Upgrade` and `upgrade` among those of `Connection`; one `Sec-WebSocket-Key`, the
/// base64 of 16 bytes; one `Sec-WebSocket-Version`, 13; protocols that are tokens; no body. Lists
/// may be spread over several headers. Extensions are ignored: none is accepted. Other headers are
/// skipped, but they must be well formed (RFC 7230 3.2): a name, a colon right behind it, no
/// control character but the tab, CR LF at the end. A bare LF, a bare CR and a folded line are
/// refused.
///
/// ```
/// use rfc6455::{DEFAULT_HEADER_LIMIT, RequestMemory, RequestReader};
///
/// let (mut target, mut protocols) = ([0; 64], [0; 64]);
/// let mut memory = RequestMemory::new();
/// memory.target = &mut target;
/// memory.protocols = &mut protocols;
/// let mut reader = RequestReader::new(memory, DEFAULT_HEADER_LIMIT);
///
/// let input = b"GET /chat HTTP/1.1\r\n\
///     Host: server.example.com\r\n\
///     Upgrade: websocket\r\n\
///     Connection: Upgrade\r\n\
///     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
///     Sec-WebSocket-Protocol: chat, superchat\r\n\
///     Sec-WebSocket-Version: 13\r\n\
///     \r\n";
/// let (taken, outcome) = reader.feed(input);
/// assert_eq!((taken, outcome), (input.len(), Some(Ok(()))));
/// assert_eq!(reader.target(), b"/chat");
///
/// let chosen = reader.protocols().find(|protocol| *protocol == b"superchat").unwrap_or_default();
/// let answer = reader.accept(chosen)?;
/// let mut room = [0; 256];
/// let len = answer.write(0, &mut room);
/// assert!(room[..len].starts_with(b"HTTP/1.1 101 Switching Protocols\r\n"));
/// # Ok::<(), rfc6455::AnswerError>(())
/// ```
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RequestReader<'m> {
    limit: Limit,
    step: Step,
    fields: Fields<'m>,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Step {
    Line(RequestLine),
    Name { lines: Lines, name: Matcher },
    Value { lines: Lines, value: Value },
    Done(Result<(), Rejection>),
}

impl<'m> RequestReader<'m> {
    /// Before the first byte. `limit` is the greatest length of the whole header section in bytes,
    /// from the request line to the blank line, both included.
    #[must_use]
    pub const fn new(memory: RequestMemory<'m>, limit: usize) -> Self {
        Self {
            limit: Limit::new(limit),
            step: Step::Line(RequestLine::new()),
            fields: Fields::new(memory),
        }
    }

    /// With a limit also on each line, in bytes with its CR LF, and the request line among them. To
    /// be chosen before the first byte; without it a line may be as long as the section.
    #[must_use]
    pub const fn line_limit(mut self, limit: usize) -> Self {
        self.limit.set_line(limit);
        self
    }

    /// Takes bytes of the request up to and including the blank line, and never one behind it:
    /// those are frames already. How many were taken, and the outcome: `None` when more input is
    /// needed. Once there is an outcome nothing more is taken, and every call repeats it.
    ///
    /// # Errors
    ///
    /// `Some(Err(_))` at the first byte that is malformed as HTTP or beyond a limit. What is
    /// well-formed but wrong is reported at the blank line, so that all of the request was read: to
    /// close a connection with unread bytes in it may destroy the answer on its way. Of several such
    /// faults the one reported does not depend on the order of the headers.
    pub fn feed(&mut self, input: &[u8]) -> (usize, Option<Result<(), Rejection>>) {
        let mut taken: usize = 0;
        for byte in input {
            if let Step::Done(_) = self.step {
                break;
            }
            taken = taken.wrapping_add(1);
            let excess = self.limit.spend(*byte);
            self.step = match (self.take(*byte), excess) {
                (Ok(Step::Done(outcome)), _) => Step::Done(outcome),
                (Err(error), _) => Step::Done(Err(error)),
                (Ok(_), Some(excess)) => Step::Done(Err(self.too_long(excess))),
                (Ok(step), None) => step,
            };
        }
        match self.step {
            Step::Done(outcome) => (taken, Some(outcome)),
            _ => (taken, None),
        }
    }

    /// The request target as it stands in the request line, still percent-encoded: a path with or
    /// without a query, or, which no browser sends, a whole `http` or `https` URI (RFC 6455 4.2.1,
    /// item 1). Complete once [`RequestReader::feed`] has said `Ok`; empty if no memory was lent.
    #[must_use]
    pub fn target(&self) -> &[u8] {
        self.fields.target.bytes().unwrap_or_default()
    }

    /// The value of `Host`. Complete once [`RequestReader::feed`] has said `Ok`; empty if no memory
    /// was lent.
    #[must_use]
    pub fn host(&self) -> &[u8] {
        self.fields.host.bytes().unwrap_or_default()
    }

    /// The value of `Origin`, which browsers send (RFC 6455 10.2: a server that is not for every web
    /// page has to look at it). `None` if there is none. Complete once [`RequestReader::feed`] has
    /// said `Ok`; empty if no memory was lent.
    #[must_use]
    pub fn origin(&self) -> Option<&[u8]> {
        self.fields.origin.bytes()
    }

    /// The subprotocols that the client offers, best first, as far as they fit into the memory lent
    /// for them.
    pub fn protocols(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.fields.protocols.iter()
    }

    /// Whether the client offers more protocols than fit into the memory lent for them.
    #[must_use]
    pub const fn are_protocols_cut(&self) -> bool {
        self.fields.protocols.is_cut()
    }

    /// The value of a header of this name, in any case, for which [`RequestMemory::headers`] has
    /// memory. `None` if there is none in the request. Complete once [`RequestReader::feed`] has said
    /// `Ok`; empty if its memory is.
    #[must_use]
    pub fn header(&self, name: &[u8]) -> Option<&[u8]> {
        self.fields.header(name)
    }

    /// The answer that accepts, with the chosen subprotocol, or an empty one for none.
    ///
    /// # Errors
    ///
    /// [`AnswerError::NotRead`] if [`RequestReader::feed`] has not said `Ok`;
    /// [`AnswerError::Protocol`] if the protocol is not among [`RequestReader::protocols`] (RFC 6455
    /// 4.2.2, item 5).
    pub fn accept<'a>(&self, protocol: &'a [u8]) -> Result<Answer<'a>, AnswerError> {
        let key = match self.step {
            Step::Done(Ok(())) => self.fields.key().ok_or(AnswerError::NotRead)?,
            _ => return Err(AnswerError::NotRead),
        };
        if !protocol.is_empty() && !self.protocols().any(|offered| offered == protocol) {
            return Err(AnswerError::Protocol);
        }
        Ok(Answer::accept(key.accept(), protocol))
    }

    const fn too_long(&self, excess: Excess) -> Rejection {
        match (excess, self.step) {
            (Excess::Section, _) => Rejection::TooLong,
            // RFC 7230 3.1.1: a target longer than the server wants to parse.
            (Excess::Line, Step::Line(_)) => Rejection::TargetTooLong,
            (Excess::Line, _) => Rejection::LineTooLong,
        }
    }

    /// Takes one byte; what the next one belongs to.
    fn take(&mut self, byte: u8) -> Result<Step, Rejection> {
        match self.step {
            Step::Line(mut line) => {
                if line.take(byte)? {
                    self.fields.found.line = line.judge();
                    return Ok(Step::Name { lines: Lines::Start, name: Matcher::new() });
                }
                if line.is_in_target() {
                    self.fields.target.take(byte);
                }
                Ok(Step::Line(line))
            }
            Step::Name { mut lines, mut name } => {
                match lines.take(byte).ok_or(Rejection::Header)? {
                    Token::Colon => {
                        return Ok(Step::Value { lines, value: self.fields.begin_value(name) });
                    }
                    Token::Name(byte) => self.fields.take_name(&mut name, byte),
                    Token::End => return self.fields.judge().map(|()| Step::Done(Ok(()))),
                    _ => {}
                }
                Ok(Step::Name { lines, name })
            }
            Step::Value { mut lines, mut value } => {
                match lines.take(byte).ok_or(Rejection::Header)? {
                    Token::Value(byte) => self.fields.take_value(&mut value, byte),
                    Token::ValueEnd => self.fields.end_value(&value),
                    Token::LineEnd => {
                        return Ok(Step::Name { lines, name: Matcher::new() });
                    }
                    _ => {}
                }
                Ok(Step::Value { lines, value })
            }
            Step::Done(outcome) => Ok(Step::Done(outcome)),
        }
    }
}
