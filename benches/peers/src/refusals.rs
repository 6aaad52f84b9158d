//! What a library refuses, asked by doing it: the less it looks for, the less its time says.

use crate::frames::{Decode, Peer, Role};
use crate::results::Standing;
use crate::wire::{Feed, Sink};

/// A frame that RFC 6455 forbids, sent to a server.
struct Forbidden {
    /// What lacks who takes it.
    lacks: &'static str,
    frame: &'static [u8],
    /// It matters where text is read.
    text: bool,
}

const FORBIDDEN: [Forbidden; 6] = [
    Forbidden { lacks: "UTF-8", frame: b"\x81\x82\0\0\0\0\xC3\x28", text: true },
    Forbidden { lacks: "reserved bits", frame: b"\xC2\x82\0\0\0\0ab", text: false },
    Forbidden { lacks: "opcodes", frame: b"\x83\x82\0\0\0\0ab", text: false },
    Forbidden { lacks: "masked or not", frame: b"\x82\x02ab", text: false },
    Forbidden { lacks: "shortest length", frame: b"\x82\xFE\0\x02\0\0\0\0ab", text: false },
    Forbidden { lacks: "order of fragments", frame: b"\x80\x82\0\0\0\0ab", text: false },
];

/// What it takes of what is forbidden.
pub struct Refusals([bool; FORBIDDEN.len()]);

impl Refusals {
    pub fn of(peer: &Peer) -> Self {
        Self(std::array::from_fn(|at| {
            let frame = FORBIDDEN[at].frame;
            let feed = Feed::new(frame.to_vec(), frame.len(), 1);
            let mut decode: Decode = (peer.decode)(Role::Server, &feed);
            peer.standing != Standing::Limit && decode(&mut Sink::default())
        }))
    }

    /// What it does not look at, of what matters for binary messages or for text.
    pub fn lacks(&self, text: bool) -> Vec<&'static str> {
        let all = FORBIDDEN.iter().zip(self.0);
        all.filter(|(what, takes)| *takes && (text || !what.text))
            .map(|(what, _)| what.lacks)
            .collect()
    }
}
