//! The fields of a line that a module prints. Nothing in it is escaped, so a string may hold anything.

use crate::{ParamErrorKind, integer, runs::SHORTCUTS};

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
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn next(&mut self) -> Option<Field<'a>> {
        let text = self.rest?;
        // A link, or a switch.
        if SHORTCUTS
            && let [b'0'..=b'9', b',', rest @ ..] = text
            && let Some(digit) = text.get(..1)
        {
            self.rest = Some(rest);
            return Some(Field { raw: digit });
        }
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
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
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
