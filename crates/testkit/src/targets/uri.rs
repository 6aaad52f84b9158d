//! The parts of a URI that is read are those that stand in it, also when it is printed and read again; the request for it is one that a
//! server takes, with its path and query as the target. A URI that is made by the rules of RFC 3986 is read.
//!
//! The body is the URI, and once more what one is made of. No choices; pieces are what the request is written in.

use super::shown;
use crate::Input;
use rfc6455::{DEFAULT_HEADER_LIMIT, Key, Request, RequestMemory, RequestReader, Uri, UriError};
use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) fn run(data: &[u8]) {
    let input = Input::new(data);
    let made = made(input.body);
    match Uri::parse(&made) {
        Ok(uri) => stands_there(&uri, &made),
        Err(error) => panic!("{}: {error}", shown(&made)),
    }
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
    assert!(!uri.is_ipv6() || uri.host().parse::<Ipv6Addr>().is_ok());
    stands_there(&uri, input.body);
    let text = printed(&uri);
    let again = Uri::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", shown(&text)));
    assert_eq!(uri, again, "{}", shown(&text));
    assert_eq!(printed(&again), text);
    the_request_is_taken(uri, input);
}

/// The text is these parts, in their order and with their marks, and nothing else but a fragment.
fn stands_there(uri: &Uri<'_>, text: &[u8]) {
    let parts = || {
        let scheme = if uri.is_secure() { &b"wss://"[..] } else { b"ws://" };
        let (begin, mut rest) = text.split_at_checked(scheme.len())?;
        assert!(begin.eq_ignore_ascii_case(scheme));
        if let Some(userinfo) = uri.userinfo() {
            rest = rest.strip_prefix(userinfo)?.strip_prefix(b"@")?;
        }
        rest = rest.strip_prefix(host(uri).as_bytes())?;
        let default = if uri.is_secure() { 443 } else { 80 };
        let mut port = default;
        if let Some(after) = rest.strip_prefix(b":") {
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, after) = after.split_at(digits);
            // Any number of zeros may stand before it.
            port = digits.iter().fold(0, |port, digit| port * 10 + u32::from(digit - b'0'));
            port = if digits.is_empty() { default } else { port };
            rest = after;
        }
        assert_eq!((u32::from(uri.port()), uri.has_default_port()), (port, port == default));
        let (path, query) = (uri.path(), uri.query());
        assert!(path.first().is_none_or(|byte| *byte == b'/'));
        assert!(!path.iter().any(|byte| b"?#".contains(byte)));
        rest = rest.strip_prefix(path)?;
        if let Some(query) = query {
            assert!(!query.contains(&b'#'));
            rest = rest.strip_prefix(b"?")?.strip_prefix(query)?;
        }
        (rest.is_empty() || rest[0] == b'#').then_some(())
    };
    assert!(parts().is_some(), "{}: {uri:?}", shown(text));
}

/// The host as it stands in a URI.
fn host(uri: &Uri<'_>) -> String {
    if uri.is_ipv6() { format!("[{}]", uri.host()) } else { uri.host().to_owned() }
}

/// RFC 3986 2.2 and 2.3: what may stand in a name as it is.
const NAME: &[u8] = b"aZ09-._~!$&'()*+,;=";

/// A URI by the grammar of RFC 3986, whatever the bytes are that it is made of. Each part takes one that says whether it is there and how
/// long it is.
fn made(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.iter().copied();
    let mut next = || bytes.next().unwrap_or(0);
    let mut uri = [&b"ws"[..], b"WS", b"wss", b"wSs"][usize::from(next()) % 4].to_vec();
    uri.extend(b"://");
    let name = |uri: &mut Vec<u8>, byte: u8| {
        if byte < 0x80 {
            uri.push(NAME[usize::from(byte) % NAME.len()]);
        } else {
            // Neither a control character nor the colon, which a user name must not have (RFC 7617 2).
            let octet = if (0x80..0xBF).contains(&byte) { byte & 0x3F | 0x40 } else { byte };
            uri.extend(format!("%{octet:02x}").bytes());
        }
    };
    let kind = next();
    if kind & 1 != 0 {
        (0..kind >> 5).for_each(|_| name(&mut uri, next()));
        if kind & 2 != 0 {
            uri.push(b':');
            (0..kind >> 5).for_each(|_| name(&mut uri, next()));
        }
        uri.push(b'@');
    }
    match kind >> 2 & 3 {
        0 => uri.extend(Ipv4Addr::from([next(), next(), next(), next()]).to_string().bytes()),
        1 => {
            let groups =
                std::array::from_fn::<u16, 8, _>(|_| u16::from(next()) * u16::from(next()));
            uri.extend(format!("[{}]", Ipv6Addr::from(groups)).bytes());
        }
        _ => (0..=kind >> 4).for_each(|_| name(&mut uri, next())),
    }
    let port = u16::from_be_bytes([next(), next()]);
    match port {
        0 => {}
        1 => uri.push(b':'),
        _ => uri.extend(format!(":{port}").bytes()),
    }
    let shape = next();
    // Everything but what ends the part, and what no URI has.
    let part = |uri: &mut Vec<u8>, byte: u8, ends: &[u8]| {
        let is_right = byte > b' ' && byte != 0x7F && !ends.contains(&byte);
        uri.push(if is_right { byte } else { b'/' });
    };
    if shape & 1 != 0 {
        uri.push(b'/');
        (0..shape >> 4).for_each(|_| part(&mut uri, next(), b"?#"));
    }
    if shape & 2 != 0 {
        uri.push(b'?');
        (0..shape >> 4).for_each(|_| part(&mut uri, next(), b"#"));
    }
    if shape & 4 != 0 {
        uri.push(b'#');
        (0..shape >> 4).for_each(|_| part(&mut uri, next(), b""));
    }
    uri
}

fn printed(uri: &Uri<'_>) -> Vec<u8> {
    let mut text = if uri.is_secure() { b"wss://".to_vec() } else { b"ws://".to_vec() };
    if let Some(userinfo) = uri.userinfo() {
        text.extend_from_slice(userinfo);
        text.push(b'@');
    }
    text.extend(format!("{}:{}", host(uri), uri.port()).bytes());
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
    let (mut target, mut host_text) = (vec![0; bytes.len()], vec![0; bytes.len()]);
    let mut memory = RequestMemory::new();
    (memory.target, memory.host) = (&mut target, &mut host_text);
    let mut reader = RequestReader::new(memory, bytes.len().max(DEFAULT_HEADER_LIMIT) + 1);
    assert_eq!(reader.feed(&bytes), (bytes.len(), Some(Ok(()))), "{}", shown(&bytes));
    assert_eq!(shown(reader.target()), shown(&expected_target(&uri)));
    let host = host(&uri);
    // RFC 6455 4.1, item 4: with the port, unless it is the default one.
    let host = if uri.has_default_port() { host } else { format!("{host}:{}", uri.port()) };
    assert_eq!(reader.host(), host.as_bytes());
}

/// RFC 6455 3: "/" if the path is empty; RFC 3986 2.1: what is outside ASCII is percent-encoded.
fn expected_target(uri: &Uri<'_>) -> Vec<u8> {
    let path = if uri.path().is_empty() { b"/" } else { uri.path() };
    let query = uri.query().map(|query| [b"?", query].concat()).unwrap_or_default();
    let encoded = path.iter().chain(&query).map(|byte| {
        if byte.is_ascii() { vec![*byte] } else { format!("%{byte:02X}").into_bytes() }
    });
    encoded.collect::<Vec<_>>().concat()
}
