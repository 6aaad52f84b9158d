//! What is refused before anything goes over the line, and why.

use crate::Pair;
use wsat::at_syntax::StatementWriteError;
use wsat::host::{Command, Configure, Open, Refused, Request, SendData, Value};
use wsat::rfc6455::{Opcode, RequestError, SendError, UriError};
use wsat::{DataFormat, DataMask, Dialect, Level, LinkId, Quirks, TlsSettings};

const L0: LinkId = LinkId::L0;

/// What a host for this dialect says, and that it is as before.
#[track_caller]
fn refused(dialect: Dialect, request: &Request<'_>, why: Refused) {
    let mut pair = Pair::new(dialect, Quirks::DOCUMENTED, 1);
    pair.ok(&Request::Start);
    pair.to_module.log.clear();
    assert_eq!(pair.host.begin(pair.now(), request), Err(why), "{request:?}");
    assert!(!pair.host.is_busy());
    pair.until(pair.bench.now + 10_000);
    assert!(pair.to_module.log.is_empty());
    pair.ok(&Request::ListLinks);
}

#[test]
fn what_a_dialect_cannot_say() {
    let tls = TlsSettings::NONE.with_authority(0);
    let rows: [(Dialect, Request<'_>); 9] = [
        (Dialect::V3_1, Request::AddHeader(b"a: b")),
        (Dialect::V3_1, Request::ClearHeaders),
        (Dialect::V3_1, Request::ListHeaders),
        (Dialect::V3_1, Open::new(L0, b"ws://h").with_authorization(b"x").into()),
        (Dialect::V3_3, Configure::new(L0, 1, 1).with_tls(tls).into()),
        (Dialect::V4_1, SendData::text(L0, b"a").without_fin().into()),
        (Dialect::V4_1, Request::SetFormat(L0, DataFormat::DEFAULT)),
        (Dialect::V3_1, Request::SetFormat(L0, DataFormat::DEFAULT)),
        (Dialect::V3_1, Command::query(b"WSHEAD").into()),
    ];
    for (dialect, request) in rows {
        refused(dialect, &request, Refused::Dialect);
        // The latest one can say all of it.
        let mut pair = Pair::new(Dialect::V4_2, Quirks::DOCUMENTED, 1);
        assert_eq!(pair.host.begin(pair.now(), &request), Ok(()));
    }
}

#[test]
fn numbers_outside_their_ranges() {
    let open = Open::new(L0, b"ws://h");
    let rows: [(Dialect, Request<'_>, (u32, u32, u32)); 10] = [
        (Dialect::V3_1, Configure::new(L0, 0, 1).into(), (0, 1, 7200)),
        (Dialect::V3_1, Configure::new(L0, 7201, 1).into(), (7201, 1, 7200)),
        (Dialect::V3_1, Configure::new(L0, 1, 0).into(), (0, 1, 7200)),
        (Dialect::V3_1, Configure::new(L0, 1, 7201).into(), (7201, 1, 7200)),
        (Dialect::V3_1, Configure::new(L0, 1, 1).with_buffer(0).into(), (0, 1, 8192)),
        (Dialect::V4_1, Configure::new(L0, 1, 1).with_buffer(8193).into(), (8193, 1, 8192)),
        (Dialect::V3_1, open.with_timeout(180_001).into(), (180_001, 0, 180_000)),
        (Dialect::V4_1, SendData::streamed(L0, 8193).into(), (8193, 0, 8192)),
        (Dialect::V4_2, SendData::streamed(L0, 16_385).into(), (16_385, 0, 16_384)),
        (Dialect::V3_1, SendData::text(L0, b"").with_timeout(60_001).into(), (60_001, 0, 60_000)),
    ];
    for (dialect, request, (number, min, max)) in rows {
        refused(dialect, &request, Refused::OutOfRange { number, min, max });
    }
}

#[test]
fn what_no_opening_handshake_can_have() {
    let open = Open::new(L0, b"ws://h");
    let request = |open: Open<'static>, why| refused(Dialect::V4_2, &open.into(), why);
    request(Open::new(L0, b"http://h"), Refused::Uri(UriError::Scheme));
    request(open.with_protocol(b"a b"), Refused::Request(RequestError::Protocol));
    request(open.with_authorization(b"x\r\ny"), Refused::Request(RequestError::Authorization));
    let header = |header, why| refused(Dialect::V4_2, &Request::AddHeader(header), why);
    header(b"", Refused::Header);
    header(b"a: b\r\nc: d", Refused::Header);
    header(b"a", Refused::Request(RequestError::Headers));
    header(b"a: b\r", Refused::Request(RequestError::Headers));
    header(b"Host: b", Refused::Request(RequestError::ReservedHeader));
}

#[test]
fn what_cannot_be_sent() {
    let send = |send: SendData<'static>, why| {
        refused(Dialect::V4_2, &send.into(), Refused::Send(why));
    };
    let streamed = |len| SendData::streamed(L0, len);
    send(streamed(126).with_opcode(Opcode::Ping), SendError::Control);
    send(streamed(5).with_opcode(Opcode::Close).without_fin(), SendError::Control);
    send(streamed(1).with_opcode(Opcode::Close), SendError::CloseBody);
    send(streamed(5).with_opcode(Opcode::Reserved(3)).without_fin(), SendError::Unfragmentable);
}

// FMT-08: what the head of a record of level 1 or 2 says is an upper bound, and nothing shows where it ends.
#[test]
fn formats_that_cannot_be_read_back() {
    for (level, mask) in
        [(Level::Chunk, 47), (Level::Chunk, 15), (Level::Frame, 63), (Level::Message, 63)]
    {
        let format = DataFormat { level, mask: DataMask::from_bits_truncate(mask) };
        refused(Dialect::V4_2, &Request::SetFormat(L0, format), Refused::Unreadable);
    }
}

#[test]
fn what_is_no_statement_and_what_has_no_room() {
    let long = [b'x'; 300];
    let uri = [b"ws://h/", &long[..]].concat();
    let len = r#"AT+WSOPEN=0,"ws://h/""#.len() + 300 + 2;
    let too_long = Refused::Statement(StatementWriteError::TooLong { len });
    refused(Dialect::V3_1, &Open::new(L0, &uri).into(), too_long);
    let zero = [Value::String(b"a\0b")];
    let byte = Refused::Statement(StatementWriteError::Byte(0));
    refused(Dialect::V3_1, &Command::set(b"X", &zero).into(), byte);
    refused(
        Dialect::V3_1,
        &Command::execute(b"A B").into(),
        Refused::Statement(StatementWriteError::Name),
    );
    // The fixture's memory has 1024 bytes.
    let payload = [b'x'; 1009];
    refused(Dialect::V3_1, &SendData::text(L0, &payload).into(), Refused::Memory(1027));
    let mut pair = Pair::new(Dialect::V3_1, Quirks::DOCUMENTED, 1);
    assert_eq!(pair.host.begin(pair.now(), &SendData::text(L0, &payload[..1006]).into()), Ok(()));
}
