//! embedded-websocket: from one buffer into another.

use super::{Decode, Encode, LARGEST, Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Cheap, Drain, Feed, Sink};
use embedded_websocket::{
    Error, WebSocket, WebSocketClient, WebSocketKey, WebSocketOptions, WebSocketSendMessageType,
    WebSocketServer, WebSocketType,
};
use rand_core_06::RngCore;

pub const PEER: Peer = Peer {
    name: "embedded-websocket",
    standing: Standing::NoStd,
    note: "",
    decode: |role, feed| match role {
        Role::Server => decode(server(), feed),
        Role::Client => decode(client(), feed),
    },
    encode: |role, kind, payload, drain| match role {
        Role::Server => encode(server(), kind, payload, drain),
        Role::Client => encode(client(), kind, payload, drain),
    },
};

fn decode<R: RngCore + 'static, T: WebSocketType + 'static>(
    mut socket: WebSocket<R, T>,
    feed: &Feed,
) -> Decode {
    let (feed, mut from, mut to) = (feed.clone(), vec![0; LARGEST], vec![0; LARGEST]);
    let mut kept = 0;
    Box::new(move |sink: &mut Sink| {
        loop {
            let n = feed.read(&mut from[kept..]);
            if n == 0 {
                return true;
            }
            let (mut at, end) = (0, kept + n);
            kept = 0;
            while at < end {
                match socket.read(&from[at..end], &mut to) {
                    Ok(result) => {
                        sink.take(&to[..result.len_to]);
                        at += result.len_from;
                    }
                    Err(Error::ReadFrameIncomplete) => {
                        from.copy_within(at..end, 0);
                        kept = end - at;
                        break;
                    }
                    Err(_) => return false,
                }
            }
        }
    })
}

fn encode<R: RngCore + 'static, T: WebSocketType + 'static>(
    mut socket: WebSocket<R, T>,
    kind: Kind,
    payload: &'static [u8],
    drain: &Drain,
) -> Encode {
    let drain = drain.clone();
    Box::new(move || {
        let kind = match kind {
            Kind::Binary => WebSocketSendMessageType::Binary,
            _ => WebSocketSendMessageType::Text,
        };
        let payload = std::hint::black_box(payload);
        let n = socket.write(kind, true, payload, &mut drain.room()).expect("room enough");
        drain.written(n);
    })
}

/// Its handshakes, since it sends and receives nothing before them.
fn server() -> WebSocketServer {
    let mut socket = WebSocketServer::new_server();
    let mut key = WebSocketKey::new();
    key.push_str("dGhlIHNhbXBsZSBub25jZQ==").expect("a key");
    socket.server_accept(&key, None, &mut [0; 512]).expect("an answer");
    socket
}

fn client() -> WebSocketClient<Cheap> {
    let mut socket = WebSocketClient::new_client(Cheap::new());
    let options = WebSocketOptions {
        path: "/",
        host: "h",
        origin: "",
        sub_protocols: None,
        additional_headers: None,
    };
    let (_, key) = socket.client_connect(&options, &mut [0; 512]).expect("a request");
    let mut answer = [0; 512];
    let n =
        WebSocketServer::new_server().server_accept(&key, None, &mut answer).expect("an answer");
    socket.client_accept(&key, &answer[..n]).expect("accepted");
    socket
}

impl RngCore for Cheap {
    fn next_u32(&mut self) -> u32 {
        self.step()
    }

    fn next_u64(&mut self) -> u64 {
        u64::from(self.step()) << 32 | u64::from(self.step())
    }

    fn fill_bytes(&mut self, room: &mut [u8]) {
        for chunk in room.chunks_mut(4) {
            chunk.copy_from_slice(&self.step().to_le_bytes()[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, room: &mut [u8]) -> Result<(), rand_core_06::Error> {
        self.fill_bytes(room);
        Ok(())
    }
}
