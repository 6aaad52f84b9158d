//! What a server says beside a status that is not 101.

use crate::handshake::kept::Kept;

/// Memory for what a server says when it does not accept: the reason phrase of its status, where a
/// redirect points, and the versions of WebSocket that it would speak. Interim answers (RFC 7231
/// 6.2) are not reported. For [`Response::feed_with`](super::Response::feed_with).
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
    versions: Kept<'m>,
}

impl<'m> Details<'m> {
    /// Before the first byte of an answer. Each slice may have any length, also 0.
    #[must_use]
    pub const fn new(reason: &'m mut [u8], location: &'m mut [u8]) -> Self {
        let mut reason = Kept::new(reason);
        // Every answer has one, though it may be empty.
        reason.begin();
        Self { reason, location: Kept::new(location), versions: Kept::new(&mut []) }
    }

    /// With memory for [`Details::versions`]: of any length, but a few bytes suffice, since a version
    /// is 0 to 255. To be given before the first byte of an answer.
    #[must_use]
    pub fn with_versions(self, versions: &'m mut [u8]) -> Self {
        Self { versions: Kept::new(versions), ..self }
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

    /// The versions of WebSocket that the server would speak, as much of it as fits: the values of
    /// all `Sec-WebSocket-Version`, with a comma and a space between them (RFC 6455 4.4: beside
    /// status 426). `None` if there was none; empty if no memory was lent.
    #[must_use]
    pub fn versions(&self) -> Option<&[u8]> {
        self.versions.bytes()
    }

    /// Whether the versions are longer than the memory lent for them.
    #[must_use]
    pub const fn are_versions_cut(&self) -> bool {
        self.versions.is_cut()
    }
}

/// A header that may be of interest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum Note {
    Location,
    Versions,
}

/// Who looks at what an answer says beside its verdict.
pub(super) trait Notes {
    /// Somebody does, so a refusal is read to its end.
    const WANTED: bool;
    fn reason(&mut self, byte: u8);
    /// Such a header begins; false if its value is not wanted.
    fn begin(&mut self, note: Note) -> bool;
    fn take(&mut self, note: Note, byte: u8);
}

/// Nobody.
impl Notes for () {
    const WANTED: bool = false;

    fn reason(&mut self, _: u8) {}

    fn begin(&mut self, _: Note) -> bool {
        false
    }

    fn take(&mut self, _: Note, _: u8) {}
}

impl Notes for Details<'_> {
    const WANTED: bool = true;

    fn reason(&mut self, byte: u8) {
        self.reason.take(byte);
    }

    fn begin(&mut self, note: Note) -> bool {
        match note {
            Note::Location => self.location.begin(),
            Note::Versions => {
                // RFC 6455 4.4: the list may be spread over several headers.
                self.versions.begin();
                true
            }
        }
    }

    fn take(&mut self, note: Note, byte: u8) {
        match note {
            Note::Location => self.location.take(byte),
            Note::Versions => self.versions.take(byte),
        }
    }
}
