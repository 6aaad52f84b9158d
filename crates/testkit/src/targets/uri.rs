//! A URI that is read and printed is read as the same, and the request for it is one that a server takes.
//!
//! The body is the URI. No choices; pieces are what the request is written in.

use super::shown;
use crate::Input;
use rfc6455::{DEFAULT_HEADER_LIMIT, Key, Request, RequestMemory, RequestReader, Uri, UriError};

pub(super) fn run(data: &[u8]) {
    let input = Input::new(data);
    let uri = match Uri::parse(input.body) {
        Ok(uri) => uri,
        Err(UriError::ForbiddenByte { at }) => {
            let (before, rest) = input.body.split_at(at);
            let forbidden = |byte: &u8| *byte <= b' ' || *byte == 0x7F;
            assert!(forbidden(&rest[0]) && !before.iter().any(forbidden));
            return;
        }
        Err(_) => return,
    };
    assert!(uri.port() > 0 && !uri.host().is_empty() && uri.host().is_ascii());
    assert_eq!(uri.host().contains(':'), uri.is_ipv6());
    let text = printed(&uri);
    let again = Uri::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", shown(&text)));
    assert_eq!(uri, again, "{}", shown(&text));
    assert_eq!(printed(&again), text);
    the_request_is_taken(uri, input);
}

fn printed(uri: &Uri<'_>) -> Vec<u8> {
    let mut text = if uri.is_secure() { b"wss://".to_vec() } else { b"ws://".to_vec() };
    if let Some(userinfo) = uri.userinfo() {
        text.extend_from_slice(userinfo);
        text.push(b'@');
    }
    let (open, close) = if uri.is_ipv6() { ("[", "]") } else { ("", "") };
    text.extend(format!("{open}{}{close}:{}", uri.host(), uri.port()).bytes());
    text.extend_from_slice(uri.path());
    if let Some(query) = uri.query() {
        text.push(b'?');
        text.extend_from_slice(query);
    }
    text
}

fn the_request_is_taken(uri: Uri<'_>, input: Input<'_>) {
    let request = Request::new(uri, Key::new(*b"the sample nonce"));
    let mut bytes = Vec::new();
    let mut cuts = input.cuts();
    loop {
        let mut out = vec![0; cuts.next_of(1 << 16)];
        let n = request.write(bytes.len(), &mut out);
        if n == 0 {
            break;
        }
        bytes.extend_from_slice(&out[..n]);
    }
    assert_eq!(bytes.len(), request.encoded_len());
    let (mut target, mut host) = (vec![0; bytes.len()], vec![0; bytes.len()]);
    let mut memory = RequestMemory::new();
    (memory.target, memory.host) = (&mut target, &mut host);
    let mut reader = RequestReader::new(memory, bytes.len().max(DEFAULT_HEADER_LIMIT) + 1);
    assert_eq!(reader.feed(&bytes), (bytes.len(), Some(Ok(()))), "{}", shown(&bytes));
    assert!(reader.target().starts_with(b"/") && reader.target().is_ascii());
    let (open, close) = if uri.is_ipv6() { ("[", "]") } else { ("", "") };
    let host = format!("{open}{}{close}", uri.host());
    // RFC 6455 4.1, item 4: with the port, unless it is the default one.
    let host = if uri.has_default_port() { host } else { format!("{host}:{}", uri.port()) };
    assert_eq!(reader.host(), host.as_bytes());
}
