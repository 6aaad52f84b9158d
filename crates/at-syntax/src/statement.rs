//! A line to a statement: the name of a command, the form in which it is meant, its parameters.

#[cfg(test)]
mod tests;

use core::{error, fmt};

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{map, map_opt, value};
use nom::sequence::preceded;

use crate::Params;
use crate::leaf::{self, Parsed};
use crate::runs::{self, SHORTCUTS};

/// The name of a command, as it was typed.
///
/// `==` compares the bytes; [`is`](Self::is) compares as ESP-AT does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Name<'a> {
    /// What follows `AT` where no `+` does, letters and digits: empty for `AT`, `E0` for `ATE0`.
    Basic(&'a [u8]),
    /// What follows `AT+`, never empty: `WSOPEN` for `AT+WSOPEN?`.
    Extended(&'a [u8]),
}

impl Name<'_> {
    /// Whether both name the same command: of one kind, and equal but for the case of ASCII
    /// letters, as in the firmware.
    ///
    /// ```
    /// use at_syntax::Name;
    ///
    /// assert!(Name::Extended(b"wsOpen").is(Name::Extended(b"WSOPEN")));
    /// assert!(!Name::Basic(b"E0").is(Name::Extended(b"E0")));
    /// ```
    #[must_use]
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn is(&self, other: Name<'_>) -> bool {
        match (*self, other) {
            (Self::Basic(a), Name::Basic(b)) | (Self::Extended(a), Name::Extended(b)) => {
                // Most are typed as they are documented.
                SHORTCUTS && a == b || a.len() == b.len() && equal_but_for_case(a, b)
            }
            _ => false,
        }
    }
}

/// Out of the way of what is equal.
#[cold]
fn equal_but_for_case(a: &[u8], b: &[u8]) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The four forms of a command (AT Command Set › AT Command Types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Form {
    /// `AT+X`
    Execute,
    /// `AT+X?`
    Query,
    /// `AT+X=?`, and nothing after it
    Test,
    /// `AT+X=` and parameters
    Set,
}

/// A line, taken apart.
///
/// ```
/// use at_syntax::{Form, Name, Statement};
///
/// let statement = Statement::parse(br#"AT+WSOPEN=0,"ws://[::1]/a\,b""#).unwrap();
/// assert_eq!(statement.name, Name::Extended(b"WSOPEN"));
/// assert_eq!(statement.form, Form::Set);
/// let mut params = statement.params();
/// assert_eq!(params.next().integer(0, 2), Ok(0));
/// assert!(params.next().string().unwrap().eq_bytes(b"ws://[::1]/a,b"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Statement<'a> {
    /// The command.
    pub name: Name<'a>,
    /// The form.
    pub form: Form,
    params: Params<'a>,
}

impl<'a> Statement<'a> {
    /// Takes a line, without its terminator, apart. Parameters are not looked at yet.
    ///
    /// # Errors
    ///
    /// [`StatementError`] if the line is no statement in any form. The firmware answers each of
    /// them ERROR.
    #[cfg_attr(not(target_pointer_width = "32"), inline(always))]
    pub fn parse(line: &'a [u8]) -> Result<Self, StatementError> {
        if SHORTCUTS && let Some(statement) = Self::usual(line) {
            return Ok(statement);
        }
        Self::any(line)
    }

    /// An extended command with a name as most have it and a form that is not the shortest: nearly every
    /// statement.
    #[cfg_attr(not(target_pointer_width = "32"), inline(always))]
    fn usual(line: &'a [u8]) -> Option<Self> {
        let [b'A' | b'a', b'T' | b't', b'+', text @ ..] = line else { return None };
        let (name, rest) = text.split_at_checked(runs::skip(text))?;
        if name.is_empty() {
            return None;
        }
        let (form, params) = match rest {
            [b'?'] => (Form::Query, Params::NONE),
            [b'=', b'?'] => (Form::Test, Params::NONE),
            [b'=', text @ ..] => (Form::Set, Params::new(text)),
            _ => return None,
        };
        Some(Self { name: Name::Extended(name), form, params })
    }

    #[cfg_attr(not(target_pointer_width = "32"), inline(never))]
    fn any(line: &'a [u8]) -> Result<Self, StatementError> {
        if line.is_empty() {
            return Err(StatementError::Empty);
        }
        let (after_at, ()) = at(line).map_err(|_| StatementError::NotAt)?;
        let (_, (name, (form, params))) =
            (name, form).parse(after_at).map_err(|_| StatementError::Name)?;
        Ok(Self { name, form, params })
    }

    /// The parameters from the first; none unless the form is [`Form::Set`].
    #[must_use]
    pub const fn params(&self) -> Params<'a> {
        self.params
    }
}

/// Why a line is no statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum StatementError {
    /// The line is empty.
    Empty,
    /// The line does not begin with `AT`, in any case; a space before it counts.
    NotAt,
    /// After `AT` comes no name, or after the name what belongs to no form.
    Name,
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty line",
            Self::NotAt => "line does not begin with AT",
            Self::Name => "malformed command name or form",
        })
    }
}

impl error::Error for StatementError {}

/// `AT` in any case, as in the firmware; documented in capitals.
const fn at(input: &[u8]) -> Parsed<'_, ()> {
    match input {
        [b'A' | b'a', b'T' | b't', rest @ ..] => Ok((rest, ())),
        _ => leaf::no_match(),
    }
}

fn name(input: &[u8]) -> Parsed<'_, Name<'_>> {
    alt((
        preceded(leaf::byte(b'+'), map_opt(leaf::run(is_extended), extended)),
        map(leaf::run(is_basic), Name::Basic),
    ))
    .parse(input)
}

fn extended(name: &[u8]) -> Option<Name<'_>> {
    if name.is_empty() { None } else { Some(Name::Extended(name)) }
}

/// Whether a statement with this name is read as one.
pub(crate) fn is_writable(name: Name<'_>) -> bool {
    match name {
        Name::Basic(name) => name.iter().all(|byte| is_basic(*byte)),
        Name::Extended(name) => !name.is_empty() && name.iter().all(|byte| is_extended(*byte)),
    }
}

/// Not documented; the firmware has basic commands of letters and digits only.
const fn is_basic(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Not documented; these are the bytes that the firmware takes.
const fn is_extended(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'%' | b'-' | b'.' | b'/' | b':' | b'_')
}

/// AT Command Set › AT Command Types: nothing, `?`, `=?` or `=` and parameters, to the end.
fn form(input: &[u8]) -> Parsed<'_, (Form, Params<'_>)> {
    alt((
        value((Form::Execute, Params::NONE), leaf::end),
        value((Form::Query, Params::NONE), leaf::last_byte(b'?')),
        preceded(
            leaf::byte(b'='),
            alt((
                value((Form::Test, Params::NONE), leaf::last_byte(b'?')),
                map(leaf::rest, |text| (Form::Set, Params::new(text))),
            )),
        ),
    ))
    .parse(input)
}
