//! Answers with their verdict and the byte that brought it, all of them in every cut.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::ACCEPT;
use crate::testing::{FEW, STEP, everywhere, places};
use crate::{DEFAULT_HEADER_LIMIT, HandshakeError, Response};

pub(super) type Outcome = (usize, Option<Result<(), HandshakeError>>);

/// Feeds `input` in pieces that end at the given cuts, up to the first outcome.
pub(super) fn in_pieces(limit: usize, offered: &str, input: &[u8], cuts: &[usize]) -> Outcome {
    let mut response = Response::new(ACCEPT, limit);
    let mut at = 0;
    for end in cuts.iter().copied().filter(|cut| *cut < input.len()).chain([input.len()]) {
        if end < at {
            continue;
        }
        let (taken, outcome) = response.feed(offered.as_bytes(), &input[at..end]);
        at += taken;
        if outcome.is_some() {
            // It stays, and takes nothing more.
            assert_eq!(response.feed(offered.as_bytes(), b"\r\n\r\n"), (0, outcome));
            assert_eq!(response.feed(offered.as_bytes(), b""), (0, outcome));
            return (at, outcome);
        }
        assert_eq!(at, end, "everything is taken before an outcome");
    }
    (at, None)
}

/// The outcome, which must be the same whole, with bytes behind it, byte by byte and cut anywhere.
fn outcome(offered: &str, input: &[u8]) -> Outcome {
    let whole = in_pieces(DEFAULT_HEADER_LIMIT, offered, input, &[]);
    let each = everywhere(input.len());
    assert_eq!(in_pieces(DEFAULT_HEADER_LIMIT, offered, input, &each), whole);
    if cfg!(miri) {
        return whole;
    }
    for cut in places(input.len()) {
        assert_eq!(in_pieces(DEFAULT_HEADER_LIMIT, offered, input, &[cut]), whole, "{cut}");
        if cut < whole.0 {
            assert_eq!(in_pieces(DEFAULT_HEADER_LIMIT, offered, &input[..cut], &[]), (cut, None));
        }
    }
    if whole.1.is_some() {
        let trailing = [&input[..whole.0], b"\x81\x05Hello", &[b'x'; 300]].concat();
        assert_eq!(in_pieces(DEFAULT_HEADER_LIMIT, offered, &trailing, &[]), whole);
        assert_eq!(in_pieces(DEFAULT_HEADER_LIMIT, offered, &trailing, &each), whole);
    }
    whole
}

pub(super) const STATUS: &str = "HTTP/1.1 101 Switching Protocols\r\n";
pub(super) const UPGRADE: &str = "Upgrade: websocket\r\n";
pub(super) const CONNECTION: &str = "Connection: Upgrade\r\n";
pub(super) const ACCEPTED: &str = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

/// An answer with the given header lines behind the three that it needs.
fn assert_answer(offered: &str, headers: &str, expected: Result<(), HandshakeError>) {
    let text = format!("{STATUS}{UPGRADE}{CONNECTION}{ACCEPTED}{headers}\r\n");
    assert_text(offered, &text, expected);
}

/// `|` stands behind the last byte that is looked at, and is not part of the text; without it that
/// is all of them.
pub(super) fn assert_text(offered: &str, text: &str, expected: Result<(), HandshakeError>) {
    let end = text.find('|').unwrap_or(text.len());
    let input = text.replacen('|', "", 1);
    assert_eq!(outcome(offered, input.as_bytes()), (end, Some(expected)), "{text:?}");
}

