//! sockudo-ws: its protocol, which reads from and writes to growing buffers, without its streams.

use super::{Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::Sink;
use bytes::{Bytes, BytesMut};
use sockudo_ws::protocol::{Message, Protocol, Role as TheirRole};

pub const PEER: Peer = Peer {
    name: "sockudo-ws",
    standing: Standing::Other,
    note: "allocates; a message has to fit into memory; a random key for every frame that is sent",
    decode: |role, feed| {
        let (feed, mut protocol) = (feed.clone(), protocol(role));
        let (mut buffer, mut messages) = (BytesMut::with_capacity(1 << 17), Vec::new());
        Box::new(move |sink: &mut Sink| {
            loop {
                let bytes = feed.next(usize::MAX);
                if bytes.is_empty() {
                    return true;
                }
                buffer.extend_from_slice(bytes);
                if protocol.process_into(&mut buffer, &mut messages).is_err() {
                    return false;
                }
                for message in messages.drain(..) {
                    sink.take(message.as_bytes());
                }
            }
        })
    },
    encode: |role, kind, payload, drain| {
        let (drain, mut protocol) = (drain.clone(), protocol(role));
        let mut buffer = BytesMut::with_capacity(1 << 17);
        Box::new(move || {
            let payload = Bytes::from_static(std::hint::black_box(payload));
            let message = match kind {
                Kind::Binary => Message::Binary(payload),
                _ => Message::Text(payload),
            };
            buffer.clear();
            protocol.encode_message(&message, &mut buffer).expect("a message");
            drain.write(&buffer);
        })
    },
};

fn protocol(role: Role) -> Protocol {
    let role = match role {
        Role::Server => TheirRole::Server,
        Role::Client => TheirRole::Client,
    };
    Protocol::new(role, 1 << 20, 1 << 20)
}
