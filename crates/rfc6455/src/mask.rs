//! Masking, which is its own inverse (RFC 6455 5.3).

use crate::{wide, words, words::SHORTCUTS};

/// A masking key, and how far into it the payload is.
///
/// A payload may be masked in pieces of any size: the position in the key is kept from call to
/// call.
///
/// ```
/// use rfc6455::Mask;
///
/// let mut mask = Mask::new([0x37, 0xfa, 0x21, 0x3d]);
/// let mut text = *b"Hello";
/// let (first, second) = text.split_at_mut(3);
/// mask.apply(first);
/// mask.apply(second);
/// assert_eq!(text, [0x7f, 0x9f, 0x4d, 0x51, 0x58]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mask {
    /// Its next byte is the lowest.
    key: u32,
    /// How many bytes it is turned by, 0 to 3.
    phase: u8,
}

impl Mask {
    /// A mask at the beginning of a payload.
    #[must_use]
    pub const fn new(key: [u8; 4]) -> Self {
        Self { key: u32::from_le_bytes(key), phase: 0 }
    }

    /// The key, as it stands in the header.
    #[must_use]
    pub const fn key(self) -> [u8; 4] {
        turned(self.key.to_le_bytes(), 4_usize.wrapping_sub(self.phase as usize))
    }

    /// Masks or unmasks the next `bytes` of the payload in place.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn apply(&mut self, bytes: &mut [u8]) {
        // As they come over a slow line.
        if SHORTCUTS && let [byte] = bytes {
            *byte = self.next(*byte);
        } else {
            self.apply_to_run(bytes);
        }
    }

    fn apply_to_run(&mut self, bytes: &mut [u8]) {
        let key = self.advance(bytes.len());
        if !words::WORTHWHILE {
            return wide::apply(key, bytes);
        }
        let (head, middle, tail) = words::split_mut(bytes);
        let after_head = turned(key, head.len());
        apply_to_octets(key, head);
        apply_to_words(u32::from_ne_bytes(after_head), middle);
        apply_to_octets(after_head, tail);
    }

    /// Masks or unmasks the next bytes of the payload while copying them; the number of bytes
    /// copied, which is the shorter length of the two.
    pub fn copy(&mut self, from: &[u8], to: &mut [u8]) -> usize {
        let count = from.len().min(to.len());
        let key = self.advance(count);
        let (Some(from), Some(to)) = (from.get(..count), to.get_mut(..count)) else { return 0 };
        if !words::WORTHWHILE {
            wide::copy(key, from, to);
            return count;
        }
        // Up to where `from` is aligned. If `to` is aligned there too, all words of it are copied.
        let head = words::split(from).0.len();
        let whole = head.wrapping_add(count.saturating_sub(head) & !3);
        let (Some((from_head, from)), Some((to_head, to))) =
            (from.split_at_checked(head), to.split_at_mut_checked(head))
        else {
            return 0;
        };
        copy_octets(key, from_head, to_head);
        let key = turned(key, head);
        let middle = whole.saturating_sub(head);
        let (Some((from, from_tail)), Some((to, to_tail))) =
            (from.split_at_checked(middle), to.split_at_mut_checked(middle))
        else {
            return count;
        };
        match words::pair(from, to) {
            Some((from, to)) => copy_words(u32::from_ne_bytes(key), from, to),
            None => copy_octets(key, from, to),
        }
        copy_octets(key, from_tail, to_tail);
        count
    }

    /// Masks or unmasks the next byte of the payload.
    pub(crate) fn next(&mut self, byte: u8) -> u8 {
        let [key, ..] = self.advance(1);
        byte ^ key
    }

    /// Passes over the next `count` bytes of the payload.
    pub(crate) fn skip(&mut self, count: usize) {
        self.advance(count);
    }

    /// The key from its next byte on; then it is turned by `count` bytes.
    fn advance(&mut self, count: usize) -> [u8; 4] {
        let key = self.key.to_le_bytes();
        self.key = u32::from_le_bytes(turned(key, count));
        // RFC 6455 5.3: octet i is masked with octet i modulo 4 of the key. Only the lower two bits
        // of the count matter.
        self.phase = self.phase.wrapping_add(count as u8) & 3;
        key
    }
}

/// The key, so many octets further.
pub(crate) const fn turned(key: [u8; 4], count: usize) -> [u8; 4] {
    u32::from_le_bytes(key).rotate_right((count as u32 & 3) * 8).to_le_bytes()
}

/// Usually less than a word; but whoever looks for words need not find any (`slice::align_to`).
fn apply_to_octets([k0, k1, k2, k3]: [u8; 4], octets: &mut [u8]) {
    // Two turns of the key a step: single octets need no alignment.
    let (chunks, tail) = octets.as_chunks_mut::<8>();
    for [a, b, c, d, e, f, g, h] in chunks {
        *a ^= k0;
        *b ^= k1;
        *c ^= k2;
        *d ^= k3;
        *e ^= k0;
        *f ^= k1;
        *g ^= k2;
        *h ^= k3;
    }
    for (octet, key) in tail.iter_mut().zip([k0, k1, k2, k3, k0, k1, k2]) {
        *octet ^= key;
    }
}

