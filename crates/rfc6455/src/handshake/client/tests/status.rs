//! Status lines, and the interim answers that some of them begin.

use super::ACCEPT;
use super::response::{ACCEPTED, CONNECTION, STATUS, UPGRADE, assert_text, in_pieces};
use crate::{DEFAULT_HEADER_LIMIT, HandshakeError, Response};

#[test]
fn status_lines_that_are_wrong() {
    for status in [200, 301, 401, 404, 426, 503, 999] {
        let text = format!("HTTP/1.1 {status} x\r\n|{UPGRADE}{CONNECTION}{ACCEPTED}\r\n");
        assert_text("", &text, Err(HandshakeError::Status(status)));
        let text = format!("HTTP/1.1 {status}\r\n|");
        assert_text("", &text, Err(HandshakeError::Status(status)));
    }
    for text in [
        "h|ttp/1.1 101\r\n",
        "HTTP/2| 101\r\n",
        // RFC 6455 4.1: an upgrade is HTTP/1.1.
        "HTTP/1.0 101|\r\n",
        "HTTP/1.2 101|\r\n",
        "HTTP/1,|1 101\r\n",
        "HTTP/1.a| 200\r\n",
        "HTTP/1.10| 200\r\n",
        "HTTP/2|.0 200\r\n",
        "HTTP/1.1  |101\r\n",
        "\r|\n",
        "HTTP/1.1 0|01\r\n",
        "HTTP/1.1 10 |\r\n",
        "HTTP/1.1 1a|1\r\n",
        "HTTP/1.1 1010|\r\n",
        "HTTP/1.1 101\n|",
        "HTTP/1.1 101 x\n|",
        "HTTP/1.1 101 x\0|",
        "HTTP/1.1 101 x\r\r|",
        "\u{1}|\u{5}Hello",
    ] {
        assert_text("", text, Err(HandshakeError::NotHttp));
    }
}

#[test]
fn status_of_other_versions() {
    for version in ["HTTP/1.0", "HTTP/1.2", "HTTP/1.9"] {
        let text = format!("{version} 302 Found\r\n|Location: /b\r\n\r\n");
        assert_text("", &text, Err(HandshakeError::Status(302)));
    }
}

#[test]
fn interim_answers() {
    let good = format!("{STATUS}{UPGRADE}{CONNECTION}{ACCEPTED}\r\n");
    // RFC 7231 6.2: any number of them, with any headers, none of which count.
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 100\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.0 199 x\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nUpgrade: h2c\r\nUpgrade: h2c\r\n\
        Sec-WebSocket-Accept: x\r\nSec-WebSocket-Extensions: y\r\nSec-WebSocket-Protocol: z\r\n\r\n",
    ] {
        assert_text("", &format!("{interim}{good}"), Ok(()));
        let refused = format!("{interim}HTTP/1.1 404 x\r\n|\r\n");
        assert_text("", &refused, Err(HandshakeError::Status(404)));
        // What they say is not taken for what the final one has to say.
        let nothing = format!("{interim}{STATUS}\r\n");
        assert_text("", &nothing, Err(HandshakeError::Upgrade));
    }
    let all = "HTTP/1.1 103 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n";
    let text = format!("{all}{ACCEPTED}\r\n{STATUS}{UPGRADE}{CONNECTION}\r\n");
    assert_text("", &text, Err(HandshakeError::Accept));
    // RFC 6455 4.1: 101 is never an interim one, and ends the section.
    assert_text("", &format!("{good}|HTTP/1.1 404 x\r\n\r\n"), Ok(()));
    // They must be well formed.
    assert_text("", "HTTP/1.1 100 x\r\nServer |x\r\n", Err(HandshakeError::Header));
    assert_text("", "HTTP/1.1 100 x\r\n\r\nx|", Err(HandshakeError::NotHttp));
    // One limit for all of them.
    let input = "HTTP/1.1 100 x\r\n\r\n".repeat(100);
    let expected = (300, Some(Err(HandshakeError::TooLong)));
    assert_eq!(in_pieces(300, "", input.as_bytes(), &[]), expected);
    let mut response = Response::new(ACCEPT, DEFAULT_HEADER_LIMIT);
    response.feed(b"", b"HTTP/1.1 100 x\r\n\r\n");
    assert_eq!(response.end(), Err(HandshakeError::Incomplete));
}
