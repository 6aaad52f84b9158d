//! Masking where a load of any width may come from any address: by the widest steps that every processor of the kind has,
//! then by what is left of them. For [`Mask`](crate::Mask) alone.

use crate::mask::turned;

/// From so many octets on, the steps begin at a multiple of [`LINE`]: a step that lies across two lines of the cache
/// costs twice.
const LONG: usize = 512;
const LINE: usize = 64;

/// Masks in place.
pub(crate) fn apply(key: [u8; 4], octets: &mut [u8]) {
    let head = if octets.len() < LONG { 0 } else { octets.as_ptr().align_offset(LINE) };
    match octets.split_at_mut_checked(head) {
        Some((head, rest)) if !head.is_empty() => {
            let key_of_rest = turned(key, head.len());
            apply_from_here(key, head);
            apply_from_here(key_of_rest, rest);
        }
        _ => apply_from_here(key, octets),
    }
}

/// Masks while copying; both have the same length.
pub(crate) fn copy(key: [u8; 4], from: &[u8], to: &mut [u8]) {
    let head = if to.len() < LONG { 0 } else { to.as_ptr().align_offset(LINE) };
    match (from.split_at_checked(head), to.split_at_mut_checked(head)) {
        (Some((from_head, from)), Some((to_head, to))) if head > 0 => {
            copy_from_here(key, from_head, to_head);
            copy_from_here(turned(key, head), from, to);
        }
        _ => copy_from_here(key, from, to),
    }
}

fn apply_from_here(key: [u8; 4], octets: &mut [u8]) {
    let turns = eight(key);
    let (blocks, rest) = octets.as_chunks_mut::<32>();
    for block in blocks {
        for chunk in block.as_chunks_mut::<8>().0 {
            *chunk = masked(turns, *chunk);
        }
    }
    let (chunks, rest) = rest.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = masked(turns, *chunk);
    }
    for (octet, key) in rest.iter_mut().zip(turns) {
        *octet ^= key;
    }
}

fn copy_from_here(key: [u8; 4], from: &[u8], to: &mut [u8]) {
    let turns = eight(key);
    let (from_blocks, from) = from.as_chunks::<32>();
    let (to_blocks, to) = to.as_chunks_mut::<32>();
    for (from, to) in from_blocks.iter().zip(to_blocks) {
        for (from, to) in from.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
            *to = masked(turns, *from);
        }
    }
    let (from_chunks, from) = from.as_chunks::<8>();
    let (to_chunks, to) = to.as_chunks_mut::<8>();
    for (from, to) in from_chunks.iter().zip(to_chunks) {
        *to = masked(turns, *from);
    }
    for ((from, to), key) in from.iter().zip(to).zip(turns) {
        *to = from ^ key;
    }
}

/// Two turns of the key.
const fn eight([a, b, c, d]: [u8; 4]) -> [u8; 8] {
    [a, b, c, d, a, b, c, d]
}

const fn masked(turns: [u8; 8], octets: [u8; 8]) -> [u8; 8] {
    (u64::from_ne_bytes(octets) ^ u64::from_ne_bytes(turns)).to_ne_bytes()
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{LONG, apply, copy};
    use crate::testing::{FEW, STEP};

    /// RFC 6455 5.3, wherever the octets lie, for lengths around every step.
    #[test]
    fn every_alignment() {
        let key = [1, 20, 30, 40];
        let octets: Vec<u8> = (0..LONG + 200).map(|n| (n % 251) as u8).collect();
        let lengths = (0..80).step_by(FEW * FEW).chain([LONG - 1, LONG, LONG + 7, LONG + 100]);
        for len in lengths {
            for at in (0..66).step_by(STEP.min(21)) {
                let expected: Vec<u8> =
                    octets[at..at + len].iter().enumerate().map(|(i, o)| o ^ key[i % 4]).collect();
                let mut in_place = octets.clone();
                apply(key, &mut in_place[at..at + len]);
                assert_eq!(in_place[at..at + len], expected, "{at} {len}");
                assert_eq!(
                    (&in_place[..at], &in_place[at + len..]),
                    (&octets[..at], &octets[at + len..])
                );
                let mut room = vec![0xEE; len + 130];
                copy(key, &octets[at..at + len], &mut room[65 - at % 9..][..len]);
                assert_eq!(room[65 - at % 9..][..len], expected, "{at} {len}");
                assert!(room[..65 - at % 9].iter().all(|octet| *octet == 0xEE));
                assert!(room[65 - at % 9 + len..].iter().all(|octet| *octet == 0xEE));
            }
        }
    }
}
