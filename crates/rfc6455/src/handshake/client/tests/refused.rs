//! What a server says that does not accept, limits on lines, ends too soon, and the lenient policy.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::ACCEPT;
use crate::testing::{FEW, everywhere, places};
use crate::{DEFAULT_HEADER_LIMIT, Details, HandshakeError, Response};

const ACCEPTED: &str = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

/// What came of an input: bytes taken, verdict, reason and location with whether each is cut.
type Heard = (usize, Option<Result<(), HandshakeError>>, (Vec<u8>, bool), (Option<Vec<u8>>, bool));

fn heard_in_pieces(room: (usize, usize), limit: usize, input: &[u8], cuts: &[usize]) -> Heard {
    let (mut reason, mut location) = (vec![0; room.0], vec![0; room.1]);
    let mut details = Details::new(&mut reason, &mut location);
    let mut response = Response::new(ACCEPT, limit);
    let (mut at, mut verdict) = (0, None);
    for end in cuts.iter().copied().filter(|cut| *cut < input.len()).chain([input.len()]) {
        if end < at || verdict.is_some() {
            continue;
        }
        let taken;
        (taken, verdict) = response.feed_with(b"chat", &input[at..end], &mut details);
        at += taken;
    }
    let location = details.location().map(<[u8]>::to_vec);
    let reason = (details.reason().to_vec(), details.is_reason_cut());
    (at, verdict, reason, (location, details.is_location_cut()))
}

fn heard(room: (usize, usize), input: &str) -> Heard {
    let input = input.as_bytes();
    let whole = heard_in_pieces(room, DEFAULT_HEADER_LIMIT, input, &[]);
    assert_eq!(heard_in_pieces(room, DEFAULT_HEADER_LIMIT, input, &everywhere(input.len())), whole);
    for cut in places(input.len()).step_by(FEW) {
        assert_eq!(heard_in_pieces(room, DEFAULT_HEADER_LIMIT, input, &[cut]), whole);
    }
    whole
}

fn assert_heard(input: &str, status: u16, reason: &str, location: Option<&str>) {
    let end = input.find('|').unwrap_or(input.len());
    let input = input.replacen('|', "", 1);
    let verdict = Some(Err(HandshakeError::Status(status)));
    let location = location.map(|location| location.as_bytes().to_vec());
    let expected = (end, verdict, (reason.as_bytes().to_vec(), false), (location, false));
    assert_eq!(heard((64, 64), &input), expected, "{input:?}");
}

#[test]
fn reasons_and_redirects() {
    // RFC 7231 6.4, 7.1.2.
    assert_heard(
        "HTTP/1.1 301 Moved Permanently\r\nServer: x\r\nlocation:\t wss://b/c?d \r\n\r\n|<html>",
        301,
        "Moved Permanently",
        Some("wss://b/c?d"),
    );
    assert_heard("HTTP/1.1 308 \r\nLOCATION: /c\r\n\r\n|", 308, "", Some("/c"));
    assert_heard("HTTP/1.1 404\r\n\r\n|", 404, "", None);
    assert_heard("HTTP/1.1 403  No,\t\u{e4}! \r\n\r\n|", 403, "No,\t\u{e4}!", None);
    assert_heard("HTTP/1.1 302 x\r\nLocation:\r\n\r\n|", 302, "x", Some(""));
    // RFC 7230 2.6: the same in HTTP/1.0.
    assert_heard("HTTP/1.0 302 Found\r\nLocation: /b\r\n\r\n|", 302, "Found", Some("/b"));
    // RFC 7231 6.2: an interim answer has nothing to report.
    assert_heard(
        "HTTP/1.1 103 Early\r\nLocation: /a\r\n\r\nHTTP/1.1 302 x\r\nLocation: /b\r\n\r\n|",
        302,
        "x",
        Some("/b"),
    );
    assert_heard("HTTP/1.1 100 a\r\nLocation: /a\r\n\r\nHTTP/1.1 404\r\n\r\n|", 404, "", None);
    // The first one counts.
    assert_heard("HTTP/1.1 302 x\r\nLocation: a\r\nLocation: b\r\n\r\n|", 302, "x", Some("a"));
    // Headers of the handshake are nobody's business in an answer that refuses.
    assert_heard(
        "HTTP/1.1 426 x\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: y\r\n\
        Sec-WebSocket-Extensions: z\r\nConnection: upgrade\r\n\r\n|",
        426,
        "x",
        None,
    );
    // Neither is what is wrong with the rest.
    assert_heard("HTTP/1.1 302 x\r\nLocation: a\r\nb\r|\n", 302, "x", Some("a"));
    assert_heard("HTTP/1.1 500 x\r\n |b", 500, "x", None);
}

