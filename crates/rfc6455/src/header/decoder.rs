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
    step: Step,
    /// The first byte, once there.
    first: u8,
    masked: bool,
    len: u64,
    /// The key, as far as it is there, shifted in from below.
    key: u32,
}

/// Which byte is next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Step {
    First,
    Second,
    /// `left` of the `width` bytes of length.
    Length {
        width: u8,
        left: u8,
    },
    /// `left` of the four bytes of the key.
    Key {
        left: u8,
    },
    Failed(Fault),
}

impl HeaderDecoder {
    /// A decoder before the first header that comes to an endpoint of this role: a client refuses masked
    /// frames, a server unmasked ones (RFC 6455 5.1).
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, step: Step::First, first: 0, masked: false, len: 0, key: 0 }
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
        if let Step::Failed(fault) = self.step {
            return (0, Some(Err(fault)));
        }
        let mut taken: usize = 0;
        for byte in input {
            taken = taken.wrapping_add(1);
            match self.take(*byte) {
                Ok(None) => {}
                Ok(Some(header)) => {
                    *self = Self::new(self.role);
                    return (taken, Some(Ok(header)));
                }
                Err(fault) => {
                    self.step = Step::Failed(fault);
                    return (taken, Some(Err(fault)));
                }
            }
        }
        (taken, None)
    }

    /// Takes one byte; the header if it is the last one.
    fn take(&mut self, byte: u8) -> Result<Option<Header>, Fault> {
        match self.step {
            Step::First => {
                self.first = byte;
                self.step = Step::Second;
                self.judge_first()?;
                Ok(None)
            }
            Step::Second => self.take_second(byte),
            Step::Length { width, left } => {
                // RFC 6455 5.2: the most significant bit of a 64-bit length must be 0.
                if left == 8 && byte >= 0x80 {
                    return Err(Fault::LengthTooLong);
                }
                self.len = self.len << 8 | u64::from(byte);
                if left > 1 {
                    self.step = Step::Length { width, left: left.wrapping_sub(1) };
                    return Ok(None);
                }
                // RFC 6455 5.2: the minimal number of bytes must be used.
                let least = if width == 2 { 126 } else { 0x1_0000 };
                if self.len < least {
                    return Err(Fault::LengthNotMinimal);
                }
                Ok(self.after_length())
            }
            Step::Key { left } => {
                self.key = self.key << 8 | u32::from(byte);
                if left > 1 {
                    self.step = Step::Key { left: left.wrapping_sub(1) };
                    return Ok(None);
                }
                Ok(Some(self.header()))
            }
            Step::Failed(fault) => Err(fault),
        }
    }

    fn judge_first(&self) -> Result<(), Fault> {
        let opcode = Opcode::from_bits(self.first);
        let flags = Flags::from_bits_truncate(self.first);
        // RFC 6455 5.2: a reserved bit without an extension that defines it fails the connection.
        if flags.intersects(Flags::RESERVED) {
            return Err(Fault::ReservedBits);
        }
        // RFC 6455 5.2: an unknown opcode fails the connection.
        if opcode.is_reserved() {
            return Err(Fault::ReservedOpcode);
        }
        // RFC 6455 5.5: control frames must not be fragmented.
        if opcode.is_control() && !flags.contains(Flags::FIN) {
            return Err(Fault::FragmentedControl);
        }
        Ok(())
    }

    fn take_second(&mut self, byte: u8) -> Result<Option<Header>, Fault> {
        self.masked = byte & MASK_BIT != 0;
        let short = byte & !MASK_BIT;
        // RFC 6455 5.5: control frames have at most 125 bytes of payload.
        if Opcode::from_bits(self.first).is_control() && usize::from(short) > MAX_CONTROL_PAYLOAD {
            return Err(Fault::ControlTooLong);
        }
        // RFC 6455 5.1: a client fails the connection on a masked frame, a server on an unmasked
        // one.
        match (self.role, self.masked) {
            (Role::Client, true) => return Err(Fault::Masked),
            (Role::Server, false) => return Err(Fault::Unmasked),
            (Role::Client, false) | (Role::Server, true) => {}
        }
        match short {
            LEN_16 => self.step = Step::Length { width: 2, left: 2 },
            LEN_64 => self.step = Step::Length { width: 8, left: 8 },
            _ => {
                self.len = u64::from(short);
                return Ok(self.after_length());
            }
        }
        Ok(None)
    }

    /// The length is there: on to the key, or the header is complete.
    fn after_length(&mut self) -> Option<Header> {
        if self.masked {
            self.step = Step::Key { left: 4 };
            return None;
        }
        Some(self.header())
    }

    fn header(&self) -> Header {
        Header {
            flags: Flags::from_bits_truncate(self.first),
            opcode: Opcode::from_bits(self.first),
            mask: self.masked.then(|| self.key.to_be_bytes()),
            len: self.len,
        }
    }
}
