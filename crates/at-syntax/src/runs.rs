//! Runs of bytes: where they end, and how they are copied. Processors with words of 64 bits look at eight bytes
//! at a time; on those with 32 bits that would be more code.

/// Whether a second, shorter way for what comes most is worth its code: where there is memory enough. It never
/// does anything that the longer way would not.
pub(crate) const SHORTCUTS: bool = !cfg!(any(target_pointer_width = "32", no_shortcuts));

const WIDTH: usize = size_of::<u64>();
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = ONES << 7;

/// The place of the first byte that is any of these.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
pub(crate) fn find<const N: usize>(bytes: &[u8], wanted: [u8; N]) -> Option<usize> {
    match bytes.last_chunk::<WIDTH>() {
        Some(last) if SHORTCUTS => find_by_words(bytes, *last, wanted),
        _ => bytes.iter().position(|byte| wanted.contains(byte)),
    }
}

/// Likewise; the bytes end with `last`.
#[inline(never)]
fn find_by_words<const N: usize>(
    bytes: &[u8],
    last: [u8; WIDTH],
    wanted: [u8; N],
) -> Option<usize> {
    let mut before = 0_usize;
    for word in bytes.as_chunks::<WIDTH>().0 {
        if let Some(at) = find_in_word(*word, wanted) {
            return before.checked_add(at);
        }
        before = before.wrapping_add(WIDTH);
    }
    // What is left over once more with what comes before it, where nothing was found.
    let before = bytes.len().wrapping_sub(WIDTH);
    before.checked_add(find_in_word(last, wanted)?)
}

#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn find_in_word<const N: usize>(word: [u8; WIDTH], wanted: [u8; N]) -> Option<usize> {
    let word = u64::from_le_bytes(word);
    let mut found = 0;
    for byte in wanted {
        // Zero where it is the byte. What is marked behind the first zero may be more than that; only the first
        // counts.
        let zero = word ^ ONES.wrapping_mul(byte.into());
        found |= zero.wrapping_sub(ONES) & !zero & HIGHS;
    }
    if found == 0 { None } else { usize::try_from(found.trailing_zeros() / 8).ok() }
}

/// How many bytes at the front are letters, digits or one of `- . / :`, if it is found out cheaply: more may
/// follow.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
pub(crate) fn skip(bytes: &[u8]) -> usize {
    if SHORTCUTS && let Some(word) = bytes.first_chunk::<WIDTH>() {
        let word = u64::from_le_bytes(*word);
        // Without the highest bit, so that nothing is carried from a byte to the next.
        let ascii = word & !HIGHS;
        let letter = within(ascii | ONES << 5, b'a', b'z');
        let other = !(letter | within(ascii, b'-', b':')) | word;
        // With none, all eight are.
        return usize::try_from((other & HIGHS).trailing_zeros() / 8).unwrap_or(WIDTH);
    }
    0
}

/// Marks in their highest bits the bytes, all below 0x80, that are from `first` to `last`.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn within(word: u64, first: u8, last: u8) -> u64 {
    let from =
        |byte: u8| word.wrapping_add(ONES.wrapping_mul(u64::from(0x80_u8.wrapping_sub(byte))));
    from(first) & !from(last.wrapping_add(1))
}

/// Copies to the front of `to` what fits there of the front of `from`; returns how many bytes.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
pub(crate) fn copy(to: &mut [u8], from: &[u8]) -> usize {
    let n = to.len().min(from.len());
    if let (Some(to), Some(from)) = (to.get_mut(..n), from.get(..n)) {
        to.copy_from_slice(from);
    }
    n
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{SHORTCUTS, find, skip};

    #[test]
    fn the_first_counts_wherever_it_stands() {
        // Bytes that are near those that are looked for, and those with their highest bit.
        let near = [b',', b'\\', 0, 1, b',' - 1, b',' + 1, b'\\' + 1, 0x80, b',' | 0x80, 0xff];
        for len in 0..40_usize {
            for at in 0..len {
                for fill in near {
                    let mut bytes: Vec<u8> = (0..len).map(|i| near[(i * 7 + 3) % 10]).collect();
                    bytes[at] = fill;
                    let expected = bytes.iter().position(|byte| matches!(byte, b',' | b'\\'));
                    assert_eq!(find(&bytes, [b',', b'\\']), expected, "{bytes:?}");
                    bytes.fill(fill);
                    bytes[at] = b',';
                    let expected = bytes.iter().position(|byte| *byte == b',');
                    assert_eq!(find(&bytes, [b',']), expected, "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_skipped_belongs_to_a_name() {
        for byte in 0..=u8::MAX {
            let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/' | b':');
            for at in 0..8 {
                let mut bytes = *b"WSopen/9";
                bytes[at] = byte;
                let expected = if plain { 8 } else { at };
                assert_eq!(skip(&bytes), if SHORTCUTS { expected } else { 0 }, "{byte:#x} at {at}");
            }
        }
        assert_eq!(skip(b"WSSEND="), 0); // too short to be looked at
    }
}
