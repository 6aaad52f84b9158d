//! Bytes of a module to units, with no guess.

#[cfg(test)]
mod tests;

use super::echo::{Echo, Step, could_be_unit};
use super::found::{Found, read, split_line, without_end};
use super::record::Head;
use super::{Fields, Lost, Record, Response};
use crate::{DataPhase, Reply};

/// What the caller knows of what comes, the same from one call to the next until it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Expected<'a> {
    /// The statement whose echo is expected, with its line end; it is looked at after
    /// [`ResponseReader::expect_echo`] only.
    pub echo: &'a [u8],
    /// Units with binary data. The first that fits counts.
    pub records: &'a [Record<'a>],
}

/// Turns what a module prints, cut anywhere, into units.
///
/// Nothing is guessed. What is an answer, a report or echo follows from the bytes and from what the caller says: that the
/// echo of a statement is [expected](Self::expect_echo), and which units have [binary data](Record). Reports may
/// come at any time, inside an echo too.
///
/// Lines, and heads of records, are collected in the memory lent to it, which bounds their length, line end included:
/// 256 bytes hold every report of the WebSocket commands and a URI of 230 bytes. Data of records is handed over where it
/// stands in the input.
///
/// ```
/// use at_syntax::{Expected, Record, Reply, Response, ResponseReader};
///
/// let records = [Record::new(b"WS_DATA", 2, 1)];
/// let statement = b"AT+WSSEND=0,2\r\n";
/// let expected = Expected { echo: statement, records: &records };
/// let mut memory = [0; 256];
/// let mut reader = ResponseReader::new(&mut memory);
/// reader.expect_echo();
///
/// // The echo, with a record in it; then the prompt.
/// let mut input = &b"AT+WS+WS_DATA:0,6,\r\nOK\r\n\r\nSEND=0,2\r\n\r\nOK\r\n\r\n>"[..];
/// let mut seen = Vec::new();
/// while !input.is_empty() {
///     let (taken, response) = reader.feed(&expected, input);
///     input = &input[taken..];
///     match response {
///         Some(Response::Record { name, len, .. }) => seen.push(format!("{} {len}", name.escape_ascii())),
///         Some(Response::Data { octets, .. }) => seen.push(format!("{}", octets.escape_ascii())),
///         Some(response) => seen.push(format!("{response:?}")),
///         None => {}
///     }
/// }
/// assert_eq!(seen, ["WS_DATA 6", r"\r\nOK\r\n", "Echoed", "Reply(Ok)", "Reply(Prompt)"]);
/// ```
///
/// # When bytes are lost
///
/// A serial line without flow control loses bytes, and modules begin anew. The reader is in step again at the end of
/// the line after the damaged unit at the latest, and says [`Response::Lost`] where it can see it: a line that is too long, a
/// record whose data is not followed by its line end, an answer before the end of an echo. A damaged line may look like
/// another line; it is a [`Response::Text`] that nobody knows, or its fields do not parse. A record that was cut
/// short takes its length out of what comes next, since data is never searched: whoever has waited long enough
/// for the rest [gives it up](Self::resynchronize).
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ResponseReader<'m> {
    buffer: &'m mut [u8],
    filled: usize,
    state: State,
    echo: Echo,
    /// The last byte was a prompt.
    prompted: bool,
    /// An answer that is due after [`Lost::Echo`].
    held: Option<Reply>,
}

/// Where in the stream the reader is.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum State {
    /// A unit may begin.
    Start,
    /// In a line; the buffer has its bytes.
    Line,
    /// In a line inside an echo, where more than one place may be its beginning. The buffer has the bytes from the first of them on:
    /// so many of the echo, which are the statement's from this place on, and then what is certainly the line's.
    Doubt { echo: usize, from: usize },
    /// In a line that nobody looks at; its last byte.
    Skip(u8),
    /// In the data of a record.
    Data { phase: DataPhase, line_end: bool },
    /// Behind it: CR, or CR and LF, is to come.
    RecordEnd { cr: bool },
}

impl<'m> ResponseReader<'m> {
    /// A reader at the beginning of a line, with memory for its longest line.
    pub const fn new(buffer: &'m mut [u8]) -> Self {
        Self {
            buffer,
            filled: 0,
            state: State::Start,
            echo: Echo::NONE,
            prompted: false,
            held: None,
        }
    }

    /// From the next byte on, the echo of [`Expected::echo`] comes: to be called with every statement that
    /// is sent while the module's echo is on (`ATE1`, which it is after power-up). Bytes of a data phase are not echoed, nor is what a
    /// module takes while it is busy.
    pub const fn expect_echo(&mut self) {
        self.echo = Echo::expected();
    }

