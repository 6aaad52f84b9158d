//! Bytes for the peer: the request of the opening handshake, then frames.

use super::{
    CallError, Conn,
    engine::{Engine, Running},
    state::{Event, State},
    transport::{Handshake, Stage, Transport},
};
use crate::{Instant, LinkId, Quirks};
use rand_core::CryptoRng;
use rfc6455::{Key, Response};

impl Engine<'_> {
    /// The transport is connected: the request is due.
    pub(crate) fn take_up(&mut self, conn: Conn) {
        let Some(id) = self.live(conn) else { return };
        let Some(transport) = self.transport_mut(id) else { return };
        if matches!(transport.stage, Stage::Connecting) {
            transport.stage = Stage::Handshake(Handshake::new());
        }
    }

    /// Writes what is due for the peer.
    pub(crate) fn write_peer(
        &mut self,
        conn: Conn,
        rng: &mut dyn CryptoRng,
        out: &mut [u8],
    ) -> usize {
        let Some(id) = self.live(conn) else { return 0 };
        let Some(transport) = self.transport_mut(id) else { return 0 };
        if out.is_empty() || transport.eof {
            return 0;
        }
        match transport.stage {
            Stage::Wanted | Stage::Connecting => 0,
            Stage::Handshake(_) => self.write_request(id, rng, out),
            Stage::Frames(_) => self.write_frames(id, rng, out),
        }
    }

    fn write_request(&mut self, id: LinkId, rng: &mut dyn CryptoRng, out: &mut [u8]) -> usize {
        let Self { config, headers, links, .. } = self;
        let link = id.of_mut(links);
        let Some(Transport { stage: Stage::Handshake(handshake), .. }) = &mut link.transport else {
            return 0;
        };
        if handshake.is_written() {
            // The headers may be others by now.
            return 0;
        }
        let (key, _) = handshake.secret.get_or_insert_with(|| {
            // RFC 6455 4.1: a nonce of 16 bytes, chosen at random for each connection.
            let mut nonce = [0; 16];
            rng.fill_bytes(&mut nonce);
            let key = Key::new(nonce);
            let lenient = config.quirks.contains(Quirks::NO_HANDSHAKE_CHECKS);
            let response = Response::new(key.accept(), config.header_limit);
            (key, response.only_accept(lenient))
        });
        let lines = headers.lines();
        // What is added to the headers later is not for this attempt.
        let lines =
            if handshake.written == 0 { Some(lines) } else { lines.get(..handshake.headers) };
        let (key, before, lines) = (*key, handshake.written, lines.unwrap_or_default());
        let Ok(uri) = link.uri() else { return 0 };
        // The attempt had the same request checked when it began; headers that were set since may have spoilt
        // it.
        let Ok(request) = link.request(uri, key, config, lines) else { return 0 };
        let (len, written) = (request.encoded_len(), request.write(before, out));
        if let Some(transport) = &mut link.transport {
            if let Stage::Handshake(handshake) = &mut transport.stage {
                (handshake.written, handshake.len) = (before.saturating_add(written), len);
                handshake.headers = lines.len();
            }
            transport.outstanding = transport.outstanding.saturating_add(written);
        }
        written
    }

    /// All of the opening handshake's request was written.
    pub(crate) fn request_is_written(&self, id: LinkId) -> bool {
        match &self.link(id).transport {
            Some(Transport { stage: Stage::Handshake(handshake), .. }) => handshake.is_written(),
            _ => false,
        }
    }

    fn write_frames(&mut self, id: LinkId, rng: &mut dyn CryptoRng, out: &mut [u8]) -> usize {
        let sending = match self.running {
            Running::Send(sending) if sending.link == id => Some(sending),
            _ => None,
        };
        let len = sending.map_or(0, |sending| sending.len);
        let link = id.of_mut(&mut self.links);
        let Some(transport) = &mut link.transport else { return 0 };
        let Stage::Frames(frames) = &mut transport.stage else { return 0 };
        let data = self.payload.get(..len).unwrap_or_default();
        let mut written = 0;
        let mut closing = false;
        while let Some(room) = out.get_mut(written..) {
            let data = data.get(frames.connection.data_taken()..);
            let (_, n) = frames.connection.poll(rng, data.unwrap_or_default(), room);
            if n == 0 {
                break;
            }
            closing = frames.connection.is_closing();
            written += n;
            transport.outstanding = transport.outstanding.saturating_add(n);
            // Marks stand at the end of the frame that they are about: `poll` stops there.
            if sending.is_some() && !frames.connection.is_sending() {
                frames.data_left.get_or_insert(transport.outstanding);
            }
            if frames.connection.is_close_written() {
                frames.close_left.get_or_insert(transport.outstanding);
            }
        }
        if closing && link.state() == State::Open {
            // No Close was due: this is one that the host sends.
            link.apply(Event::CloseBegun, self.config.quirks);
        }
        written
    }

    /// The transport took `n` bytes.
    pub(crate) fn take_sent(
        &mut self,
        now: Instant,
        conn: Conn,
        n: usize,
    ) -> Result<(), CallError> {
        let Some(id) = self.live(conn) else { return Ok(()) };
        let Some(transport) = self.transport_mut(id) else { return Ok(()) };
        transport.outstanding = transport.outstanding.checked_sub(n).ok_or(CallError::TooMany)?;
        if let Some(frames) = transport.frames_mut() {
            frames.data_left = frames.data_left.map(|left| left.saturating_sub(n));
            frames.close_left = frames.close_left.map(|left| left.saturating_sub(n));
        }
        self.settle(now, id);
        Ok(())
    }
}
