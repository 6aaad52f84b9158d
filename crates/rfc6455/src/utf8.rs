//! UTF-8 in pieces, with the verdict on the first octet that cannot be.

mod blocks;
#[cfg(feature = "simd")]
mod simd;

use crate::words;

/// Checks that a stream of octets is UTF-8 (RFC 6455 8.1, RFC 3629), in pieces of any size.
///
/// Surrogates, overlong forms and code points above U+10FFFF are refused. A character may be cut
/// anywhere.
///
/// ```
/// use rfc6455::Utf8;
///
/// let mut utf8 = Utf8::new();
/// assert_eq!(utf8.check(b"na\xC3"), Ok(()));
/// assert!(!utf8.is_complete());
/// assert_eq!(utf8.check(b"\xAFve"), Ok(()));
/// assert!(utf8.is_complete());
/// assert_eq!(utf8.check(b"!\xFF"), Err(1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Utf8 {
    /// How many octets the begun character still lacks, 0 to 3.
    missing: u8,
    /// The least and the greatest octet that may come next; only read when an octet is missing.
    least: u8,
    greatest: u8,
}

impl Utf8 {
    /// Of a text that cannot be: every octet is refused.
    pub(crate) const REFUSED: Self = Self { missing: 1, least: u8::MAX, greatest: u8::MIN };

    /// At the beginning of a text.
    #[must_use]
    pub const fn new() -> Self {
        Self { missing: 0, least: 0, greatest: 0 }
    }

    /// Takes the next `bytes` of the text.
    ///
    /// # Errors
    ///
    /// The index in `bytes` of the first octet that no UTF-8 text can have there. After that every
    /// octet is refused.
    pub fn check(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let rest = if words::WORTHWHILE { bytes } else { self.after_blocks(bytes) };
        self.check_from(bytes, rest)
    }

    /// What follows as many octets as can be taken by blocks, where that is quicker.
    fn after_blocks<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let mut rest = bytes;
        while self.missing > 0
            && let Some((&octet, tail)) = rest.split_first()
        {
            if !self.take(octet) {
                return rest;
            }
            rest = tail;
        }
        blocks::after_good(rest)
    }

    /// Takes the `rest` of the bytes, octet by octet where it matters.
    fn check_from(&mut self, bytes: &[u8], rest: &[u8]) -> Result<(), usize> {
        let mut rest = rest;
        while let Some((&byte, tail)) = rest.split_first() {
            // Between characters a run of ASCII, and a whole character, need no state.
            if self.missing == 0 {
                if let Some((run, after)) = rest.split_first_chunk::<8>()
                    // The last of them first: of mixed text it often says enough.
                    && (byte | run[7]).is_ascii()
                    && run.is_ascii()
                {
                    rest = after_ascii(after);
                    continue;
                }
                if let Some(after) = after_character(byte, tail) {
                    rest = after;
                    continue;
                }
            }
            if !self.take(byte) {
                *self = Self::REFUSED;
                return Err(bytes.len().wrapping_sub(rest.len()));
            }
            rest = tail;
        }
        Ok(())
    }

    /// Whether the text may end here: no character is begun and not finished, and no octet was
    /// refused.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.missing == 0
    }

    /// Takes one octet; whether it can be here.
    const fn take(&mut self, byte: u8) -> bool {
        if self.missing > 0 {
            if byte < self.least || byte > self.greatest {
                return false;
            }
            *self = match self.missing {
                1 => Self::new(),
                missing => Self { missing: missing.wrapping_sub(1), least: 0x80, greatest: 0xBF },
            };
            return true;
        }
        match first(byte) {
            Some(begun) => {
                *self = begun;
                true
            }
            None => false,
        }
    }
}

/// What follows the first octet of a character (RFC 3629 4): it gives the number of octets, and narrows the
/// second one.
const fn first(byte: u8) -> Option<Utf8> {
    let missing = match byte {
        0x00..=0x7F => 0,
        // 0xC0 and 0xC1 would begin overlong forms, what is above 0xF4 is above U+10FFFF.
        0x80..=0xC1 | 0xF5..=0xFF => return None,
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
    };
    // Less would be an overlong form.
    let least = match byte {
        0xE0 => 0xA0,
        0xF0 => 0x90,
        _ => 0x80,
    };
    let greatest = match byte {
        // More would be a surrogate,
        0xED => 0x9F,
        // or above U+10FFFF.
        0xF4 => 0x8F,
        _ => 0xBF,
    };
    Some(Utf8 { missing, least, greatest })
}

