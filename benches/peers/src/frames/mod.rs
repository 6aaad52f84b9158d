//! Frames: what everybody is asked to do, and who is asked.

mod edge_ws;
mod embedded_websocket;
mod fastwebsockets;
mod limits;
mod ours;
mod sockudo_ws;
mod tokio_websockets;
mod tungstenite;
mod websocket_sans_io;
mod websocketz;
mod ws_framer;
mod wtx;
mod yawc;

use crate::inputs::{self, KEY, Kind, SIZES};
use crate::refusals::Refusals;
use crate::results::{Result, Standing};
use crate::rounds::{Contestant, race};
use crate::wire::{Drain, Feed, Sink};

/// Who receives, and so what comes masked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Server,
    Client,
}

/// Reads the feed to its end and hands all payload to the sink; false: the input is refused.
pub type Decode = Box<dyn FnMut(&mut Sink) -> bool>;
/// Writes the payload as one frame into the drain.
pub type Encode = Box<dyn FnMut()>;

/// A library.
pub struct Peer {
    pub name: &'static str,
    pub standing: Standing,
    /// What else has to be known to read its row.
    pub note: &'static str,
    pub decode: fn(Role, &Feed) -> Decode,
    pub encode: fn(Role, Kind, &'static [u8], &Drain) -> Encode,
}

/// The longest frame, with its header.
pub const LARGEST: usize = 65_536 + 14;

const PEERS: [Peer; 15] = [
    limits::COPY,
    limits::FLOOR,
    limits::PUSH,
    ours::PEER,
    websocketz::PEER,
    ws_framer::PEER,
    websocket_sans_io::PEER,
    edge_ws::PEER,
    embedded_websocket::PEER,
    tungstenite::PEER,
    sockudo_ws::PEER,
    fastwebsockets::PEER,
    wtx::PEER,
    yawc::PEER,
    tokio_websockets::PEER,
];

/// Buffers of peers that borrow them as long as they live.
fn lent(size: usize) -> &'static mut [u8] {
    vec![0; size].leak()
}

struct Workload {
    name: &'static str,
    role: Role,
    kind: Kind,
    what: What,
}

enum What {
    /// One frame a read, or so many bytes a read.
    Decode(Option<usize>),
    Encode,
}

const WORKLOADS: [Workload; 8] = [
    Workload {
        name: "decode masked",
        role: Role::Server,
        kind: Kind::Binary,
        what: What::Decode(None),
    },
    Workload {
        name: "decode unmasked",
        role: Role::Client,
        kind: Kind::Binary,
        what: What::Decode(None),
    },
    Workload {
        name: "text ASCII",
        role: Role::Server,
        kind: Kind::Ascii,
        what: What::Decode(None),
    },
    Workload {
        name: "text mixed",
        role: Role::Server,
        kind: Kind::Mixed,
        what: What::Decode(None),
    },
    Workload {
        name: "1-byte chunks",
        role: Role::Server,
        kind: Kind::Binary,
        what: What::Decode(Some(1)),
    },
    Workload {
        name: "64-byte chunks",
        role: Role::Server,
        kind: Kind::Binary,
        what: What::Decode(Some(64)),
    },
    Workload { name: "encode masked", role: Role::Client, kind: Kind::Binary, what: What::Encode },
    Workload { name: "encode plain", role: Role::Server, kind: Kind::Binary, what: What::Encode },
];

/// Those of all workloads and peers.
pub fn names() -> impl Iterator<Item = &'static str> {
    WORKLOADS.iter().map(|workload| workload.name).chain(PEERS.iter().map(|peer| peer.name))
}

/// Measures the workloads and the peers with one of the words in their names; no words: all.
pub fn measure(words: &[String]) -> Vec<Result> {
    let named = |name: &str, of: &[&str]| {
        let said: Vec<&String> = words
            .iter()
            .filter(|word| of.iter().any(|name| name.contains(word.as_str())))
            .collect();
        said.is_empty() || said.iter().any(|word| name.contains(word.as_str()))
    };
    let workloads = WORKLOADS.map(|workload| workload.name);
    let peers = PEERS.map(|peer| peer.name);
    let refusals: Vec<Refusals> = PEERS.iter().map(Refusals::of).collect();
    let mut results = Vec::new();
    for workload in WORKLOADS.iter().filter(|workload| named(workload.name, &workloads)) {
        for size in SIZES {
            let (mut who, mut contestants) = (Vec::new(), Vec::new());
            for (peer, refusals) in PEERS.iter().zip(&refusals) {
                if !named(peer.name, &peers) && peer.standing == Standing::Other {
                    continue;
                }
                if let Some(contestant) = contestant(workload, peer, size) {
                    who.push((peer, refusals));
                    contestants.push(contestant);
                }
            }
            for ((peer, refusals), nanoseconds) in who.iter().zip(race(contestants)) {
                results.push(Result {
                    workload: workload.name,
                    size,
                    peer: peer.name,
                    standing: peer.standing,
                    lacks: refusals.lacks(workload.kind != Kind::Binary),
                    note: peer.note,
                    nanoseconds,
                });
            }
        }
    }
    results
}

/// One peer at one workload, after it has shown that it does what is asked; `None`: it cannot.
fn contestant(workload: &Workload, peer: &Peer, size: usize) -> Option<Contestant> {
    let payload = inputs::payload(workload.kind, size);
    match workload.what {
        What::Decode(Some(_)) if peer.name == limits::FLOOR.name => None,
        What::Decode(chunk) => {
            let key = (workload.role == Role::Server).then_some(KEY);
            let frame = inputs::frame(workload.kind, size, key);
            // Some messages a run, so that starting a run is not what is measured.
            let messages = (16_384 / frame.len()).clamp(1, 16);
            let feed = Feed::new(frame.repeat(messages), chunk.unwrap_or(frame.len()), messages);
            let mut decode = (peer.decode)(workload.role, &feed);
            let mut sink = Sink { octets: 0, kept: Some(Vec::new()) };
            for round in 0..2 {
                feed.rewind();
                let good = decode(&mut sink);
                let kept = sink.kept.replace(Vec::new()).unwrap_or_default();
                // A limit has no payload to show.
                if kept.is_empty() && peer.standing == Standing::Limit {
                    continue;
                }
                assert!(
                    good && kept == payload.repeat(messages),
                    "{}, {}, {size} octets, round {round}",
                    peer.name,
                    workload.name
                );
            }
            let mut sink = Sink::default();
            let run = move || {
                feed.rewind();
                assert!(decode(&mut sink), "it was good before");
            };
            Some(Contestant { run: Box::new(run), messages })
        }
        What::Encode => {
            let drain = Drain::new(LARGEST);
            let mut encode =
                (peer.encode)(workload.role, workload.kind, payload.clone().leak(), &drain);
            for round in 0..2 {
                encode();
                let frame = drain.take();
                let right =
                    peer.standing == Standing::Limit || is_frame(&frame, workload, &payload);
                assert!(right, "{}, {}, {size} octets, round {round}", peer.name, workload.name);
            }
            let run = move || {
                drain.clear();
                encode();
            };
            Some(Contestant { run: Box::new(run), messages: 1 })
        }
    }
}

/// Whether this is the one frame of the payload, with whatever key.
fn is_frame(frame: &[u8], workload: &Workload, payload: &[u8]) -> bool {
    let masked = workload.role == Role::Client;
    let Some(head) = frame.len().checked_sub(payload.len()) else { return false };
    let key = masked.then(|| frame[head - 4..head].try_into().unwrap_or_default());
    frame == inputs::frame(workload.kind, payload.len(), key)
}
