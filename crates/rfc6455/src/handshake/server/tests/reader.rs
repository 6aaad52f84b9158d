//! Requests with their verdict and the byte that brought it, all of them in every cut.

use proptest::prelude::*;

use super::*;

/// `|` stands behind the last byte that is looked at, and is not part of the text; without it that
/// is all of them.
#[track_caller]
fn assert_read(text: &str, expected: Result<(), Rejection>) -> Read {
    let end = text.find('|').unwrap_or(text.len());
    let input = text.replacen('|', "", 1);
    let read = read(PLENTY, input.as_bytes());
    assert_eq!((read.taken, read.verdict), (end, Some(expected)), "{text:?}");
    read
}

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
    assert_eq!(read.extra, None);
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
    // Extensions are not looked at, nor is what is almost ours.
    assert_read(
        &with(
            "Sec-WebSocket-Extensions: permessage-deflate; a=\"b,c\"\r\nHosts: x\r\nKey:\r\nX: \u{e4}\r\n",
        ),
        Ok(()),
    );
    for host in ["a", "a:80", "[::1]", "[::ffff:1.2.3.4]:8080", "1.2.3.4", "a_b.c~", "%41", "a:"] {
        let read = assert_read(&with("").replace("server.example.com", host), Ok(()));
        assert_eq!(read.host, host.as_bytes());
    }
    for target in ["/", "/a?b=c&d", "//", "/%zz", "/{}\"<>\\^`", "http://a/b", "HTTPS://a?b"] {
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
    for room in 1..20 {
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
fn request_lines_that_are_wrong() {
    for (line, rejection) in [
        ("POST /chat HTTP/1.1", Rejection::Method),
        ("get /chat HTTP/1.1", Rejection::Method),
        ("GETS /chat HTTP/1.1", Rejection::Method),
        ("GE /chat HTTP/1.1", Rejection::Method),
        ("OPTIONS * HTTP/1.1", Rejection::Method),
        ("CONNECT a:80 HTTP/1.1", Rejection::Method),
        ("PRI * HTTP/2.0", Rejection::Method),
        ("GET / HTTP/1.0", Rejection::HttpVersion),
        ("GET / HTTP/2.0", Rejection::HttpVersion),
        ("GET / HTTP/0.9", Rejection::HttpVersion),
        ("GET * HTTP/1.1", Rejection::Target),
        ("GET chat HTTP/1.1", Rejection::Target),
        ("GET a:80 HTTP/1.1", Rejection::Target),
        ("GET ws://a/b HTTP/1.1", Rejection::Target),
        ("GET http:/a HTTP/1.1", Rejection::Target),
        ("GET http HTTP/1.1", Rejection::Target),
        ("GET /a#b HTTP/1.1", Rejection::Target),
        ("GET /\u{e4} HTTP/1.1", Rejection::Target),
        ("GET \u{e4} HTTP/1.1", Rejection::Target),
        ("GET h\u{e4} HTTP/1.1", Rejection::Target),
    ] {
        // Well-formed but wrong: reported at the blank line, before whatever else is wrong.
        assert_read(&format!("{line}\r\nX: y\r\n\r\n"), Err(rejection));
        assert_read(&with("").replace(LINE.trim_end(), line), Err(rejection));
    }
    for line in [
        "\n|",
        " |GET / HTTP/1.1",
        "\r\r|\n",
        "GET\r|\n",
        "GET\t|/ HTTP/1.1",
        "GET  |/ HTTP/1.1",
        "GET /\r|\n",
        "GET /\0| HTTP/1.1",
        "GET /\x7f| HTTP/1.1",
        "GET / \r|\n",
        "GET /  |HTTP/1.1",
        "GET / h|ttp/1.1",
        "GET / HTTP/11|.1",
        "GET / HTTP/1.10|",
        "GET / HTTP/1.1 |\r\n",
        "GET / HTTP/1.1\n|",
        "GET / HTTP/1.1\r\r|\n",
        "GET / HTTP/x|.1",
        "G(|",
        "\u{16}|\u{3}\u{1}",
    ] {
        assert_read(line, Err(Rejection::NotHttp));
    }
}

#[test]
fn headers_that_are_missing_wrong_or_twice() {
    let all = [HOST, UPGRADE, CONNECTION, KEY, VERSION];
    let rejections = [
        Rejection::Host,
        Rejection::Upgrade,
        Rejection::Connection,
        Rejection::Key,
        Rejection::WebSocketVersion,
    ];
    for (index, rejection) in rejections.into_iter().enumerate() {
        let mut lines = all;
        lines[index] = "";
        assert_read(&format!("{LINE}{}\r\n", lines.concat()), Err(rejection));
        // The order does not matter, for what is right and for what is wrong.
        lines.reverse();
        assert_read(&format!("{LINE}{}\r\n", lines.concat()), Err(rejection));
    }
    for (name, values, rejection) in [
        (
            "Host",
            &[
                "", " ", "a b", "a,b c", "a/b", "u@a", ":80", "a:8o", "a:80:", "[::1", "[::g]",
                "a[", "[::1]a", "\u{e4}",
            ][..],
            Rejection::Host,
        ),
        (
            "Upgrade",
            &["", "websockets", "web socket", "h2c", "websocket/13", "\"websocket\""],
            Rejection::Upgrade,
        ),
        (
            "Connection",
            &["", "keep-alive", "upgrad", "upgrades", "upgrade x"],
            Rejection::Connection,
        ),
        (
            "Sec-WebSocket-Version",
            &["", "8", "1", "130", "1 3", "013", "13, 8", "0xd"],
            Rejection::WebSocketVersion,
        ),
        (
            "Sec-WebSocket-Key",
            &[
                "",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ===",
                "dGhlIHNhbXBsZSBub25jZQ== =",
                "dGhlIHNhbXBs SBub25jZQ==",
                "dGhlIHNhbXBs,SBub25jZQ==",
                "dGhlIHNhbXBsZSBub25jZR==",
                "dGhlIHNhbXBsZSBub25jZQ=A",
                "dGhlIHNhbXBsZSBub25j====",
                "dGhlIHNhbXBsZSBub25jZWE=",
                "dGhlIHNhbXBsZSBub25jZWEh",
                "dGhl-HNhbXBsZSBub25jZQ==",
            ],
            Rejection::Key,
        ),
    ] {
        let index = all.iter().position(|line| line.starts_with(&format!("{name}:"))).unwrap();
        for value in values {
            let wrong = format!("{name}: {value}\r\n");
            let mut lines = all;
            lines[index] = &wrong;
            assert_read(&format!("{LINE}{}\r\n", lines.concat()), Err(rejection));
        }
    }
    // RFC 7230 5.4, RFC 6455 4.2.1 item 5, 11.3.5, RFC 6454 7.3.
    for (twice, rejection) in [
        (HOST, Rejection::Host),
        (KEY, Rejection::Key),
        (VERSION, Rejection::Repeated),
        ("Sec-WebSocket-Version: 8\r\n", Rejection::Repeated),
        ("Origin: a\r\nOrigin: a\r\n", Rejection::Repeated),
    ] {
        assert_read(&with(twice), Err(rejection));
    }
    for body in [
        "Content-Length: 5\r\n",
        "Content-Length: 00\r\n",
        "Content-Length:\r\n",
        "Transfer-Encoding: chunked\r\n",
    ] {
        assert_read(&with(body), Err(Rejection::Body));
    }
}

#[test]
fn headers_that_are_malformed() {
    for line in [
        "\n|",
        ":| x",
        " |x: y",
        "\t|x",
        "Host |: x",
        "Host\r|\n",
        "Ho\u{1}|st",
        "X: a\n|",
        "X: a\r |b",
        "X: a\0|",
        "X: a\x7f|",
        "X: y\r\n |folded",
        "X: y\r\r|",
        "(|",
        "\rX|",
        "\r\r|",
        "{|",
    ] {
        assert_read(&format!("{LINE}{line}"), Err(Rejection::Header));
    }
}

#[test]
fn memory_of_any_size() {
    let request = with("Origin: http://o.example\r\nCookie: a=b \r\ncookie: \tc=d\r\nCOOKIE:\r\n");
    let fields = ["server.example.com".len(), "http://o.example".len(), "a=b, c=d".len()];
    let needed = *fields.iter().max().unwrap();
    for room in 0..needed + 2 {
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
    assert_eq!(read.extra.as_deref(), Some(&b"a=b, c=d"[..]));
}

#[test]
fn limits() {
    let request = with("");
    let len = request.len();
    let each: Vec<usize> = (0..len).collect();
    for limit in 0..len + 3 {
        let expected = match limit {
            0 => (1, Some(Err(Rejection::TooLong))),
            _ if limit < len => (limit, Some(Err(Rejection::TooLong))),
            _ => (len, Some(Ok(()))),
        };
        for cuts in [&[][..], &each] {
            let read = in_pieces(Setup { limit, ..PLENTY }, request.as_bytes(), cuts);
            assert_eq!((read.taken, read.verdict), expected, "{limit}");
        }
    }
    for line in 0..KEY.len() + 2 {
        let expected = match line {
            _ if line < LINE.len() => (line.max(1), Some(Err(Rejection::TargetTooLong))),
            _ if line < HOST.len() => (LINE.len() + line, Some(Err(Rejection::LineTooLong))),
            _ if line < KEY.len() => {
                let before = LINE.len() + HOST.len() + UPGRADE.len() + CONNECTION.len();
                (before + line, Some(Err(Rejection::LineTooLong)))
            }
            _ => (len, Some(Ok(()))),
        };
        for cuts in [&[][..], &each] {
            let read = in_pieces(Setup { line, ..PLENTY }, request.as_bytes(), cuts);
            assert_eq!((read.taken, read.verdict), expected, "{line}");
        }
    }
}

proptest! {
    /// A request with a few bytes changed: every cut gives the same verdict at the same byte.
    #[test]
    fn changed_requests_any_cuts(
        changes in prop::collection::vec((0..400_usize, any::<u8>()), 0..4),
        mut cuts in prop::collection::vec(0..700_usize, 0..8),
        padding in 0..400_usize,
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
        let each: Vec<usize> = (0..input.len()).collect();
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
