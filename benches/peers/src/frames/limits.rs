//! What others are held against: a copy, a hand-written reader of whole frames, and a hand-written push parser. These trust their
//! input. Only the copy is a limit: the others copy first and unmask then, and who does both at once may be faster.

use super::{Decode, Encode, LARGEST, Peer, Role};
use crate::floor::{self, push::Push};
use crate::inputs::{KEY, Kind};
use crate::results::Standing;
use crate::wire::{Drain, Feed, Sink};

pub const COPY: Peer = Peer {
    name: "memcpy",
    standing: Standing::Limit,
    note: "a copy of as many bytes, nothing else",
    decode: |_, feed| {
        let (feed, mut buffer) = (feed.clone(), vec![0; LARGEST]);
        Box::new(move |sink: &mut Sink| {
            loop {
                let n = feed.read(&mut buffer);
                if n == 0 {
                    return true;
                }
                sink.octets += std::hint::black_box(&buffer[..n]).len();
            }
        })
    },
    encode: |_, _, payload, drain| {
        let drain = drain.clone();
        Box::new(move || {
            drain.room()[..payload.len()].copy_from_slice(std::hint::black_box(payload));
            drain.written(payload.len());
        })
    },
};

pub const FLOOR: Peer = Peer {
    name: "floor, whole frames",
    standing: Standing::Limit,
    note: "by hand: a whole frame in one piece, trusted; text is checked by the standard library",
    decode,
    encode,
};

pub const PUSH: Peer = Peer {
    name: "floor, push parser",
    standing: Standing::Limit,
    note: "by hand: any cut, trusted",
    decode: |_, feed| {
        let (feed, mut push, mut buffer) = (feed.clone(), Push::new(), vec![0; LARGEST]);
        Box::new(move |sink: &mut Sink| {
            loop {
                let n = feed.read(&mut buffer);
                if n == 0 {
                    return true;
                }
                push.feed(&mut buffer[..n], |octets| sink.take(octets));
            }
        })
    },
    encode,
};

/// For feeds of whole frames; in cut ones it takes no part.
fn decode(_: Role, feed: &Feed) -> Decode {
    let (feed, mut buffer) = (feed.clone(), vec![0; LARGEST]);
    Box::new(move |sink: &mut Sink| {
        loop {
            let n = feed.read(&mut buffer);
            if n == 0 {
                return true;
            }
            let text = buffer[0] & 0xF == 1;
            let octets = floor::decode(&mut buffer[..n]);
            if text && std::str::from_utf8(octets).is_err() {
                return false;
            }
            sink.take(octets);
        }
    })
}

fn encode(role: Role, kind: Kind, payload: &'static [u8], drain: &Drain) -> Encode {
    let (drain, key) = (drain.clone(), (role == Role::Client).then_some(KEY));
    let first = if kind == Kind::Binary { 0x82 } else { 0x81 };
    Box::new(move || {
        let n = floor::encode(first, key, std::hint::black_box(payload), &mut drain.room());
        drain.written(n);
    })
}
