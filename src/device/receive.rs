//! Bytes of the peer: the response of the opening handshake, then frames, whose payload becomes
//! records.

use super::{
    CallError, Conn,
    engine::Engine,
    output::{RecordPart, Unit},
    refusal::Refusal,
    state::{Event, State},
    transport::{Frames, Stage},
    wsclose::CLOSE_MS,
};
use crate::{Instant, LinkId, Quirks};
use rfc6455::{Connection, Control, Fault, Limits, Policy, Received, Role};

/// What is in the caller's window, less what was taken of it in this call.
#[derive(Clone, Copy)]
struct View<'w> {
    first: &'w [u8],
    second: &'w [u8],
}

impl<'w> View<'w> {
    /// The window after its first `taken` bytes.
    fn new(window: &'w [u8], wrapped: &'w [u8], taken: usize) -> Self {
        match window.get(taken..) {
            Some(first) if !first.is_empty() => Self { first, second: wrapped },
            _ => {
                let taken = taken.saturating_sub(window.len());
                Self { first: wrapped.get(taken..).unwrap_or_default(), second: &[] }
            }
        }
    }

    const fn len(self) -> usize {
        self.first.len().saturating_add(self.second.len())
    }

    /// Both parts of the bytes `from..to`.
    fn range(self, from: usize, to: usize) -> [&'w [u8]; 2] {
        let cut = |part: &'w [u8], from: usize, to: usize| {
            part.get(from.min(part.len())..to.min(part.len())).unwrap_or_default()
        };
        let before = self.first.len();
        [
            cut(self.first, from, to),
            cut(self.second, from.saturating_sub(before), to.saturating_sub(before)),
        ]
    }
}

/// What a step over the window came to.
enum Step {
    /// So many bytes were taken, or at least something has moved on: look again.
    On(usize),
    /// Nothing can be done with what is there: more is needed, or a record has to be relayed first.
    Stop,
}

