//! edge-ws: its frame headers, with the loop that its own `io` module has around them.

use super::{LARGEST, Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Cheap, Sink};
use edge_ws::{Error, FrameHeader, FrameType};
use wsat::rand_core::Rng;

pub const PEER: Peer = Peer {
    name: "edge-ws",
    standing: Standing::NoStd,
    note: "frames only",
    decode: |_, feed| {
        let (feed, mut buffer) = (feed.clone(), vec![0; LARGEST]);
        // The present frame, how much of its payload has come, and what of a header is in the buffer.
        let (mut frame, mut come, mut kept) = (None::<FrameHeader>, 0_u64, 0);
        Box::new(move |sink: &mut Sink| {
            loop {
                let n = feed.read(&mut buffer[kept..]);
                if n == 0 {
                    return true;
                }
                let (mut at, end) = (0, kept + n);
                kept = 0;
                while at < end || frame.as_ref().is_some_and(|frame| frame.payload_len == 0) {
                    let Some(header) = &frame else {
                        match FrameHeader::deserialize(&buffer[at..end]) {
                            Ok((header, len)) => (frame, come, at) = (Some(header), 0, at + len),
                            Err(Error::Incomplete(_)) => {
                                buffer.copy_within(at..end, 0);
                                kept = end - at;
                                break;
                            }
                            Err(_) => return false,
                        }
                        continue;
                    };
                    let left = header.payload_len - come;
                    let len = (end - at).min(usize::try_from(left).unwrap_or(usize::MAX));
                    header.mask(&mut buffer[at..at + len], come as usize);
                    sink.take(&buffer[at..at + len]);
                    (at, come) = (at + len, come + len as u64);
                    if come == header.payload_len {
                        frame = None;
                    }
                }
            }
        })
    },
    encode: |role, kind, payload, drain| {
        let (drain, mut rng) = (drain.clone(), Cheap::new());
        Box::new(move || {
            let payload = std::hint::black_box(payload);
            let header = FrameHeader {
                frame_type: match kind {
                    Kind::Binary => FrameType::Binary(false),
                    _ => FrameType::Text(false),
                },
                payload_len: payload.len() as u64,
                mask_key: (role == Role::Client).then(|| rng.next_u32()),
            };
            let mut room = drain.room();
            let at = header.serialize(&mut room).expect("room enough");
            let end = at + payload.len();
            room[at..end].copy_from_slice(payload);
            header.mask(&mut room[at..end], 0);
            drain.written(end);
        })
    },
};
