//! Writes the seeds of the fuzz targets: `cargo run -p wsat-testkit --example seeds`.
//!
//! Each is one small case that a random search would take long to find, under a name that says what it is.

use std::{fs, path::Path};
use wsat_testkit::{frames::RawFrame, input::body_of};

struct Seeds<'p> {
    root: &'p Path,
    count: usize,
}

impl Seeds<'_> {
    fn write(&mut self, target: &str, name: &str, head: &[u8], body: &[u8]) {
        let folder = self.root.join(target);
        fs::create_dir_all(&folder).expect("the folder of a target");
        let file = [head, &[0xFF], body].concat();
        fs::write(folder.join(name), file).expect("a seed");
        self.count += 1;
    }

    fn fields<F: AsRef<[u8]>>(&mut self, target: &str, name: &str, head: &[u8], fields: &[F]) {
        self.write(target, name, head, &body_of(fields));
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut seeds = Seeds { root: &root, count: 0 };
    lines(&mut seeds);
    frames(&mut seeds);
    handshakes(&mut seeds);
    devices(&mut seeds);
    hosts(&mut seeds);
    println!("{} seeds in {}", seeds.count, root.display());
}

fn lines(seeds: &mut Seeds<'_>) {
    let target = "at_lines";
    seeds.write(
        target,
        "every-form",
        b"\0\0\0\x03",
        b"AT\r\nATE0\r\nAT+X\r\nAT+X?\r\nAT+X=?\r\nAT+X=1,\"a\"\r\n",
    );
    seeds.write(target, "too-long", b"\0\x08\0\x01", b"AT+WSOPEN?\r\nAT\r\n123456\r\n1234567\r\n");
    seeds.write(target, "discarded", b"\0\0\0\x02", b"AT+X\0AT\r\n\0\0\r\0\nAT\r\n");
    seeds.write(target, "lone-ends", b"\0\0\0", b"A\rT\nAT\r\r\n\n\r\n");
    seeds.write(target, "ends-with-lf", b"\x01\0\x01", b"AT\nAT+GMR\r\n");
    seeds.write(target, "ends-with-zero", b"\x02\0\x01", b"AT\0AT+GMR\0");
    seeds.write(
        target,
        "echo-switches",
        b"\0\x0a\x02\x05",
        b"ATE1\r\nATE0\r\nAT+X=12345678\r\nAT\r\n",
    );

    let target = "at_params";
    seeds.fields(target, "open", b"\x05", &[&br#"0,"ws://h/?a=1\,2","x\\y\"",5000"#[..]]);
    seeds.fields(
        target,
        "numbers",
        b"",
        &[&b"0x1F,-0,007,-2147483648,4294967295,4294967296,0x,+1"[..]],
    );
    seeds.fields(target, "left-out", b"", &[&b",,\"\",,"[..]]);
    seeds.fields(target, "sixteen", b"", &[&b"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"[..]]);
    seeds.fields(target, "broken-strings", b"", &[&br#""a"b","a\","\","a,b","\\"#[..]]);
    seeds.fields(
        target,
        "written",
        b"\x01",
        &[&b""[..], b"a,b", b"\r\n", b"\\\"", b"\r", b"\n\xff"],
    );

    let target = "at_responses";
    seeds.fields(
        target,
        "echo-and-ok",
        b"\0\x01\x03",
        &[&b"AT+GMR\r\n"[..], b"AT+GMR\r\nversion\r\n\r\nOK\r\n"],
    );
    seeds.fields(
        target,
        "record-inside-echo",
        b"\0\x01\x01",
        &[
            &b"AT+WSSEND=0,2\r\n"[..],
            b"AT+WS+WS_DATA:0,6,\r\nOK\r\n\r\nSEND=0,2\r\n\r\nOK\r\n\r\n>",
        ],
    );
    seeds.fields(
        target,
        "every-report",
        b"\0\0\x07",
        &[&b""[..], b"+WS_CONNECTED:0\r\n+WS_DISCONNECTED:1\r\nWIFI GOT IP\r\n0,CONNECT\r\n+IPD,0,4:abcd+MQTTSUBRECV:0,\"a,b\",3,xyz\r\n\r\nready\r\n"],
    );
    seeds.fields(
        target,
        "other-formats",
        b"\0\0\x02",
        &[&b""[..], b"+WS_DATA:2,1,1,5,0,5,Hello+WS_DATA:2,0,1,0,0,0,+WS_DATA:0,3,abc\r\n"],
    );
    seeds.fields(
        target,
        "damaged",
        b"\0\x01",
        &[
            &b"AT\r\n"[..],
            b"A\r\nOK\r\n+WS_DATA:0,x,\r\n+WS_DATA:0,2,abc\r\n\r\nERROR\r\n+WS_DATA:0,99,a",
        ],
    );
    seeds.fields(
        target,
        "codes-and-busy",
        b"\0\x02",
        &[&b"AT\r\n"[..], b"ERR CODE:0x010b0000\r\n\r\nbusy p...\r\nAT\r\nERR CODE:0x01090000\r\n\r\nERROR\r\nbusy s...\r\n\r\nSEND FAIL\r\n> "],
    );
}

fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    // RFC 6455 5.7 has this key.
    let key = Some([0x37, 0xfa, 0x21, 0x3d]);
    RawFrame { first, key, is_minimal: true, payload: payload.to_vec() }.to_bytes()
}

fn plain(first: u8, payload: &[u8]) -> Vec<u8> {
    RawFrame { first, key: None, is_minimal: true, payload: payload.to_vec() }.to_bytes()
}

fn frames(seeds: &mut Seeds<'_>) {
    type Stream = Vec<(u8, &'static [u8])>;
    // RFC 6455 5.7 and its neighbourhood.
    let long = &[b'x'; 300];
    let streams: [(&str, Stream); 10] = [
        ("hello", vec![(0x81, b"Hello")]),
        ("fragments", vec![(0x01, b"Hel"), (0x89, b"ping"), (0x80, b"lo")]),
        ("binary-300", vec![(0x82, long), (0x8A, b"")]),
        ("empty-parts", vec![(0x02, b""), (0x00, b""), (0x80, b"")]),
        ("split-character", vec![(0x01, b"\xe2\x82"), (0x80, b"\xac")]),
        ("bad-utf8", vec![(0x81, b"\xed\xa0\x80")]),
        ("close", vec![(0x88, b"\x03\xe8bye"), (0x81, b"late")]),
        ("close-empty", vec![(0x89, b"a"), (0x88, b"")]),
        ("close-1005", vec![(0x88, b"\x03\xed")]),
        ("reserved", vec![(0xC1, b"a")]),
    ];
    for (name, stream) in &streams {
        let of = |frame: fn(u8, &[u8]) -> Vec<u8>| -> Vec<u8> {
            stream.iter().flat_map(|(first, payload)| frame(*first, payload)).collect()
        };
        for target in ["ws_decoder", "differential"] {
            seeds.write(target, &format!("server-{name}"), b"\0\x03\x01", &of(masked));
            seeds.write(target, &format!("client-{name}"), b"\x01\x05", &of(plain));
        }
        let (receives, sends) = (b"\0\x20\0\0\0\x02", b"\x01\x01\x40\x10\x01\x07");
        seeds.write("ws_messages", &format!("server-{name}"), receives, &of(masked));
        seeds.write("ws_messages", &format!("client-{name}"), sends, &of(plain));
    }
    let not_minimal = b"\x81\x7e\x00\x05Hello";
    seeds.write("ws_decoder", "client-not-minimal", b"\x01", not_minimal);
    seeds.write("differential", "client-not-minimal", b"\x01", not_minimal);
    seeds.write("ws_messages", "client-limits", b"\x05\x20\0\0\0", &plain(0x82, &[0; 101]));
    seeds.write("ws_messages", "server-sends-reserved", b"\0\x0b\x03\x10", &masked(0x89, b"a"));
}

fn handshakes(seeds: &mut Seeds<'_>) {
    let target = "uri";
    for (name, uri) in [
        ("plain", "ws://server.example.com/chat"),
        ("everything", "wss://user:pa%20ss@example.org:8443/a;b/%20?x=1?y#z"),
        ("ipv6", "ws://[2001:db8::192.168.1.2]:81"),
        ("empty-port", "WSS://a:/"),
        ("utf8-path", "ws://a/\u{e4}?\u{20ac}"),
        ("bad-port", "ws://a:65536"),
        ("bad-host", "ws://[::1"),
    ] {
        seeds.write(target, name, b"\x09", uri.as_bytes());
    }

    let accepts = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    let target = "ws_handshake_client";
    for (name, head, offered, answer) in [
        ("accepts", "\0\0\0\x05", "", format!("{accepts}\r\n\u{1}")),
        (
            "protocol",
            "\0\0\0",
            "chat, soap",
            format!("{accepts}Sec-WebSocket-Protocol: soap\r\n\r\n"),
        ),
        ("interim", "\0\0\0", "", format!("HTTP/1.1 100 Continue\r\nA: b\r\n\r\n{accepts}\r\n")),
        (
            "redirect",
            "\0\0\0\x02",
            "",
            "HTTP/1.1 302 Found\r\nLocation: ws://b/\r\n\r\nbody".into(),
        ),
        (
            "versions",
            "\0\0\0",
            "",
            "HTTP/1.0 426 x\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Version: 13\r\n\r\n"
                .into(),
        ),
        (
            "only-accept",
            "\x01\0\0",
            "",
            "HTTP/1.1 200 OK\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n".into(),
        ),
        ("long-line", "\0\x01\0", "", format!("{accepts}X: {}\r\n\r\n", "y".repeat(80))),
        ("extension", "\0\0\0", "", format!("{accepts}Sec-WebSocket-Extensions: a\r\n\r\n")),
        ("bare-lf", "\0\0\0", "", "HTTP/1.1 101 x\nUpgrade: websocket\n\n".into()),
    ] {
        seeds.fields(target, name, head.as_bytes(), &[offered.as_bytes(), answer.as_bytes()]);
    }

    let asks = "GET /chat?a=b HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
        Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n";
    let target = "ws_handshake_server";
    let room = "@@@@@\0\0";
    for (name, head, request) in [
        ("plain", format!("{room}\x04"), format!("{asks}\r\n\u{1}")),
        (
            "protocols",
            room.into(),
            format!("{asks}Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c\r\n\r\n"),
        ),
        (
            "cookies",
            room.into(),
            format!("{asks}Origin: http://a\r\nCookie: a=b\r\ncookie: c\r\n\r\n"),
        ),
        (
            "small-memory",
            "\x02\x02\x02\x02\x02\0\0".into(),
            format!("{asks}Sec-WebSocket-Protocol: a, b\r\n\r\n"),
        ),
        ("absolute", room.into(), asks.replace("/chat", "http://u:8/chat") + "\r\n"),
        ("bad-key", room.into(), asks.replace("ZQ==", "ZR==") + "\r\n"),
        ("post", room.into(), asks.replace("GET", "POST") + "\r\n"),
        ("body", room.into(), format!("{asks}Content-Length: 4\r\n\r\nabcd")),
        ("long-line", "@@@@@\x01\0".into(), asks.to_owned() + "X: " + &"y".repeat(80) + "\r\n\r\n"),
    ] {
        seeds.write(target, name, head.as_bytes(), request.as_bytes());
    }

    let target = "ws_handshake";
    for (name, head, fields) in [
        ("plain", "\0\0\x07", ["ws://h/", "", "", "", ""]),
        (
            "protocols",
            "\x02\0",
            ["wss://u:p@[::1]:8/a?b", "chat, soap", "Origin: http://a\r\n", "Date: x\r\n", ""],
        ),
        ("refusal", "\0\x04", ["ws://h", "", "X-A: b\r\n", "Location: /b\r\n", "See Other"]),
        ("utf8", "\0\0\x01", ["ws://h/\u{e4}", "a", "X: \u{e4}\r\n", "", ""]),
    ] {
        seeds.fields(target, name, head.as_bytes(), &fields);
    }
}

fn devices(seeds: &mut Seeds<'_>) {
    let open = "hAT+WSOPEN=0,\"ws://h\"\r\n";
    let sessions: [(&str, &[u8; 4], Vec<&[u8]>); 12] = [
        (
            "send-and-receive",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"hAT+WSSEND=0,5\r\n",
                b"hHello",
                b"f0\x81Hello",
                b"f0\x02abc",
                b"f0\x80def",
            ],
        ),
        (
            "early-data-and-ping",
            b"\0\0\0\0",
            vec![open.as_bytes(), b"c0\x81\x06early!\x89\x01p", b"f0\x89\x01p", b"hAT+WSOPEN?\r\n"],
        ),
        (
            "lost-and-back",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"e0",
                b"t10000",
                b"c0",
                b"e0",
                b"z0",
                b"hAT+WSCLOSE=0\r\n",
            ],
        ),
        (
            "closed-by-peer",
            b"\0\0\0\0",
            vec![open.as_bytes(), b"c0", b"f0\x88\x03\xe8bye", b"t2000", b"hAT+WSOPEN?\r\n"],
        ),
        (
            "closed-by-host",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"hAT+WSSEND=0,2,8\r\n\x03\xe8",
                b"hAT+WSCLOSE=0\r\n",
                b"t6000",
            ],
        ),
        (
            "busy",
            b"\0\0\0\0",
            vec![open.as_bytes(), b"hAT\r\nAT\r\n", b"t16000", b"hAT+GMR\r\n", b"hAT\r\n", b"a"],
        ),
        (
            "serial-stands-still",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"s",
                b"f0\x82abcdefghij",
                b"f0\x89x",
                b"e0",
                b"hATE0\r\n",
                b"t20000",
                b"S",
            ],
        ),
        (
            "no-room",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"r03",
                b"hAT+WSSEND=0,6,1,900\r\nuvwxyz\r\n",
                b"t1000",
                b"r0",
            ],
        ),
        (
            "formats",
            b"\x03\0\0\0",
            vec![
                b"hAT+WSDATAFMT=0,1,63\r\n",
                b"hAT+WSDATAFMT=1,2,20\r\n",
                open.as_bytes(),
                b"c0",
                b"hAT+WSOPEN=1,\"ws://i\",\"a\\,b\",5000,\"x y\"\r\n",
                b"c1",
                b"f0\x01abc",
                b"f0\x80",
                b"f1\x02abc",
                b"t5000",
                b"f1\x80def",
            ],
        ),
        (
            "headers-and-logs",
            b"\x03\0\0\0",
            vec![
                b"hAT+WSHEAD=4\r\nX: 1",
                b"hAT+WSHEAD?\r\nAT+SYSLOG=1\r\nAT+CMD?\r\n",
                b"hAT+WSCFG=0,2,3,4,3,1,2\r\nAT+NO\r\nAT+WSSEND=0\r\n",
                b"hAT+WSOPEN=0,\"wss://u:p@h:8/a?b\"\r\n",
                b"x0",
            ],
        ),
        (
            "firmware-3.2",
            b"\0\xfb\xef\x01",
            vec![
                open.as_bytes(),
                b"c0",
                b"f0\x81ab",
                b"hAT+WSSEND=0,0\r\nx",
                b"f0\x88",
                b"hAT+WSOPEN=0,\"ws://h\",,900\r\n",
                b"t10000",
                b"R",
            ],
        ),
        (
            "keep-alive",
            b"\x0c\0\0\0",
            vec![
                b"hAT+WSCFG=0,1,2,3\r\n",
                open.as_bytes(),
                b"c0",
                b"t1000",
                b"f0\x8a",
                b"t2500",
                b"t4000",
                b"hAT+WSSEND=0,3\r\n\xff\xff\xff",
                b"hAT+WSSEND=0,9\r\nab",
                b"t3000",
                b"A",
            ],
        ),
    ];
    for (name, config, fields) in &sessions {
        let head = [&config[..], b"\0\0"].concat();
        seeds.fields("device", name, &head, fields);
        let turns = b"\x20\xf9\x02\x03\xf9\x04\x07\x05";
        seeds.fields(
            "device",
            &format!("{name}-out-of-turn"),
            &[&head[..], turns].concat(),
            fields,
        );
        seeds.fields("device_split", name, &[&config[..], b"\x05\x03\x01\x07"].concat(), fields);
    }
}

