//! wtx: over a stream of its own kind, polled once, since a stream in memory is always ready.

use super::{Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Drain, Feed, Sink, Stream, now};
use wtx::collection::Vector;
use wtx::rng::Xorshift64;
use wtx::stream::{StreamReader, StreamWriter};
use wtx::web_socket::{Frame, OpCode, WebSocketBuffer, WebSocketOwned, WebSocketPayloadOrigin};

pub const PEER: Peer = Peer {
    name: "wtx",
    standing: Standing::Other,
    note: "0.46, the last for this Rust; allocates; a message has to fit into memory; a random key for every frame that is sent; \
           a payload that is to be masked is copied first, since that is done in the caller's memory",
    decode: |role, feed| match role {
        Role::Server => decode::<false>(feed),
        Role::Client => decode::<true>(feed),
    },
    encode: |role, kind, payload, drain| match role {
        Role::Server => encode::<false>(kind, payload, drain),
        Role::Client => encode::<true>(kind, payload, drain),
    },
};

fn decode<const IS_CLIENT: bool>(feed: &Feed) -> super::Decode {
    let mut socket = socket::<IS_CLIENT>(Stream::of(feed));
    let (feed, mut collected) = (feed.clone(), Vector::new());
    Box::new(move |sink: &mut Sink| {
        now(async {
            for _ in 0..feed.messages() {
                let origin = WebSocketPayloadOrigin::Adaptive;
                collected.clear();
                match socket.read_frame(&mut collected, origin).await {
                    Ok(frame) => sink.take(frame.payload()),
                    Err(_) => return false,
                }
            }
            true
        })
    })
}

fn encode<const IS_CLIENT: bool>(
    kind: Kind,
    payload: &'static [u8],
    drain: &Drain,
) -> super::Encode {
    let mut socket = socket::<IS_CLIENT>(Stream::to(drain));
    let mut copy = payload.to_vec();
    let opcode = if kind == Kind::Binary { OpCode::Binary } else { OpCode::Text };
    Box::new(move || {
        if IS_CLIENT {
            copy.copy_from_slice(std::hint::black_box(payload));
        }
        let copy = std::hint::black_box(&mut copy);
        let mut frame = Frame::<_, IS_CLIENT>::new_fin(opcode, &mut copy[..]);
        now(socket.write_frame(&mut frame)).expect("a stream in memory does not fail");
    })
}

fn socket<const IS_CLIENT: bool>(
    stream: Stream,
) -> WebSocketOwned<(), Xorshift64, Stream, IS_CLIENT> {
    WebSocketOwned::new((), false, Xorshift64::new(1), stream, WebSocketBuffer::new())
}

impl StreamReader for Stream {
    async fn read(&mut self, bytes: &mut [u8]) -> wtx::Result<usize> {
        Ok(self.get(bytes))
    }
}

impl StreamWriter for Stream {
    async fn write_all(&mut self, bytes: &[u8]) -> wtx::Result<()> {
        self.drain.write(bytes);
        Ok(())
    }

    async fn write_all_vectored(&mut self, bytes: &[&[u8]]) -> wtx::Result<()> {
        for part in bytes {
            self.drain.write(part);
        }
        Ok(())
    }
}
