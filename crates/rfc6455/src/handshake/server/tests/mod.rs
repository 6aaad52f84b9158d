//! The server's side.

mod answer;
mod headers;
mod reader;
mod request_line;

use std::string::String;
use std::vec::Vec;

use crate::testing::{FEW, everywhere, places};
use crate::{DEFAULT_HEADER_LIMIT, HeaderMemory, Rejection, RequestMemory, RequestReader};

/// What came of a request: bytes taken, verdict, and what the application sees.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Read {
    taken: usize,
    verdict: Option<Result<(), Rejection>>,
    target: Vec<u8>,
    host: Vec<u8>,
    origin: Option<Vec<u8>>,
    protocols: Vec<Vec<u8>>,
    cut: bool,
    cookie: Option<Vec<u8>>,
    agent: Option<Vec<u8>>,
}

/// How much memory is lent for each part, and the limits.
#[derive(Clone, Copy)]
struct Setup {
    room: usize,
    limit: usize,
    line: usize,
}

const PLENTY: Setup = Setup { room: 512, limit: DEFAULT_HEADER_LIMIT, line: DEFAULT_HEADER_LIMIT };

fn in_pieces(setup: Setup, input: &[u8], cuts: &[usize]) -> Read {
    let mut rooms = vec![0; setup.room * 6];
    let mut rooms = rooms.chunks_exact_mut(setup.room.max(1));
    let mut memory = RequestMemory::new();
    memory.target = rooms.next().unwrap_or_default();
    memory.host = rooms.next().unwrap_or_default();
    memory.origin = rooms.next().unwrap_or_default();
    memory.protocols = rooms.next().unwrap_or_default();
    let mut headers = [
        HeaderMemory::new(b"Cookie", rooms.next().unwrap_or_default()),
        HeaderMemory::new(b"USER-agent", rooms.next().unwrap_or_default()),
    ];
    memory.headers = &mut headers;
    let mut reader = RequestReader::new(memory, setup.limit).line_limit(setup.line);
    let (mut at, mut verdict) = (0, None);
    for end in cuts.iter().copied().filter(|cut| *cut < input.len()).chain([input.len()]) {
        if end < at || verdict.is_some() {
            continue;
        }
        let taken;
        (taken, verdict) = reader.feed(&input[at..end]);
        at += taken;
        assert!(at == end || verdict.is_some(), "everything is taken before a verdict");
    }
    if verdict.is_some() {
        // It stays, and takes nothing more.
        assert_eq!(reader.feed(b"\r\n\r\n"), (0, verdict));
        assert_eq!(reader.feed(b""), (0, verdict));
    }
    assert_eq!(reader.accept(b"").is_ok(), verdict == Some(Ok(())));
    Read {
        taken: at,
        verdict,
        target: reader.target().to_vec(),
        host: reader.host().to_vec(),
        origin: reader.origin().map(<[u8]>::to_vec),
        protocols: reader.protocols().map(<[u8]>::to_vec).collect(),
        cut: reader.are_protocols_cut(),
        cookie: reader.header(b"cookie").map(<[u8]>::to_vec),
        agent: reader.header(b"User-Agent").map(<[u8]>::to_vec),
    }
}

/// What came of it, which must be the same whole, with bytes behind it, byte by byte and cut
/// anywhere.
fn read(setup: Setup, input: &[u8]) -> Read {
    let each = everywhere(input.len());
    if cfg!(miri) {
        return in_pieces(setup, input, &each);
    }
    let whole = in_pieces(setup, input, &[]);
    assert_eq!(in_pieces(setup, input, &each), whole);
    for cut in places(input.len()) {
        assert_eq!(in_pieces(setup, input, &[cut]), whole, "{cut}");
        if cut < whole.taken {
            let part = in_pieces(setup, &input[..cut], &[]);
            assert_eq!((part.taken, part.verdict), (cut, None));
        }
    }
    if whole.verdict.is_some() {
        let trailing = [&input[..whole.taken], b"\x81\x85", &[b'x'; 300]].concat();
        assert_eq!(in_pieces(setup, &trailing, &[]), whole);
        assert_eq!(in_pieces(setup, &trailing, &each), whole);
    }
    whole
}

const LINE: &str = "GET /chat HTTP/1.1\r\n";
const HOST: &str = "Host: server.example.com\r\n";
const UPGRADE: &str = "Upgrade: websocket\r\n";
const CONNECTION: &str = "Connection: Upgrade\r\n";
const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const VERSION: &str = "Sec-WebSocket-Version: 13\r\n";

/// A right request with these headers behind the ones it needs.
fn with(headers: &str) -> String {
    format!("{LINE}{HOST}{UPGRADE}{CONNECTION}{KEY}{VERSION}{headers}\r\n")
}

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
