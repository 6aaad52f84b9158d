//! One table of frames for reader and writer (RFC 6455 5.2, 5.7), and what a reader has to refuse.

use super::*;
use crate::testing::{FEW, places};
use crate::{Encoder, Flags, Opcode};
use proptest::prelude::*;
use std::vec::Vec;

/// A frame: who reads it, its header, its payload, its bytes.
fn frames() -> Vec<(Role, Header, Vec<u8>, Vec<u8>)> {
    let key = Some([0x37, 0xfa, 0x21, 0x3d]);
    let header = |first: u8, mask, payload: &[u8]| Header {
        flags: Flags::from_bits_truncate(first),
        opcode: Opcode::from_bits(first),
        mask,
        len: payload.len() as u64,
    };
    let mut all = Vec::new();
    let mut add = |role, first, mask, payload: &[u8], bytes: &[u8]| {
        all.push((role, header(first, mask, payload), payload.to_vec(), bytes.to_vec()));
    };
    add(Role::Client, 0x81, None, b"Hello", b"\x81\x05Hello");
    add(Role::Server, 0x81, key, b"Hello", b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    add(Role::Client, 0x01, None, b"Hel", b"\x01\x03Hel");
    add(Role::Client, 0x80, None, b"lo", b"\x80\x02lo");
    add(Role::Client, 0x89, None, b"Hello", b"\x89\x05Hello");
    add(Role::Server, 0x8A, key, b"Hello", b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    add(Role::Client, 0x82, None, b"", b"\x82\x00");
    add(Role::Server, 0x88, key, b"", b"\x88\x80\x37\xfa\x21\x3d");
    for (len, head) in [
        (125, &b"\x82\x7d"[..]),
        (126, b"\x82\x7e\x00\x7e"),
        (256, b"\x82\x7e\x01\x00"),
        (65_535, b"\x82\x7e\xff\xff"),
        (65_536, b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ]
    .into_iter()
    .take(if cfg!(miri) { 3 } else { 5 })
    {
        let payload: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
        let bytes = [head, &payload].concat();
        add(Role::Client, 0x82, None, &payload, &bytes);
    }
    all
}

/// Headers, each with its payload.
type Frames = Vec<(Header, Vec<u8>)>;

/// Reads a stream in pieces of these sizes: headers, and payloads joined.
fn read(role: Role, stream: &[u8], sizes: &[usize]) -> (Frames, Option<Fault>, bool) {
    let mut decoder = Decoder::new(role);
    let mut frames = Frames::new();
    let mut sizes = sizes.iter().cycle();
    let mut rest = stream;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        rest = after;
        let mut piece = piece.to_vec();
        let mut at = 0;
        while at < piece.len() {
            let (taken, decoded) = decoder.decode(&mut piece[at..]);
            at += taken;
            match decoded {
                None => assert_eq!(at, piece.len()),
                Some(Ok(Decoded::Header(header))) => frames.push((header, Vec::new())),
                Some(Ok(Decoded::Payload { octets, last })) => {
                    let (header, payload) = frames.last_mut().unwrap();
                    payload.extend_from_slice(octets);
                    assert_eq!(last, payload.len() as u64 == header.len);
                }
                Some(Err(fault)) => return (frames, Some(fault), false),
            }
        }
    }
    (frames, None, decoder.is_between_frames())
}

const SIZES: [&[usize]; 7] = [&[usize::MAX], &[1], &[2], &[3, 1], &[256], &[300, 7], &[5000]];

#[test]
fn the_table_is_read() {
    for (role, header, payload, bytes) in frames() {
        for sizes in SIZES.into_iter().step_by(FEW) {
            let (frames, fault, ended) = read(role, &bytes, sizes);
            assert_eq!((frames, fault, ended), ([(header, payload.clone())].to_vec(), None, true));
        }
        // Every beginning of it is the beginning of a frame and no more.
        for len in places(bytes.len().min(200)).skip(1) {
            let (_, fault, ended) = read(role, &bytes[..len], &[usize::MAX]);
            assert_eq!((fault, ended), (None, false), "{len} bytes");
        }
    }
}

#[test]
fn the_table_is_written() {
    for (_, header, payload, bytes) in frames() {
        for size in [2, 1, 7, 256, 5000, 100_000].into_iter().step_by(FEW) {
            let mut encoder = Encoder::new(&header);
            let (mut out, mut at, mut room) = (Vec::new(), 0, vec![0; size]);
            while !encoder.is_done() {
                // Payload comes in pieces, too.
                let piece = &payload[at..payload.len().min(at + 300)];
                let (taken, written) = encoder.encode(piece, &mut room);
                assert!(written > 0);
                at += taken;
                out.extend_from_slice(&room[..written]);
            }
            assert_eq!((&out, at), (&bytes, payload.len()));
            assert_eq!(encoder.encode(b"more", &mut room), (0, 0));
        }
    }
}

#[test]
fn where_the_stream_may_end() {
    let mut decoder = Decoder::new(Role::Client);
    assert!(decoder.is_between_frames());
    // Nothing is no beginning.
    decoder.decode(&mut []);
    assert!(decoder.is_between_frames());
    decoder.decode(&mut [0x82]);
    assert!(!decoder.is_between_frames());
    decoder.decode(&mut []);
    assert!(!decoder.is_between_frames());
    decoder.decode(&mut [1]);
    assert!(!decoder.is_between_frames());
    decoder.decode(&mut [7]);
    assert!(decoder.is_between_frames());
    // Not behind a fault.
    decoder.decode(&mut [0x83]);
    decoder.decode(&mut []);
    assert!(!decoder.is_between_frames());
}

#[test]
fn how_much_is_still_to_come() {
    let mut decoder = Decoder::new(Role::Client);
    assert_eq!(decoder.remaining(), 0);
    // RFC 6455 5.2: 64 bits of length.
    decoder.decode(&mut b"\x82\x7f\x00\x00\x00\x01\x00\x00\x00\x03".to_vec());
    assert_eq!(decoder.remaining(), 0x1_0000_0003);
    decoder.decode(&mut [7; 5]);
    assert_eq!(decoder.remaining(), 0xFFFF_FFFE);

    let header = Header { flags: Flags::FIN, opcode: Opcode::Binary, mask: None, len: 7 };
    let mut encoder = Encoder::new(&header);
    assert_eq!(encoder.remaining(), 7);
    // Two bytes are the header.
    assert_eq!(encoder.encode(b"abcdefg", &mut [0; 7]), (5, 7));
    assert_eq!(encoder.remaining(), 2);
    encoder.encode(b"fg", &mut [0; 7]);
    assert_eq!(encoder.remaining(), 0);
}

#[test]
fn the_highest_bit_of_a_length_is_lost_in_header_and_payload_alike() {
    // RFC 6455 5.2: it must be 0.
    let header = Header { flags: Flags::FIN, opcode: Opcode::Binary, mask: None, len: 1 << 63 | 1 };
    let mut encoder = Encoder::new(&header);
    let mut out = [0; 9];
    assert_eq!(encoder.encode(b"abcdef", &mut out), (1, 3));
    assert!(encoder.is_done());
    assert_eq!(out[..3], *b"\x82\x01a");
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn any_bytes_in_any_pieces(
        stream in prop::collection::vec(any::<u8>(), 0..600 / FEW),
        sizes in prop::collection::vec(1..500_usize, 1..8),
        server in any::<bool>(),
    ) {
        let role = if server { Role::Server } else { Role::Client };
        prop_assert_eq!(read(role, &stream, &[usize::MAX]), read(role, &stream, &sizes));
    }

    #[test]
    fn what_is_written_is_read(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700 / FEW), 1..5),
        keys in prop::collection::vec(any::<[u8; 4]>(), 5),
        sizes in prop::collection::vec(1..5000_usize, 1..8),
    ) {
        let (mut stream, mut expected) = (Vec::new(), Vec::new());
        for (payload, key) in payloads.iter().zip(keys) {
            let header = Header { flags: Flags::FIN, opcode: Opcode::Binary, mask: Some(key), len: payload.len() as u64 };
            let mut out = vec![0; payload.len() + 14];
            let (_, written) = Encoder::new(&header).encode(payload, &mut out);
            stream.extend_from_slice(&out[..written]);
            expected.push((header, payload.clone()));
        }
        prop_assert_eq!(read(Role::Server, &stream, &sizes), (expected, None, true));
    }
}
