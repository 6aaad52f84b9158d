//! Header lines up to the blank line, byte by byte.

use super::text::{is_field_byte, is_token_byte};

/// Tells what each byte of a header section is, behind its first line.
///
/// RFC 7230 3.2: a name that is a token, a colon right behind it, a value without control
/// characters but the tab, CR LF. A folded line, a bare LF and a bare CR are malformed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum Lines {
    /// The first byte of a header, or the CR of the blank line.
    Start,
    Name,
    Value,
    /// The LF of a header.
    LineEnd,
    /// The LF of the blank line.
    BlankEnd,
}

/// What a byte is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// Part of a name, in lower case (RFC 7230 3.2: names are case-insensitive).
    Name(u8),
    /// The colon: the name is complete.
    Colon,
    /// Part of a value, or white space around it.
    Value(u8),
    /// The CR: the value is complete.
    ValueEnd,
    /// The LF: the next byte begins a line.
    LineEnd,
    /// The CR of the blank line.
    Cr,
    /// The LF of the blank line: the section is complete.
    End,
}

impl Lines {
    /// Takes one byte; `None` if it makes the section malformed.
    pub(super) const fn take(&mut self, byte: u8) -> Option<Token> {
        let (next, token) = match (*self, byte) {
            (Self::Start, b'\r') => (Self::BlankEnd, Token::Cr),
            (Self::Name, b':') => (Self::Value, Token::Colon),
            // RFC 7230 3.2.4: no white space before the colon, and none at the beginning of a line,
            // which would be a folded one: neither is part of a token.
            (Self::Start | Self::Name, _) if is_token_byte(byte) => {
                (Self::Name, Token::Name(byte.to_ascii_lowercase()))
            }
            (Self::Value, b'\r') => (Self::LineEnd, Token::ValueEnd),
            (Self::Value, _) if is_field_byte(byte) => (Self::Value, Token::Value(byte)),
            // RFC 7230 3.5 lets a recipient take a bare LF; what others read differently is not
            // taken here.
            (Self::LineEnd, b'\n') => (Self::Start, Token::LineEnd),
            (Self::BlankEnd, b'\n') => (Self::Start, Token::End),
            _ => return None,
        };
        *self = next;
        Some(token)
    }
}