/// What follows a character that begins with `byte`, if all of it is in `tail`, and right.
fn after_character(byte: u8, tail: &[u8]) -> Option<&[u8]> {
    if byte.is_ascii() {
        return Some(tail);
    }
    let Utf8 { missing, least, greatest } = first(byte)?;
    let (second, after) = tail.split_first()?;
    let (others, after) = after.split_at_checked(usize::from(missing).wrapping_sub(1))?;
    let is_right = (least..=greatest).contains(second)
        && others.iter().all(|octet| matches!(octet, 0x80..=0xBF));
    is_right.then_some(after)
}

/// What follows a run of ASCII, or begins with the last octets of it.
fn after_ascii(text: &[u8]) -> &[u8] {
    const HIGH: u32 = 0x8080_8080;
    let (head, words, _) = words::split(text);
    if !head.is_ascii() {
        return text;
    }
    let (chunks, _) = words.as_chunks::<4>();
    let runs = chunks.iter().take_while(|[a, b, c, d]| (a | b | c | d) & HIGH == 0).count();
    text.get(head.len().wrapping_add(runs.wrapping_mul(16))..).unwrap_or_default()
}

impl Default for Utf8 {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::{FEW, STEP};

    /// The index of the first octet that cannot be, from the standard library: what is valid, plus
    /// as many octets as can still become a character.
    fn expected(bytes: &[u8]) -> Result<bool, usize> {
        match core::str::from_utf8(bytes) {
            Ok(_) => Ok(true),
            Err(error) => match error.error_len() {
                None => Ok(false),
                Some(len) => {
                    // A refused sequence of `len` octets is a prefix that could be, then an octet
                    // that cannot. A lone impossible first octet has length 1, and so has a good
                    // first octet with a bad second one.
                    let start = error.valid_up_to();
                    let could_begin = (0xC2..=0xF4).contains(&bytes[start]);
                    Err(start + if could_begin { len } else { 0 })
                }
            },
        }
    }

    /// Two that have seen the same are the same, however it was cut.
    #[test]
    fn the_cut_leaves_no_trace() {
        for text in ["é", "aß漢🦀", "x"] {
            let (mut whole, mut cut) = (Utf8::new(), Utf8::new());
            whole.check(text.as_bytes()).unwrap();
            for octet in text.as_bytes().chunks(1) {
                cut.check(octet).unwrap();
            }
            assert_eq!(whole, cut, "{text}");
        }
    }

    fn in_pieces<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Result<bool, usize> {
        let mut utf8 = Utf8::new();
        let mut before = 0;
        for piece in pieces {
            utf8.check(piece).map_err(|at| before + at)?;
            before += piece.len();
        }
        Ok(utf8.is_complete())
    }

    /// As on processors that look at blocks, where these tests may not run.
    fn by_blocks<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Result<bool, usize> {
        let mut utf8 = Utf8::new();
        let mut before = 0;
        for piece in pieces {
            let rest = utf8.after_blocks(piece);
            utf8.check_from(piece, rest).map_err(|at| before + at)?;
            before += piece.len();
        }
        Ok(utf8.is_complete())
    }

    /// What begins, ends or breaks characters, at every place of blocks.
    #[test]
    fn blocks_see_what_octets_see() {
        let parts = [
            "é",
            "漢",
            "🦀",
            "\u{7FF}",
            "\u{800}",
            "\u{D7FF}",
            "\u{E000}",
            "\u{FFFF}",
            "\u{10000}",
            "\u{10FFFF}",
        ];
        let wrong: [&[u8]; 12] = [
            b"\x80",
            b"\xC0\x80",
            b"\xC1\xBF",
            b"\xC3(",
            b"\xE0\x9F\xBF",
            b"\xED\xA0\x80",
            b"\xE6\xBCx",
            b"\xF0\x8F\xBF\xBF",
            b"\xF4\x90\x80\x80",
            b"\xF0\x9F\xA6x",
            b"\xF5",
            b"\xFF",
        ];
        let all = parts.iter().map(|part| part.as_bytes()).chain(wrong);
        for part in all {
            for at in (0..100).step_by(STEP) {
                for filling in ["a", "é"] {
                    let mut text = filling.repeat(60).into_bytes();
                    text.truncate(at);
                    text.extend(part);
                    for behind in [40, 0, 1].into_iter().step_by(FEW) {
                        let text = [&text[..], filling.repeat(behind).as_bytes()].concat();
                        assert_eq!(by_blocks([&text[..]]), expected(&text), "{text:x?}");
                        let (first, second) = text.split_at(text.len() * 2 / 3);
                        assert_eq!(by_blocks([first, second]), expected(&text), "{text:x?}");
                    }
                }
            }
        }
    }

