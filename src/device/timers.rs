//! Everything that happens because time has passed: one list of timers, one next deadline.

use super::{
    engine::{Engine, Running},
    link::Link,
    output::MAX_LOSSES,
    refusal::{Refusal, Wait},
    state::{Event, State},
    transport::{Frames, Transport},
    wssend::Sending,
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
    OpenFailed,
    /// An open record keeps other output waiting.
    Record(LinkId),
    /// The host takes too long over the bytes behind a prompt.
    Payload,
}

/// The timer that is due first.
struct Earliest {
    /// The end of time, when nothing is ever due: no timer is running.
    at: Instant,
    timer: Timer,
}

impl Earliest {
    #[inline(never)]
    fn consider(&mut self, at: Option<Instant>, timer: Timer) {
        if let Some(at) = at
            && at < self.at
        {
            *self = Self { at, timer };
        }
    }
}

/// The most timers that one call fires; what is still due then is due at once again. There is no
/// chain of timers as long as this: the number only keeps a mistake from becoming an endless loop.
const MOST_AT_ONCE: usize = 64;

impl Engine<'_> {
    /// When time has to be told next.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        Some(self.earliest().at).filter(|at| *at < Instant::MAX)
    }

    /// Fires all that is due, in the order of its time.
    pub(crate) fn take_time(&mut self, now: Instant) {
        for _ in 0..MOST_AT_ONCE {
            let Earliest { at, timer } = self.earliest();
            if at > now || at == Instant::MAX {
                break;
            }
            self.fire(now, timer);
        }
    }

    #[inline(never)]
    fn earliest(&self) -> Earliest {
        let mut earliest = Earliest { at: Instant::MAX, timer: Timer::Send };
        for link in &self.links {
            let id = link.id;
            earliest.consider(link.open_by, Timer::Open(id));
            earliest.consider(self.retry_at(link), Timer::Retry(id));
            let Some(frames) = link.transport.as_ref().and_then(Transport::frames) else {
                continue;
            };
            // When the closing handshake is given up.
            earliest.consider(frames.connection.deadline(), Timer::Close(id));
            if expects_pongs(link, frames) {
                earliest.consider(pong_by(link, frames), Timer::Pong(id));
                earliest.consider(Some(frames.keepalive.ping_at), Timer::Ping(id));
            }
        }
        let (at, timer) = match self.running {
            Running::Send(Sending { by, stopped: false, .. }) => (Some(by), Timer::Send),
            Running::OpenFailed(at, _) => (Some(at), Timer::OpenFailed),
            Running::Payload(payload) => (payload.by, Timer::Payload),
            _ => (None, Timer::Send),
        };
        earliest.consider(at, timer);
        if let Some((at, id)) = self.record_deadline() {
            earliest.consider(Some(at), Timer::Record(id));
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
            Timer::OpenFailed => {
                if let Running::OpenFailed(_, why) = self.running {
                    self.refuse(why);
                }
            }
            Timer::Record(id) => self.end_record(id),
            Timer::Payload => _ = self.abort_payload(Refusal::Timeout(Wait::Payload)),
        }
    }

    fn pong_missing(&mut self, now: Instant, id: LinkId) {
        if let Some(frames) = self.frames_mut(id) {
            // The time in which Pongs could not be seen does not count.
            frames.keepalive.show(now);
        }
        let link = self.link(id);
        let Some(frames) = link.transport.as_ref().and_then(Transport::frames) else { return };
        if expects_pongs(link, frames) && pong_by(link, frames).is_some_and(|by| by <= now) {
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

/// Pings are sent and Pongs waited for: not after a Close.
fn expects_pongs(link: &Link<'_>, frames: &Frames) -> bool {
    !frames.connection.is_closing() && link.state() == State::Open
}

/// When the pong timeout is over. It stands still while a record keeps the peer's bytes waiting.
fn pong_by(link: &Link<'_>, frames: &Frames) -> Option<Instant> {
    let since = frames.keepalive.unanswered_since.filter(|_| !frames.record_queued)?;
    Some(since.after(link.active.pong_timeout_ms))
}
