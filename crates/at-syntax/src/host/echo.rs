//! The echo of a statement, with whatever a module prints inside it.

use core::ops::Range;

use super::Expected;
use super::found::is_name;
use crate::Reply;

/// How far the echo has come.
///
/// Echo is the statement's own bytes, in order; between any two of them a report may stand, which is a whole
/// unit of its own. Where the bytes differ from the statement, a unit has begun; it may have begun
/// sooner, with bytes that both have in common: `AT+WS` and then `_DATA` is `AT` and a report `+WS_DATA`.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Echo {
    /// More of it is to come.
    pending: bool,
    /// It has to come: an answer before its end shows that something was lost.
    required: bool,
    /// Bytes of the statement that have come.
    at: usize,
    /// Those that have come for certain: a report inside them is over.
    certain: usize,
}

/// What a byte at a place where a unit may begin is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Not echo.
    Other,
    /// A byte of the echo.
    More,
    /// Its last one.
    End,
    /// A byte of a unit. These bytes of the statement came before it and may belong to the unit, too.
    Unit(Range<usize>),
}

impl Echo {
    pub(super) const NONE: Self = Self { pending: false, required: false, at: 0, certain: 0 };

    pub(super) const fn expected(required: bool) -> Self {
        Self { pending: true, required, at: 0, certain: 0 }
    }

    /// It need not come.
    pub(super) const fn excuse(&mut self) {
        self.required = false;
    }

    pub(super) const fn is_pending(&self) -> bool {
        self.pending
    }

    /// Some of it has to come and has not.
    pub(super) const fn is_missing(&self) -> bool {
        self.pending && self.required
    }

    /// Looks at a byte.
    pub(super) fn step(&mut self, statement: &[u8], byte: u8) -> Step {
        // A statement that is empty has no echo.
        self.pending &= !statement.is_empty();
        if !self.pending {
            return Step::Other;
        }
        if statement.get(self.at) != Some(&byte) {
            return Step::Unit(self.certain..self.at);
        }
        self.at = self.at.saturating_add(1);
        if self.at < statement.len() {
            return Step::More;
        }
        self.pending = false;
        Step::End
    }

    /// A unit ended at this place of the statement, so that a line begins there.
    pub(super) const fn is_behind_unit(&self, at: usize) -> bool {
        self.certain == at
    }

    /// A unit has begun where so many bytes of the statement had come.
    pub(super) const fn interrupted(&mut self, at: usize) {
        (self.at, self.certain) = (at, at);
    }
}

/// Where in `bytes` the unit begins: `bytes` are so many of the echo, and then what is certainly the unit's.
/// `None`: more bytes have to come. `behind_line_end`: the first of them stands where a line begins.
pub(super) fn unit_start(
    bytes: &[u8],
    echo: usize,
    behind_line_end: bool,
    expected: &Expected<'_>,
) -> Option<usize> {
    let last = bytes.last().copied().unwrap_or_default();
    if behind_line_end && could_be_answer(bytes) {
        return (last == b'\n').then_some(0);
    }
    let mut starts = (0..=echo)
        .rev()
        .filter(|start| could_be_unit(bytes.get(*start..).unwrap_or_default(), expected));
    // The last place counts, once the unit has a whole name there. If there is none, it is some other line,
    // which begins where the echo ends.
    let start = starts.next().unwrap_or(echo);
    let in_doubt = start != echo || starts.next().is_some();
    (!in_doubt || matches!(last, b':' | b',' | b' ' | b'\n')).then_some(start)
}

/// Whether a unit may begin with these bytes: `+`, a name and its mark, or its line end; an empty line; what
/// the caller says.
pub(super) fn could_be_unit(bytes: &[u8], expected: &Expected<'_>) -> bool {
    match bytes {
        [b'+', rest @ ..] => {
            let name = rest.iter().take_while(|byte| is_name(**byte)).count();
            match rest.split_at_checked(name) {
                Some((_, [])) => true,
                Some((name, [b':' | b'\r', ..])) => !name.is_empty(),
                Some((name, [mark, ..])) => {
                    expected.records.iter().any(|record| record.begins(name, *mark))
                }
                None => false,
            }
        }
        [b'\r'] | [b'\r', b'\n', ..] => true,
        _ => expected
            .reports
            .iter()
            .any(|report| report.starts_with(bytes) || bytes.starts_with(report)),
    }
}

/// Whether these bytes, at the beginning of a line, are the beginning of an answer.
pub(super) fn could_be_answer(bytes: &[u8]) -> bool {
    const OTHERS: [&[u8]; 2] = [b"busy s...\r\n", b"ERR CODE:0x"];
    let answers =
        [Reply::Ok, Reply::Error, Reply::SendOk, Reply::SendFail, Reply::Busy, Reply::Ready];
    // Behind the empty line that they all begin with.
    let mut lines = answers.iter().filter_map(|answer| answer.as_bytes().strip_prefix(b"\r\n"));
    let begins = |line: &[u8]| line.starts_with(bytes) || bytes.starts_with(line);
    lines.any(begins) || OTHERS.into_iter().any(begins)
}
