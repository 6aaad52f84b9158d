//! Text for the host, rendered into buffers of any size.

use crate::{
    Reply, Text,
    runs::{self, SHORTCUTS},
};

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
    /// How many bytes were to be skipped, and still are.
    from: usize,
    skip: usize,
    /// What is left of the buffer, and how much there was.
    room: &'o mut [u8],
    size: usize,
    /// How many bytes found no room.
    lost: usize,
}

impl<'o> Writer<'o> {
    /// A writer that skips `from` bytes of the text and writes to `out`.
    pub const fn new(from: usize, out: &'o mut [u8]) -> Self {
        Self { from, skip: from, size: out.len(), room: out, lost: 0 }
    }

    /// The bytes as they are.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        if SHORTCUTS && self.skip == 0 && bytes.len() <= self.room.len() {
            self.put(bytes);
        } else {
            self.apart(|writer| writer.part_of(bytes));
        }
        self
    }

    /// Calls what is seldom, or longer than a call. By value: a writer that nobody is given the address of is kept
    /// in registers.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    fn apart(&mut self, write: impl FnOnce(&mut Self)) {
        if SHORTCUTS {
            let mut writer = Self { room: core::mem::take(&mut self.room), ..*self };
            write(&mut writer);
            *self = writer;
        } else {
            write(self);
        }
    }

    /// Those of the bytes that are not to be skipped, as far as there is room.
    #[inline(never)]
    fn part_of(&mut self, bytes: &[u8]) {
        let Some(wanted) = bytes.get(self.skip..) else {
            self.skip = self.skip.saturating_sub(bytes.len());
            return;
        };
        self.skip = 0;
        let put = self.put(wanted);
        self.lost = self.lost.saturating_add(wanted.len().saturating_sub(put));
    }

    /// Puts what fits into the room that is left; returns how many bytes.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    fn put(&mut self, bytes: &[u8]) -> usize {
        let room = core::mem::take(&mut self.room);
        let put = runs::copy(room, bytes);
        self.room = room.get_mut(put..).unwrap_or_default();
        put
    }

    /// A number in decimal, without leading zeros.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn decimal(&mut self, number: u32) -> &mut Self {
        if SHORTCUTS && number < 10 {
            self.bytes(&[ascii_digit(number)]);
        } else {
            self.apart(|writer| writer.digits(number));
        }
        self
    }

    #[inline(never)]
    fn digits(&mut self, number: u32) {
        let len = number.checked_ilog10().map_or(1, |log| (log as usize).saturating_add(1));
        if SHORTCUTS && self.skip == 0 && len <= self.room.len() {
            // Where they belong at once: digits just stored one by one are slow to be loaded as a whole.
            let room = core::mem::take(&mut self.room);
            if let Some((place, room)) = room.split_at_mut_checked(len) {
                write_digits(number, place);
                self.room = room;
            }
            return;
        }
        let mut digits = [0; 10];
        let digits = digits.get_mut(..len).unwrap_or_default();
        write_digits(number, digits);
        self.bytes(digits);
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
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
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
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn comma(&mut self) -> &mut Self {
        self.bytes(b",")
    }

    /// The end of a line, CR LF.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
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
        self.size.wrapping_sub(self.room.len())
    }

    /// How many bytes were produced, skipped and left over ones included.
    #[must_use]
    pub const fn produced(&self) -> usize {
        let skipped = self.from.wrapping_sub(self.skip);
        skipped.saturating_add(self.written()).saturating_add(self.lost)
    }

    /// Whether all that was produced has now been written, by this writer or as what it skipped.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.lost == 0
    }
}

/// A number's digits, as many as there is place for.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn write_digits(number: u32, place: &mut [u8]) {
    let mut left = number;
    for digit in place.iter_mut().rev() {
        *digit = ascii_digit(left % 10);
        left /= 10;
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
