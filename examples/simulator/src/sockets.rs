//! A network that is real: three links, each with a socket of its own.

use crate::link::Link;
use crate::network::Network;
use crate::reactor::Reactor;
use wsat::Instant;
use wsat::device::{Conn, Device};

/// The links of a module, and where their sockets are registered.
pub(crate) struct Sockets<'a> {
    pub(crate) links: &'a mut [Link; 3],
    pub(crate) reactor: &'a mut Reactor,
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
        for link in &mut *self.links {
            moved |= link.pump(now, device, self.reactor);
        }
        moved
    }
}
