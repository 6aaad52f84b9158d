//! A server's answer is judged the same in every cut and by both ways to read it, nothing behind its blank line is taken, and what is
//! accepted has what RFC 6455 4.1 demands.
//!
//! Choices: bit 0: only the accept key is checked; the limit of a line in 64 bytes (0: none), the limit of all in 64 bytes (0: the
//! default). The first field is the list of offered protocols, the second the answer to the key of RFC 6455 1.3.

use super::shown;
use crate::{Cuts, Input};
use rfc6455::{DEFAULT_HEADER_LIMIT, Details, HandshakeError, Key, Response};

type Outcome = (usize, Option<Result<(), HandshakeError>>);

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let only_accept = input.choice() & 1 != 0;
    let (line, all) = (usize::from(input.choice()) * 64, usize::from(input.choice()) * 64);
    let limit = if all == 0 { DEFAULT_HEADER_LIMIT } else { all };
    let accept = Key::new(*b"the sample nonce").accept();
    let mut response = Response::new(accept, limit).only_accept(only_accept);
    if line > 0 {
        response = response.line_limit(line);
    }
    let fields = input.fields();
    let (offered, answer) = (&fields[0], fields.get(1).map_or(&[][..], Vec::as_slice));

    let (taken, outcome) = plain(response.clone(), offered, answer, Cuts::WHOLE);
    assert_eq!((taken, outcome), plain(response.clone(), offered, answer, input.cuts()));
    let whole = with_details(response.clone(), offered, answer, Cuts::WHOLE);
    assert_eq!(whole, with_details(response, offered, answer, input.cuts()));
    let (taken_with, outcome_with) = whole.0;
    // A refusal is read to its end by whoever wants to know more.
    assert!(taken_with >= taken);
    if outcome_with.is_some() || !matches!(outcome, Some(Err(HandshakeError::Status(_)))) {
        assert_eq!(outcome, outcome_with, "{}", shown(answer));
    }
    if outcome == Some(Ok(())) {
        let text = &answer[..taken];
        assert!(text.len() <= limit && text.ends_with(b"\r\n\r\n"));
        let has = |part: &[u8]| text.windows(part.len()).any(|window| window == part);
        assert!(has(&accept), "{}", shown(text));
        assert!(
            only_accept
                || has(b" 101") && text.to_ascii_lowercase().windows(9).any(|w| w == b"websocket")
        );
    }
}

fn plain(mut response: Response, offered: &[u8], answer: &[u8], mut cuts: Cuts<'_>) -> Outcome {
    let mut all = 0;
    for piece in cuts.pieces(answer) {
        let (taken, outcome) = response.feed(offered, piece);
        all += taken;
        if outcome.is_some() {
            assert_eq!(response.feed(offered, b"more"), (0, outcome), "it is repeated");
            assert_eq!(Some(response.end()), outcome);
            is_offered(&response, offered);
            return (all, outcome);
        }
        assert_eq!(taken, piece.len());
    }
    is_offered(&response, offered);
    assert!(response.end().is_err());
    (all, None)
}

fn is_offered(response: &Response, offered: &[u8]) {
    if let Some(protocol) = response.protocol(offered) {
        assert!(
            offered.split(|byte| *byte == b',').any(|element| element.trim_ascii() == protocol)
        );
    }
}

fn with_details(
    mut response: Response,
    offered: &[u8],
    answer: &[u8],
    mut cuts: Cuts<'_>,
) -> (Outcome, String) {
    let (mut reason, mut location, mut versions) = ([0; 20], [0; 30], [0; 6]);
    let mut details = Details::new(&mut reason, &mut location).with_versions(&mut versions);
    let (mut all, mut end) = (0, None);
    for piece in cuts.pieces(answer) {
        let (taken, outcome) = response.feed_with(offered, piece, &mut details);
        all += taken;
        end = outcome;
        if outcome.is_some() {
            break;
        }
        assert_eq!(taken, piece.len());
    }
    ((all, end), format!("{details:?}"))
}
