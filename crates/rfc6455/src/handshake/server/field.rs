//! The headers of a request that matter.

use crate::handshake::matcher::Matcher;

/// A header by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum Field {
    Host,
    Upgrade,
    Connection,
    Key,
    Version,
    Protocol,
    Origin,
    ContentLength,
    TransferEncoding,
    Other,
}

/// RFC 7230 3.2: names are case-insensitive; here they are in lower case.
const FIELDS: [(&[u8], Field); 9] = [
    (b"host", Field::Host),
    (b"upgrade", Field::Upgrade),
    (b"connection", Field::Connection),
    (b"sec-websocket-key", Field::Key),
    (b"sec-websocket-version", Field::Version),
    (b"sec-websocket-protocol", Field::Protocol),
    (b"origin", Field::Origin),
    (b"content-length", Field::ContentLength),
    (b"transfer-encoding", Field::TransferEncoding),
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
