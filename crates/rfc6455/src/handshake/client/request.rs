//! The client's request, generated as often as it takes and stored nowhere.

use core::fmt;

use super::encoding::{put_credentials, put_encoded};
use crate::handshake::extra::{ExtraError, check_lines, is_handshake_name};
use crate::handshake::part::Part;
use crate::handshake::text::{is_field_byte, is_token, trim};
use crate::{Key, Uri};

/// An opening handshake's request (RFC 6455 4.1).
///
/// The values are written as they are. Those that came from elsewhere should pass
/// [`Request::check`] first, or whoever chose them may add headers of their own.
///
/// ```
/// use rfc6455::{Key, Request, Uri};
///
/// let uri = Uri::parse(b"ws://server.example.com/chat")?;
/// let mut request = Request::new(uri, Key::new(*b"the sample nonce"));
/// request.protocol = b"chat, superchat";
/// request.headers = b"Origin: http://example.com\r\n";
/// request.check().expect("nothing of this may not be sent");
/// // The transport takes 32 bytes at a time.
/// let mut sent = Vec::new();
/// loop {
///     let mut room = [0; 32];
///     let len = request.write(sent.len(), &mut room);
///     if len == 0 {
///         break;
///     }
///     sent.extend_from_slice(&room[..len]);
/// }
/// assert!(sent.starts_with(b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\n"));
/// assert!(sent.ends_with(b"\r\n\r\n"));
/// # Ok::<(), rfc6455::UriError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Request<'a> {
    /// Where to connect to.
    pub uri: Uri<'a>,
    /// A new one for each connection.
    pub key: Key,
    /// The value of `Sec-WebSocket-Protocol`: the subprotocols that the client offers, best first,
    /// separated by commas. Empty: no such header.
    pub protocol: &'a [u8],
    /// The whole value of `Authorization`. Empty: Basic from the URI's userinfo, or without that no
    /// such header.
    pub authorization: &'a [u8],
    /// The value of `User-Agent`. Empty: no such header.
    pub user_agent: &'a [u8],
    /// More headers, written behind the others: whole lines `name: value`, each with its CR LF.
    /// Empty: none.
    pub headers: &'a [u8],
    /// A policy, off by default: `Host` has the port even if it is the scheme's default one, for
    /// servers that expect it. RFC 6455 4.1, item 4, leaves it away.
    pub host_port_always: bool,
}

/// Why a value may not stand in a [`Request`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RequestError {
    /// `protocol` is not a list of different tokens separated by commas.
    Protocol,
    /// `authorization` has a control character.
    Authorization,
    /// `user_agent` has a control character.
    UserAgent,
    /// `headers` is not whole lines of a name that is a token, a colon, a value without control
    /// characters but the tab, and CR LF.
    Headers,
    /// `headers` has a name that the handshake writes itself.
    ReservedHeader,
}

impl<'a> Request<'a> {
    /// The least that a request says; the rest are fields to be set.
    #[must_use]
    pub const fn new(uri: Uri<'a>, key: Key) -> Self {
        Self {
            uri,
            key,
            protocol: b"",
            authorization: b"",
            user_agent: b"",
            headers: b"",
            host_port_always: false,
        }
    }

    /// Whether the values may stand in a request.
    ///
    /// # Errors
    ///
    /// The first value that may not. A header value is visible characters, spaces, tabs and bytes
    /// from 0x80 up; a protocol is a token of RFC 7230 3.2.6 (RFC 6455 4.1), and spaces and tabs
    /// may stand around it. `headers` may not have `Host`, `Upgrade`, `Connection` or what begins
    /// with `Sec-WebSocket-` (RFC 6455 4.1), in any case; nor a second `Authorization` (the userinfo
    /// of the URI makes one too) or `User-Agent`.
    pub fn check(&self) -> Result<(), RequestError> {
        let is_value = |value: &[u8]| value.iter().all(|byte| is_field_byte(*byte));
        // RFC 6455 4.1, item 10: each element is a token and not empty.
        let is_protocol = |element: &[u8]| is_token(trim(element));
        if !self.protocol.is_empty() && !self.protocol.split(|byte| *byte == b',').all(is_protocol)
        {
            return Err(RequestError::Protocol);
        }
        if !self.protocol.is_empty() && !self.protocols_are_unique() {
            return Err(RequestError::Protocol);
        }
        if !is_value(self.authorization) {
            return Err(RequestError::Authorization);
        }
        if !is_value(self.user_agent) {
            return Err(RequestError::UserAgent);
        }
        self.check_headers()
    }

