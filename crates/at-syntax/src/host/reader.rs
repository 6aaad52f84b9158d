//! Bytes of a module to units, with no guess.

#[cfg(test)]
mod tests;

use super::echo::{Echo, Step, could_be_answer, could_be_unit, unit_start};
use super::found::{Found, read, without_end};
use super::line_buffer::LineBuffer;
use super::record::Head;
use super::{Fields, Lost, Record, Response};
use crate::Reply;
use crate::runs::{self, SHORTCUTS};

/// What the caller knows of what comes, the same from one call to the next until it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Expected<'a> {
    /// The statement whose echo is expected, with its line end; it is looked at after
    /// [`ResponseReader::expect_echo`] only.
    pub echo: &'a [u8],
    /// Units with binary data. The first that fits counts.
    pub records: &'a [Record<'a>],
    /// How other reports begin that may come inside an echo and are neither `+NAME` nor behind an empty line:
    /// `WIFI `, `0,CONNECT`. Elsewhere they are lines like all others.
    pub reports: &'a [&'a [u8]],
}

/// Turns what a module prints, cut anywhere, into units.
///
/// Nothing is guessed. What is an answer, a report or echo follows from the bytes and from what the caller
/// says: that the echo of a statement is [expected](Self::expect_echo), and which units have
/// [binary data](Record). Reports may come at any time, inside an echo too.
///
/// Lines, and heads of records, are collected in the memory lent to it, which bounds their length, line end
/// included: 256 bytes hold every report of the WebSocket commands, and the longest URI that fits into a
/// command of 256 bytes. Data of records is handed over where it stands in the input.
///
/// ```
/// use at_syntax::{Expected, Record, Reply, Response, ResponseReader};
///
/// let records = [Record::new(b"WS_DATA", 2, 1)];
/// let statement = b"AT+WSSEND=0,2\r\n";
/// let expected = Expected { echo: statement, records: &records, reports: &[] };
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
/// assert_eq!(seen, ["WS_DATA 6", r"\r\nOK\r\n", "Echoed", "Reply(Ok)", "Prompt"]);
/// ```
///
/// # When bytes are lost
///
/// A serial line without flow control loses bytes, and modules begin anew. The reader is in step again at the
/// end of the line after the damaged unit at the latest, and says [`Response::Lost`] where it can see it: a
/// line that is too long, a record whose head has no length or whose data is not followed by its line end, an
/// answer before the end of an echo. A damaged line may look like another line; it is a [`Response::Text`]
/// that nobody knows, or its fields do not parse.
///
/// Two things no reader can know without searching data, and this one does not search. A record that was cut
/// short, or whose length was damaged, takes its length out of what comes next: [`Record::at_most`] bounds
/// that, and whoever has waited long enough for the rest [gives it up](Self::resynchronize). And if the
/// beginning of a record is lost (its `+`, or the line end before it), its data is read as lines until it
/// ends, and what looks like an answer in it is reported as one.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ResponseReader<'m> {
    pub(super) line: LineBuffer<'m>,
    pub(super) state: State,
    pub(super) echo: Echo,
    /// The last byte was a prompt.
    pub(super) prompted: bool,
}

/// Where in the stream the reader is.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum State {
    /// A unit may begin.
    Start,
    /// In a line; the buffer has its bytes.
    Line,
    /// In a line inside an echo, where more than one place may be its beginning. The buffer has the bytes
    /// from the first of them on: so many of the echo, which are the statement's from this place on, and then
    /// what is certainly the line's.
    Doubt { echo: usize, from: usize },
    /// In a line that nobody looks at; its last byte.
    Skip(u8),
    /// In the data of a record.
    Data { left: u32, line_end: bool, tail: [u8; 2] },
    /// Behind it: CR, or CR and LF, is to come.
    RecordEnd { cr: bool },
}

