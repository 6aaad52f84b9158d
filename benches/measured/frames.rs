//! Headers, masks, frames in both directions: rfc6455's frame layer.

use super::inputs::{self, KEY, Kind};
use super::{Work, placed, room};
use std::hint::black_box;
use wsat::rfc6455::{Decoder, Encoder, Flags, Header, HeaderDecoder, Mask, Opcode, Role};

fn header(len: usize, mask: Option<[u8; 4]>) -> Header {
    Header { flags: Flags::FIN, opcode: Opcode::Binary, mask, len: len as u64 }
}

pub(crate) fn encode_header(len: usize) -> Work {
    let header = header(len, Some(KEY));
    Box::new(move || _ = black_box(black_box(&header).encode()))
}

pub(crate) fn decode_header(len: usize) -> Work {
    let bytes = header(len, Some(KEY)).encode();
    let mut decoder = HeaderDecoder::new(Role::Server);
    Box::new(move || _ = black_box(decoder.decode(black_box(bytes.as_bytes()))))
}

pub(crate) fn mask_in_place(size: usize) -> Work {
    let mut octets = placed(&inputs::payload(Kind::Binary, size));
    Box::new(move || Mask::new(black_box(KEY)).apply(black_box(&mut octets)))
}

pub(crate) fn mask_while_copying(size: usize) -> Work {
    let (from, mut to) = (placed(&inputs::payload(Kind::Binary, size)), room(size));
    Box::new(move || _ = black_box(Mask::new(black_box(KEY)).copy(black_box(&from), &mut to)))
}

/// A frame, in place; its copy from where it was received is part of it.
pub(crate) fn decode(role: Role, size: usize) -> Work {
    let frame = placed(&inputs::frame(Kind::Binary, size, (role == Role::Server).then_some(KEY)));
    let (mut window, mut decoder) = (frame.clone(), Decoder::new(role));
    Box::new(move || {
        window.copy_from_slice(black_box(&frame));
        let mut at = 0;
        while at < window.len() {
            let (taken, found) = decoder.decode(&mut window[at..]);
            black_box(found);
            at += taken;
        }
    })
}

pub(crate) fn encode(key: Option<[u8; 4]>, size: usize) -> Work {
    let (payload, mut out) = (placed(&inputs::payload(Kind::Binary, size)), room(size + 14));
    Box::new(move || {
        let header = header(size, black_box(key));
        _ = black_box(Encoder::new(&header).encode(black_box(&payload), &mut out));
    })
}
