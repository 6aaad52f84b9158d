//! The fields after `=`, walked from left to right.

#[cfg(test)]
mod tests;

use core::{error, fmt};

use crate::runs::{self, SHORTCUTS};
use crate::{Text, integer, string};

/// A statement may have at most this many parameters. The firmware's table holds as many; more
/// have no meaning in any command, and are refused by whoever asks [`Params::count`].
pub const MAX_PARAMS: usize = 16;

/// A walk over the parameters of a statement.
///
/// Fields are parted by every comma that no backslash escapes, **also inside quotes** (AT Command
/// Set › AT Command Types: a comma in a string has to be escaped). After `=` there is always a
/// field, if only an empty one.
///
/// ```
/// use at_syntax::{ParamErrorKind, Statement};
///
/// let mut params = Statement::parse(br#"AT+X=7,,"a,b""#).unwrap().params();
/// assert_eq!(params.count(), 4);
/// assert_eq!(params.next().integer(0, 9), Ok(7));
/// assert_eq!(params.next().integer_or(5, 0, 9), Ok(5));
/// let error = params.next().string().unwrap_err(); // `"a`: the comma should have been escaped
/// assert_eq!((error.index, error.kind), (2, ParamErrorKind::NotAString));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Params<'a> {
    rest: Option<&'a [u8]>,
    index: u8,
}

impl<'a> Params<'a> {
    /// No field at all, not even an empty one.
    pub(crate) const NONE: Self = Self { rest: None, index: 0 };

    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self { rest: Some(text), index: 0 }
    }

    /// The next parameter; past the last field it is an omitted one, and its index still counts,
    /// to at most 255.
    #[expect(clippy::should_implement_trait, reason = "never ends: fields may be left off")]
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn next(&mut self) -> Param<'a> {
        let index = self.index;
        self.index = index.saturating_add(1);
        let raw = self.rest.map(|text| {
            let (field, rest) = split(text);
            self.rest = rest;
            field
        });
        Param { index, raw }
    }

    /// Whether at least one more field stands there.
    #[must_use]
    pub const fn remaining(&self) -> bool {
        self.rest.is_some()
    }

    /// How many fields stand there from here on, empty ones included.
    #[must_use]
    pub fn count(&self) -> usize {
        let mut left = *self;
        let mut count = 0_usize;
        while left.remaining() {
            left.next();
            count = count.wrapping_add(1);
        }
        count
    }

    /// Checks that no field is left, after all parameters of a command were read.
    ///
    /// # Errors
    ///
    /// [`ParamErrorKind::TooMany`] at the first field that is left, even if it is empty.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub const fn finish(&self) -> Result<(), ParamError> {
        if self.remaining() {
            return Err(ParamError { index: self.index, kind: ParamErrorKind::TooMany });
        }
        Ok(())
    }
}

/// The first field, and what follows its comma if it has one.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn split(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    if !SHORTCUTS {
        return split_escaped(text);
    }
    // A link, or a switch.
    if let [b'0'..=b'9', b',', rest @ ..] = text
        && let Some(digit) = text.get(..1)
    {
        return (digit, Some(rest));
    }
    // Without a backslash before it, the first comma is it.
    match runs::find(text, [b',', b'\\']).and_then(|at| text.split_at_checked(at)) {
        None => (text, None),
        Some((field, [b',', rest @ ..])) => (field, Some(rest)),
        _ => split_escaped(text),
    }
}

/// Likewise where a comma may have a backslash before it.
fn split_escaped(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut escaped = false;
    // AT Command Set › AT Command Types: a comma that parts no fields has a backslash before it.
    let comma = text.iter().position(|&byte| {
        let parts = byte == b',' && !escaped;
        escaped = byte == b'\\' && !escaped;
        parts
    });
    match comma.and_then(|at| text.split_at_checked(at)) {
        Some((field, [_, rest @ ..])) => (field, Some(rest)),
        _ => (text, None),
    }
}

/// One parameter: a field as it was typed, or the lack of it.
///
/// A parameter is omitted when its field is empty, and when fields are left off at the end; both
/// mean the default (AT Command Set › AT Command Types).
///
/// ```
/// use at_syntax::{ParamErrorKind, Statement};
///
/// let mut params = Statement::parse(b"AT+X=0x1F").unwrap().params();
/// let first = params.next();
/// assert_eq!(first.integer(0, 31), Ok(31));
/// assert_eq!(first.integer(0, 9).unwrap_err().kind, ParamErrorKind::OutOfRange);
/// let second = params.next();
/// assert_eq!(second.integer(0, 9).unwrap_err().kind, ParamErrorKind::Omitted);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Param<'a> {
    index: u8,
    raw: Option<&'a [u8]>,
}

