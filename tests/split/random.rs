//! Random sessions, whole and in pieces.

use crate::same;
use proptest::prelude::*;
use wsat::device::Config;
use wsat::{Dialect, Quirks};
use wsat_testkit::session::{Cut, Fact, play};

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
        2 => (0..3_usize, 0..3, 1..64).prop_map(|(link, level, mask)| format!("AT+WSDATAFMT={link},{level},{mask}\r\n").into_bytes()),
        1 => (0..3_usize, 0..6_usize, 0..3_u8, 0..2).prop_map(|(link, len, opcode, fin)| {
            let mut bytes = format!("AT+WSSEND={link},{len},{opcode},800,{fin}\r\n").into_bytes();
            bytes.extend(b"abcdef".iter().take(len));
            bytes
        }),
        1 => prop::sample::select(vec![
            "AT+WSHEAD=4\r\nX: 1", "AT+WSHEAD=9\r\nLong: abc", "AT+WSHEAD=0\r\n", "AT+WSHEAD?\r\n", "AT+WSHEAD=2\r\nno",
            "AT+SYSLOG=1\r\n", "AT+CMD?\r\n", "AT+WSOPEN=1,\"ws://u:p@h\",\"a,b\",5000,\"x\"\r\n",
        ]).prop_map(|text| text.as_bytes().to_vec()),
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

/// Any dialect, and quirks; not the one that is about how bytes are cut.
fn config() -> impl Strategy<Value = Config> {
    let dialects = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2, Dialect::V4_2];
    let quirks = prop_oneof![Just(0), any::<u32>(), any::<u32>().prop_map(|bits| bits & bits >> 7)];
    (prop::sample::select(dialects.to_vec()), quirks, any::<bool>()).prop_map(
        |(dialect, quirks, check)| {
            let mut config = Config::new(dialect);
            config.quirks = Quirks::from_bits_truncate(quirks) - Quirks::CHUNK_PER_READ;
            config.check_text = check;
            config.payload_timeout_ms = check.then_some(2000);
            config
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 300 }) })]

    // rules: LINE-24
    #[test]
    fn a_random_session_in_pieces(
        config in config(),
        facts in prop::collection::vec(fact(), 5..if cfg!(miri) { 12 } else { 40 }),
        seed in any::<u64>(),
        size in 1..20_usize,
        serial in 1..70_usize,
    ) {
        let whole = play(config, &facts, Cut::Whole, serial);
        same(&whole, &play(config, &facts, Cut::Random(seed), serial), "pieces of random sizes");
        same(&whole, &play(config, &facts, Cut::Pieces(size), serial), "pieces of one size");
        same(&whole, &play(config, &facts, Cut::Pieces(1), serial), "single bytes");
    }
}
