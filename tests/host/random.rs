//! Random sessions: any requests, any servers, losses and ends at any moment, both sides of the line cut anywhere. With a
//! sound line nothing is lost and nobody is wrong; with an unsound one every request ends, and the two come to agree again.

use crate::Pair;
use rand::RngExt;
use wsat::host::{Config, Configure, Failure, Open, Request, SendData};
use wsat::rfc6455::Opcode;
use wsat::{DataFormat, DataMask, Dialect, Level, LinkId, Quirks};

const DIALECTS: [Dialect; 4] = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2];
const PRESETS: [Quirks; 3] = [Quirks::DOCUMENTED, Quirks::FIRMWARE_3_2, Quirks::FIRMWARE_LATEST];

/// The longest that a request of these sessions may take: an opening of 15 s, 5 s for late firmware, 2 s for the answer, and
/// 20 s to be written; and what waits to be printed before it, three windows of 4096 octets at 9600 baud.
const BOUND_MS: u64 = 60_000;

fn config(seed: u64) -> Config {
    let mut config = Config::new(DIALECTS[seed as usize % 4]);
    config.echo = !(seed / 4).is_multiple_of(3);
    config.error_codes = (seed / 12).is_multiple_of(2);
    config
}

fn pair(seed: u64) -> Pair {
    let mut pair = Pair::with(config(seed), PRESETS[seed as usize / 24 % 3], seed);
    // No time at all, 115200 baud, 9600 baud.
    let (byte_us, latency_us) = [(0, 0), (87, 3000), (1041, 500)][seed as usize / 5 % 3];
    pair.slow_down(byte_us, latency_us);
    pair
}

/// What the servers have been sent and have sent, link by link.
#[derive(Default)]
struct Traffic {
    out: [Vec<u8>; 3],
    back: [Vec<u8>; 3],
}

/// Something that happens to a server.
fn disturb(pair: &mut Pair, traffic: &mut Traffic) {
    let link = pair.rng.random_range(0..3);
    match pair.rng.random_range(0..8) {
        0 => _ = pair.bench.eof(link),
        1 => pair.server_sends(link, 0x88, b"\x03\xe9"),
        2 => pair.server_sends(link, 0x89, b"ping"),
        _ if pair.servers[link].is_connected() => {
            let len = [0, 1, 10, 300, 1500][pair.rng.random_range(0..5)];
            let octets = pair.octets(len);
            pair.server_sends(link, 0x82, &octets);
            traffic.back[link].extend(octets);
        }
        _ => {}
    }
}

fn request(pair: &mut Pair, traffic: &mut Traffic) -> Result<(), Failure> {
    let link = LinkId::ALL[pair.rng.random_range(0..3)];
    let index = usize::from(link.number());
    let length = [0, 1, 30, 125, 126, 700][pair.rng.random_range(0..6)];
    let octets = pair.octets(length);
    match pair.rng.random_range(0..14) {
        0 => pair.within(BOUND_MS, &Configure::new(link, 5, 20).with_buffer(300).into()),
        1 => pair.within(BOUND_MS, &Request::ListLinks),
        2 => pair.within(BOUND_MS, &Request::Close(link)),
        3 => {
            let mask = pair.rng.random_range(1..64);
            let mask = DataMask::from_bits_truncate(mask);
            let format = DataFormat { level: Level::Chunk, mask };
            pair.finished = None;
            match pair.host.begin(pair.now(), &Request::SetFormat(link, format)) {
                Ok(()) => pair.end_within(BOUND_MS),
                Err(_) => Ok(()),
            }
        }
        4 => pair.within(BOUND_MS, &SendData::text(link, b"").with_opcode(Opcode::Ping).into()),
        5..9 => pair.within(BOUND_MS, &Open::new(link, b"ws://peer/").into()),
        _ => {
            // While it is on its way, something else may happen.
            let send = if length > 125 {
                pair.stream.clone_from(&octets);
                SendData::streamed(link, length)
            } else {
                SendData::text(link, &octets)
            };
            pair.finished = None;
            let before: usize = pair.servers[index].received.len();
            pair.host.begin(pair.now(), &send.binary().into()).unwrap();
            for _ in 0..pair.rng.random_range(0..60) {
                pair.step();
            }
            if pair.rng.random_bool(0.3) {
                disturb(pair, traffic);
            }
            let sent = if let Some(result) = pair.finished.take() {
                result
            } else {
                pair.end_within(BOUND_MS)
            };
            pair.turn();
            let got: Vec<u8> = pair.servers[index].received[before..]
                .iter()
                .flat_map(|(_, payload)| payload.clone())
                .collect();
            if sent == Ok(()) && pair.to_module.tamper.is_none() {
                traffic.out[index].extend_from_slice(&octets);
                // What was handed to a transport that ended is gone with it.
                assert!(octets.starts_with(&got), "nothing but what was sent");
            }
            sent
        }
    }
}

