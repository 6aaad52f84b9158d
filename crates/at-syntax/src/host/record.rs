//! Units with binary data in them, whose length their head tells.

use super::Fields;

/// A unit that the caller expects, `+NAME:field,…,field,DATA`, in whose head one field is the length of the
/// data.
///
/// The data may be anything, and longer than any buffer; no byte of it is looked at.
///
/// ```
/// use at_syntax::Record;
///
/// // +WS_DATA:<link_id>,<data_len>,<data> CR LF
/// const DATA: Record<'static> = Record::new(b"WS_DATA", 2, 1);
/// // Of link 1 alone, with more in its head and no line end, as AT+WSDATAFMT can have it
/// const DATA_OF_1: Record<'static> = Record::new(b"WS_DATA", 6, 5).of_first(1).without_line_end();
/// // +IPD,<link ID>,<length>:<data>, which has other marks
/// const IPD: Record<'static> = Record::new(b"IPD", 2, 1).with_marks(b',', b':').without_line_end();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Record<'a> {
    name: &'a [u8],
    fields: u8,
    length: u8,
    first: Option<u32>,
    line_end: bool,
    most: u32,
    /// Behind the name, and before the data.
    marks: (u8, u8),
}

/// What a beginning of a line is, seen as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// Of another unit, as far as that can be seen.
    No,
    /// The beginning of its head.
    Incomplete,
    /// Its head, with this length.
    Complete(u32),
    /// Its head, but the length is none.
    NoLength,
}

/// What the beginning of a unit is, as far as that can be seen at a glance.
pub(super) enum Plain<'l> {
    /// Not such a record.
    No,
    /// Its whole head, and all its fields are short numbers.
    Head { name: &'l [u8], fields: &'l [u8], len: u32 },
    /// Look closer.
    Unknown,
}

impl<'a> Record<'a> {
    /// A record with this name and so many fields in its head, of which the one at the index `length`,
    /// counted from 0, is the length of the data. A line end follows the data.
    #[must_use]
    pub const fn new(name: &'a [u8], fields: u8, length: u8) -> Self {
        Self {
            name,
            fields,
            length,
            first: None,
            line_end: true,
            most: u32::MAX,
            marks: (b':', b','),
        }
    }

    /// Only if its first field is this number: links may have formats of their own.
    #[must_use]
    pub const fn of_first(self, first: u32) -> Self {
        Self { first: Some(first), ..self }
    }

    /// No line end follows the data.
    #[must_use]
    pub const fn without_line_end(self) -> Self {
        Self { line_end: false, ..self }
    }

    /// The longest data that is believed: a head that announces more was damaged
    /// ([`Lost::Length`](crate::Lost::Length)). Without it a flipped bit may have the reader wait for
    /// gigabytes.
    #[must_use]
    pub const fn at_most(self, most: u32) -> Self {
        Self { most, ..self }
    }

    /// Another byte than `:` behind the name, and than `,` before the data.
    #[must_use]
    pub const fn with_marks(self, behind_name: u8, before_data: u8) -> Self {
        Self { marks: (behind_name, before_data), ..self }
    }

    pub(super) const fn has_line_end(&self) -> bool {
        self.line_end
    }

    /// A line `+NAME` and then this mark begins as such a record does.
    pub(super) fn begins(&self, name: &[u8], mark: u8) -> bool {
        self.name == name && self.marks.0 == mark
    }

    /// Whether a head may end with this byte.
    pub(super) const fn ends_with(&self, byte: u8) -> bool {
        self.marks.1 == byte
    }

