//! What a server says beside a status that is not 101.

use crate::handshake::kept::Kept;

/// Memory for what a server says when it does not accept: the reason phrase of its status, and
/// where a redirect points. For [`Response::feed_with`](super::Response::feed_with).
///
/// ```
/// use rfc6455::{DEFAULT_HEADER_LIMIT, Details, HandshakeError, Key, Response};
///
/// let mut response = Response::new(Key::new([0; 16]).accept(), DEFAULT_HEADER_LIMIT);
/// let (mut reason, mut location) = ([0; 32], [0; 256]);
/// let mut details = Details::new(&mut reason, &mut location);
/// let input = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: wss://example.org/chat\r\n\r\n";
/// let (_, outcome) = response.feed_with(b"", input, &mut details);
/// assert_eq!(outcome, Some(Err(HandshakeError::Status(307))));
/// assert_eq!(details.reason(), b"Temporary Redirect");
/// assert_eq!(details.location(), Some(&b"wss://example.org/chat"[..]));
/// ```
#[derive(PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Details<'m> {
    reason: Kept<'m>,
    location: Kept<'m>,
}

impl<'m> Details<'m> {
    /// Before the first byte of an answer. Each slice may have any length, also 0.
    #[must_use]
    pub const fn new(reason: &'m mut [u8], location: &'m mut [u8]) -> Self {
        let mut reason = Kept::new(reason);
        // Every answer has one, though it may be empty.
        reason.begin();
        Self { reason, location: Kept::new(location) }
    }

    /// The reason phrase of the status line (RFC 7230 3.1.2), as much of it as fits. It is for
    /// people, in no particular encoding, and often empty.
    #[must_use]
    pub fn reason(&self) -> &[u8] {
        self.reason.bytes().unwrap_or_default()
    }

    /// Whether the reason phrase is longer than the memory lent for it.
    #[must_use]
    pub const fn is_reason_cut(&self) -> bool {
        self.reason.is_cut()
    }

    /// The value of the first `Location` (RFC 7231 7.1.2), as much of it as fits: a URI, or a
    /// reference relative to the one of the request. `None` if there was none.
    ///
    /// It is the server's text: before it is followed it has to be parsed, and its host to be
    /// judged as that of any URI from elsewhere.
    #[must_use]
    pub fn location(&self) -> Option<&[u8]> {
        self.location.bytes()
    }

    /// Whether `Location` is longer than the memory lent for it. Its beginning is another URI: it
    /// must not be followed.
    #[must_use]
    pub const fn is_location_cut(&self) -> bool {
        self.location.is_cut()
    }
}

/// Who looks at what an answer says beside its verdict.
pub(super) trait Notes {
    /// Somebody does, so a refusal is read to its end.
    const WANTED: bool;
    fn reason(&mut self, byte: u8);
    /// A `Location` begins; false if its value is not wanted.
    fn begin_location(&mut self) -> bool;
    fn location(&mut self, byte: u8);
}

/// Nobody.
impl Notes for () {
    const WANTED: bool = false;

    fn reason(&mut self, _: u8) {}

    fn begin_location(&mut self) -> bool {
        false
    }

    fn location(&mut self, _: u8) {}
}

impl Notes for Details<'_> {
    const WANTED: bool = true;

    fn reason(&mut self, byte: u8) {
        self.reason.take(byte);
    }

    fn begin_location(&mut self) -> bool {
        self.location.begin()
    }

    fn location(&mut self, byte: u8) {
        self.location.take(byte);
    }
}