#[test]
fn details_of_an_answer_that_accepts_or_is_not_http() {
    let good = format!(
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n{ACCEPTED}\r\n"
    );
    let (taken, verdict, reason, _) = heard((64, 64), &good);
    assert_eq!((taken, verdict), (good.len(), Some(Ok(()))));
    assert_eq!(reason.0, b"Switching");
    let wrong = "HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n";
    assert_eq!(heard((64, 64), wrong).1, Some(Err(HandshakeError::Upgrade)));
    assert_eq!(heard((64, 64), "HTTP/1.1 30x").1, Some(Err(HandshakeError::NotHttp)));
}

#[test]
fn memory_of_any_size() {
    let input = "HTTP/1.1 302 Found it \r\nLocation:  ws://abc \r\n\r\n";
    for size in (0..16).step_by(FEW) {
        let (taken, verdict, reason, location) = heard((size, size), input);
        assert_eq!((taken, verdict), (input.len(), Some(Err(HandshakeError::Status(302)))));
        assert_eq!(reason, (b"Found it"[..size.min(8)].to_vec(), size < 8));
        assert_eq!(location, (Some(b"ws://abc"[..size.min(8)].to_vec()), size < 8));
    }
}

#[test]
fn versions_that_the_server_speaks() {
    let versions = |size: usize, input: &str| {
        let mut versions = vec![0; size];
        let mut details = Details::new(&mut [], &mut []).with_versions(&mut versions);
        let mut response = Response::new(ACCEPT, DEFAULT_HEADER_LIMIT);
        let mut outcome = None;
        for byte in input.bytes() {
            (_, outcome) = response.feed_with(b"", &[byte], &mut details);
        }
        assert_eq!(outcome, Some(Err(HandshakeError::Status(426))));
        (details.versions().map(<[u8]>::to_vec), details.are_versions_cut())
    };
    // RFC 6455 4.4: both of its forms.
    let one = "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13, 8, 7\r\n\r\n";
    let two = "HTTP/1.1 426 x\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8, 7\r\n\r\n";
    for size in (0..12).step_by(FEW) {
        let expected = (Some(b"13, 8, 7"[..size.min(8)].to_vec()), size < 8);
        assert_eq!(versions(size, one), expected);
        assert_eq!(versions(size, two), expected);
    }
    assert_eq!(versions(8, "HTTP/1.1 426 x\r\n\r\n"), (None, false));
    let interim = format!("HTTP/1.1 103 x\r\nSec-WebSocket-Version: 9\r\n\r\n{one}");
    assert_eq!(versions(8, &interim).0.as_deref(), Some(&b"13, 8, 7"[..]));
}

#[test]
fn refusals_beyond_the_limit() {
    let input = "HTTP/1.1 302 x\r\nLocation: /abcdef\r\n\r\n";
    let status_line = "HTTP/1.1 302 x\r\n".len();
    for limit in (1..input.len()).step_by(FEW) {
        let (taken, verdict, _, location) = heard_in_pieces((8, 8), limit, input.as_bytes(), &[]);
        let error = match limit < status_line {
            true => HandshakeError::TooLong,
            false => HandshakeError::Status(302),
        };
        assert_eq!((taken, verdict), (limit, Some(Err(error))), "{limit}");
        assert!(location.0.is_none_or(|location| b"/abcdef".starts_with(&location)));
    }
}

