//! Long texts, with the widest instructions of the processor: simdutf8 finds out at run time which.

/// Shorter texts are not worth its call.
const LONG: usize = 64;

/// How many octets are good: whole characters, or none where something is wrong. For [`blocks`](super::blocks)
/// alone.
pub(super) fn good(text: &[u8]) -> usize {
    if text.len() < LONG {
        return 0;
    }
    // What is begun at the end may go on in the next piece.
    let whole = text.len().wrapping_sub(super::blocks::begun(text));
    match text.get(..whole).map(simdutf8::basic::from_utf8) {
        Some(Ok(_)) => whole,
        _ => 0,
    }
}
