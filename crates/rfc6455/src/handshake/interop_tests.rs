//! Both sides with tungstenite: the same verdict, or a difference that is written down here.

use std::io::{self, Read, Write};
use std::string::String;
use std::vec::Vec;

use tungstenite::http;

use super::tests::{ACCEPT, NONCE};
use crate::*;

/// A transport that answers each write by itself.
struct Wire<F> {
    answer: F,
    received: Vec<u8>,
    to_read: Vec<u8>,
}

impl<F> Wire<F> {
    fn new(to_read: &[u8], answer: F) -> Self {
        Self { answer, received: Vec::new(), to_read: to_read.to_vec() }
    }
}

impl<F> Read for Wire<F> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = out.len().min(self.to_read.len());
        out[..len].copy_from_slice(&self.to_read[..len]);
        self.to_read.drain(..len);
        Ok(len)
    }
}

impl<F: FnMut(&[u8]) -> Vec<u8>> Write for Wire<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.received.extend_from_slice(bytes);
        self.to_read.extend((self.answer)(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn nothing(_: &[u8]) -> Vec<u8> {
    Vec::new()
}

fn theirs(answer: &str) -> bool {
    let request = http::Request::builder()
        .uri("ws://a/")
        .header("Host", "a")
        .header("Upgrade", "websocket")
        .header("Connection", "Upgrade")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("Sec-WebSocket-Protocol", "chat, soap")
        .body(())
        .unwrap();
    tungstenite::client(request, Wire::new(answer.as_bytes(), nothing)).is_ok()
}

fn ours(answer: &str) -> bool {
    let mut response = Response::new(ACCEPT, DEFAULT_HEADER_LIMIT);
    response.feed(b"chat, soap", answer.as_bytes()).1 == Some(Ok(()))
}

/// A line, and whether we and they take it.
type Line = (&'static str, bool, bool);

/// What is right, wrong, and taken by one of the two. Each difference has its reason.
fn request_lines() -> [Vec<Line>; 7] {
    [
        vec![
            ("GET / HTTP/1.1\r\n", true, true),
            ("GET /a?b HTTP/1.1\r\n", true, true),
            ("GET http://a/b HTTP/1.1\r\n", true, true),
            ("POST / HTTP/1.1\r\n", false, false),
            ("GET / HTTP/1.0\r\n", false, false),
            ("GET / HTTP/2.0\r\n", false, false),
            // RFC 6455 3: no fragment.
            ("GET /#a HTTP/1.1\r\n", false, true),
            // RFC 7230 3.5 and 3.1.1: a bare LF and several spaces need not be taken.
            ("GET / HTTP/1.1\n", false, true),
        ],
        vec![
            ("Host: a\r\n", true, true),
            ("host:[::1]:80\r\n", true, true),
            // RFC 7230 5.4: there, once, and right.
            ("", false, true),
            ("Host: a b\r\n", false, true),
            ("Host: a\r\nHost: a\r\n", false, true),
        ],
        vec![
            ("Upgrade: WebSocket \r\n", true, true),
            ("Upgrade: websockets\r\n", false, false),
            ("", false, false),
            // RFC 7230 6.7: a list.
            ("Upgrade: h2c, websocket\r\n", true, false),
            ("Upgrade: h2c\r\nUpgrade: websocket\r\n", true, false),
        ],
        vec![
            ("Connection: keep-alive, Upgrade\r\n", true, true),
            ("CONNECTION: UPGRADE\r\n", true, true),
            ("Connection: close\r\n", false, false),
            ("", false, false),
            // RFC 7230 6.1: a list, over several headers, separated by commas only.
            ("Connection: close\r\nConnection: upgrade\r\n", true, false),
            ("Connection: close upgrade\r\n", false, true),
            ("Connection: close,\tupgrade\r\n", true, false),
        ],
        vec![
            ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", true, true),
            ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n", false, false),
            ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n", false, false),
            ("", false, false),
            // RFC 6455 11.3.1: once.
            (
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: a\r\n",
                false,
                true,
            ),
        ],
        vec![
            ("Sec-WebSocket-Version: 13\r\n", true, true),
            ("Sec-WebSocket-Version: 8\r\n", false, false),
            ("", false, false),
            // RFC 6455 11.3.5: once.
            ("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8\r\n", false, true),
        ],
        vec![
            ("", true, true),
            ("Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: x; y\r\n", true, true),
            ("X y: z\r\n", false, false),
            ("X: y\r\n z\r\n", false, false),
            ("X: \u{1}\r\n", false, false),
            // RFC 6455 4.1, item 10.
            ("Sec-WebSocket-Protocol: a b\r\n", false, true),
            // RFC 7230 3.3: a body would be taken for frames.
            ("Content-Length: 4\r\n", false, true),
            // RFC 7230 3.5.
            ("X: y\n", false, true),
        ],
    ]
}

fn answer_lines() -> [Vec<Line>; 5] {
    [
        vec![
            ("HTTP/1.1 101 Switching Protocols\r\n", true, true),
            ("HTTP/1.1 101\r\n", true, true),
            ("HTTP/1.1 200 OK\r\n", false, false),
            ("HTTP/2 101 x\r\n", false, false),
        ],
        vec![
            ("Upgrade: WEBSOCKET\r\n", true, true),
            ("", false, false),
            ("Upgrade: h2c\r\n", false, false),
            // RFC 6455 4.1, item 2: a value of "websocket".
            ("Upgrade: websocket\r\nUpgrade: h2c\r\n", false, true),
        ],
        vec![
            ("connection: upgrade\r\n", true, true),
            ("", false, false),
            ("Connection: close\r\n", false, false),
            // RFC 6455 4.1, item 3: a token among others.
            ("Connection: keep-alive, upgrade\r\n", true, false),
        ],
        vec![
            ("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", true, true),
            ("Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", false, false),
            ("", false, false),
            // RFC 6455 11.3.3: once.
            (
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Accept: a\r\n",
                false,
                true,
            ),
        ],
        vec![
            ("Sec-WebSocket-Protocol: soap\r\n", true, true),
            ("Sec-WebSocket-Protocol: soup\r\n", false, false),
            ("Sec-WebSocket-Protocol: Soap\r\n", false, false),
            // RFC 6455 4.1, item 6: that none was chosen is no failure.
            ("", true, false),
            // RFC 6455 4.1, item 5.
            ("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: x\r\n", false, true),
            ("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: x\r\n", false, true),
        ],
    ]
}

/// Every text with the first choice in all places but two, and whether we and they take it.
fn texts(choices: &[Vec<Line>]) -> Vec<(String, bool, bool)> {
    let places =
        || (0..choices.len()).flat_map(|at| choices[at].iter().map(move |line| (at, line)));
    let mut texts = Vec::new();
    for (first_at, first) in places() {
        for (second_at, second) in places() {
            let mut lines: Vec<&Line> = choices.iter().map(|choice| &choice[0]).collect();
            lines[first_at] = first;
            lines[second_at] = second;
            let text: String = lines.iter().map(|(text, ..)| *text).collect();
            let by_us = lines.iter().all(|line| line.1);
            let by_them = lines.iter().all(|line| line.2);
            texts.push((text + "\r\n", by_us, by_them));
        }
    }
    texts
}

#[test]
#[cfg_attr(miri, ignore = "most of it is tungstenite, for minutes")]
fn verdicts_on_requests() {
    for (request, by_us, by_them) in texts(&request_lines()) {
        let mut reader = RequestReader::new(RequestMemory::new(), DEFAULT_HEADER_LIMIT);
        let verdict = reader.feed(request.as_bytes()).1;
        assert_eq!(verdict == Some(Ok(())), by_us, "{request:?}");
        let mut wire = Wire::new(request.as_bytes(), nothing);
        assert_eq!(tungstenite::accept(&mut wire).is_ok(), by_them, "{request:?}");
        if by_us && by_them {
            // Our client takes the answer of theirs.
            assert!(ours(str::from_utf8(&wire.received).unwrap()), "{request:?}");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "most of it is tungstenite, for minutes")]
fn verdicts_on_answers() {
    for (answer, by_us, by_them) in texts(&answer_lines()) {
        assert_eq!(ours(&answer), by_us, "{answer:?}");
        assert_eq!(theirs(&answer), by_them, "{answer:?}");
    }
}

#[test]
fn their_client_and_our_server() {
    for (offered, chosen) in [(None, ""), (Some("chat"), "chat"), (Some("a, b,c"), "c")] {
        let mut room = [0; 64];
        let mut memory = RequestMemory::new();
        memory.protocols = &mut room;
        let mut reader = RequestReader::new(memory, DEFAULT_HEADER_LIMIT);
        let serve = |bytes: &[u8]| {
            let (taken, outcome) = reader.feed(bytes);
            assert_eq!(taken, bytes.len());
            let Some(outcome) = outcome else { return Vec::new() };
            outcome.expect("their request is right");
            let answer = reader.accept(chosen.as_bytes()).unwrap();
            let mut out = vec![0; answer.encoded_len()];
            assert_eq!(answer.write(0, &mut out), out.len());
            // RFC 6455 5.7: a frame right behind it.
            [&out[..], b"\x81\x05Hello"].concat()
        };
        let mut request =
            tungstenite::client::IntoClientRequest::into_client_request("ws://a.example/b?c")
                .unwrap();
        if let Some(offered) = offered {
            request.headers_mut().insert("Sec-WebSocket-Protocol", offered.parse().unwrap());
        }
        let (mut socket, _) = tungstenite::client(request, Wire::new(b"", serve)).unwrap();
        assert_eq!(socket.read().unwrap(), tungstenite::Message::text("Hello"));
    }
}

#[test]
fn our_client_and_their_server() {
    let request = Request::new(Uri::parse(b"ws://u:p@[::1]:8/a?b").unwrap(), Key::new(NONCE))
        .with_protocol(b"chat")
        .and_then(|request| request.with_headers(b"Origin: http://a.example\r\n"))
        .unwrap();
    let mut room = [0; 512];
    let len = request.write(0, &mut room);
    let mut wire = Wire::new(&room[..len], nothing);
    tungstenite::accept(&mut wire).unwrap();
    assert!(ours(&String::from_utf8(wire.received).unwrap()));
}

#[test]
fn their_client_hears_our_refusal() {
    let answer = Answer::refuse(302, b"Found").unwrap().with_headers(b"Location: /b\r\n").unwrap();
    let mut room = [0; 256];
    let len = answer.write(0, &mut room);
    match tungstenite::client("ws://a/", Wire::new(&room[..len], nothing)) {
        Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
            assert_eq!(answer.status(), 302);
            assert_eq!(answer.headers()["Location"], "/b");
        }
        _ => panic!("a refusal is heard as what it is"),
    }
}
