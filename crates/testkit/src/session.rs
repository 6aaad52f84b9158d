//! A session of a device as a list of facts, and its player, which cuts them.

#![allow(clippy::missing_panics_doc, reason = "a player panics when an expectation fails")]

use crate::bench::{Bench, WINDOW};
use crate::frames::server_frame;
use crate::input::{Cuts, Input};
use wsat::device::{Answer, Config, Device, Missing, Storage};
use wsat::{Dialect, Quirks};

/// Something that happens to a device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fact {
    /// The host sends this.
    Host(Vec<u8>),
    /// The peer of a link sends this, if there is a transport.
    Peer(usize, Vec<u8>),
    /// The transport of a link comes up, and the peer accepts; this follows in the same segment.
    Accept(usize, Vec<u8>),
    /// The transport of a link comes up.
    Up(usize),
    /// The transport of a link ends.
    Eof(usize),
    /// The transport of a link cannot be made for want of a certificate.
    Failed(usize),
    /// It is so many milliseconds.
    At(u64),
    /// The transport of a link takes so many bytes and no more.
    Room(usize, Option<usize>),
    /// The serial line moves, or does not.
    Serial(bool),
    /// The embedding program answers its command, if there is one.
    Answer,
    /// The embedding program ends a data phase, if there is one.
    Abort,
    /// The module starts anew.
    Restart,
}

impl Fact {
    /// Bytes that can be cut; of an acceptance, those after it and the 129 of the response.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no fact is empty")]
    pub const fn len(&self) -> usize {
        match self {
            Self::Host(bytes) | Self::Peer(_, bytes) => bytes.len(),
            Self::Accept(_, bytes) => 129 + bytes.len(),
            _ => 0,
        }
    }

    /// Reads one. The first byte says which, and where there is a link its number follows:
    ///
    /// | | |
    /// |---|---|
    /// | `h…` | the host sends this |
    /// | `p0…` | the peer sends these bytes |
    /// | `f0…` | the peer sends a frame: its first byte, and its payload |
    /// | `c0…` | the transport comes up, the peer accepts, and this follows |
    /// | `u0`, `e0`, `x0` | the transport comes up, ends, or cannot be made for want of a certificate |
    /// | `r0`, `r012` | it has room, or room for 12 bytes |
    /// | `s`, `S` | the serial line moves no more, or moves |
    /// | `t1500` | so many milliseconds pass, at most a million |
    /// | `a`, `A`, `R` | the firmware answers, ends a data phase, starts anew |
    ///
    /// Anything else the host sends.
    #[must_use]
    pub fn read(field: &[u8], now: &mut u64) -> Self {
        let Some((tag, rest)) = field.split_first() else { return Self::Answer };
        let (link, more) = rest.split_first().unwrap_or((&0, &[]));
        let link = usize::from(*link) % 3;
        match tag {
            b'h' => Self::Host(rest.to_vec()),
            b'p' => Self::Peer(link, more.to_vec()),
            b'f' => {
                let (first, payload) = more.split_first().unwrap_or((&0x81, &[]));
                Self::Peer(link, server_frame(*first, payload))
            }
            b'c' => Self::Accept(link, more.to_vec()),
            b'u' => Self::Up(link),
            b'e' => Self::Eof(link),
            b'x' => Self::Failed(link),
            b'r' => Self::Room(link, decimal(more).and_then(|room| usize::try_from(room).ok())),
            b's' => Self::Serial(false),
            b'S' => Self::Serial(true),
            b't' => {
                *now += decimal(rest).unwrap_or(1000);
                Self::At(*now)
            }
            b'a' => Self::Answer,
            b'A' => Self::Abort,
            b'R' => Self::Restart,
            _ => Self::Host(field.to_vec()),
        }
    }
}

/// A number of digits, at most a million.
pub(crate) fn decimal(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(None, |number: Option<u64>, digit| {
        let tens = number.unwrap_or(0).saturating_mul(10);
        Some(tens.saturating_add(u64::from(digit - b'0')).min(1_000_000))
    })
}

/// The facts of an input's fields.
#[must_use]
pub fn facts(input: &Input<'_>) -> Vec<Fact> {
    let mut now = 0;
    input.fields().iter().map(|field| Fact::read(field, &mut now)).collect()
}

/// A device's configuration from five choices: the dialect (bits 0 and 1), whether text is checked (bit 2), whether a data phase has
/// a time limit (bit 3); then the quirks, lowest byte first.
pub fn config(input: &mut Input<'_>) -> Config {
    let flags = input.choice();
    let dialects = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2];
    let mut config = Config::new(dialects[usize::from(flags & 3)]);
    config.check_text = flags & 4 != 0;
    config.payload_timeout_ms = (flags & 8 != 0).then_some(2000);
    let quirks = [input.choice(), input.choice(), input.choice(), 0];
    config.quirks = Quirks::from_bits_truncate(u32::from_le_bytes(quirks));
    config
}

/// The same with a device to which it means nothing how its input is cut into reads (LINE-24).
pub fn config_for_cuts(input: &mut Input<'_>) -> Config {
    let mut config = config(input);
    config.quirks -= Quirks::CHUNK_PER_READ;
    config
}

