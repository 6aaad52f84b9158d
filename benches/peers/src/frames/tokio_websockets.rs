//! tokio-websockets: over a stream of tokio, polled once, since a stream in memory is always ready.

use super::{Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Sink, Stream, now};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio_websockets::{ClientBuilder, Message, ServerBuilder, WebSocketStream};

pub const PEER: Peer = Peer {
    name: "tokio-websockets",
    standing: Standing::Other,
    note: "allocates; a message has to fit into memory; a random key for every frame that is sent",
    decode: |role, feed| {
        let mut socket = socket(role, Stream::of(feed));
        let feed = feed.clone();
        Box::new(move |sink: &mut Sink| {
            now(async {
                for _ in 0..feed.messages() {
                    match socket.next().await {
                        Some(Ok(message)) if !message.is_close() => sink.take(message.as_payload()),
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
            let payload = Bytes::from_static(std::hint::black_box(payload));
            let message = match kind {
                Kind::Binary => Message::binary(payload),
                _ => Message::text(String::from_utf8(payload.to_vec()).expect("a text")),
            };
            now(socket.send(message)).expect("a stream in memory does not fail");
        })
    },
};

fn socket(role: Role, stream: Stream) -> WebSocketStream<Stream> {
    match role {
        Role::Server => ServerBuilder::new().serve(stream),
        Role::Client => ClientBuilder::new().take_over(stream),
    }
}