fn copy_octets([k0, k1, k2, k3]: [u8; 4], from: &[u8], to: &mut [u8]) {
    let (from, from_tail) = from.as_chunks::<4>();
    let (to, to_tail) = to.as_chunks_mut::<4>();
    for ([a, b, c, d], [to_a, to_b, to_c, to_d]) in from.iter().zip(to) {
        *to_a = a ^ k0;
        *to_b = b ^ k1;
        *to_c = c ^ k2;
        *to_d = d ^ k3;
    }
    for ((from, to), key) in from_tail.iter().zip(to_tail).zip([k0, k1, k2]) {
        *to = from ^ key;
    }
}

fn apply_to_words(key: u32, words: &mut [u32]) {
    // Four a step: the loop itself is half the work otherwise.
    let (chunks, tail) = words.as_chunks_mut::<4>();
    for [a, b, c, d] in chunks {
        *a ^= key;
        *b ^= key;
        *c ^= key;
        *d ^= key;
    }
    for word in tail {
        *word ^= key;
    }
}

fn copy_words(key: u32, from: &[u32], to: &mut [u32]) {
    let (from, from_tail) = from.as_chunks::<4>();
    let (to, to_tail) = to.as_chunks_mut::<4>();
    for ([a, b, c, d], [to_a, to_b, to_c, to_d]) in from.iter().zip(to) {
        *to_a = a ^ key;
        *to_b = b ^ key;
        *to_c = c ^ key;
        *to_d = d ^ key;
    }
    for (from, to) in from_tail.iter().zip(to_tail) {
        *to = from ^ key;
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use proptest::collection::vec as vec_of;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::FEW;

    /// RFC 6455 5.3, word for word.
    fn by_the_book(key: [u8; 4], bytes: &[u8]) -> Vec<u8> {
        bytes.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]).collect()
    }

    proptest! {
        #![proptest_config(crate::testing::cases())]

        #[test]
        fn pieces_of_any_size(key: [u8; 4], pieces in vec_of(vec_of(any::<u8>(), 0..=100 / FEW / FEW), 0..=100 / FEW / FEW), long in 0..600_usize / FEW / FEW) {
            let mut pieces = pieces;
            pieces.push((0..long).map(|i| i as u8).collect());
            let whole = pieces.concat();
            let expected = by_the_book(key, &whole);

            let mut mask = Mask::new(key);
            let mut in_place = Vec::new();
            for piece in &pieces {
                let mut piece = piece.clone();
                mask.apply(&mut piece);
                in_place.extend(piece);
            }
            prop_assert_eq!(&in_place, &expected);
            prop_assert_eq!(mask.key(), key);

            let mut mask = Mask::new(key);
            let mut copied = Vec::new();
            let mut rest = &whole[..];
            for piece in &pieces {
                let mut room = vec![0; piece.len()];
                let count = mask.copy(rest, &mut room);
                prop_assert_eq!(count, piece.len());
                rest = &rest[count..];
                copied.extend(room);
            }
            prop_assert_eq!(copied, expected);
        }
    }

    /// Wherever the octets lie, and wherever they go.
    #[test]
    fn every_alignment() {
        let octets: Vec<u8> = (0..48).collect();
        for from in (0..8).step_by(FEW) {
            for len in (0..40).step_by(FEW * FEW) {
                let expected = by_the_book([1, 20, 30, 40], &octets[from..from + len]);
                let mut in_place = octets.clone();
                Mask::new([1, 20, 30, 40]).apply(&mut in_place[from..from + len]);
                assert_eq!(in_place[from..from + len], expected);
                assert_eq!(
                    (&in_place[..from], &in_place[from + len..]),
                    (&octets[..from], &octets[from + len..])
                );
                for to in (0..8).step_by(FEW) {
                    let mut room = [0xEE; 48];
                    let mut mask = Mask::new([1, 20, 30, 40]);
                    let copied = mask.copy(&octets[from..from + len], &mut room[to..]);
                    assert_eq!((copied, &room[to..to + len]), (len, &expected[..]));
                    assert!(room[..to].iter().chain(&room[to + len..]).all(|octet| *octet == 0xEE));
                }
            }
        }
    }

    /// RFC 6455 5.7: the masked "Hello" of its examples, both ways.
    #[test]
    fn masks_and_unmasks() {
        let masked = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
        let mut text = *b"Hello";
        Mask::new([0x37, 0xfa, 0x21, 0x3d]).apply(&mut text);
        assert_eq!(text, masked);
        assert_eq!(Mask::new([0x37, 0xfa, 0x21, 0x3d]).copy(&masked, &mut text), 5);
        assert_eq!(&text, b"Hello");
    }

    #[test]
    fn copies_the_shorter_length() {
        let mut mask = Mask::new([1, 2, 3, 4]);
        let mut room = [0xFF; 3];
        assert_eq!(mask.copy(&[0; 2], &mut room), 2);
        assert_eq!(room, [1, 2, 0xFF]);
        assert_eq!(mask.copy(&[0; 9], &mut room), 3);
        assert_eq!(room, [3, 4, 1]);
        assert_eq!(mask.copy(&[], &mut room), 0);
        assert_eq!(mask.copy(&[0], &mut []), 0);
    }
}