    /// The echo is no longer expected.
    pub const fn forget_echo(&mut self) {
        self.echo = Echo::NONE;
    }

    /// Some of an expected echo has not come yet.
    #[must_use]
    pub const fn is_echo_pending(&self) -> bool {
        self.echo.is_pending()
    }

    /// Some of a unit has come and some has not: more is to come soon, or never.
    #[must_use]
    pub const fn is_inside_unit(&self) -> bool {
        !matches!(self.state, State::Start)
    }

    /// Gives up the unit that is incomplete: what comes up to the next line end is not looked at. Between units it does
    /// nothing. For callers who have waited long enough for the rest of a record.
    pub const fn resynchronize(&mut self) {
        if self.is_inside_unit() {
            self.state = State::Skip(0);
        }
    }

    /// Forgets everything, as when the module was reset by its pin: a unit begins, and no echo is expected.
    pub const fn reset(&mut self) {
        self.state = State::Start;
        self.echo = Echo::NONE;
        self.prompted = false;
        self.held = None;
    }

    /// Takes bytes up to the end of a unit, or of data; returns how many, and what they were. `None`: more
    /// input is needed. A unit may also be found before the first byte is taken.
    pub fn feed<'a>(
        &'a mut self,
        expected: &Expected<'_>,
        input: &'a [u8],
    ) -> (usize, Option<Response<'a>>) {
        let (taken, found) = self.find(expected, input);
        let line = self.buffer.get(..self.filled).unwrap_or_default();
        let response = found.map(|found| match found {
            Found::Reply(reply) => Response::Reply(reply),
            Found::ErrorCode(code) => Response::ErrorCode(code),
            Found::Line => match split_line(without_end(line)) {
                Some((name, fields)) => Response::Line { name, fields: Fields::new(fields) },
                None => Response::Text(without_end(line)),
            },
            Found::Text => Response::Text(without_end(line)),
            Found::Record(index, len) => {
                let record = expected.records.get(index);
                let fields = record.and_then(|record| record.fields_of(line)).unwrap_or_default();
                let name = record.and_then(|record| record.name_in(line)).unwrap_or_default();
                Response::Record { name, fields: Fields::new(fields), len }
            }
            Found::Data { len, last } => {
                let start = taken.saturating_sub(len);
                Response::Data { octets: input.get(start..taken).unwrap_or_default(), last }
            }
            Found::Echoed => Response::Echoed,
            Found::Lost(lost) => Response::Lost(lost),
        });
        (taken, response)
    }

    fn find(&mut self, expected: &Expected<'_>, input: &[u8]) -> (usize, Option<Found>) {
        if let Some(reply) = self.held.take() {
            return (0, Some(Found::Reply(reply)));
        }
        let mut taken = 0_usize;
        while let Some(rest) = input.get(taken..)
            && let Some(&byte) = rest.first()
        {
            if let State::Data { phase, line_end } = &mut self.state {
                let len = phase.take(rest).len();
                let last = phase.is_complete();
                if last {
                    self.state = after_data(*line_end);
                }
                return (taken.saturating_add(len), Some(Found::Data { len, last }));
            }
            taken = taken.saturating_add(1);
            let found = self.take(expected, byte);
            if found.is_some() {
                return (taken, found);
            }
        }
        (taken, None)
    }

    /// Takes a byte that is not data.
    fn take(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        match self.state {
            State::Start => self.begin(expected, byte),
            State::Line => self.continue_line(expected, byte),
            State::Doubt { echo, from } => self.continue_doubt(expected, byte, echo, from),
            State::Skip(last) => {
                self.state = match (last, byte) {
                    (b'\r', b'\n') => State::Start,
                    _ => State::Skip(byte),
                };
                None
            }
            State::RecordEnd { cr } => {
                self.state = match (cr, byte) {
                    (false, b'\r') => State::RecordEnd { cr: true },
                    (true, b'\n') => State::Start,
                    _ => {
                        self.state = State::Skip(byte);
                        return Some(Found::Lost(Lost::RecordEnd));
                    }
                };
                None
            }
            State::Data { .. } => None,
        }
    }

    /// Takes a byte where a unit may begin.
    fn begin(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        // Before v2.0 a space follows the prompt.
        if core::mem::take(&mut self.prompted) && byte == b' ' {
            return None;
        }
        let common = match self.echo.step(expected.echo, byte) {
            Step::More => return None,
            Step::End => return Some(Found::Echoed),
            Step::Other => 0..0,
            Step::Unit(common) => common,
        };
        if byte == b'>' {
            self.echo.interrupted(common.end);
            self.prompted = true;
            return Some(self.answer(Reply::Prompt));
        }
        self.filled = 0;
        let mut from = common.end;
        for start in common.clone() {
            let text = expected.echo.get(start..common.end).unwrap_or_default();
            if could_be_unit(text) {
                from = start;
                break;
            }
        }
        for &before in expected.echo.get(from..common.end).unwrap_or_default() {
            if let Some(place) = self.buffer.get_mut(self.filled) {
                *place = before;
                self.filled = self.filled.saturating_add(1);
            }
        }
        let echo = common.end.saturating_sub(from);
        if echo == 0 || echo != self.filled {
            self.filled = 0;
            self.echo.interrupted(common.end);
            self.state = State::Line;
            return self.continue_line(expected, byte);
        }
        self.continue_doubt(expected, byte, echo, from)
    }

    /// Takes a byte of a line whose beginning is not certain.
    fn continue_doubt(
        &mut self,
        expected: &Expected<'_>,
        byte: u8,
        echo: usize,
        from: usize,
    ) -> Option<Found> {
        self.state = State::Doubt { echo, from };
        let Some(place) = self.buffer.get_mut(self.filled) else {
            self.echo.interrupted(from.saturating_add(echo));
            self.state = State::Skip(byte);
            return Some(Found::Lost(Lost::TooLong));
        };
        *place = byte;
        self.filled = self.filled.saturating_add(1);
        let bytes = self.buffer.get(..self.filled).unwrap_or_default();
        let mut starts =
            (0..=echo).rev().filter(|start| could_be_unit(bytes.get(*start..).unwrap_or_default()));
        // The last place counts, once it has a whole name. If there is none, it is some other line, which
        // begins where the echo ends.
        let start = starts.next().unwrap_or(echo);
        if starts.next().is_some() && !matches!(byte, b':' | b',' | b' ' | b'\n') {
            return None;
        }
        self.echo.interrupted(from.saturating_add(start));
        self.filled = self.filled.saturating_sub(start);
        for to in 0..self.filled {
            let byte = self.buffer.get(to.saturating_add(start)).copied();
            if let (Some(place), Some(byte)) = (self.buffer.get_mut(to), byte) {
                *place = byte;
            }
        }
        self.state = State::Line;
        self.look(expected, byte)
    }

    fn continue_line(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        let Some(place) = self.buffer.get_mut(self.filled) else {
            self.state = State::Skip(byte);
            return Some(Found::Lost(Lost::TooLong));
        };
        *place = byte;
        self.filled = self.filled.saturating_add(1);
        self.look(expected, byte)
    }

    /// Whether a line or the head of a record ends with the byte that was put last.
    fn look(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        let line = self.buffer.get(..self.filled).unwrap_or_default();
        match line {
            [line @ .., b'\r', b'\n'] => {
                self.state = State::Start;
                match read(line)? {
                    Found::Reply(reply) => Some(self.answer(reply)),
                    found => Some(found),
                }
            }
            [b'+', ..] => self.find_record(expected, byte),
            _ => None,
        }
    }

    /// Whether the line is the head of a record.
    fn find_record(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        let line = self.buffer.get(..self.filled).unwrap_or_default();
        for (index, record) in expected.records.iter().enumerate() {
            if !matches!(byte, b',' | b':') && !record.ends_with(byte) {
                continue;
            }
            match record.head(line) {
                Head::No => {}
                Head::Incomplete => return None,
                Head::Complete(0) => {
                    self.state = after_data(record.has_line_end());
                    return Some(Found::Record(index, 0));
                }
                Head::Complete(len) => {
                    let phase = DataPhase::new(usize::try_from(len).unwrap_or(usize::MAX));
                    self.state = State::Data { phase, line_end: record.has_line_end() };
                    return Some(Found::Record(index, len));
                }
                Head::NoLength => {
                    self.state = State::Skip(byte);
                    return Some(Found::Lost(Lost::Length));
                }
            }
        }
        None
    }

    /// An answer; the echo comes before it or not at all.
    fn answer(&mut self, reply: Reply) -> Found {
        if !self.echo.is_pending() || matches!(reply, Reply::Busy) {
            return Found::Reply(reply);
        }
        self.echo = Echo::NONE;
        self.held = Some(reply);
        Found::Lost(Lost::Echo)
    }
}

const fn after_data(line_end: bool) -> State {
    if line_end { State::RecordEnd { cr: false } } else { State::Start }
}
