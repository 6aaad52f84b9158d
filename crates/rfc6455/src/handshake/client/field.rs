//! The headers of an answer that matter.

use super::details::Note;
use crate::handshake::matcher::Matcher;

/// A header by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum Field {
    Upgrade,
    Connection,
    Accept,
    Extensions,
    Protocol,
    /// One that decides nothing but may be of interest.
    Note(Note),
    Other,
}

/// RFC 7230 3.2: names are case-insensitive; here they are in lower case.
const FIELDS: [(&[u8], Field); 7] = [
    (b"upgrade", Field::Upgrade),
    (b"connection", Field::Connection),
    (b"sec-websocket-accept", Field::Accept),
    (b"sec-websocket-extensions", Field::Extensions),
    (b"sec-websocket-protocol", Field::Protocol),
    (b"location", Field::Note(Note::Location)),
    (b"sec-websocket-version", Field::Note(Note::Versions)),
];

impl Field {
    /// The header that a complete name is.
    pub(super) fn named(name: Matcher) -> Self {
        let index = name.end(field_names());
        index.and_then(|index| FIELDS.get(index)).map_or(Self::Other, |(_, field)| *field)
    }
}

/// The names, in lower case.
pub(super) fn field_names() -> impl Iterator<Item = &'static [u8]> + Clone {
    FIELDS.iter().map(|(name, _)| *name)
}