/// The same input without what brings the serial line or a socket to a stop, or to a socket that takes only so many bytes.
#[must_use]
pub fn moving(data: &[u8]) -> Vec<u8> {
    // A head is no fact; its fifth choice is a UART that holds few bytes.
    let (head, body) = match data.iter().position(|byte| *byte == 0xFF) {
        Some(at) => data.split_at(at + 1),
        None => data.split_at(0),
    };
    let fields = body.split(|byte| *byte == 0xFF);
    let moves = fields.filter(|field| !matches!(field.first(), Some(b's' | b'r')));
    let mut head = head.to_vec();
    if let Some(piece) = head.get_mut(4).filter(|choice| **choice != 0xFF) {
        *piece = 0;
    }
    [head, moves.collect::<Vec<_>>().join(&0xFF)].concat()
}

/// Where inputs are cut.
#[derive(Clone, Copy, Debug)]
pub enum Cut<'c> {
    /// Nowhere.
    Whole,
    /// One fact, in two.
    Once {
        /// Which.
        index: usize,
        /// Bytes of the first part.
        place: usize,
    },
    /// Each, in pieces of this size.
    Pieces(usize),
    /// Each, in pieces of these sizes.
    Lengths(Cuts<'c>),
    /// Each, in pieces of sizes made from this seed.
    Random(u64),
}

impl Cut<'_> {
    fn pieces(self, index: usize, bytes: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Once { index: cut, place } if cut == index => {
                let (left, right) = bytes.split_at(place.min(bytes.len()));
                vec![left, right]
            }
            Self::Whole | Self::Once { .. } => vec![bytes],
            Self::Pieces(size) => bytes.chunks(size).collect(),
            Self::Lengths(mut cuts) => cuts.pieces(bytes),
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

    /// After how many bytes a window wraps.
    const fn ring(self) -> usize {
        match self {
            Self::Random(seed) => (seed % 20) as usize,
            Self::Lengths(_) => 7,
            _ => usize::MAX,
        }
    }
}

/// Everything that came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lanes {
    /// On the AT port.
    pub printed: Vec<u8>,
    /// To each peer.
    pub peers: [Vec<u8>; 3],
}

/// Plays a session. `serial_piece`: the most bytes that the serial line takes at a time.
#[must_use]
pub fn play(config: Config, facts: &[Fact], cut: Cut<'_>, serial_piece: usize) -> Lanes {
    let mut storage = Box::new(Storage::<256, 8192, 256>::new());
    let mut headers = [0; 64];
    let memory = storage.lend([WINDOW; 3]).with_headers(&mut headers);
    let mut bench = Bench::with_device(Device::new(config, memory));
    bench.serial_piece = serial_piece;
    bench.ring = cut.ring();
    bench.serial_side();
    for (index, fact) in facts.iter().enumerate() {
        happen(&mut bench, fact, cut, index);
        bench.drain();
        for peer in &mut bench.peers {
            peer.sent.clear();
        }
    }
    bench.serial_blocked = false;
    bench.drain();
    Lanes { printed: bench.printed, peers: bench.peers.map(|peer| peer.log) }
}

fn happen(bench: &mut Bench<'_>, fact: &Fact, cut: Cut<'_>, index: usize) {
    match fact {
        Fact::Host(bytes) => {
            for piece in cut.pieces(index, bytes) {
                bench.type_in(piece);
            }
        }
        Fact::Peer(link, bytes) => peer(bench, *link, bytes, cut, index),
        Fact::Accept(link, after) => {
            if bench.peers[*link].conn.is_some() && bench.peers[*link].sent.is_empty() {
                bench.up(*link);
                if bench.peers[*link].sent.ends_with(b"\r\n\r\n") {
                    let mut response = bench.response(*link);
                    response.extend_from_slice(after);
                    peer(bench, *link, &response, cut, index);
                }
            }
        }
        Fact::Up(link) => {
            if bench.peers[*link].conn.is_some() {
                bench.up(*link);
            }
        }
        Fact::Eof(link) => _ = bench.eof(*link),
        Fact::Failed(link) => {
            if let Some(conn) = bench.peers[*link].conn {
                bench.device.handle_failed(bench.instant(), conn, Missing::Certificate);
            }
        }
        Fact::At(millis) => {
            let millis = bench.now.max(*millis);
            bench.at(millis);
        }
        Fact::Room(link, room) => bench.peers[*link].room = *room,
        Fact::Serial(moves) => bench.serial_blocked = !moves,
        Fact::Answer => answer(bench),
        Fact::Abort => _ = bench.device.abort_payload(),
        Fact::Restart => {
            bench.typed.clear();
            bench.device.restart();
        }
    }
}

/// The embedding program's answer to its command, if there is one.
pub(crate) fn answer(bench: &mut Bench<'_>) {
    if bench.device.command().is_some() {
        bench.device.handle_text(b"version\r\n");
        bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    }
}

/// Bytes of a peer arrive piece by piece, and only the serial side goes on between them.
fn peer(bench: &mut Bench<'_>, link: usize, bytes: &[u8], cut: Cut<'_>, index: usize) {
    for piece in cut.pieces(index, bytes) {
        if bench.peers[link].conn.is_none() {
            return;
        }
        bench.peers[link].window.extend_from_slice(piece);
        while bench.offer(link) | bench.serial_side() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_is_left() {
        let stays = |data: &[u8]| {
            let facts = facts(&Input::new(data));
            facts.iter().any(|fact| matches!(fact, Fact::Serial(false) | Fact::Room(..)))
        };
        let data = b"sr\x01\xffhAT\xffs\xffr012\xff\xfe\x73\xffrx\xffS\xffu0";
        assert!(stays(data) && !stays(&moving(data)));
        assert_eq!(moving(data), b"sr\x01\xffhAT\xff\xfe\x73\xffS\xffu0");
        assert_eq!((moving(b"sAT"), moving(b"hAT")), (Vec::new(), b"hAT".to_vec()));
    }
}
