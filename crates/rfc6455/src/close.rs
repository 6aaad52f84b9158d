//! The status code of a Close frame.

use crate::MAX_CONTROL_PAYLOAD;
use core::fmt;

/// A status code that may stand in a Close frame (RFC 6455 7.4).
///
/// The value is always one of 1000 to 1003, 1007 to 1014 and 3000 to 4999.
///
/// ```
/// use rfc6455::CloseCode;
///
/// assert_eq!(CloseCode::new(1000), Some(CloseCode::NORMAL));
/// assert_eq!(CloseCode::new(1005), None); // "no code was present" is never sent
/// assert_eq!(CloseCode::GOING_AWAY.get(), 1001);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1001: an end goes away: a server shuts down, a page is left.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: the peer sent a type of data that this end cannot accept.
    pub const UNSUPPORTED: Self = Self(1003);
    /// 1007: the payload does not fit the type of its message: text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: a message breaks a policy of this end.
    pub const POLICY: Self = Self(1008);
    /// 1009: a message is too big to process.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1010: the client expected an extension that the server did not agree on.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// 1011: the server met a condition that it did not expect.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// 1012: the service restarts (registered later, by RFC 6455 11.7's registry).
    pub const SERVICE_RESTART: Self = Self(1012);
    /// 1013: the server is overloaded, try again later (registered later, by RFC 6455 11.7's
    /// registry).
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// 1014: a gateway got a bad answer from the server behind it (registered later, by RFC 6455
    /// 11.7's registry).
    pub const BAD_GATEWAY: Self = Self(1014);

    /// 1005: how a connection has ended whose Close had no code (RFC 6455 7.1.5). Never sent.
    pub const NO_STATUS: u16 = 1005;
    /// 1006: how a connection has ended without a Close (RFC 6455 7.1.5). Never sent.
    pub const ABNORMAL: u16 = 1006;

    /// The code `code`, or `None` if it must not be sent.
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            // RFC 6455 7.4.1: 1004 is reserved; 1005, 1006 and 1015 never stand in a frame. 1012 to
            // 1014 came with the registry of RFC 6455 11.7.
            // RFC 6455 7.4.2: 3000 to 3999 are registered by libraries, 4000 to 4999 are for
            // private use.
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            // RFC 6455 7.4.2: 0 to 999 are not used, the rest below 3000 is for the standard
            // itself.
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The body of a Close with this code and a reason (RFC 6455 5.5.1), written into `body`. `None` if the
    /// reason has more than 123 octets: a control frame carries no more than 125.
    ///
    /// ```
    /// use rfc6455::{CloseCode, MAX_CONTROL_PAYLOAD};
    ///
    /// let mut body = [0; MAX_CONTROL_PAYLOAD];
    /// assert_eq!(CloseCode::GOING_AWAY.with_reason("update", &mut body), Some(&b"\x03\xe9update"[..]));
    /// ```
    #[must_use]
    pub fn with_reason<'b>(
        self,
        reason: &str,
        body: &'b mut [u8; MAX_CONTROL_PAYLOAD],
    ) -> Option<&'b [u8]> {
        let (code, room) = body.split_first_chunk_mut::<2>()?;
        *code = self.0.to_be_bytes();
        let room = room.get_mut(..reason.len())?;
        for (to, from) in room.iter_mut().zip(reason.bytes()) {
            *to = from;
        }
        body.get(..reason.len().saturating_add(2))
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_codes_that_may_be_sent() {
        for code in (0..=u16::MAX).step_by(crate::testing::STEP) {
            let allowed = (1000..=1003).contains(&code)
                || (1007..=1014).contains(&code)
                || (3000..=4999).contains(&code);
            assert_eq!(CloseCode::new(code).map(CloseCode::get), allowed.then_some(code), "{code}");
        }
    }

    #[test]
    fn a_reason_has_at_most_123_octets() {
        let mut body = [7; MAX_CONTROL_PAYLOAD];
        assert_eq!(CloseCode::NORMAL.with_reason("", &mut body), Some(&b"\x03\xe8"[..]));
        let longest = "r".repeat(123);
        let whole = CloseCode::NORMAL.with_reason(&longest, &mut body).unwrap();
        assert_eq!((whole.len(), &whole[2..]), (125, longest.as_bytes()));
        // 62 times two octets: characters are not what counts.
        assert_eq!(CloseCode::NORMAL.with_reason(&"é".repeat(62), &mut body), None);
    }
}
