//! A file that cannot be read as a transcript.

use std::fmt;

/// Which line cannot be read, and what was expected there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Malformed {
    /// From 1.
    pub line: usize,
    /// In words.
    pub expected: String,
    /// The line.
    pub found: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}\n  found     {}", self.expected, self.found)
    }
}

impl std::error::Error for Malformed {}
