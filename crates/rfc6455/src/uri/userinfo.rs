//! The part of a URI before `@` (RFC 3986 3.2.1), which becomes credentials (RFC 7617).

use super::UriError;
use super::host_port::is_reg_name;

/// Whether `text` is a userinfo and can be sent as credentials of the scheme Basic.
pub(super) fn check(mut text: &[u8]) -> Result<(), UriError> {
    let mut in_user = true;
    let mut is_right = true;
    loop {
        let octet;
        (octet, text) = match text {
            [] => break,
            // RFC 3986 2.1: a percent sign and two hexadecimal digits.
            [b'%', rest @ ..] => decode(rest).ok_or(UriError::UserInfo)?,
            // RFC 7617 2: the first colon ends the user-id …
            [b':', rest @ ..] => {
                in_user = false;
                (b' ', rest)
            }
            // RFC 3986 3.2.1: unreserved, percent-encoded, sub-delims and ":".
            [byte, rest @ ..] if is_reg_name(*byte) => (*byte, rest),
            _ => return Err(UriError::UserInfo),
        };
        // … one that was encoded would end it elsewhere; "MUST NOT contain any control characters".
        is_right &= !(octet.is_ascii_control() || in_user && octet == b':');
    }
    if is_right { Ok(()) } else { Err(UriError::Credentials) }
}

/// The octet that two hexadecimal digits stand for, and what follows them.
fn decode(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = text.split_first_chunk::<2>()?;
    let mut octet = 0;
    for digit in digits {
        octet = octet << 4 | char::from(*digit).to_digit(16)?;
    }
    Some((octet as u8, rest))
}

/// The octets of a percent-encoded text.
pub(crate) struct Octets<'a>(pub(crate) &'a [u8]);

impl Iterator for Octets<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        let (octet, rest) = match first {
            b'%' => decode(rest).unwrap_or((*first, rest)),
            _ => (*first, rest),
        };
        self.0 = rest;
        Some(octet)
    }
}
