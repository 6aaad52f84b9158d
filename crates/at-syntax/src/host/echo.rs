//! The echo of a statement, with whatever a module prints inside it.

use core::ops::Range;

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
    pub(super) const NONE: Self = Self { pending: false, at: 0, certain: 0 };

    pub(super) const fn expected() -> Self {
        Self { pending: true, at: 0, certain: 0 }
    }

    pub(super) const fn is_pending(&self) -> bool {
        self.pending
    }

    /// Looks at a byte.
    pub(super) fn step(&mut self, statement: &[u8], byte: u8) -> Step {
        if !self.pending {
            return Step::Other;
        }
        if statement.get(self.at) != Some(&byte) {
            return Step::Unit(self.certain.min(self.at)..self.at);
        }
        self.at = self.at.saturating_add(1);
        if self.at < statement.len() {
            return Step::More;
        }
        self.pending = false;
        Step::End
    }

    /// A unit has begun where so many bytes of the statement had come.
    pub(super) const fn interrupted(&mut self, at: usize) {
        (self.at, self.certain) = (at, at);
    }
}

/// Whether a unit may begin with these bytes: `+`, a name and its mark; an empty line; `WIFI …`, the one
/// report that has neither.
pub(super) fn could_be_unit(bytes: &[u8]) -> bool {
    const WIFI: &[u8] = b"WIFI ";
    match bytes {
        [b'+', rest @ ..] => {
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let name = rest.iter().take_while(|byte| is_name(byte)).count();
            match rest.get(name) {
                None => true,
                Some(mark) => name > 0 && matches!(mark, b':' | b','),
            }
        }
        [b'\r'] | [b'\r', b'\n', ..] => true,
        _ => WIFI.starts_with(bytes) || bytes.starts_with(WIFI),
    }
}