#[test]
fn a_sound_line() {
    for seed in 0..144 {
        let mut pair = pair(seed);
        for server in &mut pair.servers {
            server.echoes = false;
        }
        let mut traffic = Traffic::default();
        for _ in 0..40 {
            if pair.rng.random_bool(0.4) {
                disturb(&mut pair, &mut traffic);
            }
            match request(&mut pair, &mut traffic) {
                Ok(()) | Err(Failure::Error(_)) => {}
                other => panic!("seed {seed}: {other:?}"),
            }
            if pair.rng.random_bool(0.2) {
                let pause = pair.rng.random_range(0..20_000);
                pair.until(pair.bench.now + pause);
            }
        }
        pair.until(pair.bench.now + 20_000);
        pair.agree();
        let told = pair.told();
        assert!(!told.iter().any(|told| told.starts_with("Damaged")), "seed {seed}: {told:?}");
        assert!(!told.iter().any(|told| told.starts_with("Cut")), "seed {seed}: {told:?}");
        // What the servers sent is what was reported, but for what a connection that ended had not yet.
        for link in 0..3 {
            let records = pair.records.iter().filter(|(from, _)| usize::from(*from) == link);
            let got: Vec<u8> = records.flat_map(|(_, octets)| octets.clone()).collect();
            assert!(is_subsequence(&got, &traffic.back[link]), "seed {seed}, link {link}");
        }
    }
}

/// Whether `part` is `whole` with some left out.
fn is_subsequence(part: &[u8], whole: &[u8]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|byte| whole.any(|other| other == byte))
}

#[test]
fn an_unsound_line() {
    for seed in 0..144 {
        let config = config(seed);
        let mut pair = pair(seed);
        let mut traffic = Traffic::default();
        pair.make_unsound(0.002);
        for _ in 0..12 {
            if pair.rng.random_bool(0.3) {
                disturb(&mut pair, &mut traffic);
            }
            // However it ends: within its bound.
            _ = request(&mut pair, &mut traffic);
            if pair.rng.random_bool(0.05) {
                pair.reboot();
            }
        }
        pair.make_sound();
        let told = pair.told();
        let context = || format!("seed {seed}: {told:?}");
        // An opening of an earlier request may still be going on, for 20 s; then there are 10 s to get in step.
        pair.until(pair.bench.now + 30_000);
        let mut list = pair.within(6000, &Request::ListLinks);
        if !config.echo && !config.error_codes && list == Err(Failure::Error(None)) {
            // A byte may still stand in the module's line, and then nothing shows it but this.
            list = pair.within(6000, &Request::ListLinks);
        }
        assert_eq!(list, Ok(()), "{}: {:?}", context(), pair.told());
        assert_eq!(
            pair.within(BOUND_MS, &Request::Start),
            Ok(()),
            "{}: {:?}",
            context(),
            pair.told()
        );
        pair.until(pair.bench.now + 1000);
        pair.agree();
        for link in LinkId::ALL {
            assert_eq!(pair.within(BOUND_MS, &Request::Close(link)), Ok(()), "{}", context());
            assert_eq!(pair.within(BOUND_MS, &Open::new(link, b"ws://h").into()), Ok(()));
            let index = usize::from(link.number());
            pair.servers[index].received.clear();
            pair.records.clear();
            pair.servers[index].echoes = true;
            assert_eq!(pair.within(BOUND_MS, &SendData::text(link, b"hello").into()), Ok(()));
            pair.until(pair.bench.now + 1000);
            // In one frame or in more: a damaged digit may have made the buffer small.
            let received = pair.servers[index].received.iter().flat_map(|(_, octets)| octets);
            assert!(received.eq(b"hello"), "{}", context());
            let records = pair.records.iter().inspect(|(from, _)| assert_eq!(*from, link.number()));
            assert!(records.flat_map(|(_, octets)| octets).eq(b"hello"), "{}", context());
        }
    }
}