#[test]
fn answers_that_are_right() {
    // RFC 6455 1.3.
    assert_answer("", "", Ok(()));
    assert_answer("chat, superchat", "Sec-WebSocket-Protocol: chat\r\n", Ok(()));
    // RFC 6455 4.1, items 2 and 3: case does not matter, nor does white space around values, nor
    // the order.
    let text = format!(
        "{STATUS}sec-websocket-accept:s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \t\r\nCONNECTION:\t keep-alive ,UPGRADE\r\n\
        uPGRADE: WebSocket\t\r\n\r\n"
    );
    assert_text("", &text, Ok(()));
    // RFC 7230 3.1.2: the reason may be empty, may be missing, may be anything.
    for status in ["HTTP/1.1 101\r\n", "HTTP/1.1 101 \r\n", "HTTP/1.1 101 \t404 \u{e4}!\r\n"] {
        assert_text("", &format!("{status}{UPGRADE}{CONNECTION}{ACCEPTED}\r\n"), Ok(()));
    }
    // RFC 7230 7 and 6.1: Connection is a list, also over several headers, also with empty
    // elements.
    for connection in [
        "Connection: upgrade, close\r\n",
        "Connection: ,, Upgrade ,\r\n",
        "Connection: keep-alive\r\nConnection: upgrade\r\n",
        "Connection: upgrade\r\nConnection: \"a b\", x y\r\n",
        "Connection:\r\nConnection: upgrade,upgrade\r\n",
    ] {
        assert_text("", &format!("{STATUS}{UPGRADE}{connection}{ACCEPTED}\r\n"), Ok(()));
    }
    // Headers that do not matter, also such as are almost ours, and empty ones.
    assert_answer("", "Server: x\r\nDate:\r\nX-Y: \u{e4} \"a, b\"\r\n", Ok(()));
    let almost = "Upgrad: x\r\nUpgrades: x\r\nConnectionx: y\r\nS: \r\n!#$%&'*+-.^_`~09: z\r\n";
    assert_answer("", almost, Ok(()));
    assert_answer("", "Sec-WebSocket-Extensions:\r\nSec-WebSocket-Extensions: \t\r\n", Ok(()));
    assert_answer("", &format!("X: {}\r\n", "y".repeat(4000 / STEP)), Ok(()));
    assert_answer("", &format!("{}: y\r\n", "X".repeat(4000 / STEP)), Ok(()));
}

#[test]
fn protocols() {
    let list = "chatter , chat,v2.chat,  v1.chat ,CHAT";
    for protocol in ["chatter", "chat", "v2.chat", "v1.chat", "CHAT"] {
        assert_answer(list, &format!("Sec-WebSocket-Protocol:  {protocol}\t\r\n"), Ok(()));
    }
    // Which one it was.
    for protocol in ["chatter", "chat", "v2.chat", "v1.chat", "CHAT"] {
        let mut response = Response::new(ACCEPT, DEFAULT_HEADER_LIMIT);
        let text = format!("{STATUS}Sec-WebSocket-Protocol: {protocol}\r\n");
        assert_eq!(response.protocol(list.as_bytes()), None);
        assert_eq!(response.feed(list.as_bytes(), text.as_bytes()), (text.len(), None));
        assert_eq!(response.protocol(list.as_bytes()), Some(protocol.as_bytes()));
    }
    for (offered, value) in [
        (list, "chat,| chatter"),
        (list, "ch\r|"),
        (list, "\r|"),
        (list, "Ch|at"),
        (list, "v3|.chat"),
        (list, "chats|"),
        (list, "chat c|hat"),
        (list, ",| chat"),
        ("chat", "C|hat"),
        ("a b", "a\r|"),
    ] {
        let line = format!("Sec-WebSocket-Protocol: {value}\r\n");
        assert_answer(offered, &line, Err(HandshakeError::Protocol));
    }
    // RFC 6455 4.1, item 6: none was offered. RFC 6455 11.3.4: not twice.
    for offered in ["", " , "] {
        let line = "Sec-WebSocket-Protocol:| chat\r\n";
        assert_answer(offered, line, Err(HandshakeError::Protocol));
    }
    let twice = "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol:| chat\r\n";
    assert_answer("chat", twice, Err(HandshakeError::Protocol));
}

