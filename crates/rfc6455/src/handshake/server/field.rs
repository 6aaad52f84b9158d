//! The headers of a request that matter.

use core::iter::once;

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
    /// The one that the application named.
    Extra,
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
    pub(super) fn named(name: Matcher, extra: &[u8]) -> Self {
        match name.end(field_names(extra)) {
            None => Self::Other,
            Some(index) => FIELDS.get(index).map_or(Self::Extra, |(_, field)| *field),
        }
    }
}

/// The names, in lower case.
pub(super) fn field_names(extra: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    FIELDS.iter().map(|(name, _)| *name).chain(once(extra))
}
