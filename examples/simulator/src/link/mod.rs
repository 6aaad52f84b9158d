//! What a module holds for one of its three links: the transport, the receive window, the outbox.

mod connect;
mod connection;
mod tls;

use crate::reactor::{Owner, Reactor};
use crate::recorder::Recorder;
use crate::say::{reason, say};
use crate::wire::Wire;
use connection::Connection;
use mio::event::Event;
use rustls::ClientConnection;
use std::io;
use std::net::SocketAddr;
use std::vec;
use tls::TlsWire;
use wsat::Instant;
use wsat::device::{Conn, Device};

/// Bytes of the receive window of a link. More than any `buffer_size` of `AT+WSCFG`, so the window
/// never shortens a record.
pub(crate) const WINDOW: usize = 16 * 1024;

/// Bytes read from the transport at a time.
pub(crate) const INBOX: usize = 4 * 1024;

/// Bytes of frames taken from the device at a time.
const OUTBOX: usize = 4 * 1024;

/// How a server of TLS begins to answer to somebody who does not speak it: an alert, of a version that begins
/// with 3 (RFC 8446 5.1).
const TLS_ALERT: &[u8] = b"\x15\x03";

/// The stages of a transport.
#[derive(Debug)]
enum Transport {
    /// No connection, or one that is over.
    None,
    /// The resolver looks for the addresses.
    Resolving { job: u64 },
    /// One address after the other is tried.
    Connecting { wire: Wire, address: SocketAddr, others: vec::IntoIter<SocketAddr> },
    /// The handshake of TLS is under way.
    Securing { wire: Box<TlsWire> },
    /// The connection stands. `broken` says why nothing can be written any more.
    Up { wire: Connection, broken: Option<io::Error> },
}

/// One link.
#[derive(Debug)]
pub(crate) struct Link {
    /// For the tokens of this link's sockets, and for messages.
    station: usize,
    number: usize,
    /// The attempt that everything here belongs to.
    conn: Option<Conn>,
    transport: Transport,
    /// What TLS begins with as soon as there is a connection, for `wss://`.
    session: Option<ClientConnection>,
    window: Vec<u8>,
    /// Something has come over this connection.
    heard: bool,
    outbox: Vec<u8>,
    recorder: Recorder,
}

impl Link {
    pub(crate) const fn new(station: usize, number: usize, recorder: Recorder) -> Self {
        Self {
            station,
            number,
            conn: None,
            transport: Transport::None,
            session: None,
            window: Vec::new(),
            heard: false,
            outbox: Vec::new(),
            recorder,
        }
    }

    const fn owner(&self) -> Owner {
        Owner::Link { station: self.station, link: self.number }
    }

    /// An event of this link's socket.
    pub(crate) fn handle_event(&mut self, event: &Event) {
        match &mut self.transport {
            Transport::Connecting { wire, .. } => wire.note(event),
            Transport::Securing { wire } => wire.note(event),
            Transport::Up { wire, .. } => wire.note(event),
            Transport::Resolving { .. } | Transport::None => {}
        }
    }

    /// Carries out `Action::Close`, if the attempt is still the one at hand.
    pub(crate) fn close(&mut self, conn: Conn, reactor: &mut Reactor) {
        if self.conn == Some(conn) {
            self.close_transport(reactor);
        }
    }

