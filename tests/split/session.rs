//! A session as a list of facts, and its player, which cuts them.

use crate::support::{Bench, WINDOW};
use wsat::device::{Answer, Config, Device, Storage};

/// Something that happens to a device.
#[derive(Clone, Debug)]
pub(crate) enum Fact {
    /// The host sends this.
    Host(Vec<u8>),
    /// The peer of a link sends this, if there is a transport.
    Peer(usize, Vec<u8>),
    /// The transport of a link comes up, and the peer accepts; this follows in the same segment.
    Accept(usize, Vec<u8>),
    /// The transport of a link ends.
    Eof(usize),
    /// It is so many milliseconds.
    At(u64),
    /// The transport of a link takes so many bytes and no more.
    Room(usize, Option<usize>),
    /// The serial line moves, or does not.
    Serial(bool),
    /// The embedding program answers its command, if there is one.
    Answer,
}

impl Fact {
    /// Bytes that can be cut; of an acceptance, those after it and the 129 of the response.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Host(bytes) | Self::Peer(_, bytes) => bytes.len(),
            Self::Accept(_, bytes) => 129 + bytes.len(),
            _ => 0,
        }
    }
}

/// Where inputs are cut.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    Whole,
    /// One fact, in two.
    Once {
        index: usize,
        place: usize,
    },
    /// Each, in pieces of this size.
    Pieces(usize),
    /// Each, in pieces of sizes made from this seed.
    Random(u64),
}

impl Cut {
    fn pieces(self, index: usize, bytes: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Once { index: cut, place } if cut == index => {
                let (left, right) = bytes.split_at(place.min(bytes.len()));
                vec![left, right]
            }
            Self::Whole | Self::Once { .. } => vec![bytes],
            Self::Pieces(size) => bytes.chunks(size).collect(),
            Self::Random(mut seed) => {
                let mut pieces = Vec::new();
                let mut rest = bytes;
                while !rest.is_empty() {
                    seed = seed.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(index as u64 | 1);
                    let most = if seed >> 62 == 0 { 2 } else { 40 };
                    let (piece, after) =
                        rest.split_at((1 + (seed >> 33) as usize % most).min(rest.len()));
                    pieces.push(piece);
                    rest = after;
                }
                pieces
            }
        }
    }
}

/// Everything that came out.
pub(crate) struct Lanes {
    pub(crate) printed: Vec<u8>,
    pub(crate) peers: [Vec<u8>; 3],
}

/// `serial_piece`: the most bytes that the serial line takes at a time.
pub(crate) fn play(config: Config, facts: &[Fact], cut: Cut, serial_piece: usize) -> Lanes {
    let storage = Box::leak(Box::new(Storage::<256, 8192, 256>::new()));
    let memory = storage.lend([WINDOW; 3]).with_headers(Box::leak(Box::new([0; 64])));
    let mut bench = Bench::with_device(Device::new(config, memory));
    bench.serial_piece = serial_piece;
    bench.ring = match cut {
        Cut::Random(seed) => (seed % 20) as usize,
        _ => usize::MAX,
    };
    bench.serial_side();
    for (index, fact) in facts.iter().enumerate() {
        match fact {
            Fact::Host(bytes) => {
                for piece in cut.pieces(index, bytes) {
                    bench.type_in(piece);
                }
            }
            Fact::Peer(link, bytes) => peer(&mut bench, *link, bytes, cut, index),
            Fact::Accept(link, after) => {
                if bench.peers[*link].conn.is_some() && bench.peers[*link].sent.is_empty() {
                    bench.up(*link);
                    if bench.peers[*link].sent.ends_with(b"\r\n\r\n") {
                        let mut response = bench.response(*link);
                        response.extend_from_slice(after);
                        peer(&mut bench, *link, &response, cut, index);
                    }
                }
            }
            Fact::Eof(link) => {
                bench.eof(*link);
            }
            Fact::At(millis) => {
                let millis = bench.now.max(*millis);
                bench.at(millis);
            }
            Fact::Room(link, room) => bench.peers[*link].room = *room,
            Fact::Serial(moves) => bench.serial_blocked = !moves,
            Fact::Answer => {
                if bench.device.command().is_some() {
                    bench.device.handle_text(b"version\r\n");
                    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
                }
            }
        }
        bench.drain();
        for peer in &mut bench.peers {
            peer.sent.clear();
        }
    }
    bench.serial_blocked = false;
    bench.drain();
    Lanes { printed: bench.printed, peers: bench.peers.map(|peer| peer.log) }
}

/// Bytes of a peer arrive piece by piece, and only the serial side goes on between them.
fn peer(bench: &mut Bench, link: usize, bytes: &[u8], cut: Cut, index: usize) {
    for piece in cut.pieces(index, bytes) {
        if bench.peers[link].conn.is_none() {
            return;
        }
        bench.peers[link].window.extend_from_slice(piece);
        while bench.offer(link) | bench.serial_side() {}
    }
}
