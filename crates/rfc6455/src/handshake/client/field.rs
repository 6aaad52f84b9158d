//! The headers of an answer that matter.

use super::details::Note;
use crate::handshake::matcher::{Word, count_before};

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
pub(super) const NAMES: &[u8] =
    b"upgrade,connection,sec-websocket-accept,sec-websocket-extensions,\
    sec-websocket-protocol,location,sec-websocket-version";

/// In the order of [`NAMES`].
const FIELDS: [Field; 7] = [
    Field::Upgrade,
    Field::Connection,
    Field::Accept,
    Field::Extensions,
    Field::Protocol,
    Field::Note(Note::Location),
    Field::Note(Note::Versions),
];

impl Field {
    /// The header that a complete name is.
    pub(super) fn of(name: &Word) -> Self {
        let index = name.end(NAMES).map(|at| count_before(NAMES, at));
        index.and_then(|index| FIELDS.get(index)).copied().unwrap_or(Self::Other)
    }
}
