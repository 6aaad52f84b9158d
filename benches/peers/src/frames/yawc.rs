//! yawc: over a stream of tokio, polled once, since a stream in memory is always ready.

use super::{Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Sink, Stream, now};
use bytes::Bytes;
use futures_util::SinkExt;
use yawc::frame::Frame;
use yawc::{Options, Role as TheirRole, WebSocket};

pub const PEER: Peer = Peer {
    name: "yawc",
    standing: Standing::Other,
    note: "allocates; a message has to fit into memory; a random key for every frame that is sent",
    decode: |role, feed| {
        let mut socket = socket(role, Stream::of(feed));
        let feed = feed.clone();
        Box::new(move |sink: &mut Sink| {
            now(async {
                for _ in 0..feed.messages() {
                    match socket.next_frame().await {
                        Ok(frame) => sink.take(frame.payload()),
                        Err(_) => return false,
                    }
                }
                true
            })
        })
    },
    encode: |role, kind, payload, drain| {
        let mut socket = socket(role, Stream::to(drain));
        Box::new(move || {
            let payload = Bytes::from_static(std::hint::black_box(payload));
            let frame = match kind {
                Kind::Binary => Frame::binary(payload),
                _ => Frame::text(payload),
            };
            now(socket.send(frame)).expect("a stream in memory does not fail");
        })
    },
};

fn socket(role: Role, stream: Stream) -> WebSocket<Stream> {
    let role = match role {
        Role::Server => TheirRole::Server,
        Role::Client => TheirRole::Client,
    };
    let options = Options::default().with_utf8().with_max_payload_read(1 << 20);
    WebSocket::from_stream(stream, role, options).expect("options that fit")
}
