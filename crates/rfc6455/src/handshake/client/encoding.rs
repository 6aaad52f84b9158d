//! What of a URI is encoded anew for the request: path, query, and the userinfo as credentials.

use crate::handshake::key::base64;
use crate::handshake::part::Part;
use crate::uri::Octets;

/// RFC 7617 2: user-id, colon and password in base64; a userinfo without a colon has an empty
/// password.
pub(super) fn put_credentials(part: &mut Part<'_>, userinfo: &[u8]) {
    #[expect(clippy::manual_contains, reason = "`contains` is a search by words, 400 bytes of it")]
    let has_colon = userinfo.iter().any(|byte| *byte == b':');
    let colon: &[u8] = if has_colon { b"" } else { b":" };
    let mut octets = Octets(userinfo).chain(Octets(colon));
    loop {
        let mut group = [0; 3];
        let mut len = 0_usize;
        for (slot, octet) in group.iter_mut().zip(&mut octets) {
            *slot = octet;
            len = len.wrapping_add(1);
        }
        if len == 0 {
            return;
        }
        let encoded: [u8; 4] = base64(group.get(..len).unwrap_or_default());
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

const fn hex_digit(value: u8) -> u8 {
    match value {
        0..=9 => value.wrapping_add(b'0'),
        _ => value.wrapping_add(b'A' - 10),
    }
}
