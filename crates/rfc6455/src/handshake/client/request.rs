//! The client's request, generated as often as it takes and stored nowhere.

use core::fmt;

use super::encoding::{put_credentials, put_encoded};
use crate::handshake::extra::{ExtraError, check_lines, has_name, is_reserved_name};
use crate::handshake::part::Part;
use crate::handshake::text::{is_field_byte, is_same_name, is_token, trim};
use crate::{Key, Uri};

/// An opening handshake's request (RFC 6455 4.1). There is none that is malformed: whatever goes into
/// it is checked first, so no value can add a header or end the section.
///
/// If the URI has a userinfo, it is sent as credentials of the scheme Basic (RFC 7617), unless
/// [`Request::with_authorization`] or a header of [`Request::with_headers`] says otherwise.
///
/// ```
/// use rfc6455::{Key, Request, Uri};
///
/// let uri = Uri::parse(b"ws://server.example.com/chat")?;
/// let request = Request::new(uri, Key::new(*b"the sample nonce"))
///     .with_protocol(b"chat, superchat")?
///     .with_headers(b"Origin: http://example.com\r\n")?;
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
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Request<'a> {
    uri: Uri<'a>,
    key: Key,
    protocol: &'a [u8],
    authorization: &'a [u8],
    user_agent: &'a [u8],
    headers: &'a [u8],
    host_port_always: bool,
}

/// Why a value may not stand in a [`Request`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RequestError {
    /// The protocol is not a list of different tokens separated by commas.
    Protocol,
    /// The authorization has a control character.
    Authorization,
    /// The user agent has a control character.
    UserAgent,
    /// The headers are not whole lines of a name that is a token, a colon, a value without control
    /// characters but the tab, and CR LF.
    Headers,
    /// The headers have a name that the handshake writes itself, or one that announces a body.
    ReservedHeader,
}

impl<'a> Request<'a> {
    /// The least that a request says: where to connect to, and a key, which must be a new one for
    /// each connection (RFC 6455 4.1, item 7).
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

    /// The same request with this value of `Sec-WebSocket-Protocol`: the subprotocols that the
    /// client offers, best first, separated by commas. Empty: no such header.
    ///
    /// # Errors
    ///
    /// [`RequestError::Protocol`] if an element is not a token of RFC 7230 3.2.6, around which spaces
    /// and tabs may stand, or is there twice (RFC 6455 4.1, item 10).
    pub fn with_protocol(mut self, protocol: &'a [u8]) -> Result<Self, RequestError> {
        let mut rest = protocol.split(|byte| *byte == b',').map(trim);
        // RFC 6455 4.1, item 10: each element is a token and not empty, and they "MUST all be unique
        // strings".
        let mut is_right = true;
        while let Some(element) = rest.next() {
            is_right &= is_token(element) && rest.clone().all(|other| other != element);
        }
        if !protocol.is_empty() && !is_right {
            return Err(RequestError::Protocol);
        }
        self.protocol = protocol;
        Ok(self)
    }

    /// The same request with this whole value of `Authorization`, such as `Bearer` and a token.
    /// Empty: Basic from the URI's userinfo, or without that no such header.
    ///
    /// # Errors
    ///
    /// [`RequestError::Authorization`] if it has a control character other than the tab,
    /// [`RequestError::ReservedHeader`] if the headers have an `Authorization` already (RFC 7235
    /// 4.2).
    pub fn with_authorization(mut self, authorization: &'a [u8]) -> Result<Self, RequestError> {
        if !is_value(authorization) {
            return Err(RequestError::Authorization);
        }
        self.authorization = authorization;
        self.check()?;
        Ok(self)
    }

    /// The same request with this value of `User-Agent`. Empty: no such header.
    ///
    /// # Errors
    ///
    /// [`RequestError::UserAgent`] if it has a control character other than the tab,
    /// [`RequestError::ReservedHeader`] if the headers have a `User-Agent` already (RFC 7231 5.5.3).
    pub fn with_user_agent(mut self, user_agent: &'a [u8]) -> Result<Self, RequestError> {
        if !is_value(user_agent) {
            return Err(RequestError::UserAgent);
        }
        self.user_agent = user_agent;
        self.check()?;
        Ok(self)
    }

    /// The same request with these headers behind the others: whole lines `name: value`, each with
    /// its CR LF. Empty: none.
    ///
    /// # Errors
    ///
    /// [`RequestError::Headers`] or [`RequestError::ReservedHeader`]. The latter are, in any case,
    /// `Host`, `Upgrade`, `Connection`, what begins with `Sec-WebSocket-` (RFC 6455 4.1),
    /// `Content-Length`, `Transfer-Encoding`, `Trailer` (a proxy would take frames for a body, RFC
    /// 7230 3.3), `Expect` (RFC 7231 5.1.1: there is no body to wait with), and a second
    /// `Authorization` or `User-Agent`. A first `Authorization` takes the place of the userinfo's.
    pub fn with_headers(mut self, headers: &'a [u8]) -> Result<Self, RequestError> {
        self.headers = headers;
        self.check()?;
        Ok(self)
    }

    /// A policy, off by default: `Host` has the port even if it is the scheme's default one, for
    /// servers that expect it. RFC 6455 4.1, item 4, leaves it away.
    #[must_use]
    pub const fn with_host_port_always(mut self, always: bool) -> Self {
        self.host_port_always = always;
        self
    }

    /// Whether the headers may stand in it beside the rest.
    #[inline(never)] // Three setters use it, and whoever builds a request uses all of them.
    fn check(&self) -> Result<(), RequestError> {
        let mut authorized = !self.authorization.is_empty();
        let mut named = !self.user_agent.is_empty();
        let is_reserved = |name: &[u8]| {
            // RFC 7235 4.2, RFC 7231 5.5.3: neither is a list, so neither may be there twice.
            let once = if is_same_name(name, b"authorization") {
                &mut authorized
            } else if is_same_name(name, b"user-agent") {
                &mut named
            } else {
                return is_reserved_name(name) || is_same_name(name, b"expect");
            };
            core::mem::replace(once, true)
        };
        match check_lines(self.headers, is_reserved) {
            Ok(()) => Ok(()),
            Err(ExtraError::Malformed) => Err(RequestError::Headers),
            Err(ExtraError::Reserved) => Err(RequestError::ReservedHeader),
        }
    }

    /// The userinfo, if it is to become credentials.
    fn credentials(&self) -> Option<&'a [u8]> {
        // An empty userinfo names nobody.
        let userinfo = self.uri.userinfo().filter(|userinfo| !userinfo.is_empty())?;
        let other = !self.authorization.is_empty() || has_name(self.headers, b"authorization");
        (!other).then_some(userinfo)
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

/// RFC 7230 3.2: a header's value.
fn is_value(text: &[u8]) -> bool {
    text.iter().all(|byte| is_field_byte(*byte))
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol => "the protocol is not a list of different tokens",
            Self::Authorization => "the authorization has a control character",
            Self::UserAgent => "the user agent has a control character",
            Self::Headers => "the extra headers are malformed",
            Self::ReservedHeader => "an extra header is one that the handshake writes itself",
        })
    }
}

impl core::error::Error for RequestError {}
