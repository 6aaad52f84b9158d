//! Frames, read without the crate under test.

/// A client's frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// FIN, RSV and opcode.
    pub first: u8,
    /// The masking key.
    pub key: [u8; 4],
    /// Unmasked.
    pub payload: Vec<u8>,
}

/// The whole frames at the front of `bytes`, and what follows them.
///
/// # Panics
///
/// One of them is not masked, or its length is not in its shortest form (RFC 6455 5.1, 5.2).
#[must_use]
pub fn frames_of(bytes: &[u8]) -> (Vec<Frame>, &[u8]) {
    let mut frames = Vec::new();
    let mut rest = bytes;
    while let Some((raw, after)) = RawFrame::read(rest) {
        let key = raw.key.expect("a client's frame is masked");
        assert!(raw.is_minimal, "the length is minimal");
        frames.push(Frame { first: raw.first, key, payload: raw.payload });
        rest = after;
    }
    (frames, rest)
}

/// A frame of anybody's, right or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawFrame {
    /// FIN, RSV and opcode.
    pub first: u8,
    /// The masking key, if there is one.
    pub key: Option<[u8; 4]>,
    /// Whether its length has the shortest form.
    pub is_minimal: bool,
    /// Unmasked.
    pub payload: Vec<u8>,
}

/// What stands before the payload of a [`RawFrame`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RawHeader {
    /// FIN, RSV and opcode.
    pub first: u8,
    /// The masking key, if there is one.
    pub key: Option<[u8; 4]>,
    /// Whether the length has the shortest form.
    pub is_minimal: bool,
    /// Octets of payload.
    pub len: u64,
}

impl RawHeader {
    /// The header at the front of `bytes`, and what follows it; `None`: it is not complete.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&[first, second], rest) = bytes.split_first_chunk::<2>()?;
        let (len, least, rest) = match second & 0x7F {
            126 => {
                let (len, rest) = rest.split_first_chunk::<2>()?;
                (u64::from(u16::from_be_bytes(*len)), 126, rest)
            }
            127 => {
                let (len, rest) = rest.split_first_chunk::<8>()?;
                (u64::from_be_bytes(*len), 0x1_0000, rest)
            }
            len => (u64::from(len), 0, rest),
        };
        let (key, rest) = match second & 0x80 {
            0 => (None, rest),
            _ => rest.split_first_chunk::<4>().map(|(key, rest)| (Some(*key), rest))?,
        };
        Some((Self { first, key, is_minimal: len >= least, len }, rest))
    }

    /// Whether RFC 6455 5.1, 5.2 and 5.5 let such a frame be sent to somebody who wants masks or not, and agreed on no extension.
    #[must_use]
    pub fn is_legal(&self, masked: bool) -> bool {
        let control = self.first & 0x08 != 0;
        self.key.is_some() == masked
            && self.is_minimal
            && self.len >> 63 == 0
            && self.first & 0x70 == 0
            && matches!(self.first & 0x0F, 0 | 1 | 2 | 8 | 9 | 10)
            && !(control && (self.len > 125 || self.first & 0x80 == 0))
    }
}

impl RawFrame {
    /// The frame at the front of `bytes`, and what follows it; `None`: it is not complete.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (RawHeader { first, key, is_minimal, len }, rest) = RawHeader::read(bytes)?;
        let (payload, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
        let key_bytes = key.unwrap_or_default();
        let payload = payload.iter().zip(key_bytes.iter().cycle()).map(|(byte, key)| byte ^ key);
        Some((Self { first, key, is_minimal, payload: payload.collect() }, rest))
    }

    /// Its bytes, with its length in the shortest form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mask_bit = u8::from(self.key.is_some()) << 7;
        let mut bytes = vec![self.first];
        let len = self.payload.len();
        if let Ok(len) = u8::try_from(len)
            && len <= 125
        {
            bytes.push(mask_bit | len);
        } else if let Ok(len) = u16::try_from(len) {
            bytes.push(mask_bit | 126);
            bytes.extend(len.to_be_bytes());
        } else {
            bytes.push(mask_bit | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
        bytes.extend(self.key.unwrap_or_default().iter().take(4 * usize::from(self.key.is_some())));
        let key = self.key.unwrap_or_default();
        bytes.extend(self.payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
        bytes
    }
}

/// An unmasked frame, as a server sends it.
#[must_use]
pub fn server_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    RawFrame { first, key: None, is_minimal: true, payload: payload.to_vec() }.to_bytes()
}

/// Looks at everything that an endpoint sends behind its opening handshake, as it comes: masks as its role demands, lengths in their
/// shortest form, no reserved bits, control frames whole and short, messages not mixed, and behind its Close no data and no other
/// Close (RFC 6455 5).
#[derive(Clone, Debug)]
pub struct FrameCheck {
    masked: bool,
    /// Opcodes 3 to 7 and 11 to 15, and continuations of nothing, are somebody's wish.
    pub wishes: bool,
    pending: Vec<u8>,
    inside: bool,
    closed: bool,
}

impl FrameCheck {
    /// For a client, which masks, or a server.
    #[must_use]
    pub const fn new(client: bool) -> Self {
        Self { masked: client, wishes: false, pending: Vec::new(), inside: false, closed: false }
    }

