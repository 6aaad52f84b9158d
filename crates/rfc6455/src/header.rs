//! The frame header, both directions (RFC 6455 5.2).

mod decoder;
mod raw;

pub use decoder::HeaderDecoder;
pub(crate) use raw::RawHeader;

use crate::{Flags, Opcode};

/// The longest header in bytes: two, eight of length, four of masking key.
pub const MAX_HEADER_LEN: usize = 14;

/// The longest payload of a control frame in bytes (RFC 6455 5.5).
pub const MAX_CONTROL_PAYLOAD: usize = 125;

/// RFC 6455 5.2: "the most significant bit MUST be 0".
pub(crate) const MAX_LEN: u64 = u64::MAX >> 1;

/// RFC 6455 5.2: set in the second byte of a masked frame.
const MASK_BIT: u8 = 0x80;
/// RFC 6455 5.2: a 7-bit length of this value says that 16 bits of length follow.
const LEN_16: u8 = 126;
/// RFC 6455 5.2: a 7-bit length of this value says that 64 bits of length follow.
const LEN_64: u8 = 127;

/// What stands before the payload of a frame.
///
/// Encoding is lenient: it writes whatever header it is given, so that a test can be a bad peer.
/// What is strict is [`HeaderDecoder`].
///
/// ```
/// use rfc6455::{Flags, Header, Opcode};
///
/// let header = Header { flags: Flags::FIN, opcode: Opcode::Text, mask: None, len: 5 };
/// assert_eq!(header.encode().as_bytes(), [0x81, 0x05]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header {
    /// FIN and the three reserved bits.
    pub flags: Flags,
    /// What the frame is.
    pub opcode: Opcode,
    /// The masking key, if the payload is masked.
    pub mask: Option<[u8; 4]>,
    /// Length of the payload in bytes, at most 2⁶³−1.
    pub len: u64,
}

impl Header {
    /// The header's bytes, with the length in its shortest form. A length above 2⁶³−1 loses its
    /// highest bit.
    #[must_use]
    #[inline]
    pub fn encode(&self) -> EncodedHeader {
        let mut bytes = [0; MAX_HEADER_LEN];
        let first = (self.flags.bits() & 0xF0) | self.opcode.bits();
        let left = put_header(first, self.mask, self.len, &mut bytes).map_or(0, |room| room.len());
        EncodedHeader { bytes, len: MAX_HEADER_LEN.wrapping_sub(left) as u8 }
    }

    /// How many bytes [`Header::encode`] gives: 2 to [`MAX_HEADER_LEN`].
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        let key = if self.mask.is_some() { 4 } else { 0 };
        2 + len_width(self.len & MAX_LEN) + key
    }
}

/// How many bytes of length follow the second byte: 0, 2 or 8.
const fn len_width(len: u64) -> usize {
    match len {
        0..=125 => 0,
        126..=0xFFFF => 2,
        _ => 8,
    }
}

/// The header whose first byte is this, in front of the room for its payload, which is returned. `None`: there
/// is not room for all of it.
#[inline]
pub(crate) fn put_header(
    first: u8,
    mask: Option<[u8; 4]>,
    len: u64,
    out: &mut [u8],
) -> Option<&mut [u8]> {
    let len = len & MAX_LEN;
    let width = len_width(len);
    let bit = if mask.is_some() { MASK_BIT } else { 0 };
    let (place, mut room) = out.split_first_chunk_mut()?;
    let second = match width {
        0 => len as u8,
        2 => LEN_16,
        _ => LEN_64,
    };
    *place = [first, bit | second];
    // RFC 6455 5.2: "the minimal number of bytes MUST be used to encode the length".
    if width == 2 {
        let (place, rest) = room.split_first_chunk_mut()?;
        (*place, room) = ((len as u16).to_be_bytes(), rest);
    } else if width == 8 {
        let (place, rest) = room.split_first_chunk_mut()?;
        (*place, room) = (len.to_be_bytes(), rest);
    }
    if let Some(key) = mask {
        let (place, rest) = room.split_first_chunk_mut()?;
        (*place, room) = (key, rest);
    }
    Some(room)
}

/// The bytes of one [`Header`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EncodedHeader {
    bytes: [u8; MAX_HEADER_LEN],
    len: u8,
}

impl EncodedHeader {
    /// The bytes: 2 to [`MAX_HEADER_LEN`].
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
