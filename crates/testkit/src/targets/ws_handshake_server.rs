//! A client's request is judged the same in every cut, nothing behind its blank line is taken, and a client hears the answer: the
//! acceptance, or the status of the refusal.
//!
//! Choices: memory for the target, for `Host`, for `Origin`, for the protocols and for `Cookie`, in bytes; the limit of a line in 64
//! bytes (0: none), and of all (0: the default). The body is the request.

use super::shown;
use crate::{Cuts, Input};
use rfc6455::{
    Answer, DEFAULT_HEADER_LIMIT, HandshakeError, HeaderMemory, Key, Rejection, RequestMemory,
    RequestReader, Response,
};

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let sizes: [usize; 5] = std::array::from_fn(|_| usize::from(input.choice()));
    let limits: [usize; 2] = std::array::from_fn(|_| 64 * usize::from(input.choice()));
    let whole = read(input.body, sizes, limits, Cuts::WHOLE);
    assert_eq!(whole, read(input.body, sizes, limits, input.cuts()));
}

/// What has come of it: octets taken, the verdict, what was kept, and the answer.
fn read(
    request: &[u8],
    sizes: [usize; 5],
    [line, all]: [usize; 2],
    mut cuts: Cuts<'_>,
) -> (usize, Option<Result<(), Rejection>>, Vec<String>) {
    let [mut target, mut host, mut origin, mut protocols, mut cookie] = sizes.map(|n| vec![0; n]);
    let mut headers = [HeaderMemory::new(b"cookie", &mut cookie)];
    let mut memory = RequestMemory::new();
    (memory.target, memory.host, memory.origin) = (&mut target, &mut host, &mut origin);
    (memory.protocols, memory.headers) = (&mut protocols, &mut headers);
    let limit = if all == 0 { DEFAULT_HEADER_LIMIT } else { all };
    let mut reader = RequestReader::new(memory, limit);
    if line > 0 {
        reader = reader.line_limit(line);
    }
    let (mut taken, mut verdict) = (0, None);
    for piece in cuts.pieces(request) {
        let (n, outcome) = reader.feed(piece);
        taken += n;
        verdict = outcome;
        if outcome.is_some() {
            assert_eq!(reader.feed(b"more"), (0, outcome), "it is repeated");
            break;
        }
        assert_eq!(n, piece.len());
    }
    match verdict {
        None => assert!(reader.accept(b"").is_err()),
        Some(Err(rejection)) => {
            assert!(reader.accept(b"").is_err());
            let answer = Answer::reject(rejection);
            let heard = heard(&answer, [0; 28], b"", cuts);
            assert_eq!(heard, Err(HandshakeError::Status(rejection.status())));
        }
        Some(Ok(())) => {
            let text = &request[..taken];
            assert!(taken <= limit && text.ends_with(b"\r\n\r\n"));
            // RFC 7230 3.5: empty lines may stand before it.
            let begin = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
            assert!(begin.is_some_and(|at| text[at..].starts_with(b"GET ")));
            let has = |part: &[u8]| {
                part.is_empty() || text.windows(part.len()).any(|window| window == part)
            };
            assert!(has(reader.target()) && has(reader.host()));
            assert!(reader.protocols().all(&has), "{}", shown(text));
            // 24 characters that are a key stand in it, and the accept key is theirs.
            let keys: Vec<Key> = text.windows(24).filter_map(Key::parse).collect();
            for protocol in reader.protocols().chain([&b""[..]]) {
                let answer = reader.accept(protocol).expect("it was offered");
                let good = |key: &Key| heard(&answer, key.accept(), protocol, cuts).is_ok();
                assert!(keys.iter().any(good), "{}", shown(text));
            }
            assert!(reader.accept(b"not, offered").is_err());
        }
    }
    let mut kept = vec![shown(reader.target()), shown(reader.host())];
    kept.push(format!(
        "{:?} {:?}",
        reader.origin().map(shown),
        reader.header(b"Cookie").map(shown)
    ));
    kept.extend(reader.protocols().map(shown));
    (taken, verdict, kept)
}

/// What a client makes of an answer.
fn heard(
    answer: &Answer<'_>,
    accept: [u8; 28],
    offered: &[u8],
    mut cuts: Cuts<'_>,
) -> Result<(), HandshakeError> {
    let mut response = Response::new(accept, DEFAULT_HEADER_LIMIT);
    let mut at = 0;
    loop {
        let mut out = vec![0; cuts.next_of(1024)];
        let n = answer.write(at, &mut out);
        assert!(n > 0, "it has an end");
        at += n;
        if let (_, Some(outcome)) = response.feed(offered, &out[..n]) {
            assert!(outcome.is_err() || at == answer.encoded_len());
            return outcome;
        }
    }
}
