//! The server's answer, judged byte by byte.

use super::HandshakeError;
use super::details::{Details, Notes};
use super::field::{Field, NAMES};
use super::found::{Expected, Found};
use super::status::{SWITCHING, Status, StatusLine, is_interim};
use crate::handshake::limit::Limit;
use crate::handshake::lines::{Lines, Token};
use crate::handshake::matcher::{Word, first_word};
use crate::handshake::text::{is_field_byte, is_space, is_token_byte};
use crate::handshake::upgrade::{UPGRADE, WEBSOCKET};

/// Reads the server's answer to a [`Request`](crate::Request), in pieces of any size, in a few
/// dozen bytes of state: neither names nor values are stored.
///
/// What it demands (RFC 6455 4.1): status 101 of HTTP/1.1; exactly one `Upgrade` that is `websocket` and
/// exactly one right `Sec-WebSocket-Accept`; `upgrade` among the elements of `Connection`; no
/// extension; at most one `Sec-WebSocket-Protocol`, with one of the offered protocols, in the same
/// case. Other headers are skipped, whatever their length, but they must be well formed (RFC 7230
/// 3.2): a name, a colon right behind it, no control character but the tab, CR LF at the end. A
/// bare LF, a bare CR and a folded line are refused. Interim answers (status 100 and 102 to 199, RFC
/// 7231 6.2) before the final one are skipped.
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
    status: StatusLine,
    lines: Lines,
    /// The header that the present line is, once its name is complete.
    field: Field,
    /// Its name, and then its value.
    word: Word,
    kind: Kind,
    found: Found,
}

/// What the status line says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Kind {
    /// Nothing yet.
    Unknown,
    /// RFC 7231 6.2: another answer follows this one.
    Interim,
    /// No upgrade, and this status.
    Refusal(u16),
    /// The headers decide. The status may be another one than 101 only if any will do.
    Upgrade(u16),
}

/// What the next byte belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Step {
    Status,
    Name,
    Value,
    Done(Result<(), HandshakeError>),
}

impl Response {
    /// Before the first byte of the answer. `accept` is what [`Key::accept`](crate::Key::accept)
    /// gave; `limit` is the greatest length of the whole header section in bytes, from the status
    /// line to the blank line, both included, and with all interim answers before it.
    #[must_use]
    pub const fn new(accept: [u8; 28], limit: usize) -> Self {
        Self {
            accept,
            only_accept: false,
            limit: Limit::new(limit),
            step: Step::Status,
            status: StatusLine::new(),
            lines: Lines::Start,
            field: Field::Other,
            word: Word::new(),
            kind: Kind::Unknown,
            found: Found::new(),
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
    /// final status may be any, `Upgrade` and `Connection` may be missing or anything, and so may
    /// `Sec-WebSocket-Protocol` and `Sec-WebSocket-Extensions`: frames of an extension that was not
    /// offered will then be faults. What is malformed as HTTP or not HTTP/1.1 is still refused. To be
    /// chosen before the first byte.
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

    /// The protocol that the server chose, as it stands in `offered`, the protocol list of the
    /// request. `None` if it chose none, which is a success too, or has not said so yet.
    #[must_use]
    pub fn protocol<'o>(&self, offered: &'o [u8]) -> Option<&'o [u8]> {
        offered.get(self.found.chosen()?..).map(first_word)
    }

    fn run<N: Notes>(
        &mut self,
        offered: &[u8],
        input: &[u8],
        notes: &mut N,
    ) -> (usize, Option<Result<(), HandshakeError>>) {
        let mut taken: usize = 0;
        while let Some((byte, rest)) = input.get(taken..).and_then(<[u8]>::split_first) {
            if let Step::Done(_) = self.step {
                break;
            }
            taken = taken.wrapping_add(1);
            let excess = self.limit.spend(*byte);
            let error = match self.take(offered, *byte, notes) {
                Err(error) => error,
                Ok(()) if excess.is_none() || matches!(self.step, Step::Done(_)) => {
                    taken = taken.wrapping_add(self.pass_over::<N>(offered, rest));
                    continue;
                }
                Ok(()) => HandshakeError::TooLong,
            };
            self.step = Step::Done(Err(self.failed(error)));
        }
        match self.step {
            Step::Done(outcome) => (taken, Some(outcome)),
            _ => (taken, None),
        }
    }

    /// Takes what comes next as long as it means nothing, or is what it should be; how many bytes. Only a
    /// shorter way for what [`take`](Self::take) does with each of them.
    fn pass_over<N: Notes>(&mut self, offered: &[u8], input: &[u8]) -> usize {
        let input = input.get(..self.limit.room().min(input.len())).unwrap_or_default();
        let is_passed: fn(u8) -> bool = match (self.step, self.lines, self.field) {
            (Step::Status, ..) if !N::WANTED && self.status.is_in_reason() => is_field_byte,
            (Step::Name, Lines::Name, _) if self.word.is_lost() => is_token_byte,
            (Step::Value, Lines::Value, Field::Other) => is_field_byte,
            _ => return self.run_on(offered, input),
        };
        let passed = input.iter().take_while(|byte| is_passed(**byte)).count();
        self.limit.spend_run(passed);
        passed
    }

