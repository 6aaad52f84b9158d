//! What of a URI is encoded anew for the request: path, query, and the userinfo as credentials.

use crate::handshake::key::base64;
use crate::handshake::part::Part;

/// RFC 7617 2: user-id, colon and password in base64; a userinfo without a colon has an empty
/// password.
pub(super) fn put_credentials(part: &mut Part<'_>, userinfo: &[u8]) {
    let colon: &[u8] = if userinfo.contains(&b':') { b"" } else { b":" };
    let mut octets = Unescaped(userinfo).chain(colon.iter().copied());
    while let Some(first) = octets.next() {
        let encoded: [u8; 4] = match (octets.next(), octets.next()) {
            (Some(second), Some(third)) => base64(&[first, second, third]),
            (Some(second), None) => base64(&[first, second]),
            _ => base64(&[first]),
        };
        part.put(&encoded);
    }
}

/// Path or query: RFC 3986 2.1 and 2.5, bytes outside ASCII are percent-encoded, with upper-case
/// digits.
pub(super) fn put_encoded(part: &mut Part<'_>, text: &[u8]) {
    for byte in text {
        if byte.is_ascii() {
            part.put(&[*byte]);
        } else {
            part.put(&[b'%', hex_digit(byte >> 4), hex_digit(byte & 0x0F)]);
        }
    }
}

/// The octets of a percent-encoded text.
struct Unescaped<'a>(&'a [u8]);

impl Iterator for Unescaped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if let [b'%', high, low, rest @ ..] = self.0
            && let (Some(high), Some(low)) = (hex_value(*high), hex_value(*low))
        {
            self.0 = rest;
            return Some(high << 4 | low);
        }
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
}

const fn hex_digit(value: u8) -> u8 {
    match value {
        0..=9 => value.wrapping_add(b'0'),
        _ => value.wrapping_add(b'A' - 10),
    }
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'A'..=b'F' => Some(digit.wrapping_sub(b'A' - 10)),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a' - 10)),
        _ => None,
    }
}
