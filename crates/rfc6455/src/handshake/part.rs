//! A window of a text that is generated anew for each window.

/// A sink that ignores the first `skip` bytes that it is given, keeps the next ones until `out` is
/// full, and ignores the rest.
pub(super) struct Part<'o> {
    skip: usize,
    out: &'o mut [u8],
    written: usize,
}

impl<'o> Part<'o> {
    /// Writes what `generate` gives from its byte `from` on; the number of bytes written.
    pub(super) fn write(from: usize, out: &'o mut [u8], generate: impl FnOnce(&mut Self)) -> usize {
        let mut part = Self { skip: from, out, written: 0 };
        generate(&mut part);
        part.written
    }

    /// Bytes of all that `generate` gives.
    pub(super) fn len(generate: impl FnOnce(&mut Self)) -> usize {
        let mut part = Self { skip: usize::MAX, out: &mut [], written: 0 };
        generate(&mut part);
        usize::MAX.wrapping_sub(part.skip)
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip = self.skip.wrapping_sub(skipped);
        for (slot, byte) in self.out.iter_mut().skip(self.written).zip(bytes.iter().skip(skipped)) {
            *slot = *byte;
            self.written = self.written.wrapping_add(1);
        }
    }

    /// A header with its line end; nothing if the value is empty.
    pub(super) fn put_header(&mut self, name_and_colon: &[u8], value: &[u8]) {
        if !value.is_empty() {
            self.put(name_and_colon);
            self.put(value);
            self.put(b"\r\n");
        }
    }

    pub(super) fn put_decimal(&mut self, mut number: u16) {
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = b'0'.wrapping_add((number % 10) as u8);
            number /= 10;
        }
        let zeros = digits.iter().take(4).take_while(|digit| **digit == b'0').count();
        self.put(digits.get(zeros..).unwrap_or_default());
    }
}
