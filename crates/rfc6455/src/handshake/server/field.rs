//! The headers of a request that matter.

use crate::handshake::matcher::{Matcher, count_before};

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
pub(super) const NAMES: &[u8] = b"host,upgrade,connection,sec-websocket-key,sec-websocket-version,\
    sec-websocket-protocol,origin,content-length,transfer-encoding";

/// In the order of [`NAMES`].
const FIELDS: [Field; 9] = [
    Field::Host,
    Field::Upgrade,
    Field::Connection,
    Field::Key,
    Field::Version,
    Field::Protocol,
    Field::Origin,
    Field::ContentLength,
    Field::TransferEncoding,
];

impl Field {
    /// The header that a complete name is.
    pub(super) fn named(name: Matcher) -> Self {
        let index = name.end(NAMES).map(|at| count_before(NAMES, at));
        index.and_then(|index| FIELDS.get(index)).copied().unwrap_or(Self::Other)
    }
}
