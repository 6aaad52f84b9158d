//! A line to a statement: the name of a command, the form in which it is meant, its parameters.

#[cfg(test)]
mod tests;

use core::{error, fmt};

use crate::{Params, runs};

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
                runs::SHORTCUTS && a == b || a.len() == b.len() && equal_but_for_case(a, b)
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
        if line.is_empty() {
            return Err(StatementError::Empty);
        }
        // `AT` in any case, as in the firmware; documented in capitals.
        let [b'A' | b'a', b'T' | b't', after_at @ ..] = line else {
            return Err(StatementError::NotAt);
        };
        let (name, rest) = split_name(after_at).ok_or(StatementError::Name)?;
        // AT Command Set › AT Command Types: nothing, `?`, `=?` or `=` and parameters, to the end.
        let (form, params) = match rest {
            [] => (Form::Execute, Params::NONE),
            [b'?'] => (Form::Query, Params::NONE),
            [b'=', b'?'] => (Form::Test, Params::NONE),
            [b'=', text @ ..] => (Form::Set, Params::new(text)),
            _ => return Err(StatementError::Name),
        };
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

/// The name, and what follows it.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn split_name(after_at: &[u8]) -> Option<(Name<'_>, &[u8])> {
    match after_at {
        [b'+', text @ ..] => {
            let (name, rest) = match text.split_at_checked(runs::skip(text))? {
                // Of the bytes that most names have, and behind it what ends one.
                (name, rest @ [b'=' | b'?', ..]) => (name, rest),
                _ => split(text, is_extended)?,
            };
            if name.is_empty() { None } else { Some((Name::Extended(name), rest)) }
        }
        text => split(text, is_basic).map(|(name, rest)| (Name::Basic(name), rest)),
    }
}

/// The longest run of bytes of a class, also none, and what follows it.
#[cfg_attr(not(target_pointer_width = "32"), inline(never))]
fn split(text: &[u8], class: fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| !class(*byte)).unwrap_or(text.len());
    text.split_at_checked(end)
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
