//! Reading frame headers, strictly.

use super::{Header, LEN_16, LEN_64, MASK_BIT, MAX_CONTROL_PAYLOAD};
use crate::{Fault, Flags, Opcode, Role};

/// Reads frame headers, in pieces of any size.
///
/// A fault is found at the first byte that shows it:
///
/// | byte | faults, the first that applies |
/// |---|---|
/// | first | [`Fault::ReservedBits`], [`Fault::ReservedOpcode`], [`Fault::FragmentedControl`] |
/// | second | [`Fault::ControlTooLong`], [`Fault::Masked`] or [`Fault::Unmasked`] |
/// | first of a 64-bit length | [`Fault::LengthTooLong`] |
/// | last of a length | [`Fault::LengthNotMinimal`] |
///
/// ```
/// use rfc6455::{HeaderDecoder, Opcode, Role};
///
/// let mut decoder = HeaderDecoder::new(Role::Client);
/// // Only the first byte of the frame has arrived: nothing to report yet.
/// assert_eq!(decoder.decode(&[0x81]), (1, None));
/// // The second byte completes the header; the payload behind it is not touched.
/// let (taken, header) = decoder.decode(b"\x05Hello");
/// assert_eq!(taken, 1);
/// assert_eq!(header.unwrap().unwrap().opcode, Opcode::Text);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HeaderDecoder {
    role: Role,
    /// Bytes of the present header that were taken.
    taken: u8,
    fault: Option<Fault>,
    /// What they said, as numbers: octets that were stored one by one and are then loaded together make a processor wait.
    first: u8,
    second: u8,
    key: u32,
    len: u64,
}

impl HeaderDecoder {
    /// A decoder before the first header that comes to an endpoint of this role: a client refuses masked
    /// frames, a server unmasked ones (RFC 6455 5.1).
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, taken: 0, fault: None, first: 0, second: 0, key: 0, len: 0 }
    }

    /// Takes bytes of one header, never a byte of the payload; how many were taken, and the
    /// outcome: `None` when more input is needed. After a header the decoder is ready for the next
    /// one.
    ///
    /// # Errors
    ///
    /// `Some(Err(fault))` when the header breaks the protocol; the byte that shows it is taken. A
    /// decoder that has met a fault takes nothing more and repeats the fault at every call.
    pub fn decode(&mut self, input: &[u8]) -> (usize, Option<Result<Header, Fault>>) {
        match self.decode_whole(input) {
            Some((taken, header)) => (taken, Some(Ok(header))),
            None => self.decode_cut(input),
        }
    }

    /// A header that stands in the input from its first byte to its last, with nothing wrong: the usual one. `None`:
    /// nothing is taken.
    #[inline]
    pub(crate) fn decode_whole(&self, input: &[u8]) -> Option<(usize, Header)> {
        // One that was at fault has begun.
        if self.taken == 0 { parse(self.role, input).ok().flatten() } else { None }
    }

    fn decode_cut(&mut self, input: &[u8]) -> (usize, Option<Result<Header, Fault>>) {
        if let Some(fault) = self.fault {
            return (0, Some(Err(fault)));
        }
        let mut taken: usize = 0;
        for &byte in input {
            taken = taken.wrapping_add(1);
            match self.take(byte) {
                Ok(None) => {}
                Ok(Some(header)) => return (taken, Some(Ok(header))),
                Err(fault) => {
                    self.taken = self.taken.wrapping_add(1);
                    self.fault = Some(fault);
                    return (taken, Some(Err(fault)));
                }
            }
        }
        (taken, None)
    }

    /// Takes bytes up to the end of the header, or to one that is wrong, which is not taken; returns how many. A shortcut for
    /// headers that come byte by byte.
    #[inline]
    pub(crate) fn take_part(&mut self, input: &[u8]) -> (usize, Option<Header>) {
        let mut part: usize = 0;
        for &byte in input {
            if self.fault.is_some() {
                break;
            }
            let Ok(header) = self.take(byte) else { break };
            part = part.wrapping_add(1);
            if header.is_some() {
                return (part, header);
            }
        }
        (part, None)
    }

    /// Takes the header's next byte: the header, if that is its last one. Nothing has changed if it is wrong.
    #[inline]
    fn take(&mut self, byte: u8) -> Result<Option<Header>, Fault> {
        let width = len_width(self.second);
        match self.taken {
            0 => {
                judge_first(byte)?;
                self.first = byte;
            }
            1 => {
                judge_second(self.role, self.first, byte)?;
                self.second = byte;
                // What more than seven bits say begins here.
                self.len = if len_width(byte) == 0 { (byte & !MASK_BIT).into() } else { 0 };
            }
            at if at < width.wrapping_add(2) => {
                let len = self.len << 8 | u64::from(byte);
                if width == 8 && at == 2 {
                    judge_highest(byte)?;
                }
                if at == width.wrapping_add(1) {
                    judge_len(self.second, len)?;
                }
                self.len = len;
            }
            _ => self.key = self.key >> 8 | u32::from(byte) << 24,
        }
        self.taken = self.taken.wrapping_add(1);
        if self.taken < 2 || self.taken < needed(self.second) {
            return Ok(None);
        }
        self.taken = 0;
        let mask = is_masked(self.second).then(|| self.key.to_le_bytes());
        let flags = Flags::from_bits_truncate(self.first);
        Ok(Some(Header { flags, opcode: Opcode::from_bits(self.first), mask, len: self.len }))
    }
}

/// The header that the bytes begin with, and how many bytes it has; `None` if not all of it is there.
///
/// What there is of it is judged. So with one byte more each time, a fault is found at the byte that shows it.
#[cfg_attr(target_pointer_width = "32", inline(never))]
#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn parse(role: Role, bytes: &[u8]) -> Result<Option<(usize, Header)>, Fault> {
    let [first, rest @ ..] = bytes else { return Ok(None) };
    judge_first(*first)?;
    let [second, rest @ ..] = rest else { return Ok(None) };
    judge_second(role, *first, *second)?;
    if let (8, [highest, ..]) = (len_width(*second), rest) {
        judge_highest(*highest)?;
    }
    let Some((len, rest)) = read_len(*second, rest) else { return Ok(None) };
    judge_len(*second, len)?;
    let (mask, rest) = if is_masked(*second) {
        let Some((key, rest)) = rest.split_first_chunk() else { return Ok(None) };
        (Some(*key), rest)
    } else {
        (None, rest)
    };
    let flags = Flags::from_bits_truncate(*first);
    let header = Header { flags, opcode: Opcode::from_bits(*first), mask, len };
    Ok(Some((bytes.len().wrapping_sub(rest.len()), header)))
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
const fn len_width(second: u8) -> u8 {
    match second & !MASK_BIT {
        LEN_16 => 2,
        LEN_64 => 8,
        _ => 0,
    }
}

/// How many bytes a header with that second one has.
const fn needed(second: u8) -> u8 {
    let key = if is_masked(second) { 4 } else { 0 };
    len_width(second).wrapping_add(2).wrapping_add(key)
}

const fn is_masked(second: u8) -> bool {
    second & MASK_BIT != 0
}

/// The rules of the first byte.
const fn judge_first(first: u8) -> Result<(), Fault> {
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
const fn judge_second(role: Role, first: u8, second: u8) -> Result<(), Fault> {
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
const fn judge_highest(highest: u8) -> Result<(), Fault> {
    if highest >= 0x80 { Err(Fault::LengthTooLong) } else { Ok(()) }
}

/// The rules of a length, behind that second byte, but for the one that its first byte shows.
const fn judge_len(second: u8, len: u64) -> Result<(), Fault> {
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