    fn check_headers(&self) -> Result<(), RequestError> {
        let mut authorized = !self.authorization.is_empty() || self.credentials().is_some();
        let mut named = !self.user_agent.is_empty();
        let is_reserved = |name: &[u8]| {
            // RFC 7235 4.2, RFC 7231 5.5.3: neither is a list, so neither may be there twice.
            let once = if name.eq_ignore_ascii_case(b"authorization") {
                &mut authorized
            } else if name.eq_ignore_ascii_case(b"user-agent") {
                &mut named
            } else {
                return is_handshake_name(name);
            };
            core::mem::replace(once, true)
        };
        check_lines(self.headers, is_reserved).map_err(|error| match error {
            ExtraError::Malformed => RequestError::Headers,
            ExtraError::Reserved => RequestError::ReservedHeader,
        })
    }

    /// The userinfo, if it is to become credentials.
    fn credentials(&self) -> Option<&'a [u8]> {
        // An empty userinfo names nobody.
        let userinfo = self.uri.userinfo().filter(|userinfo| !userinfo.is_empty())?;
        self.authorization.is_empty().then_some(userinfo)
    }

    /// RFC 6455 4.1, item 10: "MUST all be unique strings".
    fn protocols_are_unique(&self) -> bool {
        let mut rest = self.protocol.split(|byte| *byte == b',').map(trim);
        while let Some(element) = rest.next() {
            if rest.clone().any(|other| other == element) {
                return false;
            }
        }
        true
    }

    /// Writes the part of the request that begins at its byte `from`, as much of it as fits into
    /// `out`; the number of bytes written, which is 0 when everything was written before (or `out`
    /// is empty).
    ///
    /// The same request always gives the same bytes, so the caller keeps nothing but `from`.
    pub fn write(&self, from: usize, out: &mut [u8]) -> usize {
        Part::write(from, out, |part| self.generate(part))
    }

    /// Bytes of the whole request.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        Part::len(|part| self.generate(part))
    }

    /// The whole request, from its first byte.
    fn generate(&self, part: &mut Part<'_>) {
        // RFC 6455 4.1, items 2 and 3: GET, HTTP/1.1, and the resource name of section 3.
        part.put(b"GET ");
        if self.uri.path().is_empty() {
            part.put(b"/");
        }
        put_encoded(part, self.uri.path());
        if let Some(query) = self.uri.query() {
            part.put(b"?");
            put_encoded(part, query);
        }
        part.put(b" HTTP/1.1\r\nHost: ");
        self.generate_host(part);
        // RFC 6455 4.1, items 5, 6, 7 and 9.
        part.put(b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ");
        part.put(self.key.as_bytes());
        part.put(b"\r\nSec-WebSocket-Version: 13\r\n");
        // RFC 6455 4.1, item 10.
        part.put_header(b"Sec-WebSocket-Protocol: ", self.protocol);
        if let Some(userinfo) = self.credentials() {
            part.put(b"Authorization: Basic ");
            put_credentials(part, userinfo);
            part.put(b"\r\n");
        }
        part.put_header(b"Authorization: ", self.authorization);
        part.put_header(b"User-Agent: ", self.user_agent);
        part.put(self.headers);
        part.put(b"\r\n");
    }

    fn generate_host(&self, part: &mut Part<'_>) {
        let host = self.uri.host().as_bytes();
        if self.uri.is_ipv6() {
            part.put(b"[");
            part.put(host);
            part.put(b"]");
        } else {
            part.put(host);
        }
        // RFC 6455 4.1, item 4: the port only if it is not the default one.
        if self.host_port_always || !self.uri.has_default_port() {
            part.put(b":");
            part.put_decimal(self.uri.port());
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol => "the protocol is not a list of tokens",
            Self::Authorization => "the authorization has a control character",
            Self::UserAgent => "the user agent has a control character",
            Self::Headers => "the extra headers are malformed",
            Self::ReservedHeader => "an extra header is one that the handshake writes itself",
        })
    }
}

impl core::error::Error for RequestError {}
