//! The subprotocols that a client offers, as many as fit.

use crate::handshake::text::elements;

/// Whole names with a comma between each two.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Offers<'m> {
    memory: &'m mut [u8],
    /// Bytes of whole names and the commas between them.
    len: usize,
    /// Bytes with the name that has not ended, and the comma before it.
    seen: usize,
    /// A name did not fit, so none is kept from there on.
    cut: bool,
}

impl<'m> Offers<'m> {
    pub(super) const fn new(memory: &'m mut [u8]) -> Self {
        Self { memory, len: 0, seen: 0, cut: false }
    }

    /// Takes a byte of a name.
    pub(super) fn take(&mut self, byte: u8) {
        if self.seen == self.len && self.len != 0 {
            self.put(b',');
        }
        self.put(byte);
    }

    fn put(&mut self, byte: u8) {
        match self.memory.get_mut(self.seen) {
            Some(slot) => {
                *slot = byte;
                self.seen = self.seen.wrapping_add(1);
            }
            None => self.cut = true,
        }
    }

    /// The name, which may be empty, has ended.
    pub(super) const fn end(&mut self) {
        if self.cut {
            self.seen = self.len;
        } else {
            self.len = self.seen;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> + Clone {
        elements(self.memory.get(..self.len).unwrap_or_default())
    }

    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }
}
