//! `AT+WSCLOSE=<link_id>` (WebSocket AT Commands, AT+WSCLOSE).

use super::{
    engine::{Engine, Running},
    refusal::Refusal,
    state::{Event, State},
};
use crate::{Instant, LinkId, Quirks};
use at_syntax::Reply;
use rfc6455::CloseCode;

/// How long a closing handshake may take: from `AT+WSCLOSE`, the writing of our Close included; or from the
/// peer's Close, or its fault, until it ends the transport. Our choice: the page says nothing.
pub(crate) const CLOSE_MS: u32 = 1000;

impl Engine<'_> {
    /// A connected link sends a Close and waits for the peer's; anything less is dropped at once.
    pub(crate) fn close(&mut self, now: Instant, id: LinkId) {
        self.end_record(id);
        self.apply(now, id, Event::Leave);
        if self.link(id).state() != State::Leaving {
            // What lingers of a connection that was lost goes with it.
            self.link_mut(id).drop_transport();
            return self.reply(Reply::Ok);
        }
        self.running = Running::Close(id);
        if self.config.quirks.contains(Quirks::NO_CLOSE_ON_WSCLOSE) {
            return self.gone(now, id, Refusal::Closed);
        }
        if let Some(frames) = self.frames_mut(id) {
            frames.connection.close(now, Some(CloseCode::NORMAL));
        }
        self.settle(now, id);
    }
}