fn hosts(seeds: &mut Seeds<'_>) {
    let in_step: [&[u8]; 6] = [b"b", b"k", b"t60", b"k", b"k", b"k"];
    let sessions: [(&str, &[u8], Vec<&[u8]>); 9] = [
        (
            "opens-and-sends",
            b"\0\x03",
            vec![b"O0ws://h p,q", b"k+WS_CONNECTED:0\r\n", b"S05", b">", b"o"],
        ),
        (
            "streams",
            b"\0\x07",
            vec![b"P0700", b">", b"m+WS_DATA:0,3,a", b"mbc\r\n", b"o", b"P19", b"e"],
        ),
        (
            "data-in-formats",
            b"\x03\x02",
            vec![b"F063", b"k", b"m+WS_DATA:0,1,1,5,0,5,Hello\r\n", b"m+WS_DATA:1,2,hi\r\n"],
        ),
        (
            "reports",
            b"\0\x01",
            vec![
                b"m+WS_CONNECTED:1\r\n+WS_DISCONNECTED:1\r\n+WS_CLOSED:1\r\nWIFI GOT IP\r\n",
                b"L",
                b"k+WSOPEN:2,3,\"ws://i\"\r\n",
            ],
        ),
        (
            "busy-and-refused",
            b"\0",
            vec![b"w", b"mERR CODE:0x010b0000\r\n\r\nbusy p...\r\n", b"d", b"d", b"k", b"C0", b"e"],
        ),
        ("silent", b"\0", vec![b"S0100", b"d", b"d", b"d", b"t5000", b"L"]),
        (
            "reboots",
            b"\0",
            vec![b"O0ws://h", b"m\r\nready\r\n", b"d", b"k", b"r", b"k", b"m\r\nready\r\n", b"!"],
        ),
        (
            "record-that-pauses",
            b"\0",
            vec![b"m+WS_DATA:0,9,abc", b"t2000", b"g", b"S03", b">", b"g"],
        ),
        (
            "stalls",
            b"\x0c",
            vec![b"s", b"qGMR", b"t10000", b"u", b"jnet pass", b"kWIFI CONNECTED\r\n"],
        ),
    ];
    for (name, head, fields) in &sessions {
        seeds.fields("host", &format!("{name}-from-power-on"), head, fields);
        let all: Vec<&[u8]> = in_step.iter().chain(fields).copied().collect();
        seeds.fields("host", name, head, &all);
    }
    let pairs: [(&str, &[u8], Vec<&[u8]>); 10] = [
        (
            "everything",
            b"\0\0\0\x40\x90",
            vec![b"O0ws://h", b"S05", b"f0\x81Hello", b"P0700", b"L", b"C0", b"qGMR"],
        ),
        (
            "formats",
            b"\x03\0\x01",
            vec![b"F063", b"O0ws://h", b"f0\x01abc", b"f0\x80", b"Hname: value", b"i", b"h"],
        ),
        (
            "firmware",
            b"\x03\x02\0\xff",
            vec![b"G05", b"O1ws://h p", b"f1\x88", b"t2000", b"O1ws://h", b"d1", b"t16000", b"S13"],
        ),
        ("lost-byte-out", b"\0\0\0", vec![b"O0ws://h", b"l6", b"S040", b"t9000", b"S05"]),
        ("lost-byte-back", b"\0\0\0", vec![b"O0ws://h", b"M20", b"S040", b"f0\x82abcdefg"]),
        ("doubled-byte", b"\0\0\0", vec![b"O0ws://h", b"y17", b"S040", b"Y3", b"C0"]),
        ("flipped-bit", b"\x03\0\0", vec![b"O0ws://h", b"v12", b"S040", b"V8", b"L"]),
        ("reboot-inside", b"\0\0\x02", vec![b"O0ws://h", b"R", b"S05", b"O0ws://h"]),
        ("no-echo", b"\x0c\0\0", vec![b"O2ws://h", b"N25", b"Q02", b"X22", b"t3000", b"j"]),
        ("joins", b"\0\x01\x01", vec![b"w", b"jnet word", b"qCWFAIL x", b"r", b"O0ws://h"]),
    ];
    for (name, head, fields) in &pairs {
        seeds.fields("pair", name, head, fields);
    }
}
