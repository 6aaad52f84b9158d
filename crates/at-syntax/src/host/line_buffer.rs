//! The line being collected, in memory of the caller's.

use crate::runs;

/// Bytes from the front of the memory on.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct LineBuffer<'m> {
    memory: &'m mut [u8],
    filled: usize,
}

impl<'m> LineBuffer<'m> {
    pub(super) const fn new(memory: &'m mut [u8]) -> Self {
        Self { memory, filled: 0 }
    }

    /// How many bytes it can hold.
    pub(super) const fn room(&self) -> usize {
        self.memory.len()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.memory.get(..self.filled).unwrap_or_default()
    }

    /// The last byte, 0 if there is none.
    pub(super) const fn last(&self) -> u8 {
        match self.memory.split_at_checked(self.filled) {
            Some(([.., last], _)) => *last,
            _ => 0,
        }
    }

    pub(super) const fn clear(&mut self) {
        self.filled = 0;
    }

    /// False: there is no room.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        let Some(place) = self.memory.get_mut(self.filled) else { return false };
        *place = byte;
        self.filled = self.filled.saturating_add(1);
        true
    }

    /// Appends what there is room for; returns how many bytes.
    pub(super) fn append(&mut self, bytes: &[u8]) -> usize {
        let room = self.memory.get_mut(self.filled..).unwrap_or_default();
        let appended = runs::copy(room, bytes);
        self.filled = self.filled.saturating_add(appended);
        appended
    }

    pub(super) const fn pop(&mut self) {
        self.filled = self.filled.saturating_sub(1);
    }

    /// Takes the first `n` bytes away.
    pub(super) fn drop_front(&mut self, n: usize) {
        self.filled = self.filled.saturating_sub(n);
        for to in 0..self.filled {
            let byte = self.memory.get(to.saturating_add(n)).copied();
            if let (Some(place), Some(byte)) = (self.memory.get_mut(to), byte) {
                *place = byte;
            }
        }
    }
}
