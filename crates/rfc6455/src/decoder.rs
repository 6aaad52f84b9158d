//! Frames out of input of any cut, payload in place.

use crate::{Fault, Header, HeaderDecoder, Mask, Role};

/// A part of a frame.
#[derive(PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Decoded<'a> {
    /// A frame begins. With a length of 0 that is all of it.
    Header(Header),
    /// Octets of its payload, unmasked where they stand.
    Payload {
        /// In the caller's input.
        octets: &'a mut [u8],
        /// The frame ends here.
        last: bool,
    },
}

/// Turns bytes into frames, one by one, and knows nothing of messages: for tools that look at a stream,
/// and for protocols of their own above frames. [`Connection`](crate::Connection) is the layer for the rest.
///
/// Payload is unmasked in the caller's input and handed over as it arrives, so a frame may be longer than any
/// buffer.
///
/// ```
/// use rfc6455::{Decoded, Decoder, Role};
///
/// // RFC 6455 5.7: "Hello" from a client, cut inside the payload.
/// let mut decoder = Decoder::new(Role::Server);
/// let mut input = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f];
/// let (taken, header) = decoder.decode(&mut input);
/// assert!(matches!(header, Some(Ok(Decoded::Header(header))) if header.len == 5));
/// let (_, payload) = decoder.decode(&mut input[taken..]);
/// assert_eq!(payload, Some(Ok(Decoded::Payload { octets: &mut b"He"[..].to_vec(), last: false })));
/// let mut rest = [0x4d, 0x51, 0x58];
/// let (_, payload) = decoder.decode(&mut rest);
/// assert_eq!(payload, Some(Ok(Decoded::Payload { octets: &mut b"llo"[..].to_vec(), last: true })));
/// assert!(decoder.is_between_frames());
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    header: HeaderDecoder,
    /// A header is begun, or was at fault.
    in_header: bool,
    mask: Option<Mask>,
    left: u64,
}

impl Decoder {
    /// For the frames that come to an endpoint of this role: masked ones to a server, unmasked ones to
    /// a client.
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { header: HeaderDecoder::new(role), in_header: false, mask: None, left: 0 }
    }

    /// Takes bytes up to the end of a header, or of what there is of a payload; returns how many, and what
    /// they were. `None`: more input is needed.
    ///
    /// # Errors
    ///
    /// The header breaks a rule of RFC 6455 5.1, 5.2 or 5.5. It is repeated from then on.
    pub fn decode<'a>(
        &mut self,
        input: &'a mut [u8],
    ) -> (usize, Option<Result<Decoded<'a>, Fault>>) {
        if self.left == 0 {
            let (taken, header) = self.header.decode(input);
            let decoded = match header {
                None => {
                    self.in_header |= taken > 0;
                    return (taken, None);
                }
                Some(Err(fault)) => {
                    self.in_header = true;
                    Err(fault)
                }
                Some(Ok(header)) => {
                    self.in_header = false;
                    self.mask = header.mask.map(Mask::new);
                    self.left = header.len;
                    Ok(Decoded::Header(header))
                }
            };
            return (taken, Some(decoded));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(input.len());
        let Some(octets) = input.get_mut(..most) else { return (0, None) };
        if octets.is_empty() {
            return (0, None);
        }
        if let Some(mask) = &mut self.mask {
            mask.apply(octets);
        }
        self.left = self.left.saturating_sub(most as u64);
        (most, Some(Ok(Decoded::Payload { octets, last: self.left == 0 })))
    }

    /// Octets of the present frame's payload that have not come yet.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        self.left
    }

    /// No frame is begun and unfinished, and none was at fault: the stream may end here.
    #[must_use]
    pub const fn is_between_frames(&self) -> bool {
        self.left == 0 && !self.in_header
    }
}

#[cfg(test)]
mod tests;
