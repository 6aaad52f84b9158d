//! The status line of an answer.

use super::HandshakeError;
use crate::handshake::text::is_field_byte;

/// RFC 6455 4.1: the version that the status line must have, up to the status code.
const VERSION: &[u8] = b"HTTP/1.1 ";

/// Reads a status line byte by byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct StatusLine {
    next: Next,
    /// The digits of the code that are there.
    status: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Next {
    /// `matched` bytes of the version are there.
    Version {
        matched: u8,
    },
    /// `left` digits of the code are missing.
    Code {
        left: u8,
    },
    /// What follows the code: a space and the reason, or nothing.
    AfterCode,
    Reason,
    Lf,
}

impl StatusLine {
    pub(super) const fn new() -> Self {
        Self { next: Next::Version { matched: 0 }, status: 0 }
    }

    /// Takes one byte; the status code when the line is complete.
    pub(super) fn take(&mut self, byte: u8) -> Result<Option<u16>, HandshakeError> {
        self.next = match (self.next, byte) {
            (Next::Version { matched }, _) => match VERSION.get(usize::from(matched)..) {
                Some([expected]) if byte == *expected => Next::Code { left: 3 },
                Some([expected, ..]) if byte == *expected => {
                    Next::Version { matched: matched.wrapping_add(1) }
                }
                _ => return Err(HandshakeError::NotHttp),
            },
            // RFC 7230 3.1.2: three digits; RFC 7231 6: the first one is not 0.
            (Next::Code { left: 3 }, b'1'..=b'9') | (Next::Code { left: 2 }, b'0'..=b'9') => {
                self.take_digit(byte);
                match self.next {
                    Next::Code { left: 3 } => Next::Code { left: 2 },
                    _ => Next::Code { left: 1 },
                }
            }
            (Next::Code { left: 1 }, b'0'..=b'9') => {
                self.take_digit(byte);
                Next::AfterCode
            }
            // RFC 7230 3.1.2 wants the space also before an empty reason; many servers leave both
            // away.
            (Next::AfterCode, b' ') => Next::Reason,
            (Next::AfterCode | Next::Reason, b'\r') => Next::Lf,
            (Next::Reason, _) if is_field_byte(byte) => Next::Reason,
            (Next::Lf, b'\n') => return Ok(Some(self.status)),
            _ => return Err(HandshakeError::NotHttp),
        };
        Ok(None)
    }

    /// The next byte belongs to the reason phrase, or ends it.
    pub(super) const fn is_in_reason(&self) -> bool {
        matches!(self.next, Next::Reason)
    }

    fn take_digit(&mut self, digit: u8) {
        let digit = u16::from(digit.wrapping_sub(b'0'));
        self.status = self.status.wrapping_mul(10).wrapping_add(digit);
    }
}