    /// The name in a line that begins as such a record does.
    pub(super) fn name_in<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        line.get(1..self.name.len().saturating_add(1))
    }

    /// The fields of a line that begins as such a record does, its last byte excepted.
    pub(super) fn fields_of<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        let rest = line.strip_prefix(b"+")?.strip_prefix(self.name)?;
        match rest {
            [mark, fields @ .., _] if *mark == self.marks.0 => Some(fields),
            _ => None,
        }
    }

    pub(super) fn is_called_as(&self, other: &Self) -> bool {
        self.name == other.name
    }

    /// Whether a line begins with `+`, the name and its mark.
    pub(super) fn begins_with_name(&self, line: &[u8]) -> bool {
        let rest = line.strip_prefix(b"+").and_then(|rest| rest.strip_prefix(self.name));
        rest.is_some_and(|rest| rest.first() == Some(&self.marks.0))
    }

    /// What a unit is whose `+` is taken off.
    #[cfg_attr(not(target_pointer_width = "32"), inline(always))]
    pub(super) fn plain_head<'l>(&self, unit: &'l [u8]) -> Plain<'l> {
        let Some((name, [mark, text @ ..])) = unit.split_at_checked(self.name.len()) else {
            return Plain::No;
        };
        if name != self.name || *mark != self.marks.0 {
            return Plain::No;
        }
        if self.marks.1 != b',' {
            return Plain::Unknown;
        }
        let (mut left, mut length) = (text, None);
        for index in 0..self.fields {
            let Some((number, rest)) = short_number(left) else { return Plain::Unknown };
            if index == 0 && self.first.is_some_and(|first| first != number) {
                return Plain::No;
            }
            if index == self.length {
                length = Some(number);
            }
            left = rest;
        }
        // Without the comma behind the last one.
        let fields = text.len().checked_sub(left.len().saturating_add(1));
        match (fields.and_then(|len| text.get(..len)), length) {
            (Some(fields), Some(len)) if len <= self.most => Plain::Head { name, fields, len },
            _ => Plain::Unknown,
        }
    }

    /// What `line` is, whose last byte may be the one before the data.
    pub(super) fn head(&self, line: &[u8]) -> Head {
        let Some(text) = self.fields_of(line) else { return Head::No };
        let mut fields = Fields::new(text);
        let (mut count, mut length) = (0_u8, None);
        while let Some(field) = fields.next() {
            if count == 0
                && let Some(first) = self.first
                && field.integer(0, u32::MAX.into()) != Ok(i64::from(first))
            {
                return Head::No;
            }
            // A comma inside a string ends no field.
            if matches!(field.bytes(), [b'"'] | [b'"', .., 0..=b'!' | b'#'..]) {
                return Head::Incomplete;
            }
            if count == self.length {
                length = field.integer(0, self.most.into()).ok();
            }
            count = count.saturating_add(1);
        }
        if count < self.fields {
            // With a mark of its own, a head that ends too soon is another unit's.
            let ends = self.marks.1 != b',' && line.last() == Some(&self.marks.1);
            return if ends { Head::No } else { Head::Incomplete };
        }
        if count > self.fields || line.last() != Some(&self.marks.1) {
            return Head::No;
        }
        length.and_then(|length| u32::try_from(length).ok()).map_or(Head::NoLength, Head::Complete)
    }
}

