//! What a firmware may log: reasons, and nothing that host or peer have said.

use crate::ConnectError;
use embedded_io_async::ErrorKind;
use wsat::device::Refusal;

/// Something that the AT port does not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Note {
    /// The reason of the last `ERROR`.
    Refused(Refusal),
    /// Why a link has no connection any more, or no new one yet.
    Lost(usize, Refusal),
    /// Why a link's transport could not be made.
    NotConnected(usize, ConnectError),
    /// The serial line: bytes may be lost, above all those for which the UART had no room.
    Line(ErrorKind),
}

impl core::fmt::Display for Note {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "ERROR because {why}"),
            Self::Lost(link, why) => write!(f, "link {link} is not connected: {why}"),
            Self::NotConnected(link, why) => write!(f, "link {link}: {why}"),
            Self::Line(kind) => write!(f, "the serial line: {kind:?}"),
        }
    }
}