impl<'m> ResponseReader<'m> {
    /// A reader at the beginning of a line, with memory for its longest line.
    pub const fn new(memory: &'m mut [u8]) -> Self {
        let line = LineBuffer::new(memory);
        Self { line, state: State::Start, echo: Echo::NONE, prompted: false }
    }

    /// From the next byte on, the echo of [`Expected::echo`] comes: to be called with every statement that
    /// is sent while the module's echo is on (`ATE1`, which it is after power-up). Bytes of a data phase are
    /// not echoed, nor is what a module takes while it is busy: a caller whose statement was answered with
    /// `busy p...` calls [`forget_echo`](Self::forget_echo).
    pub const fn expect_echo(&mut self) {
        self.begin_echo(true);
    }

    /// Likewise where it is not known whether the module's echo is on: the echo may come, and if an answer
    /// comes before it, none is expected any more, without [`Lost::Echo`].
    pub const fn allow_echo(&mut self) {
        self.begin_echo(false);
    }

    const fn begin_echo(&mut self, required: bool) {
        // Where a unit has begun inside the echo before this one does not matter any more.
        if matches!(self.state, State::Doubt { .. }) {
            self.state = State::Line;
        }
        self.echo = Echo::expected(required);
    }

    /// Whoever knows already that the echo is damaged does not hear of it again: it may come, as after
    /// [`allow_echo`](Self::allow_echo).
    pub const fn excuse_echo(&mut self) {
        self.echo.excuse();
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

    /// Gives up the unit that is incomplete, and returns how many bytes of its data never came: what comes up
    /// to the next line end is not looked at, unless the data ended with one. Between units it does nothing.
    /// For callers who have waited long enough for the rest of a record.
    pub const fn resynchronize(&mut self) -> usize {
        let missing = match self.state {
            State::Data { left, .. } => left as usize,
            _ => 0,
        };
        self.state = match self.state {
            State::Start
            | State::RecordEnd { cr: false }
            | State::Data { tail: [b'\r', b'\n'], .. } => State::Start,
            State::Data { tail: [_, last], .. } | State::Skip(last) => State::Skip(last),
            State::RecordEnd { cr: true } => State::Skip(b'\r'),
            State::Line | State::Doubt { .. } => State::Skip(self.line.last()),
        };
        missing
    }

    /// Forgets everything, as when the module was reset by its pin: a unit begins, and no echo is expected.
    pub const fn reset(&mut self) {
        self.state = State::Start;
        self.echo = Echo::NONE;
        self.prompted = false;
    }

    /// Takes bytes up to the end of a unit, or of data, with the end of its line if that stands behind it;
    /// returns how many, and what they were. `None`: more input is needed.
    #[cfg_attr(not(target_pointer_width = "32"), inline(always))]
    pub fn feed<'a>(
        &'a mut self,
        expected: &Expected<'_>,
        input: &'a [u8],
    ) -> (usize, Option<Response<'a>>) {
        if !SHORTCUTS {
            return self.feed_from(expected, input, 0);
        }
        let (mut taken, mut rest) = (0, input);
        match (self.state, input) {
            (State::Data { .. }, [_, ..]) => return self.take_data(input),
            (State::RecordEnd { cr: false }, [b'\r', b'\n', behind @ ..]) => {
                self.state = State::Start;
                (taken, rest) = (2, behind);
            }
            _ => {}
        }
        if rest.is_empty() {
            return (taken, None);
        }
        if let Some((n, record)) = self.whole_head(expected, rest) {
            return (n.saturating_add(taken), Some(record));
        }
        self.feed_from(expected, input, taken)
    }

