//! URIs and opening handshakes.

use crate::Seeds;

pub(crate) fn write(seeds: &mut Seeds<'_>) {
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
