//! URIs that are taken apart, URIs that are refused and why, and any bytes.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::address::Ipv6;
use super::*;

/// Text, secure, host, IPv6, port, userinfo, path, query.
type Vector = (
    &'static str,
    bool,
    &'static str,
    bool,
    u16,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
);

#[rustfmt::skip]
const GOOD: &[Vector] = &[
    // RFC 6455 3: default ports, empty path, query.
    ("ws://server.example.com/chat", false, "server.example.com", false, 80, None, "/chat", None),
    ("wss://server.example.com/chat", true, "server.example.com", false, 443, None, "/chat", None),
    ("ws://a", false, "a", false, 80, None, "", None),
    ("ws://a/", false, "a", false, 80, None, "/", None),
    ("ws://a?", false, "a", false, 80, None, "", Some("")),
    ("ws://a?x=1?y/#", false, "a", false, 80, None, "", Some("x=1?y/")),
    ("ws://a/b;c=d/e%20f?g", false, "a", false, 80, None, "/b;c=d/e%20f", Some("g")),
    // RFC 3986 3.1: schemes in any case.
    ("WsS://a", true, "a", false, 443, None, "", None),
    ("WS://a", false, "a", false, 80, None, "", None),
    // RFC 3986 3.2.3: ports, also empty, also with leading zeros.
    ("ws://a:8080/b", false, "a", false, 8080, None, "/b", None),
    ("ws://a:/b", false, "a", false, 80, None, "/b", None),
    ("wss://a:?b", true, "a", false, 443, None, "", Some("b")),
    ("ws://a:1", false, "a", false, 1, None, "", None),
    ("ws://a:0000065535", false, "a", false, 65535, None, "", None),
    // RFC 3986 3.2.1: userinfo ends at "@".
    ("ws://u:p@a", false, "a", false, 80, Some("u:p"), "", None),
    ("ws://@a", false, "a", false, 80, Some(""), "", None),
    ("ws://u%40x:p:q;&=@a:9", false, "a", false, 9, Some("u%40x:p:q;&="), "", None),
    // RFC 7617 2: a colon in the password is part of it.
    ("ws://u:p%3Aq:r%20%80@a", false, "a", false, 80, Some("u:p%3Aq:r%20%80"), "", None),
    ("ws://a/@b", false, "a", false, 80, None, "/@b", None),
    ("ws://a?@b", false, "a", false, 80, None, "", Some("@b")),
    // RFC 3986 3.2.2: names and addresses.
    ("ws://192.168.4.1/", false, "192.168.4.1", false, 80, None, "/", None),
    ("ws://a_b~c-d.e%C3%A4!$&'()*+,;=", false, "a_b~c-d.e%C3%A4!$&'()*+,;=", false, 80, None, "", None),
    ("ws://[::1]:81/x", false, "::1", true, 81, None, "/x", None),
    ("wss://u@[2001:DB8::a]", true, "2001:DB8::a", true, 443, Some("u"), "", None),
    ("ws://[1:2:3:4:5:6:7:8]:", false, "1:2:3:4:5:6:7:8", true, 80, None, "", None),
    // RFC 3986 3.5: the fragment is dropped, wherever it begins.
    ("ws://a#b?c/d@e:f", false, "a", false, 80, None, "", None),
    ("ws://a:7#", false, "a", false, 7, None, "", None),
    ("ws://a/b?c#d?e", false, "a", false, 80, None, "/b", Some("c")),
    // Bytes outside ASCII in path and query.
    ("ws://a/\u{e4}?\u{20ac}", false, "a", false, 80, None, "/\u{e4}", Some("\u{20ac}")),
];

const BAD: &[(&str, UriError)] = &[
    ("", UriError::Scheme),
    ("ws", UriError::Scheme),
    ("ws:/a", UriError::Scheme),
    ("ws:a", UriError::Scheme),
    ("//a", UriError::Scheme),
    ("http://a", UriError::Scheme),
    ("wsx://a", UriError::Scheme),
    ("wsss://a", UriError::Scheme),
    ("xws://a", UriError::Scheme),
    ("ws://", UriError::Host),
    ("ws:///a", UriError::Host),
    ("ws://?a", UriError::Host),
    ("ws://#a", UriError::Host),
    ("ws://:80", UriError::Host),
    ("ws://u@", UriError::Host),
    ("ws://u@:80", UriError::Host),
    ("ws://a%", UriError::Host),
    ("ws://a%4", UriError::Host),
    ("ws://a%4g", UriError::Host),
    ("ws://a%g4", UriError::Host),
    ("ws://a%4:80", UriError::Host),
    ("ws://a%:80", UriError::Host),
    ("ws://[::1]x:80", UriError::Host),
    ("ws://[::1]x:0", UriError::Host),
    ("ws://a\"b", UriError::Host),
    ("ws://a\\b", UriError::Host),
    ("ws://a[b", UriError::Host),
    ("ws://a|b", UriError::Host),
    ("ws://\u{e4}", UriError::Host),
    ("ws://[", UriError::Host),
    ("ws://[]", UriError::Host),
    ("ws://[::1", UriError::Host),
    ("ws://[::1]x", UriError::Host),
    ("ws://[::1]80", UriError::Host),
    ("ws://[a]", UriError::Host),
    ("ws://[1.2.3.4]", UriError::Host),
    ("ws://[v1.a]", UriError::Host),
    ("ws://[fe80::1%25eth0]", UriError::Host),
    ("ws://::1", UriError::Port),
    ("ws://a:0", UriError::Port),
    ("ws://a:000", UriError::Port),
    ("ws://a:65536", UriError::Port),
    ("ws://a:99999999999999999999", UriError::Port),
    ("ws://a:-1", UriError::Port),
    ("ws://a:+1", UriError::Port),
    ("ws://a:8x", UriError::Port),
    ("ws://a:80:80", UriError::Port),
    ("ws://u@v@a", UriError::UserInfo),
    ("ws://u%@a", UriError::UserInfo),
    ("ws://u%1g@a", UriError::UserInfo),
    ("ws://u%g1@a", UriError::UserInfo),
    ("ws://u[@a", UriError::UserInfo),
    ("ws://\u{e4}@a", UriError::UserInfo),
    // RFC 7617 2: no colon in the user-id, no control character in it or in the password.
    ("ws://u%3Av:p@a", UriError::Credentials),
    ("ws://u%3av@a", UriError::Credentials),
    ("ws://%3A@a", UriError::Credentials),
    ("ws://u%0d%0aX@a", UriError::Credentials),
    ("ws://u:p%00@a", UriError::Credentials),
    ("ws://u:%1F@a", UriError::Credentials),
    ("ws://u:p%7F@a", UriError::Credentials),
    (" ws://a", UriError::ForbiddenByte { at: 0 }),
    ("ws://a/b c", UriError::ForbiddenByte { at: 8 }),
    ("ws://a/\r\nX: y", UriError::ForbiddenByte { at: 7 }),
    ("ws://a/\0", UriError::ForbiddenByte { at: 7 }),
    ("ws://a/#\x7f", UriError::ForbiddenByte { at: 8 }),
    ("http://\t", UriError::ForbiddenByte { at: 7 }),
];

