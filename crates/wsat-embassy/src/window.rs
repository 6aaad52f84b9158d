//! The bytes that a peer has sent and that the device has not taken yet: a ring in lent memory.

/// The window of one link.
pub(crate) struct Window<'m> {
    memory: &'m mut [u8],
    /// Where the oldest byte is, and how many there are.
    first: usize,
    len: usize,
}

impl<'m> Window<'m> {
    pub(crate) const fn new(memory: &'m mut [u8]) -> Self {
        Self { memory, first: 0, len: 0 }
    }

    pub(crate) const fn room(&self) -> usize {
        self.memory.len() - self.len
    }

    pub(crate) const fn clear(&mut self) {
        (self.first, self.len) = (0, 0);
    }

    /// The bytes, oldest first: those before the wrap, and those behind it.
    pub(crate) fn parts(&self) -> (&[u8], &[u8]) {
        let (before, from) = self.memory.split_at(self.first);
        match from.get(..self.len) {
            Some(all) => (all, &[]),
            None => (from, before.get(..self.len - from.len()).unwrap_or_default()),
        }
    }

    /// Puts as many behind them as there is room for; returns how many.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> usize {
        let bytes = &bytes[..bytes.len().min(self.room())];
        let to = (self.first + self.len) % self.memory.len().max(1);
        let (start, end) = self.memory.split_at_mut(to);
        let (first, rest) = bytes.split_at(bytes.len().min(end.len()));
        end[..first.len()].copy_from_slice(first);
        start[..rest.len()].copy_from_slice(rest);
        self.len += bytes.len();
        bytes.len()
    }

    /// Drops the oldest.
    pub(crate) fn drop_front(&mut self, n: usize) {
        let n = n.min(self.len);
        self.first = (self.first + n) % self.memory.len().max(1);
        self.len -= n;
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn bytes_come_out_as_they_went_in_across_the_wrap() {
        let mut memory = [0; 5];
        let mut window = Window::new(&mut memory);
        let (mut next, mut expected) = (0_u8, 0_u8);
        for step in 0..200_usize {
            let bytes: [u8; 4] = core::array::from_fn(|n| next.wrapping_add(n as u8));
            let room = window.room();
            let n = window.push(&bytes[..step % 5]);
            assert_eq!(n, (step % 5).min(room));
            next = next.wrapping_add(n as u8);
            let (first, wrapped) = window.parts();
            assert_eq!(first.len() + wrapped.len() + window.room(), 5);
            for (byte, offset) in first.iter().chain(wrapped).zip(0..) {
                assert_eq!(*byte, expected.wrapping_add(offset));
            }
            let taken = (step % 3).min(5 - window.room());
            window.drop_front(taken);
            expected = expected.wrapping_add(taken as u8);
        }
        window.clear();
        assert_eq!((window.parts(), window.room()), ((&[][..], &[][..]), 5));
    }

    #[test]
    fn one_without_memory_takes_nothing() {
        let mut window = Window::new(&mut []);
        assert_eq!((window.push(b"x"), window.room()), (0, 0));
        window.drop_front(1);
        assert_eq!(window.parts(), (&[][..], &[][..]));
    }
}
