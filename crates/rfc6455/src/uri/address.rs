//! Addresses that may stand in a URI (RFC 3986 3.2.2).

use super::split_before;

/// RFC 3986 3.2.2, IPv6address.
pub(super) fn is_ipv6(text: &[u8]) -> bool {
    // "::" may stand at the beginning; elsewhere it follows a group.
    let (mut gap, mut rest) = match text {
        [b':', b':'] => return true,
        [b':', b':', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut groups = 0_u8;
    loop {
        let (group, tail) = split_before(rest, |byte| byte == b':');
        if tail.is_empty() && group.contains(&b'.') {
            // The last 32 bits may be written as an IPv4 address.
            groups = groups.saturating_add(2);
            if !is_ipv4(group) {
                return false;
            }
            break;
        }
        if !matches!(group.len(), 1..=4) || !group.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
        groups = groups.saturating_add(1);
        rest = match tail {
            [] => break,
            // "::" only once.
            [b':', b':', ..] if gap => return false,
            [b':', b':'] => {
                gap = true;
                break;
            }
            [b':', b':', rest @ ..] => {
                gap = true;
                rest
            }
            [_, rest @ ..] => rest,
        };
    }
    // "::" stands for at least one of the eight groups.
    if gap { groups <= 7 } else { groups == 8 }
}

/// RFC 3986 3.2.2, IPv4address: four numbers from 0 to 255 without leading zeros.
pub(super) fn is_ipv4(text: &[u8]) -> bool {
    let is_octet = |digits: &[u8]| {
        matches!(
            digits,
            [b'0'..=b'9']
                | [b'1'..=b'9', b'0'..=b'9']
                | [b'1', b'0'..=b'9', b'0'..=b'9']
                | [b'2', b'0'..=b'4', b'0'..=b'9']
                | [b'2', b'5', b'0'..=b'5']
        )
    };
    text.split(|byte| *byte == b'.').count() == 4 && text.split(|byte| *byte == b'.').all(is_octet)
}
