//! A network that is real: three links, each with a socket of its own.

use crate::faults::Links;
use crate::link::{INBOX, Link};
use crate::network::Network;
use crate::reactor::Reactor;
use wsat::Instant;
use wsat::device::{Conn, Device};

/// The links of a module, and where their sockets are registered.
pub(crate) struct Sockets<'a> {
    pub(crate) links: &'a mut [Link; 3],
    pub(crate) reactor: &'a mut Reactor,
}

impl Links for Sockets<'_> {
    fn conn(&self, link: usize) -> Option<Conn> {
        self.links.get(link)?.conn()
    }

    fn pump_link(
        &mut self,
        now: Instant,
        link: usize,
        most: usize,
        device: &mut Device<'_>,
    ) -> bool {
        let reactor = &mut *self.reactor;
        self.links.get_mut(link).is_some_and(|link| link.pump(now, most, device, reactor))
    }

    fn note_lost(&self, now: Instant, link: usize, bytes: &[u8]) {
        if let Some(link) = self.links.get(link) {
            link.note_sent(now, bytes);
        }
    }

    fn refuse(&mut self, now: Instant, conn: Conn, device: &mut Device<'_>) {
        if let Some(link) = self.links.get_mut(conn.link()) {
            link.close_transport(self.reactor);
            link.ended(now, conn, device);
        }
    }

    fn reset(&mut self, now: Instant, link: usize, device: &mut Device<'_>) -> bool {
        let Some(link) = self.links.get_mut(link) else { return false };
        let Some(conn) = link.conn() else { return false };
        link.reset_transport(self.reactor);
        link.ended(now, conn, device);
        true
    }
}

impl Network for Sockets<'_> {
    fn open(&mut self, now: Instant, conn: Conn, device: &mut Device<'_>) {
        if let Some(link) = self.links.get_mut(conn.link()) {
            link.open(now, conn, device, self.reactor);
        }
    }

    fn close(&mut self, conn: Conn) {
        if let Some(link) = self.links.get_mut(conn.link()) {
            link.close(conn, self.reactor);
        }
    }

    fn window(&self, conn: Conn) -> &[u8] {
        self.links.get(conn.link()).map_or(&[], |link| link.window(conn))
    }

    fn consume(&mut self, link: usize, n: usize) {
        if let Some(link) = self.links.get_mut(link) {
            link.consume(n);
        }
    }

    fn pump(&mut self, now: Instant, device: &mut Device<'_>) -> bool {
        let mut moved = false;
        for number in 0..self.links.len() {
            moved |= self.pump_link(now, number, INBOX, device);
        }
        moved
    }
}