/// A few digits, and what stands behind the comma behind them.
#[cfg_attr(not(target_pointer_width = "32"), inline(always))]
fn short_number(text: &[u8]) -> Option<(u32, &[u8])> {
    // So many always fit.
    const MOST: usize = 9;
    let mut left = text;
    let mut number = 0_u32;
    while let [byte @ b'0'..=b'9', rest @ ..] = left {
        number = number.wrapping_mul(10).wrapping_add((byte & 0xf).into());
        left = rest;
    }
    let digits = text.len().wrapping_sub(left.len());
    match left {
        [b',', rest @ ..] if (1..=MOST).contains(&digits) => Some((number, rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Plain, Record};

    #[test]
    fn a_head_is_complete_at_its_last_mark_and_not_sooner() {
        let data = Record::new(b"WS_DATA", 2, 1);
        let line = b"+WS_DATA:0,12,";
        for end in 0..line.len() {
            assert!(matches!(data.head(&line[..end]), Head::No | Head::Incomplete), "{end}");
        }
        assert_eq!(data.head(b"+WS_DATA:0,"), Head::Incomplete);
        assert_eq!(data.head(line), Head::Complete(12));
        // One that was missed is not found later.
        assert_eq!(data.head(b"+WS_DATA:0,12,3,"), Head::No);
        assert_eq!(data.head(b"+WS_DATUM:0,12,"), Head::No);
        assert_eq!(data.head(b"+WS_DAT:0,12,"), Head::No);
        assert_eq!(data.head(b"WS_DATA:0,12,"), Head::No);
    }

    #[test]
    fn lengths_that_are_none() {
        let data = Record::new(b"WS_DATA", 2, 1);
        for text in ["+WS_DATA:0,,", "+WS_DATA:0,-1,", "+WS_DATA:0,x,", "+WS_DATA:0,4294967296,"] {
            assert_eq!(data.head(text.as_bytes()), Head::NoLength, "{text}");
        }
        assert_eq!(data.head(b"+WS_DATA:0,4294967295,"), Head::Complete(u32::MAX));
        // A length field that the head does not have is a mistake of the caller's.
        assert_eq!(Record::new(b"X", 1, 1).head(b"+X:5,"), Head::NoLength);
    }

    #[test]
    fn a_length_that_is_not_believed() {
        let data = Record::new(b"WS_DATA", 2, 1).at_most(8192);
        assert_eq!(data.head(b"+WS_DATA:0,8192,"), Head::Complete(8192));
        assert_eq!(data.head(b"+WS_DATA:0,8193,"), Head::NoLength);
    }

    #[test]
    fn a_mark_that_comes_too_soon_is_another_units() {
        let ipd = |fields| Record::new(b"IPD", fields, fields - 1).with_marks(b',', b':');
        assert_eq!(ipd(2).head(b"+IPD,4:"), Head::No);
        assert_eq!(ipd(1).head(b"+IPD,4:"), Head::Complete(4));
        assert_eq!(ipd(2).head(b"+IPD,0,4:"), Head::Complete(4));
    }

    #[test]
    fn only_of_one_link() {
        let of_1 = Record::new(b"WS_DATA", 2, 1).of_first(1);
        assert_eq!(of_1.head(b"+WS_DATA:1,5,"), Head::Complete(5));
        assert_eq!(of_1.head(b"+WS_DATA:0,5,"), Head::No);
        assert_eq!(of_1.head(b"+WS_DATA: 1,5,"), Head::No);
    }

    #[test]
    fn a_plain_head_is_what_the_closer_look_finds() {
        let records = [
            Record::new(b"WS_DATA", 2, 1),
            Record::new(b"WS_DATA", 2, 1).at_most(12),
            Record::new(b"WS_DATA", 2, 1).of_first(0),
            Record::new(b"WS_DATA", 3, 0),
            Record::new(b"WS_DATA", 1, 1),
            Record::new(b"WS_DATA", 0, 0),
            Record::new(b"WS", 1, 0).with_marks(b'_', b','),
        ];
        let mut heads = 0;
        for unit in [
            "WS_DATA:0,12,",
            "WS_DATA:0,13,x",
            "WS_DATA:1,2,3,,",
            "WS_DATA:0,",
            "WS_DATA:0,,",
            "WS_DATA:00,012,",
            "WS_DATA:0,999999999,",
            "WS_DATA:0,0999999999,",
            "WS_DATA:0,4294967297,",
            "WS_DATA:-0,1,",
            "WS_DATA:0,0x1,",
            r#"WS_DATA:0,"1","#,
            "WS_DATA",
            "WS_DATUM:0,1,",
            "WS_1,2,",
        ] {
            for record in records {
                let found = record.plain_head(unit.as_bytes());
                let line = [b"+", unit.as_bytes()].concat();
                // The first that is not incomplete counts.
                let looked = (1..=line.len())
                    .filter(|end| line[*end - 1] == b',')
                    .map(|end| (end, record.head(&line[..end])))
                    .find(|(_, head)| *head != Head::Incomplete);
                match found {
                    Plain::Head { name, fields, len } => {
                        heads += 1;
                        let end = 1 + name.len() + 1 + fields.len() + 1;
                        assert_eq!(looked, Some((end, Head::Complete(len))), "{unit}, {record:?}");
                        assert_eq!(record.name_in(&line), Some(name));
                        assert_eq!(record.fields_of(&line[..end]), Some(fields));
                    }
                    Plain::No => assert!(matches!(looked, None | Some((_, Head::No)))),
                    Plain::Unknown => {}
                }
            }
        }
        // Three, two, three, three, two and, of the last unit, one.
        assert_eq!(heads, 14);
    }

    #[test]
    fn strings_in_a_head_may_have_commas() {
        let message = Record::new(b"MQTTSUBRECV", 3, 2);
        for (text, head) in [
            (r#"+MQTTSUBRECV:0,"a/b,"#, Head::Incomplete),
            (r#"+MQTTSUBRECV:0,"a/b,c","#, Head::Incomplete),
            (r#"+MQTTSUBRECV:0,"a/b,c",7,"#, Head::Complete(7)),
            (r#"+MQTTSUBRECV:0,"",7,"#, Head::Complete(7)),
            (r#"+MQTTSUBRECV:0,",a",7,"#, Head::Complete(7)),
        ] {
            assert_eq!(message.head(text.as_bytes()), head, "{text}");
        }
    }
}
