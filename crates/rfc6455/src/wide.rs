//! Masking where a load of any width may come from any address: by the widest steps that every processor of the
//! kind has, then by what is left of them. For [`Mask`](crate::Mask) alone.

use crate::mask::turned;

/// From so many octets on, the steps begin at a multiple of [`LINE`]: a step that lies across two lines of the
/// cache costs twice.
const LONG: usize = 512;
const LINE: usize = 64;
/// Octets of a step.
const STEP: usize = 8;

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

/// By steps; what is left over is masked together with what comes before it, as it was before that.
fn apply_from_here(key: [u8; 4], octets: &mut [u8]) {
    let Some(last) = last_masked(key, octets) else { return apply_few(key, octets) };
    let turns = two_turns(key);
    if octets.len() <= 2 * STEP
        && let Some(first) = octets.first_chunk_mut()
    {
        *first = masked(turns, *first);
    } else {
        apply_steps(turns, octets);
    }
    if let Some(place) = octets.last_chunk_mut() {
        *place = last;
    }
}

fn apply_steps(turns: u64, octets: &mut [u8]) {
    let (blocks, rest) = octets.as_chunks_mut::<32>();
    for block in blocks {
        for chunk in block.as_chunks_mut::<STEP>().0 {
            *chunk = masked(turns, *chunk);
        }
    }
    for chunk in rest.as_chunks_mut::<STEP>().0 {
        *chunk = masked(turns, *chunk);
    }
}

/// Likewise.
fn copy_from_here(key: [u8; 4], from: &[u8], to: &mut [u8]) {
    let Some(last) = last_masked(key, from) else {
        for (to, from) in to.iter_mut().zip(from) {
            *to = *from;
        }
        return apply_few(key, to);
    };
    let turns = two_turns(key);
    if from.len() <= 2 * STEP
        && let (Some(from), Some(to)) = (from.first_chunk(), to.first_chunk_mut())
    {
        *to = masked(turns, *from);
    } else {
        copy_steps(turns, from, to);
    }
    if let Some(place) = to.last_chunk_mut() {
        *place = last;
    }
}

fn copy_steps(turns: u64, from: &[u8], to: &mut [u8]) {
    let (from_blocks, from) = from.as_chunks::<32>();
    let (to_blocks, to) = to.as_chunks_mut::<32>();
    for (from, to) in from_blocks.iter().zip(to_blocks) {
        for (from, to) in from.as_chunks::<STEP>().0.iter().zip(to.as_chunks_mut::<STEP>().0) {
            *to = masked(turns, *from);
        }
    }
    for (from, to) in from.as_chunks::<STEP>().0.iter().zip(to.as_chunks_mut::<STEP>().0) {
        *to = masked(turns, *from);
    }
}

/// Fewer than a step.
fn apply_few(key: [u8; 4], octets: &mut [u8]) {
    let (fours, rest) = octets.as_chunks_mut::<4>();
    for four in fours {
        *four = (u32::from_ne_bytes(*four) ^ u32::from_ne_bytes(key)).to_ne_bytes();
    }
    for (octet, key) in rest.iter_mut().zip(key) {
        *octet ^= key;
    }
}

/// The last step's worth of octets, masked.
fn last_masked(key: [u8; 4], octets: &[u8]) -> Option<[u8; STEP]> {
    let before = octets.len().checked_sub(STEP)?;
    Some(masked(two_turns(turned(key, before)), *octets.last_chunk()?))
}

fn two_turns(key: [u8; 4]) -> u64 {
    let key = u64::from(u32::from_ne_bytes(key));
    key | key << 32
}

const fn masked(turns: u64, octets: [u8; STEP]) -> [u8; STEP] {
    (u64::from_ne_bytes(octets) ^ turns).to_ne_bytes()
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{LONG, apply, copy};
    use crate::testing::{self, FEW};

    /// RFC 6455 5.3, wherever the octets lie, for lengths around every step.
    #[test]
    fn every_alignment() {
        let key = [1, 20, 30, 40];
        let octets: Vec<u8> = (0..LONG + 200).map(|n| (n % 251) as u8).collect();
        let lengths = (0..80).step_by(FEW * FEW).chain([LONG - 1, LONG, LONG + 7, LONG + 100]);
        for len in lengths {
            for at in (0..66).step_by(testing::STEP.min(21)) {
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
