//! What is read and written: the same octets, sizes and cuts for the benchmarks, the counts of instructions, and the comparison
//! with other libraries.

/// Octets of payload, from none to what needs 64 bits of length.
pub(crate) const SIZES: [usize; 6] = [0, 16, 125, 1024, 8192, 65_536];

/// The most octets that come at a time, where input is cut.
pub(crate) const CHUNKS: [usize; 4] = [1, 7, 64, 1024];

/// The masking key of RFC 6455 5.7.
pub(crate) const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// What a payload is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Any octets; most are no UTF-8.
    Binary,
    /// Text of one octet a character.
    Ascii,
    /// Text of one to four octets a character.
    Mixed,
}

/// A payload of `size` octets; text ends with a whole character.
pub(crate) fn payload(kind: Kind, size: usize) -> Vec<u8> {
    let unit = match kind {
        Kind::Binary => return (0..size).map(|n| (n % 251) as u8).collect(),
        Kind::Ascii => "The quick brown fox jumps over the lazy dog. ",
        // German, Greek, Russian, Chinese and a crab, with the ASCII that stands between words.
        Kind::Mixed => {
            "Zwölf größere Boxkämpfer. Ξεσκεπάζω τὴν ψυχοφθόρα. Съешь же ещё этих булок. 视野无限广,窗外有蓝天。🦀 "
        }
    };
    let mut text = String::new();
    for character in unit.chars().cycle() {
        if text.len() + character.len_utf8() > size {
            break;
        }
        text.push(character);
    }
    text.push_str(&"a".repeat(size - text.len()));
    text.into_bytes()
}

/// A whole message in one frame, written by the book (RFC 6455 5.2, 5.3).
pub(crate) fn frame(kind: Kind, size: usize, key: Option<[u8; 4]>) -> Vec<u8> {
    let first = if kind == Kind::Binary { 0x82 } else { 0x81 };
    let bit = if key.is_some() { 0x80 } else { 0 };
    let mut frame = vec![first];
    match size {
        0..126 => frame.push(bit | size as u8),
        126..0x1_0000 => {
            frame.push(bit | 126);
            frame.extend((size as u16).to_be_bytes());
        }
        _ => {
            frame.push(bit | 127);
            frame.extend((size as u64).to_be_bytes());
        }
    }
    frame.extend(key.iter().flatten());
    let key = key.unwrap_or_default();
    frame.extend(payload(kind, size).iter().enumerate().map(|(i, octet)| octet ^ key[i % 4]));
    frame
}
