//! A frame header as its bytes say it, and the rules of each byte (RFC 6455 5.1, 5.2 and 5.5). For the decoder
//! of headers, and for the receiver, which has no need of the public [`Header`].

use super::{Header, LEN_16, LEN_64, MASK_BIT, MAX_CONTROL_PAYLOAD};
use crate::{Fault, Flags, Opcode, Role};

/// A header. Numbers alone: an `Option` or a `Result` of them has a place of its own to say which it is, and
/// all of it is moved in whole words. With a `bool` among them it is moved octet by octet, and a processor
/// waits for what it then loads together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct RawHeader {
    pub(crate) len: u64,
    /// Its first byte is the lowest; means nothing if there is none.
    pub(super) key: u32,
    pub(super) first: u8,
    pub(super) second: u8,
}

impl RawHeader {
    pub(super) const NONE: Self = Self { len: 0, key: 0, first: 0, second: 0 };

    pub(crate) const fn opcode(self) -> Opcode {
        Opcode::from_bits(self.first)
    }

    pub(crate) const fn is_control(self) -> bool {
        Opcode::is_control_bits(self.first)
    }

    pub(crate) const fn is_final(self) -> bool {
        self.first & Flags::FIN.bits() != 0
    }

    pub(crate) const fn mask(self) -> Option<[u8; 4]> {
        if is_masked(self.second) { Some(self.key.to_le_bytes()) } else { None }
    }

    pub(super) const fn header(self) -> Header {
        let flags = Flags::from_bits_truncate(self.first);
        Header { flags, opcode: self.opcode(), mask: self.mask(), len: self.len }
    }
}

/// The header that the bytes begin with, and how many bytes it has, if all of it is there and nothing is wrong:
/// the usual one, by a shorter way than byte by byte, which says what is wrong.
#[inline]
pub(super) fn parse(role: Role, bytes: &[u8]) -> Option<(usize, RawHeader)> {
    let [first, second, rest @ ..] = bytes else { return None };
    judge_first(*first).ok()?;
    judge_second(role, *first, *second).ok()?;
    let (len, rest) = read_len(*second, rest)?;
    judge_highest((len >> 56) as u8).ok()?;
    judge_len(*second, len).ok()?;
    let (key, rest) = if is_masked(*second) {
        let (key, rest) = rest.split_first_chunk()?;
        (u32::from_le_bytes(*key), rest)
    } else {
        (0, rest)
    };
    let header = RawHeader { len, key, first: *first, second: *second };
    Some((bytes.len().wrapping_sub(rest.len()), header))
}

/// The length that the second byte and those behind it say, and what follows it.
fn read_len(second: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    match len_width(second) {
        0 => Some((u64::from(second & !MASK_BIT), rest)),
        2 => {
            let (&len, rest) = rest.split_first_chunk()?;
            Some((u64::from(u16::from_be_bytes(len)), rest))
        }
        _ => {
            let (&len, rest) = rest.split_first_chunk()?;
            Some((u64::from_be_bytes(len), rest))
        }
    }
}

/// How many bytes of length follow the second byte.
pub(super) const fn len_width(second: u8) -> u8 {
    match second & !MASK_BIT {
        LEN_16 => 2,
        LEN_64 => 8,
        _ => 0,
    }
}

/// How many bytes a header with that second one has.
pub(super) const fn needed(second: u8) -> u8 {
    let key = if is_masked(second) { 4 } else { 0 };
    len_width(second).wrapping_add(2).wrapping_add(key)
}

const fn is_masked(second: u8) -> bool {
    second & MASK_BIT != 0
}

/// The rules of the first byte.
pub(super) const fn judge_first(first: u8) -> Result<(), Fault> {
    // RFC 6455 5.2: a reserved bit without an extension that defines it fails the connection.
    if first & Flags::RESERVED.bits() != 0 {
        return Err(Fault::ReservedBits);
    }
    // RFC 6455 5.2: an unknown opcode fails the connection.
    if Opcode::is_reserved(first) {
        return Err(Fault::ReservedOpcode);
    }
    // RFC 6455 5.5: control frames must not be fragmented.
    if Opcode::is_control_bits(first) && first & Flags::FIN.bits() == 0 {
        return Err(Fault::FragmentedControl);
    }
    Ok(())
}

/// The rules of the second byte, behind that first one.
pub(super) const fn judge_second(role: Role, first: u8, second: u8) -> Result<(), Fault> {
    // RFC 6455 5.5: control frames have at most 125 bytes of payload.
    if Opcode::is_control_bits(first) && second & !MASK_BIT > MAX_CONTROL_PAYLOAD as u8 {
        return Err(Fault::ControlTooLong);
    }
    // RFC 6455 5.1: a client fails the connection on a masked frame, a server on an unmasked one.
    match (role, is_masked(second)) {
        (Role::Client, true) => Err(Fault::Masked),
        (Role::Server, false) => Err(Fault::Unmasked),
        (Role::Client, false) | (Role::Server, true) => Ok(()),
    }
}

/// RFC 6455 5.2: the most significant bit of a 64-bit length must be 0.
pub(super) const fn judge_highest(highest: u8) -> Result<(), Fault> {
    if highest >= 0x80 { Err(Fault::LengthTooLong) } else { Ok(()) }
}

/// The rules of a length, behind that second byte, but for the one that its first byte shows.
pub(super) const fn judge_len(second: u8, len: u64) -> Result<(), Fault> {
    // RFC 6455 5.2: the minimal number of bytes must be used.
    let least = match len_width(second) {
        0 => 0,
        2 => 126,
        _ => 0x1_0000,
    };
    if len < least {
        return Err(Fault::LengthNotMinimal);
    }
    Ok(())
}
