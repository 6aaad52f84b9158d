//! A link, its socket and its window; and the network that the sockets belong to.

use super::gateway::Card;
use smoltcp::iface::{Interface, SocketHandle, SocketSet};
use smoltcp::socket::{dns, tcp};
use smoltcp::wire::{DnsQueryType, IpAddress};
use std::net::Ipv4Addr;
use wsat::Instant;
use wsat::device::{Conn, Device};

/// Bytes of a receive window. A socket's own buffer cannot be one: smoltcp shows no more of it than what is
/// in one piece.
pub(crate) const WINDOW: usize = 2048;

pub(crate) struct Network<'a> {
    pub(crate) card: Card,
    pub(crate) interface: Interface,
    pub(crate) sockets: SocketSet<'a>,
    pub(crate) names: SocketHandle,
    /// The port that the next connection goes out from: never that of the one before.
    pub(crate) next_port: u16,
}

pub(crate) struct Link {
    /// The attempt that all of this belongs to.
    conn: Option<Conn>,
    socket: SocketHandle,
    /// The name of the server is being looked up.
    lookup: Option<dns::QueryHandle>,
    pub(crate) window: [u8; WINDOW],
    held: usize,
}

impl<'a> Network<'a> {
    pub(crate) fn poll(&mut self, now: Instant) {
        self.interface.poll(at(now), &mut self.card, &mut self.sockets);
    }

    fn socket(&mut self, link: &Link) -> &mut tcp::Socket<'a> {
        self.sockets.get_mut(link.socket)
    }

    /// Begins to connect. False: it cannot be.
    fn connect(&mut self, link: &Link, address: IpAddress, port: u16) -> bool {
        self.next_port = self.next_port.checked_add(1).unwrap_or(49152);
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(link.socket);
        socket.set_nagle_enabled(false);
        socket.connect(self.interface.context(), (address, port), self.next_port).is_ok()
    }

    /// Begins an attempt. False: it has failed already.
    pub(crate) fn open(
        &mut self,
        now: Instant,
        link: &mut Link,
        device: &Device<'_>,
        conn: Conn,
    ) -> bool {
        (link.conn, link.held) = (Some(conn), 0);
        // The last connection may still be closing. Its reset has to go out before the socket forgets it.
        self.socket(link).abort();
        self.poll(now);
        // TLS would go between the sockets and the device.
        let Some(target) = device.target(conn).filter(|target| !target.secure) else {
            return false;
        };
        if let Ok(address) = target.host.parse::<Ipv4Addr>() {
            return self.connect(link, address.into(), target.port);
        }
        let names = self.sockets.get_mut::<dns::Socket<'_>>(self.names);
        let query = names.start_query(self.interface.context(), target.host, DnsQueryType::A);
        link.lookup = query.ok();
        link.lookup.is_some()
    }

    pub(crate) fn close(&mut self, link: &mut Link) {
        // Its place is one of few, and its answer is not waited for any more.
        if let Some(query) = link.lookup.take() {
            self.sockets.get_mut::<dns::Socket<'_>>(self.names).cancel_query(query);
        }
        // Not `abort`: a Close that has just been written should still get there.
        self.socket(link).close();
    }
}

impl Link {
    pub(crate) fn new(socket: SocketHandle) -> Self {
        Self { conn: None, socket, lookup: None, window: [0; WINDOW], held: 0 }
    }

    pub(crate) fn drop(&mut self, n: usize) {
        self.window.copy_within(n..self.held, 0);
        self.held -= n;
    }

    /// Everything that this link can do now. Whether anything moved.
    pub(crate) fn turn(
        &mut self,
        now: Instant,
        device: &mut Device<'_>,
        network: &mut Network<'_>,
    ) -> bool {
        let Some(conn) = self.conn else { return false };
        let Some(port) = device.target(conn).map(|target| target.port) else { return false };
        if let Some(query) = self.lookup {
            let names = network.sockets.get_mut::<dns::Socket<'_>>(network.names);
            let found = names.get_query_result(query);
            if matches!(found, Err(dns::GetQueryResultError::Pending)) {
                return false;
            }
            self.lookup = None;
            let address = found.ok().and_then(|found| found.first().copied());
            if !address.is_some_and(|address| network.connect(self, address, port)) {
                device.handle_eof(now, conn);
            }
            return true;
        }
        let socket = network.socket(self);
        if matches!(socket.state(), tcp::State::SynSent | tcp::State::SynReceived) {
            return false;
        }
        if socket.may_send() {
            device.handle_up(now, conn); // saying it again does no harm
        }
        // What the window has no room for stays in the socket, and the peer is told to wait.
        let received = socket.recv_slice(&mut self.window[self.held..]).unwrap_or(0);
        self.held += received;
        let taken = device.handle_peer(now, conn, &self.window[..self.held], &[]);
        self.drop(taken);
        // Not while the socket has anything left.
        if !network.socket(self).may_recv() {
            device.handle_eof(now, conn);
        }
        // Straight into the socket's memory, as much as it has room for.
        let give = |out: &mut [u8]| {
            let n = device.poll_peer(conn, &mut rand::rng(), out);
            (n, n)
        };
        let sent = network.socket(self).send(give).unwrap_or(0);
        device.handle_sent(now, conn, sent).expect("that much was given");
        received + taken + sent > 0
    }
}

/// The same moment in smoltcp's words.
pub(crate) fn at(now: Instant) -> smoltcp::time::Instant {
    smoltcp::time::Instant::from_millis(now.as_millis() as i64)
}
