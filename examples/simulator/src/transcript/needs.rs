//! What a session needs beside an AT port and the program that embeds the module.

use super::session::{Expected, Fact, Session};
use std::fmt;

/// Something that a module elsewhere does not have, or not as a session wants it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Need {
    /// Transports that do as the session says, or any at all.
    Network,
    /// A clock that the session turns.
    Clock,
    /// A serial line that the session stops, or whose speed matters.
    SerialLine,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "a scripted network",
            Self::Clock => "a virtual clock",
            Self::SerialLine => "a scripted serial line",
        })
    }
}

impl Session {
    /// What it needs, the first in the order of [`Need`]; `None`: it can be played
    /// [elsewhere](super::check_elsewhere).
    #[must_use]
    pub fn need(&self) -> Option<Need> {
        let piece = self.settings.serial_piece.map(|_| Need::SerialLine);
        let steps = self.steps.iter().flat_map(|step| {
            let expected = step.expected.iter().filter_map(|(_, expected)| of_expected(expected));
            of_fact(&step.fact).into_iter().chain(expected)
        });
        steps.chain(piece).min()
    }
}

fn of_fact(fact: &Fact) -> Option<Need> {
    match fact {
        Fact::Start
        | Fact::Host(_)
        | Fact::Text(_)
        | Fact::Answer(_)
        | Fact::Abort
        | Fact::Restart => None,
        Fact::Peer(..)
        | Fact::Up(_)
        | Fact::Eof(_)
        | Fact::StaleUp(_)
        | Fact::StaleEof(_)
        | Fact::StalePeer(..)
        | Fact::Room(..)
        | Fact::Hold(_)
        | Fact::Release(_)
        | Fact::Sent(..)
        | Fact::Missing(..) => Some(Need::Network),
        Fact::At(_) | Fact::After(_) | Fact::Jump(_) | Fact::Late(_) => Some(Need::Clock),
        Fact::SerialBlocked(_) => Some(Need::SerialLine),
    }
}

fn of_expected(expected: &Expected) -> Option<Need> {
    match expected {
        Expected::Prints(_) | Expected::Asks(_) | Expected::Why(_) => None,
        Expected::Link(..) | Expected::Failure(..) | Expected::WindowHolds(..) => {
            Some(Need::Network)
        }
        Expected::Deadline(_) => Some(Need::Clock),
        Expected::HostWaits(_) => Some(Need::SerialLine),
    }
}