    /// The module has sent these bytes.
    pub(crate) fn note_sent(&self, now: Instant, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.recorder.note(|recording| recording.sent(now, self.number, bytes));
        }
    }

    /// The transport has ended, or could not be made.
    pub(crate) fn ended(&self, now: Instant, conn: Conn, device: &mut Device<'_>) {
        // Of a connection that the device has given up already, nothing is heard.
        if device.target(conn).is_some() {
            self.recorder.note(|recording| recording.ends(now, self.number));
        }
        device.handle_eof(now, conn);
    }

    /// Closes the socket, if there is one. The window stays.
    pub(crate) fn close_transport(&mut self, reactor: &mut Reactor) {
        match std::mem::replace(&mut self.transport, Transport::None) {
            Transport::Connecting { wire, .. } => wire.close(reactor),
            Transport::Securing { wire } => wire.close(reactor),
            Transport::Up { wire, .. } => wire.close(reactor),
            Transport::Resolving { .. } | Transport::None => {}
        }
        self.session = None;
        self.outbox.clear();
    }

    /// Closes the socket so that its peer sees an error and no end.
    pub(crate) fn reset_transport(&mut self, reactor: &mut Reactor) {
        match std::mem::replace(&mut self.transport, Transport::None) {
            Transport::Securing { wire } => wire.reset(reactor),
            Transport::Up { wire, .. } => wire.reset(reactor),
            other => self.transport = other,
        }
        self.close_transport(reactor);
    }

    /// The bytes that a `Serial::Relay` of this attempt names.
    pub(crate) fn window(&self, conn: Conn) -> &[u8] {
        if self.conn == Some(conn) { &self.window } else { &[] }
    }

    /// The first `n` bytes of the window have been taken.
    pub(crate) fn consume(&mut self, n: usize) {
        self.window.drain(..n.min(self.window.len()));
    }

    /// The attempt that everything here belongs to.
    pub(crate) const fn conn(&self) -> Option<Conn> {
        self.conn
    }

    /// One round of everything that this link can do now; it reads `most` bytes at the most. Returns whether anything
    /// moved.
    pub(crate) fn pump(
        &mut self,
        now: Instant,
        most: usize,
        device: &mut Device<'_>,
        reactor: &mut Reactor,
    ) -> bool {
        let Some(conn) = self.conn else { return false };
        match self.transport {
            Transport::Connecting { .. } => {
                return self.pump_connecting(now, conn, device, reactor);
            }
            Transport::Securing { .. } => return self.pump_securing(now, conn, device, reactor),
            _ => {}
        }
        let mut moved = false;
        let held = self.window.len();
        let ended = self.read(most, &mut moved);
        if self.window.len() > held && device.target(conn).is_some() {
            let arrived = &self.window[held..];
            self.recorder.note(|recording| recording.peer(now, self.number, arrived));
        }
        if !self.window.is_empty() {
            let consumed = device.handle_peer(now, conn, &self.window, &[]);
            self.consume(consumed);
            moved |= consumed > 0;
        }
        if ended {
            self.close_transport(reactor);
            self.ended(now, conn, device);
            return true;
        }
        moved | self.write(now, conn, device)
    }

    /// Reads once, as much as the window holds. Returns whether the connection is over.
    fn read(&mut self, most: usize, moved: &mut bool) -> bool {
        let Transport::Up { wire, broken } = &mut self.transport else { return false };
        let room = WINDOW - self.window.len();
        // A full window is not read into: the peer has to wait until the host has taken it.
        if room == 0 {
            return false;
        }
        let mut bytes = [0; INBOX];
        let result = wire.read(&mut bytes[..room.min(most).min(INBOX)]);
        if let Ok(Some(n)) = result {
            if n > 0 && !std::mem::replace(&mut self.heard, true) && bytes.starts_with(TLS_ALERT) {
                say!(
                    "link {}: the server speaks TLS there: its URI begins with wss://",
                    self.number
                );
            }
            self.window.extend_from_slice(&bytes[..n]);
            *moved |= n > 0;
        }
        let lost = match result {
            Ok(Some(0)) => broken.take(),
            // Nothing can be written any more and all that had arrived is read.
            Ok(None) if broken.is_some() => broken.take(),
            Ok(_) => return false,
            // With TLS this may be the server's reason, of which a failed write is the consequence.
            Err(error) => Some(error),
        };
        if let Some(error) = lost {
            say!("link {}: connection lost: {}", self.number, reason(&error));
        }
        true
    }

    /// Hands frames to the transport. Returns whether anything moved.
    fn write(&mut self, now: Instant, conn: Conn, device: &mut Device<'_>) -> bool {
        let Transport::Up { wire, broken } = &mut self.transport else { return false };
        if broken.is_some() {
            return false;
        }
        // Frames that the device has given can no longer be withdrawn, so it is asked for them only
        // when the socket takes something.
        if self.outbox.is_empty() && wire.is_writable() {
            self.outbox.resize(OUTBOX, 0);
            let n = device.poll_peer(conn, &mut rand::rng(), &mut self.outbox);
            self.outbox.truncate(n);
            if n > 0 {
                self.recorder.note(|recording| recording.sent(now, self.number, &self.outbox));
            }
        }
        if self.outbox.is_empty() {
            return false;
        }
        match wire.write(&self.outbox) {
            Ok(0) => false,
            Ok(n) => {
                self.outbox.drain(..n);
                // The device counted these bytes out itself, so it cannot refuse them; if the
                // attempt is over meanwhile, the fact is stale and of no consequence.
                let _ = device.handle_sent(now, conn, n);
                true
            }
            Err(error) => {
                // What the peer sent before is read first; then this is the end.
                *broken = Some(error);
                true
            }
        }
    }
}
