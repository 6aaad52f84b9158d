//! fastwebsockets: over a stream of tokio, polled once, since a stream in memory is always ready.

use super::{Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Sink, Stream, now};
use fastwebsockets::{Frame, Payload, Role as TheirRole, WebSocket};

pub const PEER: Peer = Peer {
    name: "fastwebsockets",
    standing: Standing::Other,
    note: "allocates; frames only; a frame has to fit into memory; a random key for every frame that is sent",
    decode: |role, feed| {
        let mut socket = socket(role, Stream::of(feed));
        let feed = feed.clone();
        Box::new(move |sink: &mut Sink| {
            now(async {
                for _ in 0..feed.messages() {
                    match socket.read_frame().await {
                        Ok(frame) => sink.take(&frame.payload),
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
            let payload = Payload::Borrowed(std::hint::black_box(payload));
            let frame = match kind {
                Kind::Binary => Frame::binary(payload),
                _ => Frame::text(payload),
            };
            now(socket.write_frame(frame)).expect("a stream in memory does not fail");
        })
    },
};

fn socket(role: Role, stream: Stream) -> WebSocket<Stream> {
    let role = match role {
        Role::Server => TheirRole::Server,
        Role::Client => TheirRole::Client,
    };
    let mut socket = WebSocket::after_handshake(stream, role);
    // One write a frame: this stream has no better way for several.
    socket.set_writev(false);
    socket
}
