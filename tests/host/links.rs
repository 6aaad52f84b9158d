//! Three links: sending and receiving in every way, losses, and a mirror that is right.

use crate::Pair;
use wsat::host::{Config, Failure, LinkState, Open, Request, SendData};
use wsat::rfc6455::Opcode;
use wsat::{DataFormat, DataMask, Dialect, Level, LinkId, Quirks};

const DIALECTS: [Dialect; 4] = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2];
const PRESETS: [Quirks; 3] = [Quirks::DOCUMENTED, Quirks::FIRMWARE_3_2, Quirks::FIRMWARE_LATEST];

/// With all three links open.
fn open(dialect: Dialect, quirks: Quirks, seed: u64) -> Pair {
    let mut pair = Pair::new(dialect, quirks, seed);
    for link in LinkId::ALL {
        pair.ok(&Open::new(link, b"ws://peer/").into());
    }
    pair.agree();
    pair.told();
    pair
}

fn all() -> impl Iterator<Item = (Dialect, Quirks)> {
    DIALECTS.into_iter().flat_map(|dialect| PRESETS.map(|quirks| (dialect, quirks)))
}

#[test]
fn messages_of_every_size_on_every_link() {
    for (dialect, quirks) in all() {
        let mut pair = open(dialect, quirks, 2);
        for len in [0, 1, 2, 125, 126, 1000, 1024, 1025, 4000] {
            for link in LinkId::ALL {
                let octets = pair.octets(len);
                let sent = if len <= 1000 {
                    pair.within(20_000, &SendData::text(link, &octets).binary().into())
                } else {
                    pair.stream.clone_from(&octets);
                    pair.within(20_000, &SendData::streamed(link, len).binary().into())
                };
                assert_eq!(sent, Ok(()), "{dialect:?} {quirks:?} {len} {:?}", pair.told());
                pair.until(pair.bench.now + 10);
                let server = &mut pair.servers[usize::from(link.number())];
                let received: Vec<u8> =
                    server.received.drain(..).flat_map(|(_, payload)| payload).collect();
                assert_eq!(received, octets);
                let back: Vec<u8> = pair
                    .records
                    .drain(..)
                    .inspect(|(from, _)| assert_eq!(*from, link.number()))
                    .flat_map(|(_, octets)| octets)
                    .collect();
                assert_eq!(back, octets);
            }
        }
    }
}

#[test]
fn a_message_in_parts_with_a_ping_between() {
    let mut pair = open(Dialect::V4_2, Quirks::DOCUMENTED, 3);
    pair.servers[1].echoes = false;
    let link = LinkId::L1;
    pair.ok(&SendData::text(link, b"one ").without_fin().into());
    pair.ok(&SendData::text(link, b"?").with_opcode(Opcode::Ping).into());
    pair.ok(&SendData::text(link, b"two ").continuation().without_fin().into());
    pair.ok(&SendData::text(link, b"").continuation().into());
    let received = [(0x01, b"one ".to_vec()), (0x00, b"two ".to_vec()), (0x80, Vec::new())];
    assert_eq!(pair.servers[1].received, received);
    // Nothing is begun any more: the module refuses, and the links are as they were.
    let failed = pair.within(2000, &SendData::text(link, b"x").continuation().into());
    assert_eq!(failed, Err(Failure::Error(None)));
    pair.until(pair.bench.now + 1000);
    pair.agree();
    assert_eq!(pair.told().len(), 5);
}

#[test]
fn records_of_every_readable_format_from_three_links() {
    let formats = (1..64_u8).flat_map(|mask| {
        let mask = DataMask::from_bits_truncate(mask);
        [Level::Chunk, Level::Frame].map(|level| DataFormat { level, mask })
    });
    for (i, format) in formats.enumerate() {
        let mut pair = open(Dialect::V4_2, Quirks::DOCUMENTED, i as u64);
        let request = Request::SetFormat(LinkId::L1, format);
        if pair.host.begin(pair.now(), &request).is_err() {
            continue;
        }
        assert_eq!(pair.end_within(2000), Ok(()));
        let mut expected = [Vec::new(), Vec::new(), Vec::new()];
        // Interleaved, with a send in the middle of it.
        for round in 0..6 {
            for (link, expected) in expected.iter_mut().enumerate() {
                let len = [0, 7, 1024, 1500, 300, 2][(round + link) % 6];
                let octets = pair.octets(len);
                pair.server_sends(link, 0x82, &octets);
                expected.extend(octets);
            }
            if round == 3 {
                pair.servers[1].echoes = false;
                pair.ok(&SendData::text(LinkId::L1, b"hi").into());
            }
        }
        pair.until(pair.bench.now + 100);
        for (link, expected) in expected.iter().enumerate() {
            let of_link = pair.records.iter().filter(|(from, _)| usize::from(*from) == link);
            let got: Vec<u8> = of_link.flat_map(|(_, octets)| octets.clone()).collect();
            assert_eq!(got, *expected, "link {link}, {format:?}: {:?}", pair.told());
        }
        assert_eq!(pair.told(), ["Finished(Ok(()))", "Finished(Ok(()))"]);
    }
}

