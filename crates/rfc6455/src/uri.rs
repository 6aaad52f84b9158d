//! `ws` and `wss` URIs (RFC 6455 3, RFC 3986), over the caller's bytes.

mod address;
mod host_port;
mod userinfo;

use core::fmt;

pub(crate) use self::host_port::HostPort;
pub(crate) use self::userinfo::Octets;

/// A parsed `ws:` or `wss:` URI. It borrows the text and copies nothing.
///
/// What is refused: see [`Uri::parse`].
///
/// ```
/// use rfc6455::Uri;
///
/// let uri = Uri::parse(b"wss://user:pass@example.org/chat?room=1")?;
/// assert!(uri.is_secure());
/// assert_eq!(uri.host(), "example.org");
/// assert_eq!(uri.port(), 443);
/// assert_eq!(uri.path(), b"/chat");
/// assert_eq!(uri.query(), Some(&b"room=1"[..]));
/// # Ok::<(), rfc6455::UriError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Uri<'a> {
    secure: bool,
    ipv6: bool,
    userinfo: Option<&'a [u8]>,
    host: &'a str,
    port: u16,
    path: &'a [u8],
    query: Option<&'a [u8]>,
}

/// Why a text is not a URI that can be connected to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum UriError {
    /// Does not begin with `ws://` or `wss://`.
    Scheme,
    /// The host is empty, or neither a name nor an address.
    Host,
    /// The port is not a number from 1 to 65535.
    Port,
    /// The part before `@` has a byte that must be percent-encoded there.
    UserInfo,
    /// The part before `@`, percent-decoded, cannot be credentials (RFC 7617 2): it has a control
    /// character, or a colon in the user name.
    Credentials,
    /// A space, a control character or DEL.
    ForbiddenByte {
        /// Its index in the text.
        at: usize,
    },
}

impl<'a> Uri<'a> {
    /// Reads a whole URI: `ws://` or `wss://` in any case, then
    /// `[userinfo@]host[:port][path][?query][#fragment]`.
    ///
    /// The host is a name, an IPv4 address, or an IPv6 address in brackets (without a zone). The
    /// port may be empty, which is the default one. The fragment is dropped: RFC 6455 3 has no use
    /// for it. In path and query every byte but those of [`UriError::ForbiddenByte`] is taken as it
    /// is; `%` is not decoded. A userinfo must be one that Basic credentials can be made of (RFC 7617
    /// 2), since a request has no other use for it.
    ///
    /// # Errors
    ///
    /// The first of these that applies: a forbidden byte anywhere, the scheme, the userinfo, the
    /// port, the host.
    pub fn parse(text: &'a [u8]) -> Result<Self, UriError> {
        // RFC 3986 2: no URI has such bytes, and in a request line they would end the target or the
        // line.
        if let Some(at) = text.iter().position(|byte| matches!(byte, 0..=0x20 | 0x7F)) {
            return Err(UriError::ForbiddenByte { at });
        }
        let (secure, rest) = split_scheme(text).ok_or(UriError::Scheme)?;
        // RFC 3986 3.2: the authority ends at the next "/", "?" or "#", or at the end.
        let (authority, rest) = split_before(rest, b"/?#");
        // RFC 3986 3.5, RFC 6455 3: the fragment is nobody's business but the client's own.
        let (rest, _fragment) = split_before(rest, b"#");
        // RFC 3986 3.4: the query begins at the first "?".
        let (path, query) = split_before(rest, b"?");
        let query = query.split_first().map(|(_, query)| query);

        let (userinfo, host_port) = match authority.iter().rposition(|byte| *byte == b'@') {
            Some(at) => {
                (authority.get(..at), authority.get(at.wrapping_add(1)..).unwrap_or_default())
            }
            None => (None, authority),
        };
        userinfo.map_or(Ok(()), userinfo::check)?;
        let mut check = HostPort::new();
        host_port.iter().for_each(|byte| check.take(*byte));
        let port = check.end()?.unwrap_or(default_port(secure));
        // RFC 3986 3.2.2: an IP literal in brackets, or a registered name.
        let (host, ipv6) = match host_port {
            [b'[', rest @ ..] => (split_before(rest, b"]").0, true),
            _ => (split_before(host_port, b":").0, false),
        };
        let host = str::from_utf8(host).map_err(|_| UriError::Host)?;
        Ok(Self { secure, ipv6, userinfo, host, port, path, query })
    }

    /// Whether the scheme is `wss`: the connection is to use TLS.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host without brackets, as a resolver wants it. Never empty, always ASCII.
    #[must_use]
    pub const fn host(&self) -> &'a str {
        self.host
    }

    /// Whether the host is an IPv6 address, which stands in brackets in a URI and in a Host header.
    #[must_use]
    pub const fn is_ipv6(&self) -> bool {
        self.ipv6
    }

    /// The port, 1 to 65535; when the URI names none, 80 for `ws` and 443 for `wss` (RFC 6455 3).
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the port is the scheme's default one, written or not.
    #[must_use]
    pub const fn has_default_port(&self) -> bool {
        self.port == default_port(self.secure)
    }

    /// What stands before `@`, still percent-encoded, if there is an `@`.
    #[must_use]
    pub const fn userinfo(&self) -> Option<&'a [u8]> {
        self.userinfo
    }

    /// The path as it stands in the URI. It may be empty, which is `/` in a request (RFC 6455 3).
    #[must_use]
    pub const fn path(&self) -> &'a [u8] {
        self.path
    }

    /// What stands between `?` and the fragment, if there is a `?`.
    #[must_use]
    pub const fn query(&self) -> Option<&'a [u8]> {
        self.query
    }
}

/// RFC 6455 3: 80 for "ws", 443 for "wss".
const fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

/// Splits before the first byte that is one of `ends`; the second part is empty if there is none.
#[inline(never)] // Five places use it.
fn split_before<'a>(text: &'a [u8], ends: &[u8]) -> (&'a [u8], &'a [u8]) {
    let at = text.iter().position(|byte| ends.iter().any(|end| end == byte));
    at.and_then(|at| text.split_at_checked(at)).unwrap_or((text, &[]))
}

/// Whether the scheme is the secure one, and what follows `://`.
#[inline(never)]
fn split_scheme(text: &[u8]) -> Option<(bool, &[u8])> {
    // RFC 3986 3.1: schemes are case-insensitive.
    match text {
        [b'w' | b'W', b's' | b'S', b':', b'/', b'/', rest @ ..] => Some((false, rest)),
        [b'w' | b'W', b's' | b'S', b's' | b'S', b':', b'/', b'/', rest @ ..] => Some((true, rest)),
        _ => None,
    }
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => f.write_str("the URI does not begin with ws:// or wss://"),
            Self::Host => f.write_str("the host is empty or malformed"),
            Self::Port => f.write_str("the port is not a number from 1 to 65535"),
            Self::UserInfo => {
                f.write_str("the user name or password has a byte that is not allowed")
            }
            Self::Credentials => {
                f.write_str("the user name has a colon, or it or the password a control character")
            }
            Self::ForbiddenByte { at } => write!(f, "byte {at} is a space or a control character"),
        }
    }
}

impl core::error::Error for UriError {}

#[cfg(test)]
mod tests;
