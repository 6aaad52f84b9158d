//! Three links: sending and receiving in every way, losses, and a mirror that is right.

use crate::Pair;
use rand::RngExt;
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

/// What a record's head has to say of these octets of a frame.
fn head_of(mask: DataMask, first: u8, frame: usize, offset: usize, len: usize) -> String {
    let number = |bit, number: usize| mask.contains(bit).then(|| u32::try_from(number).unwrap());
    let opcode = mask.contains(DataMask::OPCODE).then(|| Opcode::from_bits(first));
    let fin = mask.contains(DataMask::FIN).then_some(first & 0x80 != 0);
    let (payload_len, payload_offset) =
        (number(DataMask::PAYLOAD_LEN, frame), number(DataMask::PAYLOAD_OFFSET, offset));
    let data_len = number(DataMask::DATA_LEN, len);
    format!("{len} {opcode:?} {fin:?} {payload_len:?} {payload_offset:?} {data_len:?}")
}

// AT+WSDATAFMT, level 0: each chunk of at most 1024 octets is a record.
#[test]
fn records_of_every_readable_format_from_three_links() {
    let mut readable = 0;
    for mask in (1..64_u8).filter(|mask| mask & 16 != 0) {
        let mask = DataMask::from_bits_truncate(mask);
        let quirks = PRESETS[usize::from(mask.bits()) % 3];
        // Each read of the transport is a chunk of its own there.
        let quirks = quirks - Quirks::CHUNK_PER_READ;
        let mut pair = open(Dialect::V4_2, quirks, mask.bits().into());
        let format = DataFormat { level: Level::Chunk, mask };
        pair.ok(&Request::SetFormat(LinkId::L1, format));
        readable += 1;
        let mut expected = [const { Vec::new() }; 3];
        for round in 0..6 {
            // A send that goes on while the servers send: data comes before, inside and behind it.
            pair.servers[1].echoes = false;
            pair.stream = vec![b'x'; 300];
            pair.host.begin(pair.now(), &SendData::streamed(LinkId::L1, 300).into()).unwrap();
            for (link, expected) in expected.iter_mut().enumerate() {
                let len = [0, 7, 1024, 1500, 300, 2][(round + link) % 6];
                // Text in two frames, or binary in one.
                let first = [0x82, 0x02, 0x80][round % 3];
                let octets = pair.octets(len);
                for _ in 0..pair.rng.random_range(0..30) {
                    pair.step();
                }
                pair.server_sends(link, first, &octets);
                let mask = if link == 1 { mask } else { DataFormat::DEFAULT.mask };
                let mut chunks: Vec<_> = octets.chunks(1024).collect();
                if octets.is_empty() {
                    chunks.push(&[]);
                }
                for (i, chunk) in chunks.into_iter().enumerate() {
                    let head = head_of(mask, first, len, i * 1024, chunk.len());
                    expected.push((head, chunk.to_vec()));
                }
            }
            assert_eq!(pair.end_within(2000), Ok(()));
            pair.until(pair.bench.now + 10);
        }
        for (link, expected) in expected.iter().enumerate() {
            let of_link = pair.heads.iter().zip(&pair.records);
            let got: Vec<_> = of_link
                .filter(|(_, (from, _))| usize::from(*from) == link)
                .map(|(head, (_, octets))| (head.clone(), octets.clone()))
                .collect();
            assert_eq!(got, *expected, "link {link}, {mask:?}");
        }
        assert!(pair.told().iter().all(|told| told == "Finished(Ok(()))"));
    }
    assert_eq!(readable, 32);
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
    let format = DataFormat { level: Level::Chunk, mask: DataMask::all() };
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
