//! Frames as a server sees and makes them, without the crate under test.

/// A client's frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// FIN, RSV and opcode.
    pub first: u8,
    pub key: [u8; 4],
    /// Unmasked.
    pub payload: Vec<u8>,
}

/// The whole frames at the front of `bytes`, and what follows them. Every one has to be masked and
/// minimal (RFC 6455 5.1, 5.2).
pub fn frames_of(bytes: &[u8]) -> (Vec<Frame>, &[u8]) {
    let mut frames = Vec::new();
    let mut rest = bytes;
    while let Some((frame, after)) = frame_of(rest) {
        frames.push(frame);
        rest = after;
    }
    (frames, rest)
}

fn frame_of(bytes: &[u8]) -> Option<(Frame, &[u8])> {
    let (&[first, second], rest) = bytes.split_first_chunk::<2>()?;
    assert!(second & 0x80 != 0, "a client's frame is masked");
    let (len, rest) = match second & 0x7F {
        126 => {
            let (len, rest) = rest.split_first_chunk::<2>()?;
            let len = u16::from_be_bytes(*len);
            assert!(len > 125, "the length is minimal");
            (usize::from(len), rest)
        }
        127 => panic!("no frame of these tests is as long"),
        len => (usize::from(len), rest),
    };
    let (key, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(len)?;
    let payload = payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    Some((Frame { first, key: *key, payload }, rest))
}

/// An unmasked frame.
pub fn server_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        len @ 0..=125 => frame.push(u8::try_from(len).unwrap()),
        len => {
            frame.push(126);
            frame.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame
}
