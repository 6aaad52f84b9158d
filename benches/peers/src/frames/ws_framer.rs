//! ws-framer.

use super::{LARGEST, Peer, Role, lent};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::Sink;
use ws_framer::{WsFrame, WsRxFramer, WsTxFramer};

pub const PEER: Peer = Peer {
    name: "ws-framer",
    standing: Standing::NoStd,
    note: "a message has to fit into its buffer; a key of the operating system for every frame that is sent",
    decode: |_, feed| {
        let (feed, mut framer) = (feed.clone(), WsRxFramer::new(lent(LARGEST)));
        Box::new(move |sink: &mut Sink| {
            loop {
                let n = feed.read(framer.read_buf());
                if n == 0 {
                    return true;
                }
                framer.advance(n);
                while let Some(frame) = framer.next_frame() {
                    match frame {
                        Ok(frame) => sink.take(frame.data()),
                        Err(_) => return false,
                    }
                }
            }
        })
    },
    encode: |role, kind, payload, drain| {
        let drain = drain.clone();
        Box::new(move || {
            let payload = std::hint::black_box(payload);
            let frame = match kind {
                Kind::Binary => WsFrame::Binary(payload),
                _ => WsFrame::Text(str::from_utf8(payload).expect("a text")),
            };
            let mut room = drain.room();
            let mut framer = WsTxFramer::new(role == Role::Client, &mut room);
            let n = framer.frame(frame).expect("room enough").len();
            drain.written(n);
        })
    },
};
