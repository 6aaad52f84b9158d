//! websocketz: over a stream of embedded-io-async, polled once, since a stream in memory is always ready.

use super::{LARGEST, Peer, Role, lent};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Cheap, Sink, Stream, now};
use websocketz::{Message, WebSocket, next, send};

pub const PEER: Peer = Peer {
    name: "websocketz",
    standing: Standing::NoStd,
    note: "a message has to fit into its buffer",
    decode: |role, feed| {
        let mut socket = socket(role, Stream::of(feed));
        let feed = feed.clone();
        Box::new(move |sink: &mut Sink| {
            now(async {
                for _ in 0..feed.messages() {
                    match next!(socket) {
                        Some(Ok(Message::Text(text))) => sink.take(text.as_bytes()),
                        Some(Ok(Message::Binary(octets))) => sink.take(octets),
                        _ => return false,
                    }
                }
                true
            })
        })
    },
    encode: |role, kind, payload, drain| {
        let mut socket = socket(role, Stream::to(drain));
        Box::new(move || {
            let payload = std::hint::black_box(payload);
            let message = match kind {
                Kind::Binary => Message::Binary(payload),
                _ => Message::Text(str::from_utf8(payload).expect("a text")),
            };
            now(async { send!(socket, message) }).expect("a stream in memory does not fail");
        })
    },
};

fn socket(role: Role, stream: Stream) -> WebSocket<'static, Stream, Cheap> {
    let (a, b, c) = (lent(LARGEST), lent(LARGEST), lent(LARGEST));
    match role {
        Role::Server => WebSocket::server(stream, Cheap::new(), a, b, c),
        Role::Client => WebSocket::client(stream, Cheap::new(), a, b, c),
    }
}
