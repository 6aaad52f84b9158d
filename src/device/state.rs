//! The states of a link: every transition stands in the table of this file, and nowhere else.
//!
//! | from | event | to | reported |
//! |---|---|---|---|
//! | free | `Open` | opening | |
//! | opening | `Established` | open | (the command's own answer) |
//! | opening | `Gone` | free | (the command's own answer) |
//! | open | `Gone` | lost | `+WS_DISCONNECTED` |
//! | open | `CloseReceived` | closing | |
//! | open | `CloseBegun` | ending | |
//! | closing | `CloseWritten` | closed | |
//! | closing, closed, ending | `Gone` | free | `+WS_CLOSED` |
//! | lost | `Retry` | retrying | |
//! | retrying | `Established` | open | `+WS_CONNECTED` |
//! | retrying | `Gone` | lost | |
//! | open, closing, closed, ending | `Leave` | leaving | |
//! | leaving | `Gone` | free | (the command's own answer) |
//! | free, lost, retrying | `Leave` | free | (the command's own answer) |
//!
//! Three quirks of real firmware change rows of it: see [`State::next_with`].

use crate::Quirks;

/// State of a link. The number is that of `AT+WSOPEN?` (WebSocket AT Commands, AT+WSOPEN,
/// `<state>`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum State {
    /// Not in use.
    Free,
    /// `AT+WSOPEN` waits for its connection.
    Opening,
    /// Connected.
    Open,
    /// The connection was lost; the next attempt comes after a delay.
    Lost,
    /// The attempt after a loss.
    Retrying,
    /// The peer's Close has come and ours is not yet written.
    Closing,
    /// Both Closes are exchanged; the transport is still there.
    Closed,
    /// The host has sent a Close of its own (`AT+WSSEND` with opcode 8); the peer's has not come.
    Ending,
    /// `AT+WSCLOSE` waits for the closing handshake. No query can see it.
    Leaving,
}

/// What happens to a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    /// `AT+WSOPEN`.
    Open,
    /// The opening handshake has succeeded.
    Established,
    /// The transport ended, could not be made, or cannot be used any more.
    Gone,
    /// The peer began to close.
    CloseReceived,
    /// All of our answer to the peer's Close was taken by the transport.
    CloseWritten,
    /// A Close frame of the host's own is being written.
    CloseBegun,
    /// The delay after a loss is over.
    Retry,
    /// `AT+WSCLOSE`.
    Leave,
}

/// A report that a transition causes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Report {
    Connected,
    Disconnected,
    Closed,
}

impl State {
    /// The number in `AT+WSOPEN?`; a free link has none.
    #[inline(never)]
    pub(crate) const fn number(self) -> Option<u8> {
        match self {
            Self::Free => None,
            Self::Closed => Some(0),
            Self::Opening | Self::Retrying => Some(1),
            Self::Open | Self::Ending | Self::Leaving => Some(2),
            Self::Lost => Some(3),
            Self::Closing => Some(4),
        }
    }

    /// The table. `None`: this event means nothing in this state.
    #[expect(clippy::match_same_arms, reason = "each arm is a row of the table")]
    pub(crate) const fn next(self, event: Event) -> Option<(Self, Option<Report>)> {
        Some(match (self, event) {
            (Self::Free, Event::Open) => (Self::Opening, None),
            (Self::Opening, Event::Established) => (Self::Open, None),
            (Self::Opening, Event::Gone) => (Self::Free, None),
            (Self::Open, Event::Gone) => (Self::Lost, Some(Report::Disconnected)),
            (Self::Open, Event::CloseReceived) => (Self::Closing, None),
            (Self::Open, Event::CloseBegun) => (Self::Ending, None),
            (Self::Closing, Event::CloseWritten) => (Self::Closed, None),
            (Self::Closing | Self::Closed | Self::Ending, Event::Gone) => {
                (Self::Free, Some(Report::Closed))
            }
            (Self::Lost, Event::Retry) => (Self::Retrying, None),
            (Self::Retrying, Event::Established) => (Self::Open, Some(Report::Connected)),
            (Self::Retrying, Event::Gone) => (Self::Lost, None),
            (Self::Open | Self::Closing | Self::Closed | Self::Ending, Event::Leave) => {
                (Self::Leaving, None)
            }
            (Self::Leaving, Event::Gone) => (Self::Free, None),
            (Self::Free | Self::Lost | Self::Retrying, Event::Leave) => (Self::Free, None),
            _ => return None,
        })
    }

    /// The table, as changed by quirks.
    pub(crate) fn next_with(self, event: Event, quirks: Quirks) -> Option<(Self, Option<Report>)> {
        let (state, report) = self.next(event)?;
        let report = match (self, event) {
            (Self::Retrying, Event::Gone) if quirks.contains(Quirks::DISCONNECTED_EVERY_RETRY) => {
                Some(Report::Disconnected)
            }
            (Self::Open, Event::CloseReceived) if quirks.contains(Quirks::CLOSED_WHEN_READ) => {
                Some(Report::Closed)
            }
            // Then it was said before.
            (Self::Closing | Self::Closed, Event::Gone)
                if quirks.contains(Quirks::CLOSED_WHEN_READ) =>
            {
                None
            }
            _ => report,
        };
        let state = match event {
            Event::CloseReceived if quirks.contains(Quirks::FREE_WHEN_CLOSE_READ) => Self::Free,
            _ => state,
        };
        // Nobody would say it later.
        let report = match (event, state) {
            (Event::CloseReceived, Self::Free) => Some(Report::Closed),
            _ => report,
        };
        Some((state, report))
    }
}

#[cfg(test)]
mod tests;
