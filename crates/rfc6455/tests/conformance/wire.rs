//! Frames to bytes and back, apart from the crate under test (RFC 6455 5.2).

use alloc::vec;
use alloc::vec::Vec;

use super::format::Frame;

/// A frame that the endpoint has written.
pub(crate) struct Written {
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
}

/// The bytes of `frame`, with what there is of its payload.
pub(crate) fn encode(frame: &Frame<'_>, masked: bool, key: [u8; 4]) -> Vec<u8> {
    let payload = frame.payload.to_vec();
    let len = frame.len.unwrap_or(payload.len() as u64);
    let form = frame.form.unwrap_or(match len {
        0..=125 => 7,
        126..=0xFFFF => 16,
        _ => 64,
    });
    let mask_bit = u8::from(masked) << 7;
    let mut bytes = vec![u8::from(frame.fin) << 7 | frame.rsv << 4 | frame.opcode];
    match form {
        7 => bytes.push(mask_bit | u8::try_from(len).unwrap()),
        16 => {
            bytes.push(mask_bit | 126);
            bytes.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        _ => {
            bytes.push(mask_bit | 127);
            bytes.extend(len.to_be_bytes());
        }
    }
    if masked {
        bytes.extend(key);
    }
    bytes.extend(apply(if masked { key } else { [0; 4] }, 0, &payload));
    bytes
}

/// `payload` with the key applied from this phase on.
pub(crate) fn apply(key: [u8; 4], phase: usize, payload: &[u8]) -> Vec<u8> {
    let keys = key.into_iter().cycle().skip(phase % 4);
    payload.iter().zip(keys).map(|(octet, key)| octet ^ key).collect()
}

/// Takes the first frame off `bytes`, if it is whole; it must be in the shortest form, and masked or not as
/// said.
pub(crate) fn take(bytes: &mut Vec<u8>, masked: bool) -> Option<Written> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    assert_eq!(second & 0x80 != 0, masked, "mask of the frame written");
    let mut at = 2;
    let mut number = |n: usize| {
        let octets = bytes.get(at..at + n)?;
        at += n;
        Some(octets.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
    };
    let len = match second & 0x7F {
        126 => number(2)?,
        127 => number(8)?,
        short => u64::from(short),
    };
    let shortest = match len {
        0..=125 => len as u8,
        126..=0xFFFF => 126,
        _ => 127,
    };
    assert_eq!(second & 0x7F, shortest, "form of the length written");
    let key = if masked { (number(4)? as u32).to_be_bytes() } else { [0; 4] };
    let end = at + usize::try_from(len).unwrap();
    let payload = apply(key, 0, bytes.get(at..end)?);
    bytes.drain(..end);
    Some(Written { first, payload })
}
