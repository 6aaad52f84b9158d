//! Requests that are right, what of them is kept, limits, and any bytes.

use proptest::prelude::*;

use super::*;
use crate::testing::STEP;

fn strings(list: &[Vec<u8>]) -> Vec<&str> {
    list.iter().map(|text| str::from_utf8(text).unwrap()).collect()
}

#[test]
fn the_request_of_the_standard() {
    // RFC 6455 1.2.
    let text = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Origin: http://example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\n\
        Sec-WebSocket-Version: 13\r\n\r\n|\x01\x05";
    let read = assert_read(text, Ok(()));
    assert_eq!(read.target, b"/chat");
    assert_eq!(read.host, b"server.example.com");
    assert_eq!(read.origin.as_deref(), Some(&b"http://example.com"[..]));
    assert_eq!(strings(&read.protocols), ["chat", "superchat"]);
    assert!(!read.cut);
    assert_eq!((read.cookie, read.agent), (None, None));
    // Nothing else is there.
    let read = assert_read(&with(""), Ok(()));
    assert_eq!((read.origin, read.protocols.len()), (None, 0));
}

#[test]
fn spellings_that_are_right() {
    // RFC 6455 4.2.1: case, order, white space, lists, lists over several headers.
    assert_read(
        "GET / HTTP/1.1\r\nsec-websocket-version:13\r\nSEC-WEBSOCKET-KEY:\t dGhlIHNhbXBsZSBub25jZQ== \t\r\n\
        CONNECTION: keep-alive\r\nconnection: , UPGRADE ,x y\r\nUPGRADE: h2c, WebSocket\r\nhost:a\r\n\r\n",
        Ok(()),
    );
    // RFC 6455 4.2.1, item 1: "or higher".
    assert_read(&with("").replace("HTTP/1.1", "HTTP/1.9"), Ok(()));
    // RFC 7230 3.5.
    assert_read(&format!("\r\n\r\n{}", with("")), Ok(()));
    // RFC 7230 3.3.2: that there is no body may be said.
    assert_read(&with("Content-Length: 0\r\n"), Ok(()));
    // RFC 7230 6.7, 6.1: nor does anything that follows take an element back.
    for upgrade in
        ["websocket, h2c", "websocket\r\nUpgrade: h2c", "websocket\r\nUpgrade:", "a,websocket,b"]
    {
        assert_read(&with("").replace(UPGRADE, &format!("Upgrade: {upgrade}\r\n")), Ok(()));
    }
    for connection in ["Upgrade, a", "Upgrade\r\nConnection: a", "Upgrade\r\nConnection:"] {
        let lines = format!("Connection: {connection}\r\n");
        assert_read(&with("").replace(CONNECTION, &lines), Ok(()));
    }
    // Extensions are not looked at, nor is what is almost ours.
    assert_read(
        &with(
            "Sec-WebSocket-Extensions: permessage-deflate; a=\"b,c\"\r\nHosts: x\r\nKey:\r\nX: \u{e4}\r\n",
        ),
        Ok(()),
    );
    for host in ["a", "a:80", "[::1]", "[::ffff:1.2.3.4]:8080", "1.2.3.4", "a_b.c~", "%41", "a:"]
        .into_iter()
        .step_by(FEW)
    {
        let read = assert_read(&with("").replace("server.example.com", host), Ok(()));
        assert_eq!(read.host, host.as_bytes());
    }
    for target in [
        "/",
        "/a?b=c&d",
        "//",
        "/%zz",
        "/{}\"<>\\^`",
        "http://a/b",
        "HTTPS://a?b",
        "http://a",
        "http://[::1]:8/@:",
    ]
    .into_iter()
    .step_by(FEW)
    {
        let read = assert_read(&with("").replace("/chat", target), Ok(()));
        assert_eq!(read.target, target.as_bytes());
    }
}

#[test]
fn offered_protocols() {
    let headers = "Sec-WebSocket-Protocol: ,chat ,, v2.chat\t,\r\nsec-websocket-protocol:\r\n\
        Sec-WebSocket-Protocol: soap,chat\r\n";
    let read = assert_read(&with(headers), Ok(()));
    assert_eq!(strings(&read.protocols), ["chat", "v2.chat", "soap", "chat"]);
    for value in ["a b", "a/b", "a;b", "\"a\"", "a, b c", "\u{e4}"] {
        let headers = format!("Sec-WebSocket-Protocol: {value}\r\n");
        assert_read(&with(&headers), Err(Rejection::Protocol));
    }
    // From the first that does not fit on, none is offered: not its beginning, and not a shorter
    // one behind it.
    let request = with("Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Protocol: a\r\n");
    for room in (1..20).step_by(FEW) {
        let setup = Setup { room, ..PLENTY };
        let read = in_pieces(setup, request.as_bytes(), &[]);
        let expected = match room {
            0..4 => &[][..],
            4..14 => &["chat"],
            14..16 => &["chat", "superchat"],
            _ => &["chat", "superchat", "a"],
        };
        assert_eq!(strings(&read.protocols), expected, "{room}");
        assert_eq!(read.cut, room < 16);
    }
}

