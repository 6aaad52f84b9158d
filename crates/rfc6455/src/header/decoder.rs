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
    /// The first two, once there.
    first: u8,
    second: u8,
    fault: Option<Fault>,
    /// The key, as far as it is there, shifted in from above: its first byte is the lowest in the end.
    key: u32,
    /// The length, as far as it is there, shifted in from below.
    len: u64,
}

impl HeaderDecoder {
    /// A decoder before the first header that comes to an endpoint of this role: a client refuses masked
    /// frames, a server unmasked ones (RFC 6455 5.1).
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, taken: 0, first: 0, second: 0, fault: None, key: 0, len: 0 }
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
        if let Some(fault) = self.fault {
            return (0, Some(Err(fault)));
        }
        let mut taken: usize = 0;
        for byte in input {
            taken = taken.wrapping_add(1);
            if let Err(fault) = self.take(*byte) {
                self.fault = Some(fault);
                return (taken, Some(Err(fault)));
            }
            if self.is_complete() {
                let header = self.header();
                *self = Self::new(self.role);
                return (taken, Some(Ok(header)));
            }
        }
        (taken, None)
    }

    /// Takes one byte.
    fn take(&mut self, byte: u8) -> Result<(), Fault> {
        let at = self.taken;
        self.taken = at.wrapping_add(1);
        if at == 0 {
            self.first = byte;
            return self.judge_first();
        }
        if at == 1 {
            self.second = byte;
            self.len = u64::from(byte & !MASK_BIT);
            return self.judge_second();
        }
        let width = self.len_width();
        if at >= width.wrapping_add(2) {
            self.key = self.key >> 8 | u32::from(byte) << 24;
            return Ok(());
        }
        if at == 2 {
            // RFC 6455 5.2: the most significant bit of a 64-bit length must be 0.
            if width == 8 && byte >= 0x80 {
                return Err(Fault::LengthTooLong);
            }
            // What stood there only said how long the length is.
            self.len = 0;
        }
        self.len = self.len << 8 | u64::from(byte);
        // RFC 6455 5.2: the minimal number of bytes must be used.
        let least = if width == 2 { 126 } else { 0x1_0000 };
        if at == width.wrapping_add(1) && self.len < least {
            return Err(Fault::LengthNotMinimal);
        }
        Ok(())
    }

    /// How many bytes of length follow the second byte.
    const fn len_width(&self) -> u8 {
        match self.second & !MASK_BIT {
            LEN_16 => 2,
            LEN_64 => 8,
            _ => 0,
        }
    }

    const fn is_masked(&self) -> bool {
        self.second & MASK_BIT != 0
    }

    const fn is_complete(&self) -> bool {
        let key = if self.is_masked() { 4 } else { 0 };
        self.taken >= 2 && self.taken == self.len_width().wrapping_add(2).wrapping_add(key)
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

    fn judge_second(&self) -> Result<(), Fault> {
        // RFC 6455 5.5: control frames have at most 125 bytes of payload.
        if Opcode::from_bits(self.first).is_control() && self.len > MAX_CONTROL_PAYLOAD as u64 {
            return Err(Fault::ControlTooLong);
        }
        // RFC 6455 5.1: a client fails the connection on a masked frame, a server on an unmasked
        // one.
        match (self.role, self.is_masked()) {
            (Role::Client, true) => Err(Fault::Masked),
            (Role::Server, false) => Err(Fault::Unmasked),
            (Role::Client, false) | (Role::Server, true) => Ok(()),
        }
    }

    fn header(&self) -> Header {
        Header {
            flags: Flags::from_bits_truncate(self.first),
            opcode: Opcode::from_bits(self.first),
            mask: self.is_masked().then(|| self.key.to_le_bytes()),
            len: self.len,
        }
    }
}