#[test]
fn good() {
    for &(text, secure, host, ipv6, port, userinfo, path, query) in GOOD {
        let uri = Uri::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(uri.is_secure(), secure, "{text}");
        assert_eq!(uri.host(), host, "{text}");
        assert_eq!(uri.is_ipv6(), ipv6, "{text}");
        assert_eq!(uri.port(), port, "{text}");
        assert_eq!(uri.has_default_port(), port == if secure { 443 } else { 80 }, "{text}");
        assert_eq!(uri.userinfo(), userinfo.map(str::as_bytes), "{text}");
        assert_eq!(uri.path(), path.as_bytes(), "{text}");
        assert_eq!(uri.query(), query.map(str::as_bytes), "{text}");
    }
}

#[test]
fn bad() {
    for &(text, error) in BAD {
        assert_eq!(Uri::parse(text.as_bytes()), Err(error), "{text:?}");
    }
}

fn is_ipv6(text: &[u8]) -> bool {
    let mut address = Ipv6::new();
    text.iter().for_each(|byte| address.take(*byte));
    address.is_address()
}

/// As the last 32 bits of an IPv6 address.
fn is_ipv4(text: &[u8]) -> bool {
    text.contains(&b'.') && is_ipv6(&[b"::", text].concat())
}

/// RFC 3986 3.2.2 and the standard library agree on what an IPv6 address is.
#[test]
fn ipv6_addresses() {
    for text in [
        "::",
        "::1",
        "1::",
        "1::8",
        "1:2:3:4:5:6:7:8",
        "::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "1:2:3::5:6:7:8",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4:5::1.2.3.4",
        "::1.2.3.4",
        "::255.255.255.255",
        "abcd:EF01::",
    ] {
        assert!(is_ipv6(text.as_bytes()), "{text}");
        assert!(text.parse::<core::net::Ipv6Addr>().is_ok(), "{text}");
    }
    for text in [
        "",
        ":",
        ":::",
        "1",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        "1:::2",
        "12345::",
        "g::",
        "1.2.3.4",
        "::1.2.3",
        "::1.2.3.256",
        "::1.2.3.4.5",
        "::01.2.3.4",
        "::1.2.3.4:5",
        "::1.2.3.",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1:",
        "1::2:",
    ] {
        assert!(!is_ipv6(text.as_bytes()), "{text}");
        assert!(text.parse::<core::net::Ipv6Addr>().is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn any_address_like_text(text in "[0-9a-f:.]{0,20}|([0-9a-f]{0,2}:){1,8}[0-9a-f]{0,2}|(:|[0-9]:){1,7}[0-9.]{0,9}") {
        prop_assert_eq!(is_ipv6(text.as_bytes()), text.parse::<core::net::Ipv6Addr>().is_ok());
    }

    #[test]
    fn any_ipv4_like_text(text in "[0-9.]{0,16}|([0-9]{1,3}[.]){3}[0-9]{1,3}") {
        prop_assert_eq!(is_ipv4(text.as_bytes()), text.parse::<core::net::Ipv4Addr>().is_ok());
    }

    /// Whatever is taken is safe to write into a request, and its parts are parts of the text.
    #[test]
    fn any_bytes(
        scheme in "wss?://|",
        rest in prop_oneof![
            any::<Vec<u8>>(),
            "[a-z0-9:@/?#%.\\[\\]]{0,24}".prop_map(String::into_bytes),
        ],
    ) {
        let text = [scheme.as_bytes(), &rest].concat();
        match Uri::parse(&text) {
            Ok(uri) => {
                prop_assert!(!uri.host().is_empty() && uri.host().is_ascii());
                prop_assert!(uri.port() != 0);
                prop_assert!(text.iter().all(|byte| *byte > 0x20 && *byte != 0x7F));
                prop_assert!(matches!(uri.path(), [] | [b'/', ..]));
                prop_assert!(!uri.path().contains(&b'?') && !uri.path().contains(&b'#'));
                prop_assert!(!uri.query().unwrap_or_default().contains(&b'#'));
            }
            Err(UriError::ForbiddenByte { at }) => {
                prop_assert!(text[at] <= 0x20 || text[at] == 0x7F);
                prop_assert!(text[..at].iter().all(|byte| *byte > 0x20 && *byte != 0x7F));
            }
            Err(_) => {}
        }
    }
}