#[test]
fn limit_of_a_line() {
    let answer = format!(
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n{ACCEPTED}\r\n\x01"
    );
    let longest = ACCEPTED.len();
    for (limit, expected) in [
        (0, (1, Some(Err(HandshakeError::TooLong)))),
        (15, (15, Some(Err(HandshakeError::TooLong)))),
        (16, (16 + 16, Some(Err(HandshakeError::TooLong)))),
        (longest - 1, (answer.len() - 4, Some(Err(HandshakeError::TooLong)))),
        (longest, (answer.len() - 1, Some(Ok(())))),
    ] {
        let mut response = Response::new(ACCEPT, DEFAULT_HEADER_LIMIT).line_limit(limit);
        assert_eq!(response.feed(b"", answer.as_bytes()), expected, "{limit}");
    }
    // The section's limit counts beside it.
    let mut response = Response::new(ACCEPT, 20).line_limit(longest);
    let expected = (20, Some(Err(HandshakeError::TooLong)));
    assert_eq!(response.feed(b"", answer.as_bytes()), expected);
}

#[test]
fn transport_that_ends() {
    let end = |input: &str| {
        let mut response = Response::new(ACCEPT, DEFAULT_HEADER_LIMIT);
        let mut details = Details::new(&mut [], &mut []);
        response.feed_with(b"", input.as_bytes(), &mut details);
        let outcome = response.end();
        // It stays.
        assert_eq!(response.end(), outcome);
        assert_eq!(response.feed(b"", b"\r\n"), (0, Some(outcome)));
        outcome
    };
    assert_eq!(end(""), Err(HandshakeError::Incomplete));
    assert_eq!(end("HTTP/1.1 302 x\r"), Err(HandshakeError::Incomplete));
    assert_eq!(end("HTTP/1.1 302 x\r\n"), Err(HandshakeError::Status(302)));
    assert_eq!(end("HTTP/1.1 101 x\r\nUpgrade: web"), Err(HandshakeError::Incomplete));
    assert_eq!(end("HTTP/1.1 101 x\r\nUpgrade: x"), Err(HandshakeError::Upgrade));
    let good =
        format!("HTTP/1.1 101\r\nUpgrade: websocket\r\nConnection: upgrade\r\n{ACCEPTED}\r\n");
    assert_eq!(end(&good), Ok(()));
}