    /// Looks at more; returns the frames that are whole now.
    ///
    /// # Panics
    ///
    /// A frame breaks a rule.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<RawFrame> {
        self.pending.extend_from_slice(bytes);
        let mut frames = Vec::new();
        while let Some((header, _)) = RawHeader::read(&self.pending) {
            let wished = self.wishes && is_wish(&header, self.masked);
            assert!(wished || header.is_legal(self.masked), "{header:x?}");
            let Some((frame, rest)) = RawFrame::read(&self.pending) else { break };
            let rest = rest.to_vec();
            self.follow(&frame);
            frames.push(frame);
            self.pending = rest;
        }
        frames
    }

    /// No frame is begun and not ended.
    #[must_use]
    pub const fn is_between_frames(&self) -> bool {
        self.pending.is_empty()
    }

    /// The first byte of a Close was seen.
    #[must_use]
    pub fn is_close_begun(&self) -> bool {
        self.closed || self.pending.first().is_some_and(|first| first & 0x0F == 8)
    }

    fn follow(&mut self, frame: &RawFrame) {
        let opcode = frame.first & 0x0F;
        // RFC 6455 5.5.1: Pings are answered until the peer's Close has come.
        assert!(!self.closed || opcode == 10, "behind a Close: {frame:x?}");
        let fin = frame.first & 0x80 != 0;
        match opcode {
            0 => {
                assert!(self.inside || self.wishes, "a continuation of nothing");
                self.inside = !fin;
            }
            1..=7 => {
                assert!(!self.inside || opcode > 2, "a message inside another");
                self.inside = !fin && opcode <= 2;
            }
            8 => {
                self.closed = true;
                let code = frame.payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                // RFC 6455 7.4: never in a frame.
                assert!(frame.payload.len() != 1 && !matches!(code, Some(1005 | 1006 | 1015)));
            }
            _ => {}
        }
    }
}

/// A frame that RFC 6455 leaves to extensions and that is right otherwise.
fn is_wish(header: &RawHeader, masked: bool) -> bool {
    let opcode = if header.first & 0x08 == 0 { 2 } else { 9 };
    RawHeader { first: header.first & 0xF0 | opcode, ..*header }.is_legal(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard() {
        // RFC 6455 5.7.
        let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
        let (frame, rest) = RawFrame::read(masked).unwrap();
        assert_eq!((frame.first, &frame.payload[..], rest), (0x81, &b"Hello"[..], &b""[..]));
        assert_eq!(frame.to_bytes(), masked);
        for len in [0, 125, 126, 0xFFFF, 0x1_0000] {
            let bytes = server_frame(0x82, &vec![7; len]);
            let (frame, rest) = RawFrame::read(&bytes).unwrap();
            assert!(frame.is_minimal && frame.payload.len() == len && rest.is_empty());
            assert_eq!(RawFrame::read(&bytes[..bytes.len() - 1]), None);
        }
        assert!(!RawFrame::read(b"\x81\x7e\x00\x05Hello").unwrap().0.is_minimal);
    }

    #[test]
    fn what_is_not_legal_is_found() {
        let legal = |bytes: &[u8]| RawHeader::read(bytes).unwrap().0.is_legal(false);
        assert!(legal(b"\x81\x05") && legal(b"\x89\x7d"));
        for bytes in
            [&b"\xc1\x05"[..], b"\x83\x05", b"\x09\x05", b"\x89\x7e\x00\x7e", b"\x81\x85abcd"]
        {
            assert!(!legal(bytes), "{bytes:x?}");
        }
    }

    #[test]
    #[should_panic(expected = "behind a Close")]
    fn data_behind_a_close_is_found() {
        FrameCheck::new(false).take(b"\x88\x00\x8a\x00\x81\x00");
    }

    #[test]
    #[should_panic(expected = "a message inside another")]
    fn mixed_messages_are_found() {
        FrameCheck::new(false).take(b"\x01\x00\x89\x00\x81\x00");
    }
}