    fn check_all_splits(bytes: &[u8], cut: usize) {
        let expected = expected(bytes);
        assert_eq!(in_pieces([bytes]), expected, "{bytes:x?}");
        assert_eq!(in_pieces(bytes.chunks(1)), expected, "{bytes:x?}");
        let (first, second) = bytes.split_at(cut % (bytes.len() + 1));
        assert_eq!(in_pieces([first, second]), expected, "{bytes:x?}");
    }

    #[test]
    fn every_sequence_of_up_to_three_octets() {
        for a in (0..=255).step_by(STEP) {
            check_all_splits(&[a], 0);
            for b in (0..=255).step_by(STEP) {
                check_all_splits(&[a, b], 1);
            }
        }
        // The third octet matters by its class only: the edges of every range.
        let edges = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xF4, 0xFF];
        for a in (0xC0..=255).step_by(STEP.min(11)) {
            for b in (0..=255).step_by(STEP) {
                for c in edges.into_iter().step_by(FEW) {
                    check_all_splits(&[a, b, c], 2);
                    for d in edges.into_iter().step_by(FEW * FEW) {
                        check_all_splits(&[a, b, c, d], 3);
                    }
                }
            }
        }
    }

    #[test]
    fn every_scalar_value() {
        for c in ('\0'..=char::MAX).step_by(STEP * STEP) {
            let mut room = [0; 4];
            let text = c.encode_utf8(&mut room).as_bytes();
            assert_eq!(in_pieces(text.chunks(1)), Ok(true));
        }
    }

    #[test]
    fn stays_refused() {
        let mut utf8 = Utf8::new();
        assert_eq!(utf8.check(b"ab\xC0"), Err(2));
        assert!(!utf8.is_complete());
        assert_eq!(utf8.check(b""), Ok(()));
        assert_eq!(utf8.check(b"a"), Err(0));
        assert_eq!(utf8.check(b"\xFF"), Err(0));
    }

    /// A run of ASCII ends at the first octet that is none, wherever that lies and whatever follows it.
    #[test]
    fn the_end_of_a_run_of_ascii() {
        let mut memory = [b'a'; 72];
        for begin in 0..8 {
            let text = &mut memory[begin..];
            for at in (0..text.len()).step_by(FEW * FEW) {
                for other in (at..text.len()).step_by(STEP.min(20)) {
                    (text[at], text[other]) = (0x80, 0x80);
                    assert_eq!(in_pieces([&text[..]]), Err(at), "and {other}");
                    (text[at], text[other]) = (b'a', b'a');
                }
                text[at..].fill(0x80);
                assert_eq!(in_pieces([&text[..]]), Err(at));
                text.fill(b'a');
            }
        }
    }

    proptest! {
        #![proptest_config(crate::testing::cases())]

        #[test]
        fn any_bytes(bytes: Vec<u8>, cut: usize) {
            check_all_splits(&bytes, cut);
            prop_assert_eq!(by_blocks(bytes.chunks(cut % 50 + 1)), expected(&bytes));
        }

        #[test]
        fn any_text_with_one_octet_changed(text: String, at: usize, octet: u8, cut: usize) {
            let mut bytes = text.into_bytes();
            check_all_splits(&bytes, cut);
            let len = bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(at % len) {
                *byte = octet;
            }
            check_all_splits(&bytes, cut);
            prop_assert_eq!(by_blocks(bytes.chunks(cut % 50 + 1)), expected(&bytes));
        }

        #[test]
        fn long_ascii_runs(before in 0..300_usize / FEW, after in 0..300_usize / FEW, cut: usize) {
            let text = ["a".repeat(before), "b".repeat(after)].join("\u{20AC}");
            check_all_splits(text.as_bytes(), cut);
            prop_assert_eq!(by_blocks([text.as_bytes()]), Ok(true));
            let mut bytes = text.into_bytes();
            bytes.push(0x80);
            check_all_splits(&bytes, cut);
        }
    }
}
