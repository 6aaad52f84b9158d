//! Requests to the byte, through every window.

use std::string::String;

use proptest::prelude::*;

use super::NONCE;
use crate::testing::{FEW, places};
use crate::{Key, Request, RequestError, Uri};

fn request(uri: &str) -> Request<'_> {
    Request::new(Uri::parse(uri.as_bytes()).unwrap(), Key::new(NONCE))
}

/// The whole request; checks that every window of it gives the same bytes.
fn written(request: &Request<'_>) -> String {
    let mut room = [0; 1024];
    let len = request.write(0, &mut room);
    let whole = &room[..len];
    for from in places(len + 1) {
        for size in [7, 0, 1, 2, 3, 300].into_iter().step_by(FEW) {
            let mut room = vec![0; size];
            let count = request.write(from, &mut room);
            let expected = &whole[from..(from + size).min(len)];
            assert_eq!(&room[..count], expected);
        }
    }
    assert_eq!(request.write(len + 1, &mut [0; 9]), 0);
    assert_eq!(request.write(usize::MAX, &mut [0; 9]), 0);
    String::from_utf8(whole.to_vec()).unwrap()
}

const FIXED: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

#[test]
fn request_lines_and_hosts() {
    for (uri, target, host) in [
        ("ws://a", "/", "a"),
        ("ws://a:80/", "/", "a"),
        ("wss://a:443/b", "/b", "a"),
        ("wss://a:80/b", "/b", "a:80"),
        ("ws://a:443?c", "/?c", "a:443"),
        ("ws://A.b:8080/c?d=e&f#g", "/c?d=e&f", "A.b:8080"),
        ("ws://a?", "/?", "a"),
        ("ws://[::1]/", "/", "[::1]"),
        ("ws://[::1]:7/", "/", "[::1]:7"),
        ("ws://a:65535/", "/", "a:65535"),
        ("ws://a:10/", "/", "a:10"),
        ("ws://a/%e4\u{e4}?\u{20ac}=%", "/%e4%C3%A4?%E2%82%AC=%", "a"),
    ] {
        let expected = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{FIXED}\r\n");
        assert_eq!(written(&request(uri)), expected, "{uri}");
    }
}

#[test]
fn request_with_everything() {
    let all = request("ws://u:p@a/b")
        .with_protocol(b"chat, superchat")
        .and_then(|request| request.with_authorization(b"Bearer x"))
        .and_then(|request| request.with_user_agent(b"test/1"))
        .unwrap();
    // RFC 6455 1.2 has these headers; the value of Authorization wins over the URI's userinfo.
    let expected = format!(
        "GET /b HTTP/1.1\r\nHost: a\r\n{FIXED}Sec-WebSocket-Protocol: chat, superchat\r\n\
        Authorization: Bearer x\r\nUser-Agent: test/1\r\n\r\n"
    );
    assert_eq!(written(&all), expected);
    // What is set again replaces what was, and nothing leaves it away.
    let plain = format!("GET /b HTTP/1.1\r\nHost: a\r\n{FIXED}Authorization: Basic dTpw\r\n\r\n");
    let again = all.with_protocol(b"").and_then(|request| request.with_authorization(b""));
    let again = again.and_then(|request| request.with_user_agent(b"")).unwrap();
    assert_eq!(written(&again), plain);
}

