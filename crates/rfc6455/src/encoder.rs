//! One frame, written into output of any size.

use crate::{EncodedHeader, Header, Mask, header::MAX_LEN};

/// Writes one frame: its header, then its payload, masked while it is copied if the header has a key.
///
/// Payload may come in pieces, and the output may be cut anywhere; neither changes the bytes.
///
/// ```
/// use rfc6455::{Encoder, Flags, Header, Opcode};
///
/// // RFC 6455 5.7: "Hello" from a client, into two buffers of 8 bytes.
/// let key = [0x37, 0xfa, 0x21, 0x3d];
/// let header = Header { flags: Flags::FIN, opcode: Opcode::Text, mask: Some(key), len: 5 };
/// let mut encoder = Encoder::new(&header);
/// let (mut first, mut second) = ([0; 8], [0; 8]);
/// assert_eq!(encoder.encode(b"Hello", &mut first), (2, 8));
/// assert_eq!(encoder.encode(b"llo", &mut second), (3, 3));
/// assert!(encoder.is_done());
/// assert_eq!(first, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f]);
/// assert_eq!(second[..3], [0x4d, 0x51, 0x58]);
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    header: EncodedHeader,
    header_written: usize,
    mask: Option<Mask>,
    left: u64,
}

impl Encoder {
    /// A frame with this header. Nothing is checked: what may be sent when is the
    /// [`Connection`](crate::Connection)'s to know.
    #[must_use]
    pub fn new(header: &Header) -> Self {
        Self {
            header: header.encode(),
            header_written: 0,
            mask: header.mask.map(Mask::new),
            // A length that loses its highest bit loses it here too.
            left: header.len & MAX_LEN,
        }
    }

    /// Writes what fits into `out`; returns how many octets of `payload` were taken and how many bytes
    /// were written. What is beyond the frame's end is not taken.
    pub fn encode(&mut self, payload: &[u8], out: &mut [u8]) -> (usize, usize) {
        let header = self.header.as_bytes().get(self.header_written..).unwrap_or_default();
        let written = copy(header, out);
        self.header_written = self.header_written.wrapping_add(written);
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(payload.len());
        let (Some(payload), Some(room)) = (payload.get(..most), out.get_mut(written..)) else {
            return (0, written);
        };
        let taken = match &mut self.mask {
            Some(mask) => mask.copy(payload, room),
            None => copy(payload, room),
        };
        self.left = self.left.saturating_sub(taken as u64);
        (taken, written.wrapping_add(taken))
    }

    /// Octets of payload that are not yet taken.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        self.left
    }

    /// All of the frame is written.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.left == 0 && self.header_written >= self.header.as_bytes().len()
    }
}

/// Copies what fits; returns how much.
pub(crate) fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let n = from.len().min(to.len());
    if let (Some(to), Some(from)) = (to.get_mut(..n), from.get(..n)) {
        to.copy_from_slice(from);
    }
    n
}
