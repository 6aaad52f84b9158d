//! Text for the host, rendered into buffers of any size.

use crate::{Reply, Text};

/// Renders text into a buffer of any size, piece by piece.
///
/// Nothing is stored: the text is produced anew each time, the first `from` bytes of it are
/// skipped, and what then fits is written. So a caller remembers how many bytes it has printed,
/// and produces the same text until [`is_complete`](Self::is_complete).
///
/// ```
/// use at_syntax::{Reply, Writer};
///
/// let mut printed: Vec<u8> = Vec::new();
/// loop {
///     let mut out = [0; 5];
///     let mut writer = Writer::new(printed.len(), &mut out);
///     writer.name(b"WSOPEN").decimal(0).comma().decimal(2).comma().quoted(b"ws://h/").end();
///     writer.reply(Reply::Ok);
///     let (written, complete) = (writer.written(), writer.is_complete());
///     printed.extend(&out[..written]);
///     if complete {
///         break;
///     }
/// }
/// assert_eq!(printed, b"+WSOPEN:0,2,\"ws://h/\"\r\n\r\nOK\r\n");
/// ```
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Writer<'o> {
    /// How many bytes are still to be skipped.
    skip: usize,
    out: &'o mut [u8],
    written: usize,
    produced: usize,
    complete: bool,
}

impl<'o> Writer<'o> {
    /// A writer that skips `from` bytes of the text and writes to `out`.
    pub const fn new(from: usize, out: &'o mut [u8]) -> Self {
        Self { skip: from, out, written: 0, produced: 0, complete: true }
    }

    /// The bytes as they are.
    #[inline(never)]
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.produced = self.produced.saturating_add(bytes.len());
        let Some(wanted) = bytes.get(self.skip..) else {
            self.skip = self.skip.saturating_sub(bytes.len());
            return self;
        };
        self.skip = 0;
        let room = self.out.get_mut(self.written..).unwrap_or_default();
        self.complete &= wanted.len() <= room.len();
        let mut put = 0_usize;
        for (to, from) in room.iter_mut().zip(wanted) {
            *to = *from;
            put = put.wrapping_add(1);
        }
        self.written = self.written.wrapping_add(put);
        self
    }

    /// A number in decimal, without leading zeros.
    pub fn decimal(&mut self, number: u32) -> &mut Self {
        // 2³²−1 has ten digits.
        let mut digits = [b'0'; 10];
        let mut left = number;
        let mut zeros = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit = ascii_digit(left % 10);
            left /= 10;
            zeros = zeros.wrapping_sub(1);
            if left == 0 {
                break;
            }
        }
        self.bytes(digits.get(zeros..).unwrap_or_default())
    }

    /// A number that may be negative, in decimal.
    pub fn signed(&mut self, number: i32) -> &mut Self {
        if number < 0 {
            self.bytes(b"-");
        }
        self.decimal(number.unsigned_abs())
    }

    /// An answer.
    pub fn reply(&mut self, reply: Reply) -> &mut Self {
        self.bytes(reply.as_bytes())
    }

    /// What a line of a query's answer, or a report, begins with: `+`, the name and `:`.
    pub fn name(&mut self, name: &[u8]) -> &mut Self {
        self.bytes(b"+").bytes(name).bytes(b":")
    }

    /// A string in quotes. Nothing in it is escaped: the firmware prints strings raw.
    pub fn quoted(&mut self, raw: &[u8]) -> &mut Self {
        self.bytes(b"\"").bytes(raw).bytes(b"\"")
    }

    /// What a host's string parameter means, in quotes and raw.
    pub fn quoted_text(&mut self, text: Text<'_>) -> &mut Self {
        self.bytes(b"\"");
        for byte in text.bytes() {
            self.bytes(&[byte]);
        }
        self.bytes(b"\"")
    }

    /// The comma between two fields.
    pub fn comma(&mut self) -> &mut Self {
        self.bytes(b",")
    }

    /// The end of a line, CR LF.
    pub fn end(&mut self) -> &mut Self {
        self.bytes(b"\r\n")
    }

    /// The line `ERR CODE:0x…` with eight hexadecimal digits, which `AT+SYSLOG=1` puts before
    /// [`Reply::Error`] and [`Reply::Busy`] (AT Command Set › Basic AT Commands › AT+SYSLOG).
    ///
    /// The page builds a code of 0x01, a byte for the kind, and two bytes more. Of the kinds, 0x03 is a line
    /// that is no AT command, or is too long; 0x08 a parameter that does not parse, its index from 0 in the
    /// last two bytes; 0x09 a command that does not exist; 0x0B `busy p...`.
    pub fn error_code(&mut self, code: u32) -> &mut Self {
        let mut digits = [b'0'; 8];
        let mut left = code;
        for digit in digits.iter_mut().rev() {
            *digit = ascii_digit(left & 0xF);
            left >>= 4;
        }
        self.bytes(b"ERR CODE:0x").bytes(&digits).end()
    }

    /// How many bytes are in the buffer.
    #[must_use]
    pub const fn written(&self) -> usize {
        self.written
    }

    /// How many bytes were produced, skipped and left over ones included.
    #[must_use]
    pub const fn produced(&self) -> usize {
        self.produced
    }

    /// Whether all that was produced has now been written, by this writer or as what it skipped.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }
}

/// A digit below 16; 0 for what is not.
fn ascii_digit(digit: u32) -> u8 {
    char::from_digit(digit, 16).map_or(b'0', |digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use proptest::prelude::*;

    use crate::conformance::answers::rendered;

    proptest! {
        #![proptest_config(crate::testing::cases())]

        #[test]
        fn any_decimal(number: u32) {
            let expected = number.to_string().into_bytes();
            prop_assert_eq!(rendered(|w| _ = w.decimal(number)), expected);
        }
    }
}
