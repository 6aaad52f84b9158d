//! The status line of an answer.

use super::HandshakeError;
use crate::handshake::text::is_field_byte;

/// RFC 7230 2.6: what the status line begins with; a digit follows. Any 1.x is read, so that the
/// status can be reported.
const VERSION: &[u8] = b"HTTP/1.";

/// RFC 6455 4.1: the status that accepts.
pub(super) const SWITCHING: u16 = 101;

/// What a status line says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Status {
    /// 100 to 999.
    pub(super) code: u16,
    /// The version is HTTP/1.1.
    pub(super) is_http_1_1: bool,
}

/// Reads a status line byte by byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct StatusLine {
    next: Next,
    is_http_1_1: bool,
    /// The digits of the code that are there.
    code: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Next {
    /// `matched` bytes of the version are there.
    Version {
        matched: u8,
    },
    Minor,
    AfterVersion,
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
        Self { next: Next::Version { matched: 0 }, is_http_1_1: false, code: 0 }
    }

    /// Takes one byte; the status when the line is complete.
    pub(super) fn take(&mut self, byte: u8) -> Result<Option<Status>, HandshakeError> {
        self.next = match (self.next, byte) {
            (Next::Version { matched }, _) => match VERSION.get(usize::from(matched)..) {
                Some([expected]) if byte == *expected => Next::Minor,
                Some([expected, ..]) if byte == *expected => {
                    Next::Version { matched: matched.wrapping_add(1) }
                }
                _ => return Err(HandshakeError::NotHttp),
            },
            (Next::Minor, b'0'..=b'9') => {
                self.is_http_1_1 = byte == b'1';
                Next::AfterVersion
            }
            (Next::AfterVersion, b' ') => Next::Code { left: 3 },
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
                // RFC 6455 4.1: the connection is one of HTTP/1.1; RFC 7230 6.7: an older one has no
                // upgrade.
                if self.code == SWITCHING && !self.is_http_1_1 {
                    return Err(HandshakeError::NotHttp);
                }
                Next::AfterCode
            }
            // RFC 7230 3.1.2 wants the space also before an empty reason; many servers leave both
            // away.
            (Next::AfterCode, b' ') => Next::Reason,
            (Next::AfterCode | Next::Reason, b'\r') => Next::Lf,
            (Next::Reason, _) if is_field_byte(byte) => Next::Reason,
            (Next::Lf, b'\n') => {
                return Ok(Some(Status { code: self.code, is_http_1_1: self.is_http_1_1 }));
            }
            _ => return Err(HandshakeError::NotHttp),
        };
        Ok(None)
    }

    /// The next byte belongs to the reason phrase of a final answer, or ends it.
    pub(super) const fn is_in_reason(&self) -> bool {
        matches!(self.next, Next::Reason) && !is_interim(self.code)
    }

    fn take_digit(&mut self, digit: u8) {
        let digit = u16::from(digit.wrapping_sub(b'0'));
        self.code = self.code.wrapping_mul(10).wrapping_add(digit);
    }
}

/// RFC 7231 6.2: a final answer follows. 101 is the final one (RFC 7230 6.7).
pub(super) const fn is_interim(code: u16) -> bool {
    matches!(code, 100..=199) && code != SWITCHING
}
