//! Keys; and both sides back to back, and each with another implementation.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use crate::*;

/// RFC 6455 1.3: its key, and the answer to it.
pub(super) const NONCE: [u8; 16] = *b"the sample nonce";
pub(super) const ACCEPT: [u8; 28] = *b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

#[test]
fn key_vectors() {
    let key = Key::new(NONCE);
    assert_eq!(key.as_bytes(), b"dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(key.accept(), ACCEPT);
    // RFC 6455 4.1: the example of the 16 bytes 0x01 to 0x10.
    let counted = Key::new(core::array::from_fn(|i| i as u8 + 1));
    assert_eq!(counted.as_bytes(), b"AQIDBAUGBwgJCgsMDQ4PEA==");
}

#[test]
fn keys_that_are_read() {
    assert_eq!(Key::parse(b"dGhlIHNhbXBsZSBub25jZQ=="), Some(Key::new(NONCE)));
    for text in
        ["", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZQ==="]
    {
        assert_eq!(Key::parse(text.as_bytes()), None, "{text}");
    }
}

/// Moves what `write` gives into `feed`, in pieces of the given sizes in turn; true when all of it
/// was taken.
fn carry(
    sizes: &[usize],
    mut write: impl FnMut(usize, &mut [u8]) -> usize,
    mut feed: impl FnMut(&[u8]) -> usize,
) -> bool {
    let mut at = 0;
    for size in sizes.iter().cycle() {
        let mut room = vec![0; *size];
        let len = write(at, &mut room);
        if len == 0 {
            return true;
        }
        at += len;
        if feed(&room[..len]) != len {
            return false;
        }
    }
    false
}

proptest! {
    #![proptest_config(testing::cases())]

    #[test]
    fn every_key_is_read(nonce: [u8; 16], changed in 0..24_usize, byte: u8) {
        let key = Key::new(nonce);
        prop_assert_eq!(Key::parse(key.as_bytes()), Some(key));
        let mut text = *key.as_bytes();
        text[changed] = byte;
        // It is a key exactly if it is the key of some nonce.
        use base64ct::Encoding;
        let mut decoded = [0; 16];
        let good = matches!(base64ct::Base64::decode(text, &mut decoded), Ok(nonce) if nonce.len() == 16)
            && Key::new(decoded).as_bytes() == &text;
        prop_assert_eq!(Key::parse(&text).is_some(), good);
    }

    /// What our client writes our server reads, and the other way round, however it is cut.
    #[test]
    fn back_to_back(
        nonce: [u8; 16],
        path in "(/[a-z\u{e4}%0-9]{0,8}){0,3}(\\?[a-z=&/]{0,8})?",
        host in "(a|b\\.example|\\[::1\\])(:[1-9][0-9]{0,3})?",
        offered in prop::collection::hash_set("[!#-'*+.0-9A-Z^-z|~&&[^{}]]{1,9}", 0..5),
        choice: prop::sample::Index,
        client_headers in prop::collection::vec(("X-[A-Za-z0-9-]{1,8}", "[ -~\t\u{80}-\u{ff}]{0,12}"), 0..4),
        server_headers in prop::collection::vec(("X-[A-Za-z0-9-]{1,8}", "[ -~\t\u{80}-\u{ff}]{0,12}"), 0..4),
        cookie in "[!-~]([ -~]{0,10}[!-~])?",
        sizes in prop::collection::vec(1..300_usize, 1..5),
        status in prop::option::of(300..600_u16),
        reason in "[!-~]([ -~]{0,10}[!-~])?",
    ) {
        let lines = |headers: &[(String, String)]| -> String {
            headers.iter().map(|(name, value)| format!("{name}:{value}\r\n")).collect()
        };
        let offered: Vec<String> = offered.into_iter().collect();
        let list = offered.join(" , ");
        let uri = format!("ws://{host}{path}");
        let key = Key::new(nonce);
        let extra = lines(&client_headers) + &format!("Cookie:\t{cookie} \r\n");
        let request = Request::new(Uri::parse(uri.as_bytes()).unwrap(), key)
            .with_protocol(list.as_bytes())
            .and_then(|request| request.with_headers(extra.as_bytes()))
            .unwrap();

        let mut rooms = [[0; 512]; 4];
        let [a, b, c, d] = &mut rooms;
        let mut headers = [HeaderMemory::new(b"cooKie", d)];
        let mut memory = RequestMemory::new();
        (memory.target, memory.host, memory.protocols) = (a, b, c);
        memory.headers = &mut headers;
        let mut reader = RequestReader::new(memory, DEFAULT_HEADER_LIMIT);
        prop_assert!(carry(&sizes, |at, out| request.write(at, out), |piece| reader.feed(piece).0));
        prop_assert_eq!(reader.feed(b"").1, Some(Ok(())));
        prop_assert_eq!(reader.protocols().collect::<Vec<_>>(), offered.iter().map(String::as_bytes).collect::<Vec<_>>());
        prop_assert_eq!(reader.header(b"Cookie"), Some(cookie.as_bytes()));
        prop_assert!(reader.target().starts_with(b"/") && reader.target().is_ascii());
        prop_assert_eq!(reader.host(), host.strip_suffix(":80").unwrap_or(&host).as_bytes());

        let chosen = if offered.is_empty() { "" } else { choice.get(&offered) };
        let extra = lines(&server_headers) + "Location:/x\r\n";
        let answer = match status {
            None => reader.accept(chosen.as_bytes()),
            Some(status) => Answer::refuse(status, reason.as_bytes()),
        };
        let answer = answer.and_then(|answer| answer.with_headers(extra.as_bytes())).unwrap();
        let mut response = Response::new(key.accept(), DEFAULT_HEADER_LIMIT);
        let (mut said, mut location) = ([0; 64], [0; 64]);
        let mut details = Details::new(&mut said, &mut location);
        prop_assert!(carry(
            &sizes,
            |at, out| answer.write(at, out),
            |piece| response.feed_with(list.as_bytes(), piece, &mut details).0,
        ));
        let expected = status.map_or(Ok(()), |status| Err(HandshakeError::Status(status)));
        prop_assert_eq!(response.feed(list.as_bytes(), b"").1, Some(expected));
        prop_assert_eq!(details.location(), Some(&b"/x"[..]));
        if status.is_some() {
            prop_assert_eq!(details.reason(), reason.as_bytes());
        } else {
            let protocol = response.protocol(list.as_bytes()).unwrap_or_default();
            prop_assert_eq!(protocol, chosen.as_bytes());
        }
    }

    /// RFC 7230 5.4: `Host` is right exactly if a URI may have it as its authority, and so is the
    /// authority of an absolute target.
    #[test]
    fn hosts_by_one_rule(
        host in "[a-z0-9%.:\\[\\]@\"]{1,12}|\\[[0-9a-f:.]{0,12}\\](:[0-9]{0,6})?|[a-z.]{1,4}(%[0-9a-g]{1,2})?:[0-9]{0,6}",
        absolute: bool,
    ) {
        let text = format!("ws://{host}");
        let is_right = Uri::parse(text.as_bytes()).is_ok_and(|uri| uri.userinfo().is_none());
        let (target, value) =
            if absolute { (format!("http://{host}/"), "a") } else { (String::from("/"), &host[..]) };
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {value}\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        let mut reader = RequestReader::new(RequestMemory::new(), DEFAULT_HEADER_LIMIT);
        let wrong = if absolute { Rejection::Target } else { Rejection::Host };
        let expected = if is_right { Ok(()) } else { Err(wrong) };
        prop_assert_eq!(reader.feed(request.as_bytes()).1, Some(expected), "{:?}", request);
    }
}
