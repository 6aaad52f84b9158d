//! What the reader finds, and what a whole line is.

use super::{Fields, Lost, Response};
use crate::{Reply, integer};

/// A response, without what it borrows.
pub(super) enum Found {
    Reply(Reply),
    Prompt,
    /// Any other whole line.
    Line,
    /// The record of this index, with this length.
    Record(usize, u32),
    Echoed,
    Lost(Lost),
}

impl Found {
    /// What a whole line is, without its end.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        Some(match read(line)? {
            Response::Reply(reply) => Self::Reply(reply),
            _ => Self::Line,
        })
    }
}

/// A line without its CR LF.
pub(super) const fn without_end(line: &[u8]) -> &[u8] {
    match line {
        [line @ .., b'\r', b'\n'] => line,
        _ => line,
    }
}

/// What a whole line is; empty ones are nothing, they only stand around answers.
pub(super) fn read(line: &[u8]) -> Option<Response<'_>> {
    if line.is_empty() {
        return None;
    }
    if let Some(reply) = Reply::of_line(line) {
        return Some(Response::Reply(reply));
    }
    if let Some(code) = line.strip_prefix(b"ERR CODE:").and_then(hexadecimal) {
        return Some(Response::ErrorCode(code));
    }
    Some(match split_line(line) {
        Some((name, fields)) => Response::Line { name, fields: Fields::new(fields) },
        None => Response::Text(line),
    })
}

/// `0x` and hexadecimal digits, to 32 bits.
fn hexadecimal(text: &[u8]) -> Option<u32> {
    match text {
        [b'0', b'x' | b'X', ..] => u32::try_from(integer::parse(text).ok()?).ok(),
        _ => None,
    }
}

/// `+NAME:` and what follows.
fn split_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.strip_prefix(b"+")?;
    let (name, rest) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
    if name.is_empty() || !name.iter().all(|byte| is_name(*byte)) {
        return None;
    }
    Some((name, rest.get(1..)?))
}

/// Whether a name of a line that a module prints may have this byte.
pub(super) const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
