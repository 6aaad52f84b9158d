//! The transports of the three links: TCP sockets of smoltcp, each with the window that the device reads from.
//!
//! The window is a ring of its own. smoltcp shows of a socket's ring only the part before the wrap, and a device that waits for
//! a record which lies across it would wait for ever. So received bytes are copied once, and payload
//! goes from the window to the UART.

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::tcp;
use smoltcp::storage::RingBuffer;
use smoltcp::time::Duration;
use smoltcp::wire::{IpCidr, Ipv4Address};
use wsat::Instant;
use wsat::device::{Conn, Target};
use wsat::rand_core::Rng;

use crate::clock::for_network;
use crate::ethernet::Ethernet;
use crate::memory::{self, SOCKETS};

/// Of the guest in QEMU's user network, and of the way out. The host's own loopback is the gateway, too.
const ADDRESS: Ipv4Address = Ipv4Address::new(10, 0, 2, 15);
const GATEWAY: Ipv4Address = Ipv4Address::new(10, 0, 2, 2);

/// The first of the ports that clients use (RFC 6335 6), and how many there are.
const PORTS: (u16, u16) = (0xC000, 0x4000);

/// How long a socket whose link is done with it may take to end its connection.
const FAREWELL: Duration = Duration::from_secs(5);

/// What has become of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing yet.
    Connecting,
    /// It can be used.
    Connected,
    /// It could not be made, has failed, or the peer sends nothing more; all that it has sent is in the window.
    Ended,
}

/// The network, with a transport for each link.
pub struct Links {
    ethernet: Ethernet,
    interface: Interface,
    sockets: SocketSet<'static>,
    /// Those that were closed last come last.
    handles: [SocketHandle; SOCKETS],
    links: [Link; 3],
    next_port: u16,
}

struct Link {
    /// Of the present connection: its name, and its socket if there could be one.
    conn: Option<(Conn, Option<SocketHandle>)>,
    window: RingBuffer<'static, u8>,
}

impl Links {
    /// An interface with a fixed address.
    #[must_use]
    pub fn new(
        device: crate::machine::Virtio,
        memory: memory::Network,
        rng: &mut impl Rng,
        now: Instant,
    ) -> Self {
        let mut ethernet = Ethernet::new(device, memory.frames);
        let mut config = Config::new(ethernet.address().into());
        config.random_seed = rng.next_u64();
        let mut interface = Interface::new(config, &mut ethernet, for_network(now));
        interface.update_ip_addrs(|list| {
            list.push(IpCidr::new(ADDRESS.into(), 24)).expect("room for one address");
        });
        let route = interface.routes_mut().add_default_ipv4_route(GATEWAY);
        route.expect("room for one route");
        let mut sockets = SocketSet::new(memory.list);
        let handles = memory.sockets.map(|socket| sockets.add(socket));
        let windows = memory.windows.each_mut();
        let links =
            windows.map(|window| Link { conn: None, window: RingBuffer::new(&mut window[..]) });
        let next_port = PORTS.0 + rng.next_u32() as u16 % PORTS.1;
        Self { ethernet, interface, sockets, handles, links, next_port }
    }

    /// Frames come and go.
    pub fn poll(&mut self, now: Instant) {
        self.interface.poll(for_network(now), &mut self.ethernet, &mut self.sockets);
    }

    /// Begins to connect, with an empty window. Names are not resolved here, and there is no TLS.
    pub fn connect(&mut self, conn: Conn, target: Target<'_>, now: Instant) {
        let address = if target.secure { None } else { target.host.parse::<Ipv4Address>().ok() };
        let socket = address.and_then(|address| {
            self.next_port = PORTS.0 + (self.next_port - PORTS.0 + 1) % PORTS.1;
            let handle = self.unused(now);
            let socket = self.sockets.get_mut::<tcp::Socket<'_>>(handle);
            socket.set_timeout(None);
            // Its messages are whole: nothing is gained by waiting for more.
            socket.set_nagle_enabled(false);
            let context = self.interface.context();
            socket.connect(context, (address, target.port), self.next_port).ok().map(|()| handle)
        });
        if socket.is_none() {
            let (tls, host) = (if target.secure { "TLS to " } else { "" }, target.host);
            semihosting::println!("links: {tls}{host}: only ws:// and an IPv4 address are known");
        }
        let link = &mut self.links[conn.link()];
        link.window.clear();
        link.conn = Some((conn, socket));
    }

    /// A socket that no link has: a closed one, or the one that has said goodbye the longest.
    fn unused(&mut self, now: Instant) -> SocketHandle {
        let taken = |handle| self.links.iter().any(|link| link.socket() == Some(handle));
        let is_open =
            |handle: &SocketHandle| self.sockets.get::<tcp::Socket<'_>>(*handle).is_open();
        let unused = || self.handles.into_iter().filter(|handle| !taken(*handle));
        let closed = unused().find(|handle| !is_open(handle));
        if let Some(handle) = closed {
            return handle;
        }
        let handle = unused().next().expect("more sockets than links");
        self.sockets.get_mut::<tcp::Socket<'_>>(handle).abort();
        // Its reset has to go out before the socket forgets it.
        self.poll(now);
        handle
    }

    /// Ends a connection behind what was written to it. The window stays: some of it may still be relayed.
    pub fn close(&mut self, conn: Conn) {
        if let Some((_, Some(handle))) = self.links[conn.link()].conn.take() {
            let socket = self.sockets.get_mut::<tcp::Socket<'_>>(handle);
            socket.close();
            socket.set_timeout(Some(FAREWELL));
            let at = self.handles.iter().position(|other| *other == handle);
            self.handles[at.expect("one of them")..].rotate_left(1);
        }
    }

    /// A link's connection, once all that has come and has room is in the window.
    pub fn receive(&mut self, link: usize) -> Option<(Conn, State)> {
        let Link { conn, window } = &mut self.links[link];
        let (conn, handle) = (*conn)?;
        let Some(handle) = handle else { return Some((conn, State::Ended)) };
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(handle);
        while socket.can_recv() && !window.is_full() {
            let taken = socket.recv(|bytes| {
                let n = window.enqueue_slice(bytes);
                (n, n)
            });
            if taken.is_err() {
                break;
            }
        }
        let state = match socket.state() {
            tcp::State::SynSent | tcp::State::SynReceived => State::Connecting,
            // It may receive as long as there is something to be read.
            _ if !socket.may_recv() => State::Ended,
            _ => State::Connected,
        };
        Some((conn, state))
    }

    /// What is in a window: its two parts.
    #[must_use]
    pub fn window(&self, link: usize) -> (&[u8], &[u8]) {
        let window = &self.links[link].window;
        let first = window.get_allocated(0, window.len());
        (first, window.get_allocated(first.len(), window.len() - first.len()))
    }

    /// So many bytes at its front are done with.
    pub fn drop_window(&mut self, link: usize, n: usize) {
        self.links[link].window.dequeue_allocated(n);
    }

    /// Has `write` put bytes for the peer where the socket keeps what it sends; returns how many.
    pub fn send(&mut self, link: usize, write: impl FnOnce(&mut [u8]) -> usize) -> usize {
        let Some(handle) = self.links[link].socket() else { return 0 };
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(handle);
        if !socket.can_send() {
            return 0;
        }
        let written = socket.send(|room| {
            let n = write(room);
            (n, n)
        });
        written.unwrap_or(0)
    }
}

impl Link {
    fn socket(&self) -> Option<SocketHandle> {
        self.conn.and_then(|(_, socket)| socket)
    }
}
