//! Random sessions, whole and in pieces.

use crate::{
    same,
    session::{Cut, Fact, play},
};
use proptest::prelude::*;

/// Lines that do something, and a few that do not.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let link = 0..3_usize;
    prop_oneof![
        3 => link.clone().prop_map(|link| format!("AT+WSOPEN={link},\"ws://h{link}/\",,5000\r\n").into_bytes()),
        2 => (link.clone(), 0..12_usize, 0..12_usize, 0..12_u8).prop_map(|(link, len, given, opcode)| {
            let mut bytes = format!("AT+WSSEND={link},{len},{opcode},800\r\n").into_bytes();
            bytes.extend(b"0123456789ab".iter().take(given));
            bytes
        }),
        2 => link.clone().prop_map(|link| format!("AT+WSCLOSE={link}\r\n").into_bytes()),
        1 => (link, 1..6_usize).prop_map(|(link, size)| format!("AT+WSCFG={link},2,3,{size}\r\n").into_bytes()),
        1 => Just(b"AT+WSOPEN?\r\n".to_vec()),
        1 => Just(b"AT+X\r\n".to_vec()),
        1 => prop::sample::select(vec!["ATE0\r\n", "ATE1\r\n", "AT\r\n", "\r\n", "A\0", "AT+WSC", "\r", "\n"])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..300),
    ]
}

/// Frames as a server may send them, good and bad.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let frame = prop_oneof![
        6 => (prop::sample::select(vec![0x81_u8, 0x82, 0x01, 0x00, 0x80]), prop::collection::vec(0x20..0x7F_u8, 0..20))
            .prop_map(|(first, payload)| frame(first, &payload)),
        2 => (prop::sample::select(vec![0x89_u8, 0x8A]), prop::collection::vec(any::<u8>(), 0..8))
            .prop_map(|(first, payload)| frame(first, &payload)),
        1 => prop::sample::select(vec![&b"\x88\x00"[..], b"\x88\x02\x03\xe8", b"\x88\x01x", b"\x88\x02\x03\xed"])
            .prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..10),
    ];
    prop::collection::vec(frame, 1..4).prop_map(|frames| frames.concat())
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first, payload.len() as u8];
    bytes.extend_from_slice(payload);
    bytes
}

fn fact() -> impl Strategy<Value = Fact> {
    let link = 0..3_usize;
    prop_oneof![
        6 => prop::collection::vec(line(), 1..3).prop_map(|lines| Fact::Host(lines.concat())),
        6 => (link.clone(), frames()).prop_map(|(link, bytes)| Fact::Peer(link, bytes)),
        5 => (link.clone(), prop_oneof![Just(Vec::new()), frames()])
            .prop_map(|(link, bytes)| Fact::Accept(link, bytes)),
        1 => link.clone().prop_map(Fact::Eof),
        2 => (0..40_u64).prop_map(|step| Fact::At(step * 700)),
        1 => (link, prop::option::of(0..20_usize)).prop_map(|(link, room)| Fact::Room(link, room)),
        1 => any::<bool>().prop_map(Fact::Serial),
        1 => Just(Fact::Answer),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_random_session_in_pieces(
        facts in prop::collection::vec(fact(), 5..40),
        seed in any::<u64>(),
        size in 1..20_usize,
        serial in 1..70_usize,
    ) {
        let whole = play(&facts, Cut::Whole, serial);
        same(&whole, &play(&facts, Cut::Random(seed), serial), "pieces of random sizes");
        same(&whole, &play(&facts, Cut::Pieces(size), serial), "pieces of one size");
        same(&whole, &play(&facts, Cut::Pieces(1), serial), "single bytes");
    }
}