    /// Takes what comes next as long as it is the next of a name or a value that is looked for.
    fn run_on(&mut self, offered: &[u8], input: &[u8]) -> usize {
        let taken = match (self.step, self.lines, self.field) {
            (Step::Name, Lines::Name, _) => self.word.run_in_any_case(NAMES, input),
            (Step::Value, Lines::Value, Field::Upgrade) => {
                self.word.run_in_any_case(WEBSOCKET, input)
            }
            (Step::Value, Lines::Value, Field::Connection) => {
                self.word.run_in_any_case(UPGRADE, input)
            }
            (Step::Value, Lines::Value, Field::Accept) => self.word.run(&self.accept, input),
            (Step::Value, Lines::Value, Field::Protocol) => self.word.run(offered, input),
            _ => 0,
        };
        self.limit.spend_run(taken);
        taken
    }

    /// What is wrong with an answer whose status is wrong is its status.
    const fn failed(&self, error: HandshakeError) -> HandshakeError {
        match self.kind {
            Kind::Unknown | Kind::Interim | Kind::Upgrade(SWITCHING) => error,
            Kind::Refusal(status) | Kind::Upgrade(status) => HandshakeError::Status(status),
        }
    }

    /// Takes one byte.
    fn take<N: Notes>(
        &mut self,
        offered: &[u8],
        byte: u8,
        notes: &mut N,
    ) -> Result<(), HandshakeError> {
        match self.step {
            Step::Status => self.take_status(byte, notes),
            Step::Name => match self.lines.take(byte).ok_or(HandshakeError::Header)? {
                Token::Colon => {
                    self.field = self.wanted(Field::of(&self.word), notes);
                    self.found.begin(self.field, offered);
                    (self.step, self.word) = (Step::Value, Word::new());
                    self.found.fault(self.only_accept)
                }
                Token::Name(byte) => {
                    self.word.take(NAMES, byte);
                    Ok(())
                }
                Token::End => self.end_section(),
                _ => Ok(()),
            },
            Step::Value => {
                let expected = Expected { accept: &self.accept, offered };
                let (field, value) = (self.field, &mut self.word);
                match (self.lines.take(byte).ok_or(HandshakeError::Header)?, field) {
                    (Token::Value(byte), Field::Note(note)) => notes.take(note, byte),
                    (Token::Value(byte), _) if is_space(byte) => value.space(),
                    (Token::Value(byte), _) => self.found.take(field, value, byte, expected),
                    (Token::ValueEnd, _) => self.found.end(field, value, expected),
                    (Token::LineEnd, _) => (self.step, self.word) = (Step::Name, Word::new()),
                    _ => {}
                }
                self.found.fault(self.only_accept)
            }
            Step::Done(_) => Ok(()),
        }
    }

    /// One byte of the status line.
    fn take_status<N: Notes>(&mut self, byte: u8, notes: &mut N) -> Result<(), HandshakeError> {
        let in_reason = self.status.is_in_reason();
        let Some(Status { code, is_http_1_1 }) = self.status.take(byte)? else {
            if in_reason && byte != b'\r' {
                notes.reason(byte);
            }
            return Ok(());
        };
        self.kind = match code {
            SWITCHING => Kind::Upgrade(code),
            _ if is_interim(code) => Kind::Interim,
            _ if self.only_accept && is_http_1_1 => Kind::Upgrade(code),
            // RFC 6455 4.1, item 1: any other status is HTTP's business, which ends here or, if
            // somebody wants to know more, with the section.
            _ if N::WANTED => Kind::Refusal(code),
            _ => return Err(HandshakeError::Status(code)),
        };
        (self.step, self.lines, self.word) = (Step::Name, Lines::Start, Word::new());
        Ok(())
    }

    /// What a header is here: some count in some answers only.
    fn wanted<N: Notes>(&self, field: Field, notes: &mut N) -> Field {
        let is_wanted = match (self.kind, field) {
            // RFC 7231 6.2: a client may ignore an interim answer.
            (Kind::Unknown | Kind::Interim, _) => false,
            (_, Field::Note(note)) => notes.begin(note),
            (Kind::Refusal(_), _) => false,
            (Kind::Upgrade(_), _) => true,
        };
        if is_wanted { field } else { Field::Other }
    }

    /// The blank line.
    fn end_section(&mut self) -> Result<(), HandshakeError> {
        match self.kind {
            Kind::Unknown | Kind::Interim => {
                (self.step, self.status) = (Step::Status, StatusLine::new());
            }
            Kind::Refusal(status) => return Err(HandshakeError::Status(status)),
            Kind::Upgrade(_) => {
                self.found.judge(self.only_accept)?;
                self.step = Step::Done(Ok(()));
            }
        }
        Ok(())
    }
}