impl Engine<'_> {
    /// Takes what can be taken of the window; returns how many bytes.
    pub(crate) fn take_peer(
        &mut self,
        now: Instant,
        conn: Conn,
        window: &[u8],
        wrapped: &[u8],
    ) -> usize {
        let mut taken: usize = 0;
        while let Some(id) = self.live(conn) {
            let view = View::new(window, wrapped, taken);
            match self.step(now, id, view) {
                Step::On(n) => taken = taken.saturating_add(n),
                Step::Stop => {
                    self.stopped(now, id, view.len());
                    break;
                }
            }
        }
        taken
    }

    fn step(&mut self, now: Instant, id: LinkId, view: View<'_>) -> Step {
        let Some(transport) = self.transport_mut(id) else { return Step::Stop };
        match &mut transport.stage {
            Stage::Wanted | Stage::Connecting => Step::Stop,
            Stage::Handshake(_) => self.take_response(now, id, view.first),
            Stage::Frames(frames) if frames.record_queued => Step::Stop,
            Stage::Frames(frames) if frames.connection.remaining() > 0 => {
                self.take_payload_of_peer(now, id, view)
            }
            Stage::Frames(_) => self.take_frame(now, id, view.first),
        }
    }

    /// The window was looked at as far as possible; `held` bytes of it were not taken.
    fn stopped(&mut self, now: Instant, id: LinkId, held: usize) {
        let Some(transport) = self.transport_mut(id) else { return };
        transport.held = held;
        let eof = transport.eof;
        let queued = match transport.frames_mut() {
            None => false,
            Some(frames) => {
                frames.unseen = frames.record_queued;
                frames.record_queued
            }
        };
        if eof && !queued {
            self.gone(now, id, Refusal::Transport);
        } else {
            self.settle(now, id);
        }
    }

    fn take_response(&mut self, now: Instant, id: LinkId, input: &[u8]) -> Step {
        let request_written = self.request_is_written(id);
        let (Some(transport), offered) = self.link_mut(id).transport_and_protocol() else {
            return Step::Stop;
        };
        let Stage::Handshake(handshake) = &mut transport.stage else { return Step::Stop };
        let Some((_, response)) = &mut handshake.secret else { return Step::Stop };
        match response.feed(offered, input) {
            (0, None) => Step::Stop,
            (n, None) => Step::On(n),
            (n, Some(Ok(()))) if request_written => {
                self.established(now, id);
                Step::On(n)
            }
            (_, Some(Ok(()))) => {
                // A server that accepts what it has not read; what is left of the request would end
                // up between frames.
                self.gone(now, id, Refusal::EarlyResponse);
                Step::On(0)
            }
            (_, Some(Err(error))) => {
                self.gone(now, id, Refusal::Handshake(error));
                Step::On(0)
            }
        }
    }

    fn established(&mut self, now: Instant, id: LinkId) {
        let mut policy = Policy::new();
        policy.close_wait_ms = CLOSE_MS;
        // Ours: the head of a record says lengths in 32 bits.
        policy.limits = Limits { frame: u32::MAX.into(), message: u64::MAX };
        policy.empty_close_reply = self.config.quirks.contains(Quirks::EMPTY_CLOSE_REPLY);
        // Without a `<fin>` the host has no way to begin a fragmented message, so opcode 0 is sent
        // as asked.
        policy.stray_continuation = !self.config.dialect.has_fin();
        let link = self.link_mut(id);
        let ping_at = now.after(link.active.ping_interval_ms);
        let opening = link.state() == State::Opening;
        if let Some(transport) = &mut link.transport {
            let connection = Connection::new(Role::Client, policy);
            transport.stage = Stage::Frames(Frames::new(connection, ping_at));
        }
        self.apply(now, id, Event::Established);
        if opening {
            self.finish_with(Unit::Opened(id));
        }
    }

    fn take_frame(&mut self, now: Instant, id: LinkId, input: &[u8]) -> Step {
        let level = self.link(id).format.level;
        let Some(frames) = self.frames_mut(id) else { return Step::Stop };
        let (taken, received) = frames.connection.receive(now, input);
        match received {
            None if taken == 0 => return Step::Stop,
            // A Ping's answer is already due.
            None | Some(Ok(Received::Control(Control::Ping))) => {}
            Some(Ok(Received::Control(Control::Pong(_)))) => {
                frames.keepalive.unanswered_since = None;
            }
            Some(Ok(Received::Data(frame))) => {
                frames.frame = frames.frame.next(&frame, level);
                self.heard_of_record(now, id);
                if frame.len == 0 {
                    self.queue_chunk(now, id, 0);
                }
            }
            Some(Ok(Received::Control(Control::Close(_)))) => self.close_received(now, id),
            Some(Err(fault)) => self.faulted(now, id, fault),
        }
        self.heard_of_peer(now, id);
        Step::On(taken)
    }

    /// Octets of a data frame: when a chunk is complete, it becomes a record.
    fn take_payload_of_peer(&mut self, now: Instant, id: LinkId, view: View<'_>) -> Step {
        let link = self.link_mut(id);
        let most = link.bound();
        let Some(frames) = link.transport.as_mut().and_then(|transport| transport.frames_mut())
        else {
            return Step::Stop;
        };
        let left = usize::try_from(frames.connection.remaining()).unwrap_or(usize::MAX);
        let chunk = left.min(most);
        let checked = usize::try_from(frames.connection.checked()).unwrap_or(usize::MAX);
        for piece in view.range(checked, chunk) {
            if piece.is_empty() {
                continue;
            }
            if let Err(fault) = frames.connection.check(now, piece) {
                self.faulted(now, id, fault);
                return Step::On(0);
            }
        }
        if view.len() > checked {
            self.heard_of_record(now, id);
            self.heard_of_peer(now, id);
        }
        let chunk = if self.config.quirks.contains(Quirks::CHUNK_PER_READ) {
            chunk.min(view.len())
        } else {
            chunk
        };
        if view.len() < chunk || chunk == 0 {
            return Step::Stop;
        }
        // Until it is relayed, nothing more is looked at.
        self.queue_chunk(now, id, chunk);
        Step::Stop
    }

    fn close_received(&mut self, now: Instant, id: LinkId) {
        self.end_record(id);
        if self.link(id).state() == State::Open {
            self.apply(now, id, Event::CloseReceived);
            self.stop_send(id);
        }
        self.settle(now, id);
    }

    /// The peer broke a rule. Our Close is due; the peer has a moment to end the transport, but the
    /// link does not wait for that.
    fn faulted(&mut self, now: Instant, id: LinkId, fault: Fault) {
        self.end_record(id);
        if self.link(id).state() == State::Open {
            self.link_mut(id).failure = Some(Refusal::Peer(fault));
            self.apply(now, id, Event::Gone);
            self.stop_send(id);
        }
        self.settle(now, id);
    }

    /// The peer sends nothing more.
    pub(crate) fn take_eof(&mut self, now: Instant, conn: Conn) {
        let Some(id) = self.live(conn) else { return };
        let Some(transport) = self.transport_mut(id) else { return };
        transport.eof = true;
        let held = transport.held;
        let waits = transport
            .frames()
            .is_some_and(|frames| frames.record_queued || (frames.unseen && held > 0));
        if !waits {
            self.gone(now, id, Refusal::Transport);
        }
    }

    /// The serial side has taken `n` bytes of the record being relayed.
    pub(crate) fn take_relayed(
        &mut self,
        now: Instant,
        conn: Conn,
        n: usize,
    ) -> Result<(), CallError> {
        let left = match self.output.relay() {
            Some((relayed, left)) if relayed == conn && n <= left => left.saturating_sub(n),
            _ => return Err(CallError::TooMany),
        };
        let live = self.live(conn);
        if let Some(transport) = live.and_then(|id| self.transport_mut(id)) {
            transport.held = transport.held.saturating_sub(n);
            if let Some(frames) = transport.frames_mut() {
                frames.connection.consume(n as u64);
            }
        }
        if left > 0 {
            self.output.next_part(RecordPart::Data(left));
            return Ok(());
        }
        let part = self.after_chunk(now, conn);
        self.output.next_part(part);
        if let Some(id) = live {
            self.record_relayed(now, id);
        }
        Ok(())
    }

    /// The record of a link no longer stands in the way of what the peer sent behind it.
    pub(crate) fn record_relayed(&mut self, now: Instant, id: LinkId) {
        let Some(transport) = self.transport_mut(id) else { return };
        let ended = transport.eof && transport.held == 0;
        if let Some(frames) = transport.frames_mut() {
            frames.record_queued = false;
            frames.keepalive.show(now);
        }
        if ended {
            self.gone(now, id, Refusal::Transport);
        }
    }
}