#[test]
fn a_loss_a_return_and_the_end() {
    for (dialect, quirks) in all() {
        let mut pair = open(dialect, quirks, 4);
        pair.bench.eof(0);
        pair.until(pair.bench.now + 100);
        assert_eq!(pair.told(), ["Disconnected(L0)"]);
        assert_eq!(pair.host.link_state(LinkId::L0), LinkState::Reconnecting);
        pair.agree();
        pair.until(pair.bench.now + 16_000);
        assert_eq!(pair.told(), ["Connected(L0)"]);
        pair.agree();
        // The server closes.
        pair.server_sends(1, 0x88, b"\x03\xe8");
        pair.until(pair.bench.now + 2000);
        assert_eq!(pair.told(), ["Closed(L1)"]);
        pair.agree();
        // So does the host.
        pair.ok(&Request::Close(LinkId::L2));
        pair.ok(&SendData::text(LinkId::L0, b"\x03\xe8").with_opcode(Opcode::Close).into());
        pair.until(pair.bench.now + 12_000);
        assert_eq!(pair.told(), ["Finished(Ok(()))", "Finished(Ok(()))", "Closed(L0)"]);
        pair.agree();
        assert_eq!(pair.bench.device.link_state(0), None);
    }
}

#[test]
fn openings_that_fail() {
    for (dialect, quirks) in all() {
        let mut pair = Pair::new(dialect, quirks, 5);
        pair.servers[0].refuses = true;
        pair.servers[1].silent = true;
        let failed = Err(Failure::Error(None));
        // Its own time, the 5 seconds of some firmware, and the answer's.
        assert_eq!(pair.within(8000, &Open::new(LinkId::L0, b"ws://h").into()), failed);
        let open = Open::new(LinkId::L1, b"ws://h").with_timeout(1000);
        assert_eq!(pair.within(8000, &open.into()), failed);
        pair.ok(&Open::new(LinkId::L2, b"ws://h").into());
        // In use.
        assert_eq!(pair.within(2000, &Open::new(LinkId::L2, b"ws://h").into()), failed);
        pair.until(pair.bench.now + 1000);
        pair.agree();
        assert_eq!(pair.host.link_state(LinkId::L2), LinkState::Open);
        assert!(!pair.told().iter().any(|told| told.starts_with("Corrected")));
    }
}

#[test]
fn a_link_that_is_not_connected_takes_no_payload() {
    for (dialect, quirks) in all() {
        let mut pair = open(dialect, quirks, 6);
        pair.bench.eof(0);
        pair.ok(&Request::Close(LinkId::L1));
        for link in [LinkId::L0, LinkId::L1] {
            let failed = pair.within(3000, &SendData::text(link, b"AT+RST\r\nAT+RST\r\n").into());
            assert_eq!(failed, Err(Failure::Error(None)), "{dialect:?} {quirks:?} {link:?}");
        }
        pair.until(pair.bench.now + 1000);
        assert!(pair.commands.is_empty());
        pair.agree();
    }
}

#[test]
fn a_host_that_starts_anew_finds_its_links() {
    let mut pair = open(Dialect::V4_2, Quirks::DOCUMENTED, 7);
    pair.ok(&Request::Close(LinkId::L1));
    // Whatever format was set before is not known to the new one.
    let format = DataFormat { level: Level::Frame, mask: DataMask::all() };
    pair.ok(&Request::SetFormat(LinkId::L0, format));
    // The microcontroller was reset in the middle of a payload.
    pair.stream = vec![b'x'; 100];
    pair.stream_piece = Some(40);
    pair.host.begin(pair.now(), &SendData::streamed(LinkId::L0, 100).into()).unwrap();
    while !pair.to_module.log.ends_with(b"xxx") {
        pair.step();
    }
    pair.restart_host(Config::new(Dialect::V4_2));
    assert_eq!(pair.within(20_000, &Request::Start), Ok(()));
    pair.agree();
    let told = pair.told();
    let corrected = |link| format!("Corrected {{ link: {link}, state: Open }}");
    assert!(told.contains(&corrected("L0")) && told.contains(&corrected("L2")), "{told:?}");
    pair.records.clear();
    pair.server_sends(0, 0x81, b"hello");
    pair.until(pair.bench.now + 10);
    assert_eq!(pair.records, [(0, b"hello".to_vec())]);
}
