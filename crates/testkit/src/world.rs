//! The world of somebody else's driver: a serial line, three sockets and a clock, none of them real, in which sessions happen.

#![allow(
    clippy::missing_panics_doc,
    reason = "it panics when a driver or the device breaks a rule"
)]

mod plain;
mod play;

pub use crate::session::moving;
pub use plain::plain_driver;
pub use play::{Done, compare, drive};

use crate::bench::WINDOW;
use crate::frames::RawFrame;
use crate::session::Fact;
use crate::transport_check::TransportCheck;
use wsat::Instant;
use wsat::device::Conn;

/// What has become of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    /// Nothing yet.
    Connecting,
    /// It is up.
    Connected,
    /// It could not be made, or the peer has ended it; what was received before may still wait.
    Ended,
}

/// A serial line, three sockets and a clock.
#[derive(Debug)]
pub struct World {
    now: Instant,
    typed: Vec<u8>,
    printed: Vec<u8>,
    serial_moves: bool,
    /// Bytes that the UART takes between two calls of the driver, and how many of them it takes yet.
    piece: usize,
    left: usize,
    sockets: [Socket; 3],
    /// Times that the driver has moved anything.
    moves: u64,
}

#[derive(Debug)]
struct Socket {
    conn: Option<Conn>,
    link: Link,
    /// Of a socket that was closed it stays, until the next one is made.
    received: Vec<u8>,
    room: Option<usize>,
    answered: bool,
    check: TransportCheck,
    frames: Vec<RawFrame>,
    /// Connections that were made and closed.
    log: Vec<&'static str>,
}

impl World {
    fn new(piece: usize) -> Self {
        let socket = || Socket {
            conn: None,
            link: Link::Ended,
            received: Vec::new(),
            room: None,
            answered: false,
            check: TransportCheck::new(None),
            frames: Vec::new(),
            log: Vec::new(),
        };
        Self {
            now: Instant::ZERO,
            typed: Vec::new(),
            printed: Vec::new(),
            serial_moves: true,
            piece,
            left: piece,
            sockets: [socket(), socket(), socket()],
            moves: 0,
        }
    }

    /// The UART has sent what it had.
    const fn send_out(&mut self) {
        self.left = self.piece;
    }

    /// What time it is.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Bytes of the host that wait in the UART.
    #[must_use]
    pub fn typed(&self) -> &[u8] {
        &self.typed
    }

    /// So many of them are done with.
    pub fn drop_typed(&mut self, n: usize) {
        assert!(n <= self.typed.len(), "no more than there are");
        self.moves += u64::from(n > 0);
        self.typed.drain(..n);
    }

    /// Bytes that the UART takes now: none while the host holds it up, and no more than its buffer holds until the next call.
    #[must_use]
    pub const fn print_room(&self) -> usize {
        if self.serial_moves { self.left } else { 0 }
    }

    /// Bytes for the host.
    pub fn print(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.print_room(), "no more than there is room for");
        self.moves += u64::from(!bytes.is_empty());
        self.left -= bytes.len();
        self.printed.extend_from_slice(bytes);
    }

    /// A socket is made. Its window is empty.
    pub fn connect(&mut self, conn: Conn) {
        self.moves += 1;
        let socket = &mut self.sockets[conn.link()];
        assert_eq!(socket.conn, None, "one transport a link at a time");
        (socket.conn, socket.link, socket.answered) = (Some(conn), Link::Connecting, false);
        socket.received.clear();
        socket.check = TransportCheck::new(Some(conn));
        socket.log.push("open");
    }

    /// A socket is closed. Its window stays.
    pub fn close(&mut self, conn: Conn) {
        self.moves += 1;
        let socket = &mut self.sockets[conn.link()];
        assert_eq!(socket.conn, Some(conn), "each transport is closed once");
        socket.conn = None;
        socket.log.push("close");
    }

    /// The socket of a link, if it has one, and what has become of it.
    #[must_use]
    pub fn socket(&self, link: usize) -> Option<(Conn, Link)> {
        let socket = &self.sockets[link];
        Some((socket.conn?, socket.link))
    }

    /// What a link's window holds.
    #[must_use]
    pub fn window(&self, link: usize) -> &[u8] {
        let received = &self.sockets[link].received;
        &received[..received.len().min(WINDOW)]
    }

    /// So many bytes of it are done with.
    pub fn drop_window(&mut self, link: usize, n: usize) {
        assert!(n <= self.window(link).len(), "no more than there are");
        self.moves += u64::from(n > 0);
        self.sockets[link].received.drain(..n);
    }

    /// Bytes that the socket of a link takes now.
    #[must_use]
    pub fn room(&self, link: usize) -> usize {
        let socket = &self.sockets[link];
        let up = socket.conn.is_some() && socket.link != Link::Connecting;
        if up { socket.room.unwrap_or(1000) } else { 0 }
    }

    /// Bytes for the peer of a link.
    pub fn send(&mut self, link: usize, bytes: &[u8]) {
        assert!(bytes.len() <= self.room(link), "no more than there is room for");
        self.moves += u64::from(!bytes.is_empty());
        let socket = &mut self.sockets[link];
        if let Some(room) = &mut socket.room {
            *room -= bytes.len();
        }
        socket.frames.extend(socket.check.take(bytes));
    }

    fn happen(&mut self, fact: &Fact) {
        match fact {
            Fact::Host(bytes) => self.typed.extend_from_slice(bytes),
            Fact::Peer(link, bytes) => self.receive(*link, bytes),
            Fact::Accept(link, _) | Fact::Up(link) => {
                let socket = &mut self.sockets[*link];
                if socket.link == Link::Connecting {
                    socket.link = Link::Connected;
                }
            }
            Fact::Eof(link) | Fact::Failed(link) => self.sockets[*link].link = Link::Ended,
            Fact::Room(link, room) => self.sockets[*link].room = *room,
            Fact::Serial(moves) => self.serial_moves = *moves,
            // The driver answers commands, and neither ends a data phase nor restarts the device.
            Fact::At(_) | Fact::Answer | Fact::Abort | Fact::Restart => {}
        }
    }

    /// The peer of a link accepts the opening handshake, if it has not yet.
    fn accept(&mut self, link: usize, after: &[u8]) {
        let socket = &mut self.sockets[link];
        if let Some(response) = socket.check.response().map(<[u8]>::to_vec)
            && !socket.answered
        {
            socket.answered = true;
            self.receive(link, &response);
            self.receive(link, after);
        }
    }

    fn receive(&mut self, link: usize, bytes: &[u8]) {
        let socket = &mut self.sockets[link];
        if socket.conn.is_some() && socket.link == Link::Connected {
            socket.received.extend_from_slice(bytes);
        }
    }
}
