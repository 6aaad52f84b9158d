//! websocket-sans-io.

use super::{LARGEST, Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Cheap, Sink};
use websocket_sans_io::{
    FrameInfo, Opcode, WebsocketFrameDecoder, WebsocketFrameEncoder, WebsocketFrameEvent,
};
use wsat::rand_core::Rng;

pub const PEER: Peer = Peer {
    name: "websocket-sans-io",
    standing: Standing::NoStd,
    note: "frames only",
    decode: |_, feed| {
        let (feed, mut buffer) = (feed.clone(), vec![0; LARGEST]);
        let mut decoder = WebsocketFrameDecoder::new();
        Box::new(move |sink: &mut Sink| {
            loop {
                let (mut at, end) = (0, feed.read(&mut buffer));
                if end == 0 {
                    return true;
                }
                loop {
                    let Ok(result) = decoder.add_data(&mut buffer[at..end]);
                    match result.event {
                        None if result.consumed_bytes == 0 => break,
                        Some(WebsocketFrameEvent::PayloadChunk { .. }) => {
                            sink.take(&buffer[at..at + result.consumed_bytes]);
                        }
                        // What its documentation recommends.
                        Some(WebsocketFrameEvent::Start { frame_info, .. })
                            if !frame_info.is_reasonable() =>
                        {
                            return false;
                        }
                        _ => {}
                    }
                    at += result.consumed_bytes;
                }
            }
        })
    },
    encode: |role, kind, payload, drain| {
        let (drain, mut rng) = (drain.clone(), Cheap::new());
        let mut encoder = WebsocketFrameEncoder::new();
        Box::new(move || {
            let payload = std::hint::black_box(payload);
            let header = encoder.start_frame(&FrameInfo {
                opcode: if kind == Kind::Binary { Opcode::Binary } else { Opcode::Text },
                payload_length: payload.len() as u64,
                mask: (role == Role::Client).then(|| rng.next_u32().to_le_bytes()),
                fin: true,
                reserved: 0,
            });
            let (mut room, end) = (drain.room(), header.len() + payload.len());
            room[..header.len()].copy_from_slice(&header);
            room[header.len()..end].copy_from_slice(payload);
            encoder.transform_frame_payload(&mut room[header.len()..end]);
            drain.written(end);
        })
    },
};
