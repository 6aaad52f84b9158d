//! UTF-8 by blocks, for processors whose wide instructions look at many octets at once. It only says what is
//! good beyond doubt: which octet is wrong, and where a piece may end, is for the octet-by-octet way to say.
//!
//! The rules are the same as there (RFC 3629 4), put so that each octet is judged by the three before it:
//! without a branch, which is what the compiler needs to do it for all octets of a block together.

const BLOCK: usize = 32;

/// Skips octets that are good, up to the first one of a character; at the beginning of a character.
pub(super) fn after_good(text: &[u8]) -> &[u8] {
    let good = if is_ascii(text) { text.len() } else { good(text) };
    // They may end inside a character.
    let back = begun(text.get(..good).unwrap_or_default());
    text.get(good.wrapping_sub(back)..).unwrap_or_default()
}

/// Octets at the end of a text that is right so far which want others to follow.
pub(super) const fn begun(text: &[u8]) -> usize {
    match *text {
        [.., a] if a >= FIRST_OF_2 => 1,
        [.., b, _] if b >= FIRST_OF_3 => 2,
        [.., c, _, _] if c >= FIRST_OF_4 => 3,
        _ => 0,
    }
}

/// How many octets are good: some blocks, or all.
fn good(text: &[u8]) -> usize {
    #[cfg(feature = "simd")]
    let mut good = super::simd::good(text);
    #[cfg(not(feature = "simd"))]
    let mut good: usize = 0;
    while let Some(rest) = text.get(good..)
        && !rest.is_empty()
    {
        let block = rest.get(..BLOCK).unwrap_or(rest);
        let end = good.wrapping_add(block.len());
        // With the three octets before the block; the last one may begin in the one before.
        let window: Option<&[u8; BLOCK + 3]> =
            end.checked_sub(BLOCK + 3).and_then(|at| text.get(at..)?.first_chunk());
        let is_good = match window {
            Some(window) => {
                let [c, b, a, octets @ ..] = window;
                octets.is_ascii() && !wants_more([*c, *b, *a]) || all_follow(window)
            }
            None => all_follow(&padded(text.get(..good).unwrap_or_default(), block)),
        };
        if !is_good {
            return good;
        }
        good = end;
    }
    good
}

/// The least first octet of a character of two, three and four octets (RFC 3629 3).
const FIRST_OF_2: u8 = 0xC0;
const FIRST_OF_3: u8 = 0xE0;
const FIRST_OF_4: u8 = 0xF0;

/// Behind these three octets another one of the same character is to come.
const fn wants_more([c, b, a]: [u8; 3]) -> bool {
    (c >= FIRST_OF_4) | (b >= FIRST_OF_3) | (a >= FIRST_OF_2)
}

/// Whether `octet` may follow these three of a text that is right so far (RFC 3629 4). No branch: so the
/// compiler can look at many octets at once.
const fn follows(before: [u8; 3], octet: u8) -> bool {
    let [_, _, a] = before;
    // 0xC0 and 0xC1 would begin overlong forms, what is above 0xF4 is above U+10FFFF.
    let begins_nothing = (octet == 0xC0) | (octet == 0xC1) | (octet > 0xF4);
    let is_overlong = (a == 0xE0) & (octet < 0xA0) | (a == 0xF0) & (octet < 0x90);
    let is_surrogate = (a == 0xED) & (octet > 0x9F);
    let is_too_great = (a == 0xF4) & (octet > 0x8F);
    let continues = octet & 0xC0 == 0x80;
    (continues == wants_more(before))
        & !(begins_nothing | is_overlong | is_surrogate | is_too_great)
}

/// Whether each octet from the fourth on may follow those before it.
fn all_follow(window: &[u8; BLOCK + 3]) -> bool {
    let [_, from_b @ ..] = window;
    let [_, from_a @ ..] = from_b;
    let [_, octets @ ..] = from_a;
    let mut all = true;
    for (((c, b), a), octet) in window.iter().zip(from_b).zip(from_a).zip(octets) {
        all &= follows([*c, *b, *a], *octet);
    }
    all
}

/// As that of the standard library, and quick with short texts, too.
fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (blocks, rest) = bytes.as_chunks::<64>();
    for block in blocks {
        let (chunks, _) = block.as_chunks::<8>();
        if chunks.iter().fold(0, |all, chunk| all | u64::from_ne_bytes(*chunk)) & HIGH != 0 {
            return false;
        }
    }
    let (chunks, rest) = rest.as_chunks::<8>();
    let all = chunks.iter().fold(0, |all, chunk| all | u64::from_ne_bytes(*chunk));
    all & HIGH == 0 && rest.iter().fold(0, |all, octet| all | octet).is_ascii()
}

/// At most a block of octets behind the last three before them; the rest is what may follow a whole character.
fn padded(before: &[u8], octets: &[u8]) -> [u8; BLOCK + 3] {
    let mut block = [0; BLOCK];
    match octets.first_chunk() {
        Some(whole) => block = *whole,
        None => block.iter_mut().zip(octets).for_each(|(place, octet)| *place = *octet),
    }
    let mut window = [0; BLOCK + 3];
    let [to_c, to_b, to_a, room @ ..] = &mut window;
    if let [.., c, b, a] = before {
        (*to_c, *to_b, *to_a) = (*c, *b, *a);
    }
    *room = block;
    window
}
