//! tungstenite: over a blocking stream.

use super::{Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Sink, Stream};
use tungstenite::protocol::{Role as TheirRole, WebSocket, WebSocketConfig};
use tungstenite::{Bytes, Message, Utf8Bytes};

pub const PEER: Peer = Peer {
    name: "tungstenite",
    standing: Standing::Other,
    note: "allocates; a message has to fit into memory; a random key for every frame that is sent",
    decode: |role, feed| {
        // Its default clears 128 KiB before every read.
        let config = WebSocketConfig::default().read_buffer_size(4096);
        let mut socket = WebSocket::from_raw_socket(Stream::of(feed), of(role), Some(config));
        let feed = feed.clone();
        Box::new(move |sink: &mut Sink| {
            for _ in 0..feed.messages() {
                match socket.read() {
                    Ok(message @ (Message::Text(_) | Message::Binary(_))) => {
                        sink.take(&message.into_data())
                    }
                    _ => return false,
                }
            }
            true
        })
    },
    encode: |role, kind, payload, drain| {
        let mut socket = WebSocket::from_raw_socket(Stream::to(drain), of(role), None);
        Box::new(move || {
            let payload = Bytes::from_static(std::hint::black_box(payload));
            let message = match kind {
                Kind::Binary => Message::Binary(payload),
                _ => Message::Text(Utf8Bytes::try_from(payload).expect("a text")),
            };
            socket.send(message).expect("a stream in memory does not fail");
        })
    },
};

fn of(role: Role) -> TheirRole {
    match role {
        Role::Server => TheirRole::Server,
        Role::Client => TheirRole::Client,
    }
}