#[test]
fn basic_credentials() {
    for (userinfo, encoded) in [
        // RFC 7617 2: its example, the space percent-encoded as the URI demands.
        ("Aladdin:open%20sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("u:p", "dTpw"),
        ("u:", "dTo="),
        ("u", "dTo="),
        ("uv", "dXY6"),
        (":", "Og=="),
        ("u:%C3%a4", "dTrDpA=="),
        ("a:b:c", "YTpiOmM="),
    ]
    .into_iter()
    .step_by(FEW)
    {
        let uri = format!("ws://{userinfo}@h");
        let expected =
            format!("GET / HTTP/1.1\r\nHost: h\r\n{FIXED}Authorization: Basic {encoded}\r\n\r\n");
        assert_eq!(written(&request(&uri)), expected, "{userinfo}");
    }
    assert!(!written(&request("ws://@h")).contains("Authorization"));
}

#[test]
fn request_checks() {
    let good = request("ws://a");
    for protocol in ["", "chat", "a,b", "a , b\t,c", " a ", "v12.stomp", "chat, Chat", "a, ab, b"] {
        assert!(good.with_protocol(protocol.as_bytes()).is_ok(), "{protocol}");
    }
    for protocol in [
        ",",
        "a,",
        ",a",
        "a,,b",
        "a b",
        " ",
        "a/b",
        "a\r\nX: y",
        "a;b",
        "\u{e4}",
        // RFC 6455 4.1, item 10: unique.
        "chat, chat",
        "chat,chat",
        "a, b ,\ta",
        "a, b, c, b",
    ] {
        let refused = good.with_protocol(protocol.as_bytes());
        assert_eq!(refused, Err(RequestError::Protocol), "{protocol:?}");
    }
    for value in ["x\ry", "x\ny", "\0", "\x7f", "x\r\nX: y"] {
        let value = value.as_bytes();
        assert_eq!(good.with_authorization(value), Err(RequestError::Authorization));
        assert_eq!(good.with_user_agent(value), Err(RequestError::UserAgent));
    }
    let bytes = b"Digest realm=\"x\",\ty=\xE4";
    assert!(good.with_authorization(bytes).is_ok() && good.with_user_agent(bytes).is_ok());
}

#[test]
fn port_always() {
    for (uri, host) in [
        ("ws://a", "a:80"),
        ("wss://a/", "a:443"),
        ("wss://[::1]", "[::1]:443"),
        ("ws://a:8080", "a:8080"),
    ] {
        let always = request(uri).with_host_port_always(true);
        assert!(written(&always).contains(&format!("\r\nHost: {host}\r\n")), "{uri}");
        assert_eq!(always.with_host_port_always(false), request(uri));
    }
}

#[test]
fn headers_of_the_caller() {
    let headers = b"Origin: http://example.com\r\nX-Empty:\r\ncookie:a=b; c=\"d\"\t\xE4\r\n";
    let all = request("ws://a").with_headers(headers).unwrap().with_user_agent(b"test/1").unwrap();
    let mut room = [0; 1024];
    let len = all.write(0, &mut room);
    assert_eq!(len, all.encoded_len());
    let end = [&b"\r\nUser-Agent: test/1\r\n"[..], headers, b"\r\n"].concat();
    assert!(room[..len].ends_with(&end));

    for headers in [
        "x",
        "x: y",
        "x: y\r",
        "x: y\n",
        "x: y\r\n\r\n",
        "x: y\r\nz",
        "\r\n",
        ": y\r\n",
        " x: y\r\n",
        "x : y\r\n",
        "x: y\r\n z\r\n",
        "x y\r\n",
        "x: a\rb\r\n",
        "x: a\nb: c\r\n",
        "x: a\0\r\n",
        "x: a\x7f\r\n",
        "\u{e4}: b\r\n",
        "x\r\ny: z\r\n",
    ] {
        let refused = request("ws://a").with_headers(headers.as_bytes());
        assert_eq!(refused, Err(RequestError::Headers), "{headers:?}");
    }
    for name in [
        "Host",
        "hOST",
        "upgrade",
        "CONNECTION",
        "Sec-WebSocket-Key",
        "sec-websocket-extensions",
        "SEC-WEBSOCKET-",
        // RFC 7230 3.3, 4.4, RFC 7231 5.1.1: what announces a body.
        "Content-Length",
        "transfer-ENCODING",
        "Trailer",
        "expect",
    ] {
        for headers in [format!("{name}: x\r\n"), format!("A: b\r\n{name}:\r\n")] {
            let refused = request("ws://a").with_headers(headers.as_bytes());
            assert_eq!(refused, Err(RequestError::ReservedHeader), "{headers:?}");
        }
    }
    for name in ["Hosts", "X-Host", "Sec-WebSocket", "Upgrade-Insecure-Requests"] {
        let headers = format!("{name}: x\r\n");
        assert!(request("ws://a").with_headers(headers.as_bytes()).is_ok(), "{headers:?}");
    }
}

#[test]
fn one_authorization_and_one_user_agent() {
    let once = b"authorization: x\r\nuser-agent: y\r\n";
    let reserved = Err(RequestError::ReservedHeader);
    // RFC 7235 4.2, RFC 7231 5.5.3: once each, in whatever order they are set.
    let good = request("ws://@a").with_headers(once).unwrap();
    assert_eq!(good.with_authorization(b"z"), reserved);
    assert_eq!(good.with_user_agent(b"z"), reserved);
    assert_eq!(good.with_authorization(b"").and_then(|good| good.with_user_agent(b"")), Ok(good));
    let plain = request("ws://@a");
    assert_eq!(plain.with_authorization(b"z").unwrap().with_headers(once), reserved);
    assert_eq!(plain.with_user_agent(b"z").unwrap().with_headers(once), reserved);
    // A header takes the place of the userinfo's credentials.
    assert!(written(&request("ws://u:p@a")).contains("Authorization: Basic"));
    let replaced = written(&request("ws://u:p@a").with_headers(once).unwrap());
    assert!(replaced.contains("authorization: x\r\n") && !replaced.contains("Basic"));
    // A field that is taken back makes room.
    let taken_back = plain.with_user_agent(b"z").unwrap().with_user_agent(b"").unwrap();
    assert_eq!(taken_back.with_headers(once), Ok(good));
    assert!(good.with_headers(b"").unwrap().with_authorization(b"z").is_ok());
    for headers in ["Authorization: a\r\nAUTHORIZATION: b\r\n", "User-Agent:\r\nUser-agent:\r\n"] {
        assert_eq!(plain.with_headers(headers.as_bytes()), reserved);
    }
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn any_request_any_window(path in "[a-z\u{e4}/?%]{0,20}", from in 0..400_usize, size in 0..400_usize) {
        let uri = format!("ws://user@host:81/{path}");
        let whole = written(&request(&uri)).into_bytes();
        let mut room = vec![0; size];
        let count = request(&uri).write(from, &mut room);
        let from = from.min(whole.len());
        prop_assert_eq!(&room[..count], &whole[from..(from + size).min(whole.len())]);
    }

    /// Whatever passes the check puts no line into the request but its own.
    #[test]
    fn checked_headers_inject_nothing(headers in "([A-Za-z -]{0,6}:?[ -~\r\n\t]{0,6}(\r\n)?){0,4}") {
        if let Ok(request) = request("ws://a").with_headers(headers.as_bytes()) {
            let text = written(&request);
            prop_assert_eq!(text.find("\r\n\r\n"), Some(text.len() - 4));
            prop_assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
            prop_assert!(headers.lines().all(|line| line.contains(':')));
        }
    }
}
