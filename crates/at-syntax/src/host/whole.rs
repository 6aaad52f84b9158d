//! Units that stand whole in the input are read there: the shorter way for what comes most. It does to a reader
//! what the longer way would have done by the unit's end, and leaves to that whatever has to be decided.

use super::reader::{Expected, ResponseReader, State, after_data};
use super::record::Plain;
use super::{Fields, Record, Response};
use crate::runs;

impl ResponseReader<'_> {
    /// What the input begins with is a unit, if it is whole; nothing else is to be decided. What does not fit
    /// into the memory is too long, wherever it stands: only so much of the input is given back.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    fn plain<'a>(&self, input: &'a [u8]) -> Option<&'a [u8]> {
        if !matches!(self.state, State::Start) || self.prompted || self.echo.is_pending() {
            return None;
        }
        Some(input.get(..self.line.room()).unwrap_or(input))
    }

    /// The head of a record at the front of the input, if there is nothing but short numbers in it; and how
    /// many bytes it takes.
    #[cfg_attr(not(target_pointer_width = "32"), inline(always))]
    pub(super) fn whole_head<'a>(
        &mut self,
        expected: &Expected<'_>,
        input: &'a [u8],
    ) -> Option<(usize, Response<'a>)> {
        let [b'+', unit @ ..] = self.plain(input)? else { return None };
        if let [record] = expected.records {
            return self.head_of(record, unit).ok();
        }
        // Of several that this may be, the one whose head ends first counts: plain is that only if all marks
        // are commas and all names are one.
        let mut named = expected.records.iter().filter(|record| record.begins_with_name(input));
        let first = named.clone().next()?;
        let ends_sooner =
            |record: &Record<'_>| !record.ends_with(b',') || !record.is_called_as(first);
        if named.any(ends_sooner) {
            return None;
        }
        for record in expected.records {
            match self.head_of(record, unit) {
                Ok(head) => return Some(head),
                Err(Plain::Unknown) => return None,
                Err(_) => {}
            }
        }
        None
    }

    /// The head of this record, if it is that.
    #[cfg_attr(not(target_pointer_width = "32"), inline(always))]
    fn head_of<'a>(
        &mut self,
        record: &Record<'_>,
        unit: &'a [u8],
    ) -> Result<(usize, Response<'a>), Plain<'a>> {
        let (name, fields, len) = match record.plain_head(unit) {
            Plain::Head { name, fields, len } => (name, fields, len),
            other => return Err(other),
        };
        let line_end = record.has_line_end();
        self.state = match len {
            0 => after_data(line_end),
            left => State::Data { left, line_end, tail: [0; 2] },
        };
        // `+`, the name and its mark, the fields and the mark behind them.
        let taken = name.len().saturating_add(fields.len()).saturating_add(3);
        Ok((taken, Response::Record { name, fields: Fields::new(fields), len }))
    }

    /// The line at the front of the input, with its end, if it is neither a prompt nor a record.
    pub(super) fn whole_line<'a>(
        &self,
        expected: &Expected<'_>,
        input: &'a [u8],
    ) -> Option<&'a [u8]> {
        let input = self.plain(input)?;
        let line = input.get(..=runs::find(input, [b'\n'])?)?;
        let is_other = matches!(line, [b'>', ..])
            || expected.records.iter().any(|record| record.begins_with_name(line));
        if line.ends_with(b"\r\n") && !is_other { Some(line) } else { None }
    }
}
