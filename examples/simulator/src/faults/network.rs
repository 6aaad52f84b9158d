//! A network that is not sound: between the module and its links, whatever those are made of.

use super::OnNetwork;
use crate::link::INBOX;
use crate::network::Network;
use crate::say::say;
use rand::rngs::StdRng;
use wsat::Instant;
use wsat::device::{Conn, Device};

/// What goes wrong on one link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LinkFaults {
    mode: Mode,
    /// The connection is to end.
    reset: bool,
    /// Milliseconds between two moves.
    slow_ms: Option<u32>,
    cut: bool,
    /// When it moves next, if it is slow.
    next_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Sound,
    Refuse,
    Stall,
    HalfOpen,
}

impl LinkFaults {
    pub(crate) fn apply(&mut self, what: OnNetwork) {
        match what {
            OnNetwork::Refuse => self.mode = Mode::Refuse,
            OnNetwork::Stall => self.mode = Mode::Stall,
            OnNetwork::HalfOpen => self.mode = Mode::HalfOpen,
            OnNetwork::Reset => self.reset = true,
            OnNetwork::Slow(millis) => self.slow_ms = Some(millis),
            OnNetwork::Cut(on) => self.cut = on,
            OnNetwork::Ok => *self = Self::default(),
        }
    }

    /// When a slow link has to be looked at again.
    pub(crate) const fn next_at(&self) -> Option<Instant> {
        self.next_at
    }
}

/// A network whose links can be told one by one what to do.
pub(crate) trait Links: Network {
    /// The attempt that a link has a transport for, or had last.
    fn conn(&self, link: usize) -> Option<Conn>;

    /// One round of one link, which reads so much at most.
    fn pump_link(
        &mut self,
        now: Instant,
        link: usize,
        most: usize,
        device: &mut Device<'_>,
    ) -> bool;

    /// Bytes of the module that nobody gets.
    fn note_lost(&self, now: Instant, link: usize, bytes: &[u8]);

    /// An attempt fails at once.
    fn refuse(&mut self, now: Instant, conn: Conn, device: &mut Device<'_>);

    /// The connection of a link ends at once, on both sides. Returns whether there was one.
    fn reset(&mut self, now: Instant, link: usize, device: &mut Device<'_>) -> bool;
}

/// Links, and what goes wrong on them.
pub(crate) struct FaultyNetwork<'a, L> {
    pub(super) links: &'a mut L,
    pub(super) faults: &'a mut [LinkFaults; 3],
    pub(super) rng: &'a mut StdRng,
}

impl<L: Links> FaultyNetwork<'_, L> {
    /// One round of a link, if it may have one.
    fn pump_link(&mut self, now: Instant, number: usize, device: &mut Device<'_>) -> bool {
        let faults = &mut self.faults[number];
        if std::mem::take(&mut faults.reset) {
            return self.links.reset(now, number, device);
        }
        match faults.mode {
            Mode::Stall => return false,
            Mode::HalfOpen => return self.swallow(now, number, device),
            Mode::Sound | Mode::Refuse => {}
        }
        let most = if faults.cut { 1 } else { INBOX };
        if let Some(millis) = faults.slow_ms {
            if faults.next_at.is_some_and(|at| at > now) {
                return false;
            }
            faults.next_at = None;
            let moved = self.links.pump_link(now, number, most, device);
            // A link that stands still has nothing to wait for.
            self.faults[number].next_at = moved.then(|| now.after(millis.max(1)));
            return moved;
        }
        self.links.pump_link(now, number, most, device)
    }

    /// What the module sends vanishes.
    fn swallow(&mut self, now: Instant, number: usize, device: &mut Device<'_>) -> bool {
        let Some(conn) = self.links.conn(number) else { return false };
        let mut bytes = [0; 1024];
        let n = device.poll_peer(conn, self.rng, &mut bytes);
        self.links.note_lost(now, number, &bytes[..n]);
        // The device counted them out itself.
        let _ = device.handle_sent(now, conn, n);
        n > 0
    }
}

impl<L: Links> Network for FaultyNetwork<'_, L> {
    fn open(&mut self, now: Instant, conn: Conn, device: &mut Device<'_>) {
        let refuses = |faults: &LinkFaults| faults.mode == Mode::Refuse;
        if self.faults.get(conn.link()).is_some_and(refuses) {
            say!("link {}: refused, as it was asked for", conn.link());
            self.links.refuse(now, conn, device);
        } else {
            self.links.open(now, conn, device);
        }
    }

    fn close(&mut self, conn: Conn) {
        self.links.close(conn);
    }

    fn window(&self, conn: Conn) -> &[u8] {
        self.links.window(conn)
    }

    fn consume(&mut self, link: usize, n: usize) {
        self.links.consume(link, n);
    }

    fn pump(&mut self, now: Instant, device: &mut Device<'_>) -> bool {
        let mut moved = false;
        for number in 0..self.faults.len() {
            moved |= self.pump_link(now, number, device);
        }
        moved
    }
}
