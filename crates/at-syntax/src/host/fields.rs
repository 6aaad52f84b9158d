//! The fields of a line that a module prints. Nothing in it is escaped, so a string may hold anything.

use crate::{ParamErrorKind, integer};

/// The fields of a line, taken from the front or from the back.
///
/// Modules print strings raw (that is the firmware's way; the documentation escapes in commands only). A
/// string that holds `",` cannot be told from two fields. So a line with one string of unknown content is
/// read from both ends towards it: numbers before it from the front, what stands behind it from the back, and
/// the string is the [`rest`](Self::rest).
///
/// ```
/// use at_syntax::Fields;
///
/// // +CWJAP:"ssid",<bssid>,<channel>,<rssi>: a network may have any name.
/// let mut fields = Fields::new(br#""a",b","c8:d7:19:d8:a6:36",11,-48"#);
/// assert_eq!(fields.next_back().unwrap().integer(-128, 0), Ok(-48));
/// assert_eq!(fields.next_back().unwrap().integer(1, 14), Ok(11));
/// assert_eq!(fields.next_back().unwrap().string(), Ok(&b"c8:d7:19:d8:a6:36"[..]));
/// assert_eq!(fields.rest().string(), Ok(&br#"a",b"#[..]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fields<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// The fields of `text`, which is one field, empty, if it is empty.
    #[must_use]
    pub const fn new(text: &'a [u8]) -> Self {
        Self { rest: Some(text) }
    }

    /// The first of the fields that are left. If it begins with `"` it ends at the next `",`, or with the
    /// line; else at the next comma.
    #[expect(clippy::should_implement_trait, reason = "the same, without the adaptors' code")]
    pub fn next(&mut self) -> Option<Field<'a>> {
        let text = self.rest?;
        let end = match text {
            [b'"', ..] => end_of_string(text),
            _ => text.iter().position(|byte| *byte == b','),
        };
        let (field, rest) = match end.and_then(|end| text.split_at_checked(end)) {
            Some((field, [_, rest @ ..])) => (field, Some(rest)),
            _ => (text, None),
        };
        self.rest = rest;
        Some(Field { raw: field })
    }

    /// The last of the fields that are left. If it ends with `"` it begins behind the last `,"` before that,
    /// or with the line; else behind the last comma.
    pub fn next_back(&mut self) -> Option<Field<'a>> {
        let text = self.rest?;
        let comma = match text {
            [before @ .., b'"'] => before.windows(2).rposition(|pair| pair == b",\""),
            _ => text.iter().rposition(|byte| *byte == b','),
        };
        let (rest, field) = match comma.and_then(|at| text.split_at_checked(at)) {
            Some((rest, [_, field @ ..])) => (Some(rest), field),
            _ => (None, text),
        };
        self.rest = rest;
        Some(Field { raw: field })
    }

    /// All that is left, as one field; empty if nothing is.
    #[must_use]
    pub fn rest(&self) -> Field<'a> {
        Field { raw: self.rest.unwrap_or_default() }
    }

    /// No field is left, not even an empty one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_none()
    }
}

/// Where the comma behind a string is that begins here.
fn end_of_string(text: &[u8]) -> Option<usize> {
    // Not the opening quote.
    let inner = text.get(1..)?;
    inner.windows(2).position(|pair| pair == b"\",").and_then(|at| at.checked_add(2))
}

/// One field, as it was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Field<'a> {
    raw: &'a [u8],
}

