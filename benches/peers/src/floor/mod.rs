//! The least work that framing can be: whole frames, trusted, in one piece. No cut, no message, no rule is
//! looked at. What the library adds to this is the price of what it promises.

pub mod push;

/// Takes the header from the front of a whole frame and unmasks the payload where it stands; returns it.
pub fn decode(frame: &mut [u8]) -> &mut [u8] {
    let (mut at, len) = match frame[1] & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes([frame[2], frame[3]]))),
        127 => (10, u64::from_be_bytes(frame[2..10].try_into().unwrap()) as usize),
        len => (2, usize::from(len)),
    };
    let masked = frame[1] & 0x80 != 0;
    let key: [u8; 4] = if masked { frame[at..at + 4].try_into().unwrap() } else { [0; 4] };
    at += if masked { 4 } else { 0 };
    let payload = &mut frame[at..at + len];
    if masked {
        mask(key, payload);
    }
    payload
}

/// Writes a whole frame; returns its length.
pub fn encode(first: u8, key: Option<[u8; 4]>, payload: &[u8], out: &mut [u8]) -> usize {
    let bit = if key.is_some() { 0x80 } else { 0 };
    out[0] = first;
    let mut at = match payload.len() {
        len @ 0..126 => {
            out[1] = bit | len as u8;
            2
        }
        len @ 126..0x1_0000 => {
            out[1] = bit | 126;
            out[2..4].copy_from_slice(&(len as u16).to_be_bytes());
            4
        }
        len => {
            out[1] = bit | 127;
            out[2..10].copy_from_slice(&(len as u64).to_be_bytes());
            10
        }
    };
    if let Some(key) = key {
        out[at..at + 4].copy_from_slice(&key);
        at += 4;
    }
    let body = &mut out[at..at + payload.len()];
    body.copy_from_slice(payload);
    if let Some(key) = key {
        mask(key, body);
    }
    at + payload.len()
}

/// Eight octets at a time.
fn mask(key: [u8; 4], bytes: &mut [u8]) {
    let [a, b, c, d] = key;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, tail) = bytes.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip([a, b, c, d, a, b, c]) {
        *byte ^= key;
    }
}