#[test]
fn only_accept() {
    let feed = |input: &str, only: bool| {
        let mut response = Response::new(ACCEPT, DEFAULT_HEADER_LIMIT).only_accept(only);
        let (_, outcome) = response.feed(b"chat, soap", input.as_bytes());
        (outcome.unwrap(), response.protocol(b"chat, soap").map(<[u8]>::to_vec))
    };
    let strict = |input: &str| feed(input, false).0;
    let lenient = |input: &str| feed(input, true).0;
    // Each is an error when everything is checked.
    for (answer, error) in [
        (format!("HTTP/1.1 101\r\n{ACCEPTED}\r\n"), HandshakeError::Upgrade),
        (format!("HTTP/1.1 200 OK\r\n{ACCEPTED}\r\n"), HandshakeError::Status(200)),
        (format!("HTTP/1.1 101\r\nUpgrade: h2c\r\n{ACCEPTED}\r\n"), HandshakeError::Upgrade),
        (
            format!("HTTP/1.1 101\r\nUpgrade: websocket\r\nUpgrade: websocket\r\n{ACCEPTED}\r\n"),
            HandshakeError::Upgrade,
        ),
        (
            format!("HTTP/1.1 101\r\nUpgrade: websocket\r\nConnection: close\r\n{ACCEPTED}\r\n"),
            HandshakeError::Connection,
        ),
        (
            format!("HTTP/1.1 101\r\nSec-WebSocket-Extensions: x\r\n{ACCEPTED}\r\n"),
            HandshakeError::Extensions,
        ),
        (
            format!("HTTP/1.1 101\r\nSec-WebSocket-Protocol: x\r\n{ACCEPTED}\r\n"),
            HandshakeError::Protocol,
        ),
    ] {
        assert_eq!(strict(&answer), Err(error), "{answer:?}");
        assert_eq!(lenient(&answer), Ok(()), "{answer:?}");
    }
    // These are errors in any case.
    for (answer, error) in [
        (String::from("HTTP/1.1 101\r\n\r\n"), HandshakeError::Accept),
        (format!("HTTP/1.1 101\r\n{ACCEPTED}{ACCEPTED}\r\n"), HandshakeError::Accept),
        (String::from("HTTP/1.1 101\r\nSec-WebSocket-Accept: x\r\n"), HandshakeError::Accept),
        (String::from("HTTP/1.1 404 x\r\n\r\n"), HandshakeError::Status(404)),
        (format!("HTTP/1.1 101\r\nServer x\r\n{ACCEPTED}\r\n"), HandshakeError::Header),
        (format!("HTTP/1.0 101\r\n{ACCEPTED}\r\n"), HandshakeError::NotHttp),
        (format!("HTTP/1.0 200 x\r\n{ACCEPTED}\r\n"), HandshakeError::Status(200)),
    ] {
        assert_eq!(lenient(&answer), Err(error), "{answer:?}");
    }
    // RFC 7231 6.2: an interim answer is not the answer.
    let interim = format!("HTTP/1.1 100 x\r\n{ACCEPTED}\r\n");
    let answer = format!("{interim}HTTP/1.1 101 x\r\n\r\n");
    assert_eq!(lenient(&answer), Err(HandshakeError::Accept));
    assert_eq!(lenient(&format!("{interim}HTTP/1.1 200 x\r\n{ACCEPTED}\r\n")), Ok(()));
    // The protocol is known all the same.
    let answer = format!("HTTP/1.1 101\r\nSec-WebSocket-Protocol: soap\r\n{ACCEPTED}\r\n");
    assert_eq!(feed(&answer, true), (Ok(()), Some(b"soap".to_vec())));
    // The first one of several that was offered.
    let answer = format!(
        "HTTP/1.1 101\r\nSec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: soap\r\n\
        Sec-WebSocket-Protocol: chat\r\n{ACCEPTED}\r\n"
    );
    assert_eq!(feed(&answer, true), (Ok(()), Some(b"soap".to_vec())));
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    /// Refusals with anything in them: every cut gives the same, and the verdict on an acceptance does
    /// not depend on whether somebody wants details.
    #[test]
    fn any_refusal_any_cuts(
        status in prop::sample::select(vec!["101", "302", "404", "100"]),
        text in "(Location: |Upgrade: websocket|Connection: upgrade|[a-z: \t]|\r\n){0,12}",
        room in (0..12_usize, 0..12_usize),
        limit in 1..200_usize,
        mut cuts in prop::collection::vec(0..200_usize, 0..6),
    ) {
        let input = format!("HTTP/1.1 {status} why not\r\n{ACCEPTED}{text}\r\n\r\nbody");
        cuts.sort_unstable();
        let whole = heard_in_pieces(room, limit, input.as_bytes(), &[]);
        prop_assert_eq!(&heard_in_pieces(room, limit, input.as_bytes(), &cuts), &whole);
        let mut plain = Response::new(ACCEPT, limit);
        let (taken, verdict) = plain.feed(b"chat", input.as_bytes());
        prop_assert_eq!(verdict, whole.1);
        prop_assert!(taken == whole.0 || whole.1 != Some(Ok(())));
    }
}
