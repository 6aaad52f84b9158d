//! The client's request, generated as often as it takes and stored nowhere.

use core::fmt;

use super::Key;
use super::key::base64;
use crate::Uri;

/// An opening handshake's request (RFC 6455 4.1).
///
/// The values are written as they are. Those that came from elsewhere should pass
/// [`Request::check`] first, or whoever chose them may add headers of their own.
///
/// ```
/// use rfc6455::{Key, Request, Uri};
///
/// let request = Request {
///     uri: Uri::parse(b"ws://server.example.com/chat")?,
///     key: Key::new(*b"the sample nonce"),
///     protocol: b"chat, superchat",
///     authorization: b"",
///     user_agent: b"",
/// };
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
}

impl Request<'_> {
    /// Whether the values may stand in a request.
    ///
    /// # Errors
    ///
    /// The first value that may not. A header value is visible characters, spaces, tabs and bytes
    /// from 0x80 up; a protocol is a token of RFC 7230 3.2.6 (RFC 6455 4.1), and spaces and tabs
    /// may stand around it.
    pub fn check(&self) -> Result<(), RequestError> {
        let is_value = |value: &[u8]| value.iter().all(|byte| is_field_byte(*byte));
        // RFC 6455 4.1, item 10: each element is a token and not empty.
        let is_protocol = |element: &[u8]| {
            let element = trim(element);
            !element.is_empty() && element.iter().all(|byte| is_token_byte(*byte))
        };
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
        Ok(())
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
        let mut part = Part { skip: from, out, written: 0 };
        self.generate(&mut part);
        part.written
    }

    /// Bytes of the whole request.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        let mut part = Part { skip: usize::MAX, out: &mut [], written: 0 };
        self.generate(&mut part);
        usize::MAX.wrapping_sub(part.skip)
    }

    /// The whole request, from its first byte.
    fn generate(&self, part: &mut Part<'_>) {
        // RFC 6455 4.1, items 2 and 3: GET, HTTP/1.1, and the resource name of section 3.
        part.put(b"GET ");
        if self.uri.path().is_empty() {
            part.put(b"/");
        }
        part.put_encoded(self.uri.path());
        if let Some(query) = self.uri.query() {
            part.put(b"?");
            part.put_encoded(query);
        }
        part.put(b" HTTP/1.1\r\nHost: ");
        self.generate_host(part);
        // RFC 6455 4.1, items 5, 6, 7 and 9.
        part.put(b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ");
        part.put(self.key.as_bytes());
        part.put(b"\r\nSec-WebSocket-Version: 13\r\n");
        // RFC 6455 4.1, item 10.
        part.put_header(b"Sec-WebSocket-Protocol: ", self.protocol);
        if self.authorization.is_empty() {
            // An empty userinfo names nobody.
            if let Some(userinfo @ [_, ..]) = self.uri.userinfo() {
                part.put(b"Authorization: Basic ");
                part.put_credentials(userinfo);
                part.put(b"\r\n");
            }
        }
        part.put_header(b"Authorization: ", self.authorization);
        part.put_header(b"User-Agent: ", self.user_agent);
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
        if !self.uri.has_default_port() {
            part.put(b":");
            part.put_decimal(self.uri.port());
        }
    }
}

/// A sink that ignores the first `skip` bytes that it is given, keeps the next ones until `out` is
/// full, and ignores the rest.
struct Part<'o> {
    skip: usize,
    out: &'o mut [u8],
    written: usize,
}

impl Part<'_> {
    fn put(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip = self.skip.wrapping_sub(skipped);
        for (slot, byte) in self.out.iter_mut().skip(self.written).zip(bytes.iter().skip(skipped)) {
            *slot = *byte;
            self.written = self.written.wrapping_add(1);
        }
    }

    /// A header with its line end; nothing if the value is empty.
    fn put_header(&mut self, name_and_colon: &[u8], value: &[u8]) {
        if !value.is_empty() {
            self.put(name_and_colon);
            self.put(value);
            self.put(b"\r\n");
        }
    }

    /// Path or query: RFC 3986 2.1 and 2.5, bytes outside ASCII are percent-encoded, with
    /// upper-case digits.
    fn put_encoded(&mut self, text: &[u8]) {
        for byte in text {
            if byte.is_ascii() {
                self.put(&[*byte]);
            } else {
                self.put(&[b'%', hex_digit(byte >> 4), hex_digit(byte & 0x0F)]);
            }
        }
    }

    fn put_decimal(&mut self, mut number: u16) {
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = b'0'.wrapping_add((number % 10) as u8);
            number /= 10;
        }
        let zeros = digits.iter().take(4).take_while(|digit| **digit == b'0').count();
        self.put(digits.get(zeros..).unwrap_or_default());
    }

    /// RFC 7617 2: user-id, colon and password in base64; a userinfo without a colon has an empty
    /// password.
    fn put_credentials(&mut self, userinfo: &[u8]) {
        let colon: &[u8] = if userinfo.contains(&b':') { b"" } else { b":" };
        let mut octets = Unescaped(userinfo).chain(colon.iter().copied());
        while let Some(first) = octets.next() {
            let encoded: [u8; 4] = match (octets.next(), octets.next()) {
                (Some(second), Some(third)) => base64(&[first, second, third]),
                (Some(second), None) => base64(&[first, second]),
                _ => base64(&[first]),
            };
            self.put(&encoded);
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

/// Without spaces and tabs at both ends: RFC 7230 3.2.3, optional white space.
pub(super) fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// RFC 7230 3.2: what may stand in a header's value. Everything but controls other than the tab.
pub(super) const fn is_field_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}

/// RFC 7230 3.2.6: tchar.
pub(super) const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+')
        || matches!(byte, b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol => "the protocol is not a list of tokens",
            Self::Authorization => "the authorization has a control character",
            Self::UserAgent => "the user agent has a control character",
        })
    }
}

impl core::error::Error for RequestError {}