    /// Likewise, behind what is taken already.
    fn feed_from<'a>(
        &'a mut self,
        expected: &Expected<'_>,
        input: &'a [u8],
        mut taken: usize,
    ) -> (usize, Option<Response<'a>>) {
        let found = loop {
            let Some(rest @ [byte, ..]) = input.get(taken..) else { return (taken, None) };
            if SHORTCUTS && let Some(line) = self.whole_line(expected, rest) {
                taken = taken.saturating_add(line.len());
                let response = read(without_end(line));
                match response {
                    None => continue,
                    Some(Response::Reply(reply)) if reply != Reply::Busy => {
                        // None is missing: it would be pending.
                        self.forget_echo();
                    }
                    Some(_) => {}
                }
                return (taken, response);
            }
            let (n, found) = match self.state {
                State::Data { .. } => {
                    let (n, data) = self.take_data(rest);
                    return (taken.saturating_add(n), data);
                }
                State::Line => self.take_run(expected, rest),
                _ => (1, self.take(expected, *byte)),
            };
            taken = taken.saturating_add(n);
            if matches!(found, Some(Found::Lost(Lost::Echo))) {
                // The last byte is not taken: it completes the answer next.
                taken = taken.saturating_sub(1);
            }
            if let Some(found) = found {
                break found;
            }
        };
        let line = self.line.bytes();
        let response = match found {
            Found::Reply(reply) => Some(Response::Reply(reply)),
            Found::Prompt => Some(Response::Prompt),
            Found::Line => read(without_end(line)),
            Found::Record(index, len) => {
                let record = expected.records.get(index);
                let fields = record.and_then(|record| record.fields_of(line)).unwrap_or_default();
                let name = record.and_then(|record| record.name_in(line)).unwrap_or_default();
                Some(Response::Record { name, fields: Fields::new(fields), len })
            }
            Found::Echoed => Some(Response::Echoed),
            Found::Lost(lost) => Some(Response::Lost(lost)),
        };
        (taken, response)
    }

    /// Takes data of a record, and behind the last of it the end of its line, if that is there already.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    fn take_data<'a>(&mut self, input: &'a [u8]) -> (usize, Option<Response<'a>>) {
        let State::Data { left, line_end, tail } = self.state else { return (0, None) };
        // No input is longer than that.
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        if let Some((octets, behind)) = input.split_at_checked(most) {
            let (state, end) = match (after_data(line_end), behind) {
                (State::RecordEnd { .. }, [b'\r', b'\n', ..]) => (State::Start, 2),
                (state, _) => (state, 0),
            };
            self.state = state;
            return (most.saturating_add(end), Some(Response::Data { octets, last: true }));
        }
        let left = left.saturating_sub(u32::try_from(input.len()).unwrap_or(u32::MAX));
        let tail = match (input, tail) {
            ([.., a, b], _) => [*a, *b],
            ([b], [_, a]) => [a, *b],
            ([], tail) => tail,
        };
        self.state = State::Data { left, line_end, tail };
        (input.len(), Some(Response::Data { octets: input, last: false }))
    }

    /// Takes bytes of a line up to the next that may end it, or the head of a record, and that one.
    fn take_run(&mut self, expected: &Expected<'_>, input: &[u8]) -> (usize, Option<Found>) {
        let records = expected.records;
        let end = if !matches!(self.line.bytes(), [b'+', ..]) {
            runs::find(input, [b'\n'])
        } else if SHORTCUTS && records.iter().all(|record| record.ends_with(b',')) {
            runs::find(input, [b'\n', b','])
        } else {
            let ends = |byte| byte == b'\n' || records.iter().any(|record| record.ends_with(byte));
            input.iter().position(|byte| ends(*byte))
        };
        let run = end.and_then(|end| input.get(..end)).unwrap_or(input);
        let appended = self.line.append(run);
        match input.get(appended) {
            None => (appended, None),
            Some(byte) => (appended.saturating_add(1), self.continue_line(expected, *byte)),
        }
    }

    /// Takes a byte that is neither data nor inside a line.
    fn take(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        match self.state {
            State::Start => self.begin(expected, byte),
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
            State::Line | State::Data { .. } => None,
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
        // At the beginning of a line only: inside an echo it is damage.
        if byte == b'>' && common.is_empty() {
            let lost = self.lost_echo();
            self.prompted = lost.is_none();
            return Some(lost.unwrap_or(Found::Prompt));
        }
        self.line.clear();
        let (first, end) = (common.start, common.end);
        // The bytes of the echo from the first place on where the unit may have begun.
        let may_begin = |start: &usize| {
            let bytes = expected.echo.get(*start..end).unwrap_or_default();
            could_be_unit(bytes, expected)
                || *start == first && self.echo.is_behind_unit(first) && could_be_answer(bytes)
        };
        let from = common.into_iter().find(may_begin).unwrap_or(end);
        let before = expected.echo.get(from..end).unwrap_or_default();
        if before.is_empty() || !before.iter().all(|byte| self.line.push(*byte)) {
            self.line.clear();
            self.echo.interrupted(end);
            self.state = State::Line;
            return self.continue_line(expected, byte);
        }
        self.continue_doubt(expected, byte, before.len(), from)
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
        if !self.line.push(byte) {
            self.echo.interrupted(from.saturating_add(echo));
            return Some(self.too_long(byte));
        }
        let behind_line_end = self.echo.is_behind_unit(from);
        let start = unit_start(self.line.bytes(), echo, behind_line_end, expected)?;
        self.echo.interrupted(from.saturating_add(start));
        self.line.drop_front(start);
        self.state = State::Line;
        self.look(expected, byte)
    }

    fn continue_line(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        if !self.line.push(byte) {
            return Some(self.too_long(byte));
        }
        self.look(expected, byte)
    }

    /// There is no memory for this byte, which may be the LF behind a CR that there was memory for.
    const fn too_long(&mut self, byte: u8) -> Found {
        self.state = match (self.line.last(), byte) {
            (b'\r', b'\n') => State::Start,
            _ => State::Skip(byte),
        };
        Found::Lost(Lost::TooLong)
    }

    /// Whether a line or the head of a record ends with the byte that was put last.
    fn look(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        match self.line.bytes() {
            [line @ .., b'\r', b'\n'] => {
                let found = if is_broken_record(line, expected.records) {
                    Some(Found::Lost(Lost::Length))
                } else {
                    Found::of_line(line)
                };
                self.state = State::Start;
                match found? {
                    Found::Reply(reply) if reply != Reply::Busy => {
                        let lost = self.lost_echo();
                        if lost.is_some() {
                            // The line's last byte is looked at again.
                            self.state = State::Line;
                            self.line.pop();
                        }
                        Some(lost.unwrap_or(Found::Reply(reply)))
                    }
                    found => Some(found),
                }
            }
            [b'+', ..] => self.find_record(expected, byte),
            _ => None,
        }
    }

    /// Whether the line is the head of a record.
    fn find_record(&mut self, expected: &Expected<'_>, byte: u8) -> Option<Found> {
        let line = self.line.bytes();
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
                Head::Complete(left) => {
                    let (line_end, tail) = (record.has_line_end(), [0; 2]);
                    self.state = State::Data { left, line_end, tail };
                    return Some(Found::Record(index, left));
                }
                Head::NoLength => {
                    self.state = State::Skip(byte);
                    return Some(Found::Lost(Lost::Length));
                }
            }
        }
        None
    }

    /// An answer has come: the echo comes before it or not at all.
    const fn lost_echo(&mut self) -> Option<Found> {
        let missing = self.echo.is_missing();
        self.echo = Echo::NONE;
        if missing { Some(Found::Lost(Lost::Echo)) } else { None }
    }
}

/// A whole line with the name of a record: its head was damaged, and what follows may be its data.
fn is_broken_record(line: &[u8], records: &[Record<'_>]) -> bool {
    records.iter().any(|record| record.fields_of(line).is_some())
}

pub(super) const fn after_data(line_end: bool) -> State {
    if line_end { State::RecordEnd { cr: false } } else { State::Start }
}
