//! Everything that happens because time has passed: one list of timers, one next deadline.

use super::{
    engine::{Engine, Running},
    link::Link,
    output::MAX_LOSSES,
    refusal::{Refusal, Wait},
    state::{Event, State},
};
use crate::{Instant, LinkId, Quirks};

/// What is due. At equal times the first of a link's timers goes first.
#[derive(Clone, Copy, Debug)]
enum Timer {
    /// The attempt to connect takes too long.
    Open(LinkId),
    /// The delay after a loss is over.
    Retry(LinkId),
    /// The closing handshake takes too long.
    Close(LinkId),
    /// No Pong came.
    Pong(LinkId),
    /// The next Ping.
    Ping(LinkId),
    /// The transport takes too long over the payload of `AT+WSSEND`.
    Send,
    /// A quirk's delay of a refusal is over.
    OpenFailed(Refusal),
    /// An open record keeps other output waiting.
    Record(LinkId),
    /// The host takes too long over the bytes behind a prompt.
    Payload,
}

/// The most timers that one call fires; what is still due then is due at once again. There is no
/// chain of timers as long as this: the number only keeps a mistake from becoming an endless loop.
const MOST_AT_ONCE: usize = 64;

impl Engine<'_> {
    /// When time has to be told next.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.earliest().map(|(at, _)| at)
    }

    /// Fires all that is due, in the order of its time.
    pub(crate) fn take_time(&mut self, now: Instant) {
        for _ in 0..MOST_AT_ONCE {
            match self.earliest() {
                Some((at, timer)) if at <= now => self.fire(now, timer),
                _ => break,
            }
        }
    }

    fn earliest(&self) -> Option<(Instant, Timer)> {
        let mut earliest: Option<(Instant, Timer)> = None;
        let mut consider = |at: Option<Instant>, timer| {
            // What would be due at the end of time never comes.
            if let Some(at) = at
                && at < Instant::MAX
                && earliest.is_none_or(|(before, _)| at < before)
            {
                earliest = Some((at, timer));
            }
        };
        for link in &self.links {
            let id = link.id;
            consider(link.open_by, Timer::Open(id));
            consider(self.retry_at(link), Timer::Retry(id));
            consider(close_by(link), Timer::Close(id));
            consider(pong_by(link), Timer::Pong(id));
            consider(ping_at(link), Timer::Ping(id));
        }
        if let Running::Send(sending) = self.running
            && !sending.stopped
        {
            consider(Some(sending.by), Timer::Send);
        }
        if let Running::OpenFailed(at, why) = self.running {
            consider(Some(at), Timer::OpenFailed(why));
        }
        if let Running::Payload(payload) = self.running {
            consider(payload.by, Timer::Payload);
        }
        if let Some((at, id)) = self.record_deadline() {
            consider(Some(at), Timer::Record(id));
        }
        earliest
    }

    /// The next attempt waits until the last one's transport is closed, and while too much is waiting
    /// to be said about the link.
    fn retry_at(&self, link: &Link<'_>) -> Option<Instant> {
        if link.transport.is_some() || self.output.owes_losses(link.id) >= MAX_LOSSES {
            return None;
        }
        link.retry_at
    }

    fn fire(&mut self, now: Instant, timer: Timer) {
        match timer {
            Timer::Open(id) => self.gone(now, id, Refusal::Timeout(Wait::Open)),
            Timer::Close(id) => self.gone(now, id, Refusal::Timeout(Wait::Close)),
            Timer::Retry(id) => {
                self.apply(now, id, Event::Retry);
                self.link_mut(id).begin_attempt(now);
                // AT+WSHEAD may have made it impossible since the AT+WSOPEN.
                if let Err(refusal) = self.check_request(id) {
                    self.gone(now, id, refusal);
                }
            }
            Timer::Pong(id) => self.pong_missing(now, id),
            Timer::Ping(id) => self.ping_due(now, id),
            Timer::Send => self.send_timed_out(now),
            Timer::OpenFailed(why) => self.refuse(why),
            Timer::Record(id) => self.end_record(id),
            Timer::Payload => _ = self.abort_payload(Refusal::Timeout(Wait::Payload)),
        }
    }

    fn pong_missing(&mut self, now: Instant, id: LinkId) {
        if let Some(frames) = self.frames_mut(id) {
            // The time in which Pongs could not be seen does not count.
            frames.keepalive.show(now);
        }
        if pong_by(self.link(id)).is_some_and(|by| by <= now) {
            self.gone(now, id, Refusal::Timeout(Wait::Pong));
        }
    }

    /// A quirk pings only when nothing has come for the whole interval.
    pub(crate) fn heard_of_peer(&mut self, now: Instant, id: LinkId) {
        if !self.config.quirks.contains(Quirks::PING_WHEN_IDLE) {
            return;
        }
        let interval = self.link(id).active.ping_interval_ms;
        if let Some(frames) = self.frames_mut(id) {
            frames.keepalive.ping_at = now.after(interval);
        }
    }

    fn ping_due(&mut self, now: Instant, id: LinkId) {
        let interval = self.link(id).active.ping_interval_ms;
        let Some(frames) = self.frames_mut(id) else { return };
        frames.connection.ping(None);
        let due = frames.keepalive.ping_at;
        frames.keepalive.unanswered_since.get_or_insert(due);
        // Pings that were missed are not made up for, and the others stay at their times.
        let late = u32::try_from(now.since(due)).unwrap_or(0).checked_rem(interval).unwrap_or(0);
        frames.keepalive.ping_at = now.after(interval.saturating_sub(late));
    }
}

/// When the closing handshake is given up.
fn close_by(link: &Link<'_>) -> Option<Instant> {
    link.transport.as_ref()?.frames()?.connection.deadline()
}

/// When the pong timeout is over. It stands still while a record keeps the peer's bytes waiting.
fn pong_by(link: &Link<'_>) -> Option<Instant> {
    let frames = link.transport.as_ref()?.frames()?;
    if frames.connection.is_closing() || frames.record_queued || link.state() != State::Open {
        return None;
    }
    let since = frames.keepalive.unanswered_since?;
    Some(since.after(link.active.pong_timeout_ms))
}

/// When the next Ping is due. None after a Close.
fn ping_at(link: &Link<'_>) -> Option<Instant> {
    let frames = link.transport.as_ref()?.frames()?;
    (!frames.connection.is_closing() && link.state() == State::Open)
        .then_some(frames.keepalive.ping_at)
}
