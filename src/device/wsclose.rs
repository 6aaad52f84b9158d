//! `AT+WSCLOSE=<link_id>` (WebSocket AT Commands, AT+WSCLOSE).

use super::{
    conn::LinkId,
    engine::{Engine, Running},
    state::Event,
};
use crate::Instant;
use at_syntax::Reply;
use rfc6455::CloseCode;

/// How long the closing handshake may take in all, the writing of our Close included.
const CLOSE_MS: u32 = 1000;

impl Engine<'_> {
    /// A connected link sends a Close and waits for the peer's; anything less is dropped at once.
    pub(crate) fn close(&mut self, now: Instant, id: LinkId) {
        self.running = Running::Close(id);
        if let (true, Some(frames)) = (self.link(id).state().is_connected(), self.frames_mut(id)) {
            frames.connection.close(Some(CloseCode::NORMAL));
            frames.connection.close_by(now.after(CLOSE_MS));
            self.settle(now, id);
        } else {
            self.link_mut(id).drop_transport();
            self.release(now, id);
        }
    }

    /// The link is free, and that is the answer of `AT+WSCLOSE`.
    pub(crate) fn release(&mut self, now: Instant, id: LinkId) {
        self.apply(now, id, Event::Release);
        self.finish(Reply::Ok);
    }
}