impl<'a> Field<'a> {
    /// Its bytes, the quotes of a string among them.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.raw
    }

    /// The field as an integer from `min` to `max`: decimal with an optional `-`, or hexadecimal behind `0x`.
    ///
    /// # Errors
    ///
    /// [`ParamErrorKind::Omitted`] if it is empty, [`NotAnInteger`](ParamErrorKind::NotAnInteger),
    /// [`IntegerTooBig`](ParamErrorKind::IntegerTooBig) or [`OutOfRange`](ParamErrorKind::OutOfRange).
    pub fn integer(&self, min: i64, max: i64) -> Result<i64, ParamErrorKind> {
        if self.raw.is_empty() {
            return Err(ParamErrorKind::Omitted);
        }
        let number = integer::parse(self.raw)?;
        if number < min || number > max {
            return Err(ParamErrorKind::OutOfRange);
        }
        Ok(number)
    }

    /// What stands between the first and the last byte, which are both `"`. Nothing in it is unescaped: it
    /// was never escaped.
    ///
    /// # Errors
    ///
    /// [`ParamErrorKind::Omitted`] if it is empty, [`NotAString`](ParamErrorKind::NotAString).
    pub const fn string(&self) -> Result<&'a [u8], ParamErrorKind> {
        match self.raw {
            [] => Err(ParamErrorKind::Omitted),
            [b'"', inner @ .., b'"'] => Ok(inner),
            _ => Err(ParamErrorKind::NotAString),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{Field, Fields};
    use crate::ParamErrorKind::{IntegerTooBig, NotAString, NotAnInteger, Omitted, OutOfRange};

    fn forward(text: &[u8]) -> Vec<&[u8]> {
        let mut fields = Fields::new(text);
        core::iter::from_fn(|| fields.next()).map(|field| field.bytes()).collect()
    }

    fn backward(text: &[u8]) -> Vec<&[u8]> {
        let mut fields = Fields::new(text);
        let mut all: Vec<_> =
            core::iter::from_fn(|| fields.next_back()).map(|field| field.bytes()).collect();
        all.reverse();
        all
    }

    #[test]
    fn from_both_ends() {
        for (text, fields) in [
            ("", &[""][..]),
            ("0", &["0"]),
            ("0,2", &["0", "2"]),
            (",", &["", ""]),
            ("0,,5", &["0", "", "5"]),
            (r#"0,2,"ws://h/""#, &["0", "2", r#""ws://h/""#]),
            (r#""a,b",1"#, &[r#""a,b""#, "1"]),
            (r#""",1,"""#, &[r#""""#, "1", r#""""#]),
            (r#"1,"a"b",2"#, &["1", r#""a"b""#, "2"]),
        ] {
            let fields: Vec<&[u8]> = fields.iter().map(|field| field.as_bytes()).collect();
            assert_eq!(forward(text.as_bytes()), fields, "{text}");
            assert_eq!(backward(text.as_bytes()), fields, "{text}");
        }
    }

    #[test]
    fn one_string_of_any_content_between_numbers() {
        for content in
            [&b""[..], b"\"", b",", b"\",", b",\"", b"\",\"", b"1,2,\"3\",4", b"\r", b"\xff\0"]
        {
            let text = [b"0,2,\"", content, b"\",-7,5"].concat();
            let mut fields = Fields::new(&text);
            assert_eq!(fields.next().unwrap().integer(0, 2), Ok(0));
            assert_eq!(fields.next().unwrap().integer(0, 4), Ok(2));
            assert_eq!(fields.next_back().unwrap().integer(0, 9), Ok(5));
            assert_eq!(fields.next_back().unwrap().integer(-9, 9), Ok(-7));
            assert_eq!(fields.rest().string(), Ok(content));
            assert!(!fields.is_empty());
        }
    }

    #[test]
    fn nothing_is_left_at_the_end() {
        let mut fields = Fields::new(b"1");
        assert!(fields.next().is_some() && fields.is_empty());
        assert!(fields.next().is_none() && fields.next_back().is_none());
        assert_eq!(fields.rest().bytes(), b"");
    }

    #[test]
    fn what_a_field_is_not() {
        let field = |raw| Field { raw };
        assert_eq!(field(b"").integer(0, 9), Err(Omitted));
        assert_eq!(field(b"").string(), Err(Omitted));
        assert_eq!(field(b" 1").integer(0, 9), Err(NotAnInteger));
        assert_eq!(field(b"4294967296").integer(0, 9), Err(IntegerTooBig));
        assert_eq!(field(b"10").integer(0, 9), Err(OutOfRange));
        assert_eq!(field(b"0x1F").integer(0, 31), Ok(31));
        for raw in [&b"a"[..], b"\"", b"\"a", b"a\""] {
            assert_eq!(field(raw).string(), Err(NotAString));
        }
    }
}
