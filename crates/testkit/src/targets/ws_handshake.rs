//! A request that can be made is taken by the server, and its answer by the client, whatever URI, protocols and headers are in
//! them and however they are cut.
//!
//! Choices: which of the offered protocols the server chooses (0: none), and how it answers (0: it accepts, else the status is 299 and
//! this). Fields: URI, protocols, the client's headers, the server's headers, reason.

use super::shown;
use crate::Input;
use rfc6455::{
    Answer, AnswerError, DEFAULT_HEADER_LIMIT, Details, HandshakeError, Key, Rejection, Request,
    RequestMemory, RequestReader, Response, Uri,
};

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (chosen, refusal) = (usize::from(input.choice()), u16::from(input.choice()));
    let mut cuts = input.cuts();
    let fields = input.fields();
    let field = |at: usize| fields.get(at).map_or(&[][..], Vec::as_slice);
    let key = Key::new(*b"the sample nonce");
    let Ok(uri) = Uri::parse(field(0)) else { return };
    let request = Request::new(uri, key)
        .with_protocol(field(1))
        .and_then(|request| request.with_headers(field(2)));
    let Ok(request) = request else { return };

    let mut protocols = vec![0; field(1).len()];
    let mut memory = RequestMemory::new();
    memory.protocols = &mut protocols;
    let mut reader = RequestReader::new(memory, 1 << 20);
    let bytes = written(|at, out| request.write(at, out), request.encoded_len(), cuts.next_of(999));
    let mut verdict = None;
    for piece in cuts.pieces(&bytes) {
        assert_eq!(verdict, None, "nothing stands behind the blank line");
        let (taken, outcome) = reader.feed(piece);
        assert_eq!(taken, piece.len());
        verdict = outcome;
    }
    // RFC 6454 7.3: `Origin` is a header like all others to the client.
    if verdict == Some(Err(Rejection::Repeated)) {
        let lower = field(2).to_ascii_lowercase();
        assert!(lower.windows(7).filter(|part| part == b"origin:").count() > 1);
        return;
    }
    assert_eq!(verdict, Some(Ok(())), "{}", shown(&bytes));
    let offered: Vec<&[u8]> = field(1).split(|byte| *byte == b',').map(trimmed).collect();
    let offered = if field(1).is_empty() { Vec::new() } else { offered };
    assert!(reader.protocols().eq(offered.iter().copied()), "{}", shown(&bytes));

    let protocol =
        chosen.checked_sub(1).and_then(|at| offered.get(at).copied()).unwrap_or_default();
    let answer = match refusal {
        0 => reader.accept(protocol),
        more => Answer::refuse(299 + more, field(4)),
    };
    let answer = answer.and_then(|answer| answer.with_headers(field(3)));
    let answer = match answer {
        Ok(answer) => answer,
        Err(AnswerError::NotRead | AnswerError::Protocol) => panic!("it was read, and is offered"),
        Err(_) => return,
    };
    let bytes = written(|at, out| answer.write(at, out), answer.encoded_len(), cuts.next_of(999));
    let mut response = Response::new(key.accept(), bytes.len().max(DEFAULT_HEADER_LIMIT) + 1);
    let (mut reason, mut location) = ([0; 64], [0; 64]);
    let mut details = Details::new(&mut reason, &mut location);
    let mut verdict = None;
    for piece in cuts.pieces(&bytes) {
        assert_eq!(verdict, None);
        verdict = response.feed_with(field(1), piece, &mut details).1;
    }
    let expected = match refusal {
        0 => Ok(()),
        more => Err(HandshakeError::Status(299 + more)),
    };
    assert_eq!(verdict, Some(expected), "{}", shown(&bytes));
    if refusal == 0 {
        assert_eq!(response.protocol(field(1)).unwrap_or_default(), protocol);
    }
}

/// RFC 7230 3.2.3: spaces and tabs.
fn trimmed(element: &[u8]) -> &[u8] {
    let space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let begin = element.iter().position(|byte| !space(byte)).unwrap_or(element.len());
    let end = element.iter().rposition(|byte| !space(byte)).map_or(begin, |at| at + 1);
    &element[begin..end]
}

fn written(write: impl Fn(usize, &mut [u8]) -> usize, len: usize, room: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let mut out = vec![0; room.max(1)];
        match write(bytes.len(), &mut out) {
            0 => break,
            n => bytes.extend_from_slice(&out[..n]),
        }
    }
    assert_eq!(bytes.len(), len);
    bytes
}