#[test]
fn memory_of_any_size() {
    let request = with("Origin: http://o.example\r\nCookie: a=b \r\ncookie: \tc=d\r\nCOOKIE:\r\n");
    let fields = ["server.example.com".len(), "http://o.example".len(), "a=b, c=d".len()];
    let needed = *fields.iter().max().unwrap();
    for room in (0..needed + 2).step_by(STEP.min(11)) {
        let read = read(Setup { room, ..PLENTY }, request.as_bytes());
        let expected = match room {
            // Nobody wants to know.
            0 => Ok(()),
            _ if room < "/chat".len() => Err(Rejection::TargetTooLong),
            _ if room < needed => Err(Rejection::FieldTooLong),
            _ => Ok(()),
        };
        assert_eq!((read.taken, read.verdict), (request.len(), Some(expected)), "{room}");
    }
    let read = read(PLENTY, request.as_bytes());
    assert_eq!(read.origin.as_deref(), Some(&b"http://o.example"[..]));
    assert_eq!(read.cookie.as_deref(), Some(&b"a=b, c=d"[..]));
    assert_eq!(read.agent, None);
}

#[test]
fn limits() {
    let request = with("");
    let len = request.len();
    let each = everywhere(len);
    for limit in places(len).chain(len..len + 3) {
        let expected = match limit {
            0 => (1, Some(Err(Rejection::TooLong))),
            _ if limit < len => (limit, Some(Err(Rejection::TooLong))),
            _ => (len, Some(Ok(()))),
        };
        for cuts in [&each, &[][..]].into_iter().step_by(FEW) {
            let read = in_pieces(Setup { limit, ..PLENTY }, request.as_bytes(), cuts);
            assert_eq!((read.taken, read.verdict), expected, "{limit}");
        }
    }
    for line in (0..KEY.len() + 2).step_by(FEW * FEW) {
        let expected = match line {
            _ if line < LINE.len() => (line.max(1), Some(Err(Rejection::TargetTooLong))),
            _ if line < HOST.len() => (LINE.len() + line, Some(Err(Rejection::LineTooLong))),
            _ if line < KEY.len() => {
                let before = LINE.len() + HOST.len() + UPGRADE.len() + CONNECTION.len();
                (before + line, Some(Err(Rejection::LineTooLong)))
            }
            _ => (len, Some(Ok(()))),
        };
        for cuts in [&each, &[][..]].into_iter().step_by(FEW) {
            let read = in_pieces(Setup { line, ..PLENTY }, request.as_bytes(), cuts);
            assert_eq!((read.taken, read.verdict), expected, "{line}");
        }
    }
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    /// A request with a few bytes changed: every cut gives the same verdict at the same byte.
    #[test]
    fn changed_requests_any_cuts(
        changes in prop::collection::vec((0..400_usize, any::<u8>()), 0..4),
        mut cuts in prop::collection::vec(0..700_usize, 0..8),
        padding in 0..400_usize / FEW,
        room in 0..80_usize,
        limit in 0..900_usize,
        line in 0..500_usize,
    ) {
        let headers = format!("X: {}\r\nOrigin: a\r\nCookie: b\r\nSec-WebSocket-Protocol: c, d\r\n", "x".repeat(padding));
        let mut input = with(&headers).into_bytes();
        input.extend_from_slice(b"\x81\x85");
        for (at, byte) in changes {
            if let Some(slot) = input.get_mut(at) {
                *slot = byte;
            }
        }
        cuts.sort_unstable();
        let setup = Setup { room, limit, line };
        let whole = in_pieces(setup, &input, &[]);
        prop_assert_eq!(&in_pieces(setup, &input, &cuts), &whole);
        let each = everywhere(input.len());
        prop_assert_eq!(&in_pieces(setup, &input, &each), &whole);
        prop_assert!(whole.taken <= limit.max(1));
    }

    #[test]
    fn any_bytes(input: Vec<u8>, prefix in 0..230_usize, room in 0..20_usize) {
        let right = with("");
        let input = [&right.as_bytes()[..prefix.min(right.len())], &input].concat();
        read(Setup { room, ..PLENTY }, &input);
    }
}
