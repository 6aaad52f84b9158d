//! The part of a URI before `@` (RFC 3986 3.2.1), which becomes credentials (RFC 7617).

use super::UriError;
use super::host_port::is_reg_name;

/// Whether `text` is a userinfo and can be sent as credentials of the scheme Basic.
pub(super) fn check(text: &[u8]) -> Result<(), UriError> {
    // RFC 3986 3.2.1: unreserved, percent-encoded, sub-delims and ":".
    if !is_encoded(text) {
        return Err(UriError::UserInfo);
    }
    // RFC 7617 2: the first colon ends the user-id; one that was encoded would end it elsewhere.
    let user = text.split(|byte| *byte == b':').next().unwrap_or_default();
    // RFC 7617 2: "MUST NOT contain any control characters".
    if Octets(user).any(|octet| octet == b':') || Octets(text).any(|octet| octet.is_ascii_control())
    {
        return Err(UriError::Credentials);
    }
    Ok(())
}

fn is_encoded(mut text: &[u8]) -> bool {
    loop {
        text = match text {
            [] => return true,
            // RFC 3986 2.1: a percent sign and two hexadecimal digits.
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest
            }
            [byte, rest @ ..] if *byte == b':' || is_reg_name(*byte) => rest,
            _ => return false,
        };
    }
}

/// The octets of a percent-encoded text.
pub(crate) struct Octets<'a>(pub(crate) &'a [u8]);

impl Iterator for Octets<'_> {
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

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'A'..=b'F' => Some(digit.wrapping_sub(b'A' - 10)),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a' - 10)),
        _ => None,
    }
}
