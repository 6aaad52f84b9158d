//! A value kept in memory that the caller lends.

use super::text::is_space;

/// The value of one header, as much of it as fits, without the white space around it. If the header
/// is there several times, the values with a comma and a space between them (RFC 7230 3.2.2).
#[derive(PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Kept<'m> {
    memory: &'m mut [u8],
    /// Bytes up to the last one that is not white space, also those that did not fit.
    len: usize,
    /// Bytes with the white space behind them, which counts once something follows.
    seen: usize,
    present: bool,
    /// The present value has had more than white space.
    inside: bool,
}

impl<'m> Kept<'m> {
    pub(super) const fn new(memory: &'m mut [u8]) -> Self {
        Self { memory, len: 0, seen: 0, present: false, inside: false }
    }

    /// A value begins; it may be empty. False: there was one before.
    pub(super) const fn begin(&mut self) -> bool {
        let first = !self.present;
        (self.present, self.inside, self.seen) = (true, false, self.len);
        first
    }

    /// Takes the next byte of the value.
    pub(super) fn take(&mut self, byte: u8) {
        if is_space(byte) {
            if self.inside {
                self.put(byte);
            }
            return;
        }
        if !self.inside && self.len != 0 {
            self.put(b',');
            self.put(b' ');
        }
        self.inside = true;
        self.put(byte);
        self.len = self.seen;
    }

    fn put(&mut self, byte: u8) {
        if let Some(slot) = self.memory.get_mut(self.seen) {
            *slot = byte;
        }
        self.seen = self.seen.saturating_add(1);
    }

    /// What is kept; `None` if there was no such value.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        let kept = self.memory.get(..self.len).unwrap_or(self.memory);
        self.present.then_some(kept)
    }

    /// There was more than fits.
    pub(super) const fn is_cut(&self) -> bool {
        self.len > self.memory.len()
    }

    /// Memory was lent.
    pub(super) const fn is_wanted(&self) -> bool {
        !self.memory.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_lists() {
        for (values, expected) in [
            (&[][..], None),
            (&[""], Some("")),
            (&["  a\t b \t"], Some("a\t b")),
            (&["", " ", "a ", "", " b", ""], Some("a, b")),
        ] {
            for size in 0..8 {
                let mut memory = [0; 8];
                let mut kept = Kept::new(&mut memory[..size]);
                for (index, value) in values.iter().enumerate() {
                    assert_eq!(kept.begin(), index == 0);
                    value.bytes().for_each(|byte| kept.take(byte));
                }
                let len = expected.map_or(0, str::len);
                assert_eq!(kept.bytes(), expected.map(|text| &text.as_bytes()[..len.min(size)]));
                assert_eq!(kept.is_cut(), len > size);
            }
        }
    }
}
