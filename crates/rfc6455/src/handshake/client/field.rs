//! The headers of an answer that matter.

use super::HandshakeError;
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
    Location,
    Other,
}

/// RFC 7230 3.2: names are case-insensitive; here they are in lower case.
const FIELDS: [(&[u8], Field); 6] = [
    (b"upgrade", Field::Upgrade),
    (b"connection", Field::Connection),
    (b"sec-websocket-accept", Field::Accept),
    (b"sec-websocket-extensions", Field::Extensions),
    (b"sec-websocket-protocol", Field::Protocol),
    (b"location", Field::Location),
];

impl Field {
    /// The header that a complete name is.
    pub(super) fn named(name: Matcher) -> Self {
        let index = name.end(field_names());
        index.and_then(|index| FIELDS.get(index)).map_or(Self::Other, |(_, field)| *field)
    }

    /// The error when its value is not one of the right ones; `None` if such a value does no harm.
    pub(super) const fn when_wrong(self) -> Option<HandshakeError> {
        match self {
            Self::Upgrade => Some(HandshakeError::Upgrade),
            Self::Accept => Some(HandshakeError::Accept),
            Self::Protocol => Some(HandshakeError::Protocol),
            Self::Connection | Self::Extensions | Self::Location | Self::Other => None,
        }
    }
}

/// The names, in lower case.
pub(super) fn field_names() -> impl Iterator<Item = &'static [u8]> + Clone {
    FIELDS.iter().map(|(name, _)| *name)
}
