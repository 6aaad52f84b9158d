//! Answers to the byte, through every window.

use super::*;
use crate::{Answer, AnswerError};

/// The whole answer; checks that every window of it gives the same bytes.
fn written(answer: &Answer<'_>) -> String {
    let mut room = [0; 1024];
    let len = answer.write(0, &mut room);
    let whole = &room[..len];
    assert_eq!(answer.encoded_len(), len);
    for size in [64, 1, 2, 7].into_iter().step_by(FEW) {
        for from in places(len + 2) {
            let mut window = vec![0; size];
            let count = answer.write(from, &mut window);
            let expected = &whole[from.min(len)..(from + size).min(len)];
            assert_eq!(&window[..count], expected, "{from} {size}");
        }
    }
    String::from_utf8(whole.to_vec()).unwrap()
}

fn reader<'m>(request: &str, protocols: &'m mut [u8]) -> RequestReader<'m> {
    let mut memory = RequestMemory::new();
    memory.protocols = protocols;
    let mut reader = RequestReader::new(memory, DEFAULT_HEADER_LIMIT);
    reader.feed(request.as_bytes());
    reader
}

const ACCEPTED: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

#[test]
fn acceptance() {
    let mut room = [0; 64];
    let reader = reader(&with("Sec-WebSocket-Protocol: chat, superchat\r\n"), &mut room);
    // RFC 6455 1.3 and 4.2.2, item 5.
    let answer = reader.accept(b"chat").unwrap();
    assert_eq!(answer.status(), 101);
    assert_eq!(written(&answer), format!("{ACCEPTED}Sec-WebSocket-Protocol: chat\r\n\r\n"));
    assert_eq!(written(&reader.accept(b"").unwrap()), format!("{ACCEPTED}\r\n"));
    let headers = b"Server: x\r\nSet-Cookie: a=b\r\n";
    let answer = reader.accept(b"superchat").unwrap().with_headers(headers).unwrap();
    let expected = format!(
        "{ACCEPTED}Sec-WebSocket-Protocol: superchat\r\nServer: x\r\nSet-Cookie: a=b\r\n\r\n"
    );
    assert_eq!(written(&answer), expected);
    for protocol in ["Chat", "chats", "super", "chat, superchat", "chat\r\nX: y", " chat", ","] {
        let refused = reader.accept(protocol.as_bytes());
        assert_eq!(refused, Err(AnswerError::Protocol), "{protocol:?}");
    }
}

#[test]
fn nothing_to_accept() {
    for request in ["", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\r\n", "\n"] {
        assert_eq!(reader(request, &mut []).accept(b""), Err(AnswerError::NotRead), "{request:?}");
    }
}

#[test]
fn rejections() {
    for (rejection, start, end) in [
        (Rejection::Key, "400 Bad Request\r\nConnection: close", ""),
        (Rejection::Method, "405 Method Not Allowed\r\nConnection: close", "Allow: GET\r\n"),
        (Rejection::TargetTooLong, "414 URI Too Long\r\nConnection: close", ""),
        (
            // RFC 6455 4.4.
            Rejection::WebSocketVersion,
            "426 Upgrade Required\r\nConnection: close, Upgrade",
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
        ),
        (Rejection::TooLong, "431 Request Header Fields Too Large\r\nConnection: close", ""),
        (Rejection::HttpVersion, "505 HTTP Version Not Supported\r\nConnection: close", ""),
    ] {
        let answer = Answer::reject(rejection);
        assert_eq!(answer.status(), rejection.status());
        let expected = format!("HTTP/1.1 {start}\r\nContent-Length: 0\r\n{end}\r\n");
        assert_eq!(written(&answer), expected);
    }
}

#[test]
fn refusals_of_the_application() {
    let answer = Answer::refuse(302, b"Found").unwrap().with_headers(b"Location: /b\r\n").unwrap();
    assert_eq!(
        written(&answer),
        "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: /b\r\n\r\n"
    );
    assert!(written(&Answer::refuse(599, b"").unwrap()).starts_with("HTTP/1.1 599 \r\n"));
    for status in [0, 99, 100, 101, 200, 204, 299, 600, 1000, u16::MAX] {
        assert_eq!(Answer::refuse(status, b""), Err(AnswerError::Status), "{status}");
    }
    for reason in ["a\r\nX: y", "a\n", "\0", "\x7f"] {
        assert_eq!(Answer::refuse(404, reason.as_bytes()), Err(AnswerError::Reason), "{reason:?}");
    }
}

#[test]
fn headers_of_the_application() {
    let answer = Answer::reject(Rejection::Key);
    for headers in
        ["x", "x: y", "x: y\r\n\r\n", "x: y\r\n z: a\r\n", "x: a\nb: c\r\n", "\r\n", ":\r\n"]
    {
        let refused = answer.with_headers(headers.as_bytes());
        assert_eq!(refused, Err(AnswerError::Headers), "{headers:?}");
    }
    for name in [
        "host",
        "UPGRADE",
        "Connection",
        "content-length",
        "Transfer-Encoding",
        "TRAILER",
        "Sec-WebSocket-Accept",
        "sec-websocket-anything",
    ] {
        let headers = format!("A: b\r\n{name}: x\r\n");
        let refused = answer.with_headers(headers.as_bytes());
        assert_eq!(refused, Err(AnswerError::ReservedHeader), "{name}");
    }
    assert!(answer.with_headers(b"").is_ok());
}
