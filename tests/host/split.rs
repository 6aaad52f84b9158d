//! Split invariance: however the line is cut in both directions, the same goes over it and the same is told.

use crate::Pair;
use wsat::host::{Command, Config, Event, Open, Request, SendData};
use wsat::{DataFormat, DataMask, Dialect, Instant, Level, LinkId, Quirks};

/// A session with everything in it, its line cut by this seed.
fn session(
    dialect: Dialect,
    quirks: Quirks,
    seed: u64,
) -> (Vec<u8>, Vec<u8>, Vec<String>, Vec<Vec<u8>>) {
    let mut pair = Pair::new(dialect, quirks, seed);
    let open = |link| Open::new(link, b"ws://h/?a,b").with_protocol(b"x,y");
    let gmr = Command::execute(b"GMR").with_lines(&[b""]);
    let fail = Command::execute(b"CWFAIL").with_lines(&[b"CWJAP"]);
    pair.stream = (0..2000_u16).map(|n| n.to_le_bytes()[0]).collect();
    let format = DataFormat { level: Level::Chunk, mask: DataMask::all() };
    let requests: [Request<'_>; 11] = [
        gmr.into(),
        open(LinkId::L0).into(),
        open(LinkId::L1).into(),
        Request::SetFormat(LinkId::L0, format),
        SendData::text(LinkId::L0, b"\r\nOK\r\n\r\n>+WS_CLOSED:0\r\n").into(),
        SendData::streamed(LinkId::L1, 2000).binary().into(),
        Request::ListLinks,
        fail.into(),
        SendData::text(LinkId::L2, b"nobody").into(),
        Request::Restart,
        open(LinkId::L2).into(),
    ];
    for request in requests {
        if pair.host.begin(pair.now(), &request).is_ok() {
            _ = pair.end_within(10_000);
            pair.finished = None;
            pair.until(pair.bench.now + 100);
        }
    }
    let records = (0..3).map(|link| {
        let of_link = pair.records.iter().filter(|(from, _)| *from == link);
        of_link.flat_map(|(_, octets)| octets.clone()).collect()
    });
    let records = records.collect();
    (pair.to_module.log, pair.to_host.log, pair.events, records)
}

#[test]
fn any_cut_of_the_line() {
    for (dialect, quirks) in [
        (Dialect::V3_1, Quirks::DOCUMENTED),
        (Dialect::V4_2, Quirks::DOCUMENTED),
        (Dialect::V4_2, Quirks::FIRMWARE_LATEST),
    ] {
        let expected = session(dialect, quirks, 0);
        assert!(expected.2.len() > 15, "{:?}", expected.2);
        for seed in 1..100 {
            assert_eq!(session(dialect, quirks, seed), expected, "{dialect:?} {quirks:?} {seed}");
        }
    }
}

/// All events of these bytes, fed in pieces of this size to a host whose request runs; data is joined.
fn events(bytes: &[u8], size: usize) -> Vec<String> {
    let mut script = crate::script::Script::in_step(Config::new(Dialect::V3_1));
    script.begin(&SendData::text(LinkId::L0, b"ab").into());
    let mut told = Vec::new();
    let mut data = Vec::new();
    for piece in bytes.chunks(size) {
        let mut rest = piece;
        loop {
            let (taken, event) = script.host.feed(Instant::from_millis(60), rest);
            rest = &rest[taken..];
            match event {
                Some(Event::Data(piece)) => {
                    data.extend_from_slice(piece.octets);
                    if piece.last {
                        told.push(format!("{:?} {}", piece.link, data.escape_ascii()));
                        data.clear();
                    }
                }
                Some(event) => told.push(wsat_testkit::pair::shown(&event)),
                None if rest.is_empty() => break,
                None => {}
            }
        }
    }
    told
}

#[test]
fn any_cut_of_what_the_module_prints() {
    let bytes = b"AT+WSS+WS_DATA:1,6,\r\nOK\r\nEND=0,2\r\n+WS_DISCONNECTED:0\r\nWIFI GOT IP\r\n\r\nOK\r\n\r\n>\
        +WS_DATA:2,0,\r\nERR CODE:0x010b0000\r\n\r\nbusy p...\r\n+WS_CLOSED:7\r\n\r\nready\r\n+WS_DATA:0,x,\r\n\
        \r\nOK\r\n";
    let whole = events(bytes, bytes.len());
    assert!(whole.len() > 7, "{whole:?}");
    for size in 1..bytes.len() {
        assert_eq!(events(bytes, size), whole, "{size}");
    }
}
