//! Strings as the host writes them: in quotes, with backslashes.

use core::iter::FusedIterator;

use crate::ParamErrorKind;
use crate::runs::{self, SHORTCUTS};

/// A string that fills the field.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
pub(crate) fn parse(field: &[u8]) -> Result<Text<'_>, ParamErrorKind> {
    let [b'"', quoted @ ..] = field else { return Err(ParamErrorKind::NotAString) };
    // Without a backslash, the first quote is the last byte.
    let mut left = match quoted {
        [plain @ .., b'"'] if SHORTCUTS && runs::find(plain, [b'"', b'\\']).is_none() => {
            return Ok(Text { escaped: plain });
        }
        _ => quoted,
    };
    loop {
        left = match left {
            [b'"'] => break,
            [] => return Err(ParamErrorKind::NotAString),
            // Not documented; the firmware refuses both.
            [b'"', ..] => return Err(ParamErrorKind::BareQuote),
            [b'\\'] => return Err(ParamErrorKind::DanglingEscape),
            [b'\\', _, rest @ ..] | [_, rest @ ..] => rest,
        };
    }
    match quoted {
        [escaped @ .., b'"'] => Ok(Text { escaped }),
        _ => Err(ParamErrorKind::NotAString),
    }
}

/// A string parameter, still escaped as the host wrote it.
///
/// AT Command Set › AT Command Types: `\\`, `\,` and `\"` stand for the byte after the backslash,
/// and before any other byte the backslash is dropped, too. `==` compares what is meant, not how
/// it is written.
///
/// ```
/// use at_syntax::Statement;
///
/// let text = Statement::parse(br#"AT+X="a\,b\\c\n""#).unwrap().params().next().string().unwrap();
/// assert!(text.eq_bytes(br"a,b\cn"));
/// assert_eq!(text.len(), 6);
/// let mut out = [0; 8];
/// assert_eq!(text.write(&mut out), Some(6));
/// assert_eq!(text.write(&mut out[..5]), None);
/// ```
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Text<'a> {
    escaped: &'a [u8],
}

impl<'a> Text<'a> {
    /// No bytes: `""`.
    pub const EMPTY: Self = Self { escaped: &[] };

    /// The bytes that are meant, in order.
    #[must_use]
    pub const fn bytes(&self) -> TextBytes<'a> {
        TextBytes { escaped: self.escaped }
    }

    /// How many bytes are meant.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes().count()
    }

    /// Whether it is `""`.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.escaped.is_empty()
    }

    /// Writes the bytes that are meant to the front of `out`; returns how many, or `None`, and
    /// writes nothing, if they do not fit.
    #[must_use]
    pub fn write(&self, out: &mut [u8]) -> Option<usize> {
        let length = self.len();
        for (to, from) in out.get_mut(..length)?.iter_mut().zip(self.bytes()) {
            *to = from;
        }
        Some(length)
    }

    /// Whether `bytes` are meant.
    #[must_use]
    pub fn eq_bytes(&self, bytes: &[u8]) -> bool {
        self.bytes().eq(bytes.iter().copied())
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Text<'_>) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl Eq for Text<'_> {}

/// The bytes of a [`Text`], without the backslashes that escape them.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TextBytes<'a> {
    escaped: &'a [u8],
}

impl Iterator for TextBytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = match self.escaped {
            [b'\\', byte, rest @ ..] | [byte, rest @ ..] => (*byte, rest),
            [] => return None,
        };
        self.escaped = rest;
        Some(byte)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.escaped.len().div_ceil(2), Some(self.escaped.len()))
    }
}

impl FusedIterator for TextBytes<'_> {}