#[test]
fn headers_that_are_missing_wrong_or_twice() {
    let answer = |lines: &[&str], error| {
        assert_text("", &format!("{STATUS}{}\r\n", lines.concat()), Err(error));
    };
    // What is missing is judged at the blank line.
    answer(&[CONNECTION, ACCEPTED], HandshakeError::Upgrade);
    answer(&[UPGRADE, ACCEPTED], HandshakeError::Connection);
    answer(&[UPGRADE, CONNECTION], HandshakeError::Accept);
    answer(&[], HandshakeError::Upgrade);
    answer(
        &[UPGRADE, "Connection: keep-alive, upgrad, upgrades, up grade\r\n", ACCEPTED],
        HandshakeError::Connection,
    );
    // What is wrong, at the byte that differs.
    answer(&["Upgrade: websockets|\r\n"], HandshakeError::Upgrade);
    answer(&["Upgrade: websocke\r|\n"], HandshakeError::Upgrade);
    answer(&["Upgrade: h|2c, websocket\r\n"], HandshakeError::Upgrade);
    answer(&["Upgrade: websocket,| websocket\r\n"], HandshakeError::Upgrade);
    answer(&["Upgrade: web s|ocket\r\n"], HandshakeError::Upgrade);
    answer(&["Upgrade:\r|\n"], HandshakeError::Upgrade);
    answer(&[UPGRADE, "upgrade:| websocket\r\n"], HandshakeError::Upgrade);
    answer(&["Sec-WebSocket-Accept: S|3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"], HandshakeError::Accept);
    answer(&["Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo\r|\n"], HandshakeError::Accept);
    answer(&["Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo==|\r\n"], HandshakeError::Accept);
    answer(
        &[ACCEPTED, "sec-websocket-accept:| s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"],
        HandshakeError::Accept,
    );
    answer(&["Sec-WebSocket-Extensions: p|ermessage-deflate\r\n"], HandshakeError::Extensions);
}

#[test]
fn headers_that_are_malformed() {
    for line in [
        "\n|",
        ":| x\r\n",
        " |x\r\n",
        "\t|x\r\n",
        "Server |: x\r\n",
        "Server\r|\n",
        "Ser\u{1}|ver: x\r\n",
        "Server: a\n|b\r\n",
        "Server: a\r |b\r\n",
        "Server: a\0|b\r\n",
        "Server: a\x7f|b\r\n",
        "Server: x\r\r|\n",
        "Server: x\r\n |folded\r\n",
        "Upgrade: web\u{1}|\r\n",
        "Connection: a\u{8}|\r\n",
        "(|a): b\r\n",
        "\r\r|\n",
        "\rX|",
    ] {
        let text = format!("{STATUS}{line}");
        assert_text("", &text, Err(HandshakeError::Header));
    }
}

#[test]
fn limit_of_the_header_section() {
    let answer = format!("{STATUS}{UPGRADE}{CONNECTION}{ACCEPTED}\r\n");
    let len = answer.len();
    for limit in places(len).chain(len..len + 3) {
        let expected = match limit {
            // The first byte shows that it is too long.
            0 => (1, Some(Err(HandshakeError::TooLong))),
            _ if limit < len => (limit, Some(Err(HandshakeError::TooLong))),
            _ => (len, Some(Ok(()))),
        };
        let each = everywhere(len);
        assert_eq!(in_pieces(limit, "", answer.as_bytes(), &[]), expected, "{limit}");
        assert_eq!(in_pieces(limit, "", answer.as_bytes(), &each), expected, "{limit}");
    }
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    /// An answer with a few bytes changed: every cut gives the same verdict at the same byte.
    #[test]
    fn changed_answers_any_cuts(
        changes in prop::collection::vec((0..300_usize, any::<u8>()), 0..4),
        mut cuts in prop::collection::vec(0..700_usize, 0..8),
        padding in 0..400_usize / FEW,
        limit in 0..700_usize,
    ) {
        let padding = "x".repeat(padding);
        let mut input = format!(
            "{STATUS}{UPGRADE}X-Padding: {padding}\r\nSec-WebSocket-Protocol: chat\r\n{CONNECTION}{ACCEPTED}\r\n\x01\x05Hello"
        ).into_bytes();
        for (at, byte) in changes {
            if let Some(slot) = input.get_mut(at) {
                *slot = byte;
            }
        }
        cuts.sort_unstable();
        let whole = in_pieces(limit, "chats, chat", &input, &[]);
        prop_assert_eq!(in_pieces(limit, "chats, chat", &input, &cuts), whole);
        let each = everywhere(input.len());
        prop_assert_eq!(in_pieces(limit, "chats, chat", &input, &each), whole);
        prop_assert!(whole.0 <= limit.max(1));
    }

    #[test]
    fn any_bytes(input: Vec<u8>, offered: String) {
        let input = [STATUS.as_bytes(), &input].concat();
        outcome(&offered, &input);
    }
}
