//! What a frame is.

use core::hash::{Hash, Hasher};

/// The lower half of a frame's first byte (RFC 6455 5.2 and 11.8).
///
/// No value of the wire is lost: a reserved opcode keeps its number.
///
/// ```
/// use rfc6455::Opcode;
///
/// assert_eq!(Opcode::from_bits(0x9), Opcode::Ping);
/// assert!(Opcode::Ping.is_control());
/// assert_eq!(Opcode::Reserved(0xB).bits(), 0xB);
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)] // See `bits`.
pub enum Opcode {
    /// 0: a further fragment of the message that was begun.
    Continuation = 0x0,
    /// 1: a message in UTF-8, or its first fragment.
    Text = 0x1,
    /// 2: a message of any octets, or its first fragment.
    Binary = 0x2,
    /// 8: the closing handshake.
    Close = 0x8,
    /// 9: asks for a Pong with the same payload.
    Ping = 0x9,
    /// 10: answers a Ping, or comes unasked as a one-way heartbeat.
    Pong = 0xA,
    /// 3 to 7 (reserved for data) and 11 to 15 (reserved for control). Only the lower four bits of
    /// the number count, for `==` too: `Reserved(8)` is another way to write [`Close`](Self::Close), and is
    /// treated as that.
    Reserved(u8) = 0xF,
}

impl Opcode {
    /// The opcode in the lower four bits of `bits`; the upper four are ignored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 0x0F {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            other => Self::Reserved(other),
        }
    }

    /// The number on the wire, 0 to 15.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn bits(self) -> u8 {
        if let Self::Reserved(bits) = self {
            return bits & 0x0F;
        }
        // Each has its number for what tells it apart (`repr`), so this is nothing to be done.
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
            Self::Reserved(_) => 0xF,
        }
    }

    /// Whether this is a control frame: 8 to 15, the reserved ones too.
    #[must_use]
    pub const fn is_control(self) -> bool {
        Self::is_control_bits(self.bits())
    }

    /// Likewise of the lower four bits.
    pub(crate) const fn is_control_bits(bits: u8) -> bool {
        // RFC 6455 5.5: control frames are those whose opcode has its most significant bit set.
        bits & 0x8 != 0
    }

    /// Whether the standard leaves the number in the lower four bits without a meaning.
    pub(crate) const fn is_reserved(bits: u8) -> bool {
        // One bit for each number that has a meaning: 0, 1, 2, 8, 9 and 10.
        0x0707 >> (bits & 0x0F) & 1 == 0
    }
}

impl PartialEq for Opcode {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

impl Eq for Opcode {}

impl Hash for Opcode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::hash::{BuildHasher, BuildHasherDefault};
    use std::hash::DefaultHasher;

    #[test]
    fn every_number_survives() {
        for bits in 0..=0x0F {
            let opcode = Opcode::from_bits(bits);
            assert_eq!(opcode.bits(), bits);
            assert_eq!(opcode.is_control(), bits >= 8);
            assert_eq!(Opcode::is_reserved(bits), !matches!(bits, 0 | 1 | 2 | 8 | 9 | 10));
            assert_eq!(Opcode::from_bits(bits | 0xF0), opcode);
            assert_eq!(Opcode::Reserved(bits | 0x50), opcode);
            assert!((0..=0x0F).all(|other| (Opcode::Reserved(other) == opcode) == (other == bits)));
        }
    }

    #[test]
    fn what_is_equal_has_one_hash() {
        let hashes = |bits| {
            let hash = |opcode| BuildHasherDefault::<DefaultHasher>::default().hash_one(opcode);
            (hash(Opcode::from_bits(bits)), hash(Opcode::Reserved(bits)))
        };
        for bits in 0..=0x0F {
            let (named, reserved) = hashes(bits);
            assert_eq!(named, reserved);
            assert!((0..bits).all(|other| hashes(other).0 != named));
        }
    }
}
