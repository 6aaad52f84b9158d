//! Reading frame headers, strictly.

use super::{
    Header, MASK_BIT,
    raw::{
        self, RawHeader, judge_first, judge_highest, judge_len, judge_second, len_width, needed,
    },
};
use crate::{Fault, Role, words::SHORTCUTS};

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
    /// What they said.
    header: RawHeader,
}

impl HeaderDecoder {
    /// A decoder before the first header that comes to an endpoint of this role: a client refuses masked
    /// frames, a server unmasked ones (RFC 6455 5.1).
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, taken: 0, fault: None, header: RawHeader::NONE }
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
            Some((taken, header)) => (taken, Some(Ok(header.header()))),
            None => {
                let (taken, outcome) = self.decode_cut(input);
                (taken, outcome.map(|outcome| outcome.map(RawHeader::header)))
            }
        }
    }

    /// A header that stands in the input from its first byte to its last, with nothing wrong: the usual one.
    /// `None`: nothing is taken.
    #[inline]
    pub(crate) fn decode_whole(&self, input: &[u8]) -> Option<(usize, RawHeader)> {
        // One that was at fault has begun.
        if SHORTCUTS && self.taken == 0 { raw::parse(self.role, input) } else { None }
    }

    /// A header that is cut, or wrong.
    pub(crate) fn decode_cut(&mut self, input: &[u8]) -> (usize, Option<Result<RawHeader, Fault>>) {
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

    /// Takes bytes up to the end of the header, or to one that is wrong, which is not taken; returns how many.
    /// Not after a fault.
    #[inline]
    pub(crate) fn take_part(&mut self, input: &[u8]) -> (usize, Option<RawHeader>) {
        let mut part: usize = 0;
        for &byte in input {
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
    fn take(&mut self, byte: u8) -> Result<Option<RawHeader>, Fault> {
        let header = &mut self.header;
        let width = len_width(header.second);
        match self.taken {
            0 => {
                judge_first(byte)?;
                header.first = byte;
            }
            1 => {
                judge_second(self.role, header.first, byte)?;
                header.second = byte;
                if len_width(byte) == 0 {
                    header.len = (byte & !MASK_BIT).into();
                }
            }
            at if at < width.wrapping_add(2) => {
                let len = header.len << 8 | u64::from(byte);
                if width == 8 && at == 2 {
                    judge_highest(byte)?;
                }
                if at == width.wrapping_add(1) {
                    judge_len(header.second, len)?;
                }
                header.len = len;
            }
            _ => header.key = header.key >> 8 | u32::from(byte) << 24,
        }
        self.taken = self.taken.wrapping_add(1);
        if self.taken < needed(header.second) {
            return Ok(None);
        }
        // As new.
        self.taken = 0;
        Ok(Some(core::mem::replace(header, RawHeader::NONE)))
    }
}