impl<'a> Param<'a> {
    /// Which parameter it is, from 0; 255 also for all beyond.
    #[must_use]
    pub const fn index(&self) -> u8 {
        self.index
    }

    /// The field is empty, or past the last one.
    #[must_use]
    pub const fn is_omitted(&self) -> bool {
        self.written().is_none()
    }

    /// A field stands there, even if it is empty.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        self.raw.is_some()
    }

    /// The parameter as a required integer from `min` to `max`.
    ///
    /// Decimal with an optional `-`, or hexadecimal after `0x`; leading zeros are allowed, `+` and
    /// spaces are not. −2³¹ to 2³²−1 can be written.
    ///
    /// # Errors
    ///
    /// [`ParamErrorKind::Omitted`], [`NotAnInteger`](ParamErrorKind::NotAnInteger),
    /// [`IntegerTooBig`](ParamErrorKind::IntegerTooBig) or
    /// [`OutOfRange`](ParamErrorKind::OutOfRange).
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn integer(&self, min: i64, max: i64) -> Result<i64, ParamError> {
        let field = self.written().ok_or(self.error(ParamErrorKind::Omitted))?;
        let number = integer::parse(field).map_err(|kind| self.error(kind))?;
        if number < min || number > max {
            return Err(self.error(ParamErrorKind::OutOfRange));
        }
        Ok(number)
    }

    /// The parameter as an optional integer from `min` to `max`; `default`, whatever it is, if it
    /// is omitted.
    ///
    /// # Errors
    ///
    /// Those of [`integer`](Self::integer) but `Omitted`.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn integer_or(&self, default: i64, min: i64, max: i64) -> Result<i64, ParamError> {
        if self.is_omitted() { Ok(default) } else { self.integer(min, max) }
    }

    /// The parameter as a required string.
    ///
    /// It begins and ends with `"`; every other `"` in it is escaped. `""` is present and empty.
    /// Its bytes are not checked otherwise.
    ///
    /// # Errors
    ///
    /// [`ParamErrorKind::Omitted`], [`NotAString`](ParamErrorKind::NotAString),
    /// [`BareQuote`](ParamErrorKind::BareQuote) or
    /// [`DanglingEscape`](ParamErrorKind::DanglingEscape).
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn string(&self) -> Result<Text<'a>, ParamError> {
        let field = self.written().ok_or(self.error(ParamErrorKind::Omitted))?;
        string::parse(field).map_err(|kind| self.error(kind))
    }

    /// The parameter as an optional string; the empty one if it is omitted.
    ///
    /// # Errors
    ///
    /// Those of [`string`](Self::string) but `Omitted`.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn string_or_empty(&self) -> Result<Text<'a>, ParamError> {
        if self.is_omitted() { Ok(Text::EMPTY) } else { self.string() }
    }

    const fn written(&self) -> Option<&'a [u8]> {
        match self.raw {
            None | Some([]) => None,
            written => written,
        }
    }

    const fn error(&self, kind: ParamErrorKind) -> ParamError {
        ParamError { index: self.index, kind }
    }
}

/// Which parameter is refused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ParamError {
    /// The parameter, from 0.
    pub index: u8,
    /// The reason.
    pub kind: ParamErrorKind,
}

/// Why a parameter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamErrorKind {
    /// It is required, and its field is empty or left off.
    Omitted,
    /// The field is not written as an integer.
    NotAnInteger,
    /// An integer, but not one from −2³¹ to 2³²−1.
    IntegerTooBig,
    /// An integer outside what the command takes. Which that is, its reader knows.
    OutOfRange,
    /// The field does not begin with `"`, or no `"` ends it: one that a backslash escapes does not.
    NotAString,
    /// The line ends with a backslash that escapes nothing, inside a string.
    DanglingEscape,
    /// A `"` inside a string that no backslash escapes.
    BareQuote,
    /// The command has no such parameter.
    TooMany,
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parameter {}: {}", self.index, self.kind)
    }
}

impl fmt::Display for ParamErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Omitted => "required, but omitted",
            Self::NotAnInteger => "not an integer",
            Self::IntegerTooBig => "integer beyond 32 bits",
            Self::OutOfRange => "out of range",
            Self::NotAString => "not a string in quotes",
            Self::DanglingEscape => "backslash at the end of the line",
            Self::BareQuote => "quote inside a string without a backslash",
            Self::TooMany => "one parameter too many",
        })
    }
}

impl error::Error for ParamError {}
impl error::Error for ParamErrorKind {}
