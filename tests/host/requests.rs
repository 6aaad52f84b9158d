//! What each request makes the module do.

use crate::Pair;
use wsat::host::{Command, Configure, Join, Open, Request, SendData, Value};
use wsat::rfc6455::Opcode;
use wsat::{DataFormat, DataMask, Dialect, Level, LinkId, Quirks, TlsSettings};

const L0: LinkId = LinkId::L0;

fn pair(dialect: Dialect) -> Pair {
    Pair::new(dialect, Quirks::DOCUMENTED, 1)
}

#[test]
fn from_power_on_to_a_message() {
    let mut pair = pair(Dialect::V3_1);
    pair.ok(&Request::Station);
    pair.ok(&Join::new(b"my network", b"it's, \"secret\"").into());
    pair.ok(&Open::new(L0, b"ws://peer/").into());
    pair.ok(&SendData::text(L0, b"Hello").into());
    pair.until(100);
    assert_eq!(pair.servers[0].received, [(0x81, b"Hello".to_vec())]);
    assert_eq!(pair.records, [(0, b"Hello".to_vec())]);
    assert_eq!(pair.commands, ["+CWMODE", "+CWJAP"]);
    pair.agree();
    assert_eq!(
        pair.told(),
        [
            "Ready",
            "Finished(Ok(()))",
            "Report(WIFI CONNECTED)",
            "Report(WIFI GOT IP)",
            "Finished(Ok(()))",
            "Connected(L0)",
            "Finished(Ok(()))",
            "Finished(Ok(()))",
        ]
    );
    pair.ok(&Request::Close(L0));
    pair.agree();
}

#[test]
fn statements_of_every_request() {
    let certificate = TlsSettings::NONE.with_certificate(3);
    let authority = TlsSettings::NONE.with_authority(1);
    let format = DataFormat { level: Level::Chunk, mask: DataMask::all() };
    let clock = [Value::Integer(1), Value::Omitted, Value::String(b"a,b")];
    let rows: [(Request<'_>, &str); 22] = [
        (Configure::new(L0, 30, 60).into(), "AT+WSCFG=0,30,60"),
        (Configure::new(LinkId::L2, 1, 7200).with_buffer(16_384).into(), "AT+WSCFG=2,1,7200,16384"),
        // Both numbers are required with any mode but 0, and the buffer's field may not be empty.
        (Configure::new(L0, 1, 1).with_tls(certificate).into(), "AT+WSCFG=0,1,1,1024,1,3,0"),
        (Configure::new(L0, 1, 1).with_tls(authority).into(), "AT+WSCFG=0,1,1,1024,2,0,1"),
        (
            Configure::new(L0, 1, 1).with_buffer(9).with_tls(certificate.with_authority(4)).into(),
            "AT+WSCFG=0,1,1,9,3,3,4",
        ),
        (Request::AddHeader(b"X-A: b"), "AT+WSHEAD=6"),
        (Request::ClearHeaders, "AT+WSHEAD=0"),
        (Request::ListHeaders, "AT+WSHEAD?"),
        (Request::ListLinks, "AT+WSOPEN?"),
        (Open::new(L0, b"ws://h/?a,b").into(), r#"AT+WSOPEN=0,"ws://h/?a\,b""#),
        (Open::new(L0, b"ws://h").with_protocol(b"a,b").into(), r#"AT+WSOPEN=0,"ws://h","a\,b""#),
        (Open::new(L0, b"ws://h").with_timeout(5).into(), r#"AT+WSOPEN=0,"ws://h","",5"#),
        (
            Open::new(L0, b"ws://h").with_authorization(b"Bearer x").into(),
            r#"AT+WSOPEN=0,"ws://h","",15000,"Bearer x""#,
        ),
        (SendData::streamed(L0, 16_384).into(), "AT+WSSEND=0,16384"),
        (SendData::streamed(L0, 7).binary().into(), "AT+WSSEND=0,7,2"),
        (SendData::streamed(L0, 7).with_timeout(0).into(), "AT+WSSEND=0,7,1,0"),
        (SendData::streamed(L0, 7).without_fin().into(), "AT+WSSEND=0,7,1,10000,0"),
        (SendData::streamed(L0, 0).with_opcode(Opcode::Ping).into(), "AT+WSSEND=0,0,9"),
        (Request::SetFormat(L0, format), "AT+WSDATAFMT=0,0,63"),
        (Request::Close(LinkId::L1), "AT+WSCLOSE=1"),
        (Command::set(b"X", &clock).into(), r#"AT+X=1,,"a\,b""#),
        (Command::test(b"X").into(), "AT+X=?"),
    ];
    for (request, expected) in rows {
        let mut pair = pair(Dialect::V4_2);
        pair.ok(&Request::Start);
        pair.to_module.log.clear();
        // Each of them goes out; how it ends is another matter.
        pair.stream_piece = None;
        pair.servers[0].silent = true;
        pair.host.begin(pair.now(), &request).unwrap();
        pair.turn();
        let log = String::from_utf8(pair.to_module.log).unwrap();
        let line = log.lines().next().unwrap();
        assert_eq!(line, expected, "{request:?}");
    }
}
