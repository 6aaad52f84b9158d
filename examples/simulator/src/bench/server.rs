//! The far end of a link on a bench: a WebSocket server that does what a test tells it.

use super::stream::Stream;
use crate::link::WINDOW;
use rand::rngs::StdRng;
use tungstenite::handshake::MidHandshake;
use tungstenite::handshake::server::{NoCallback, ServerHandshake};
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{HandshakeError, Message, WebSocket};
use wsat::Instant;
use wsat::device::{Conn, Device};

/// What a server does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Behaviour {
    /// It accepts, and sends each message back.
    Echo,
    /// It accepts, and keeps what it receives for the test.
    Listen,
    /// It cannot be reached.
    Refuse,
    /// The connection comes about, and then it does nothing, not even for the opening handshake.
    Silent,
}

/// The server of one link.
#[derive(Debug)]
pub struct Server {
    behaviour: Behaviour,
    conn: Option<Conn>,
    target: String,
    stage: Stage,
    stream: Stream,
    window: Vec<u8>,
    received: Vec<Message>,
    /// The connection is to end, as soon as what was sent is taken.
    ends: bool,
    /// The transport takes nothing.
    stalled: bool,
}

#[derive(Debug)]
enum Stage {
    /// Nobody is there.
    None,
    /// The module does not know yet that the connection stands.
    Connecting,
    /// The request is not there in full.
    Request(Box<MidHandshake<ServerHandshake<Stream, NoCallback>>>),
    Open(Box<WebSocket<Stream>>),
    /// Whatever comes is not looked at.
    Deaf,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            behaviour: Behaviour::Echo,
            conn: None,
            target: String::new(),
            stage: Stage::None,
            stream: Stream::default(),
            window: Vec::new(),
            received: Vec::new(),
            ends: false,
            stalled: false,
        }
    }

    /// What it does by itself from now on: `Echo` at first. How it takes connections counts for the next one.
    pub const fn behave(&mut self, behaviour: Behaviour) {
        self.behaviour = behaviour;
    }

    /// Where the module wanted to connect to, last: `host:port`, and `tls host:port` for `wss://`. TLS itself is
    /// left out on a bench.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// A connection is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open(_))
    }

    /// Messages that it has received since the last call, control frames among them.
    #[must_use]
    pub fn received(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.received)
    }

    /// Sends a message. False: no connection is open.
    pub fn send(&mut self, message: Message) -> bool {
        match &mut self.stage {
            Stage::Open(socket) => socket.send(message).is_ok(),
            _ => false,
        }
    }

    /// Sends a Close with this code. False: no connection is open.
    pub fn close(&mut self, code: u16, reason: &'static str) -> bool {
        match &mut self.stage {
            Stage::Open(socket) => {
                let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
                socket.close(Some(frame)).is_ok()
            }
            _ => false,
        }
    }

    /// Sends any bytes, which need not be a frame.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.0.borrow_mut().from_server.extend_from_slice(bytes);
    }

    /// The connection ends without a Close.
    pub const fn drop_connection(&mut self) {
        self.ends = true;
    }

    /// The transport takes no more bytes of the module, or does so again.
    pub const fn stall(&mut self, stalled: bool) {
        self.stalled = stalled;
    }

    /// The attempt that it has a connection of.
    pub(crate) const fn conn(&self) -> Option<Conn> {
        if matches!(self.stage, Stage::None) { None } else { self.conn }
    }

    pub(crate) fn is_of(&self, conn: Conn) -> bool {
        self.conn == Some(conn)
    }

    pub(crate) fn connected(&mut self, conn: Conn, target: String) {
        self.conn = Some(conn);
        self.target = target;
        self.stage = Stage::Connecting;
        self.stream = Stream::default();
        self.window.clear();
        self.ends = false;
    }

    /// The window stays: some of it may still be relayed.
    pub(crate) fn disconnected(&mut self) {
        self.stage = Stage::None;
        self.ends = false;
    }

    pub(crate) fn window(&self, conn: Conn) -> &[u8] {
        if self.is_of(conn) { &self.window } else { &[] }
    }

    pub(crate) fn consume(&mut self, n: usize) {
        self.window.drain(..n.min(self.window.len()));
    }

    /// One round, in which `most` bytes arrive at the module at the most. Returns whether anything moved.
    pub(crate) fn pump(
        &mut self,
        now: Instant,
        most: usize,
        device: &mut Device<'_>,
        rng: &mut StdRng,
    ) -> bool {
        let Some(conn) = self.conn else { return false };
        let mut moved = false;
        if matches!(self.stage, Stage::Connecting) {
            moved = true;
            if self.behaviour == Behaviour::Refuse {
                self.stage = Stage::None;
                device.handle_eof(now, conn);
                return true;
            }
            device.handle_up(now, conn);
            self.stage = Stage::Deaf;
            if self.behaviour != Behaviour::Silent {
                self.shake_hands(tungstenite::accept(self.stream.clone()));
            }
        }
        if !matches!(self.stage, Stage::None) && !self.stalled {
            let mut bytes = [0; 1024];
            let n = device.poll_peer(conn, rng, &mut bytes);
            self.stream.0.borrow_mut().to_server.extend_from_slice(&bytes[..n]);
            // The device counted them out itself.
            let _ = device.handle_sent(now, conn, n);
            moved |= n > 0;
        }
        self.serve();
        self.fill_window(most, &mut moved);
        let taken = device.handle_peer(now, conn, &self.window, &[]);
        self.consume(taken);
        moved |= taken > 0;
        let all_taken = self.stream.0.borrow().from_server.is_empty();
        if self.ends && all_taken && !matches!(self.stage, Stage::None) {
            self.disconnected();
            device.handle_eof(now, conn);
            moved = true;
        }
        moved
    }

    /// What the server sent goes into the module's window, as far as it has room.
    fn fill_window(&mut self, most: usize, moved: &mut bool) {
        let sent = &mut self.stream.0.borrow_mut().from_server;
        let n = sent.len().min(most).min(WINDOW - self.window.len());
        self.window.extend(sent.drain(..n));
        *moved |= n > 0;
    }

    /// Goes on with the opening handshake, or with messages.
    fn serve(&mut self) {
        match std::mem::replace(&mut self.stage, Stage::Deaf) {
            Stage::Request(unfinished) => self.shake_hands(unfinished.handshake()),
            Stage::Open(mut socket) => {
                self.ends |= !self.read(&mut socket);
                self.stage = Stage::Open(socket);
            }
            other => self.stage = other,
        }
    }

    fn shake_hands(
        &mut self,
        result: Result<WebSocket<Stream>, HandshakeError<ServerHandshake<Stream, NoCallback>>>,
    ) {
        match result {
            Ok(socket) => self.stage = Stage::Open(Box::new(socket)),
            Err(HandshakeError::Interrupted(unfinished)) => {
                self.stage = Stage::Request(Box::new(unfinished));
            }
            Err(HandshakeError::Failure(_)) => self.ends = true,
        }
    }

    /// Whether there will be more.
    fn read(&mut self, socket: &mut WebSocket<Stream>) -> bool {
        loop {
            match socket.read() {
                Ok(message) => {
                    let is_data = message.is_text() || message.is_binary();
                    if is_data && self.behaviour == Behaviour::Echo {
                        let _ = socket.send(message.clone());
                    }
                    self.received.push(message);
                }
                Err(tungstenite::Error::Io(_)) => {
                    // Pongs and Closes that wait.
                    let _ = socket.flush();
                    return true;
                }
                Err(_) => return false,
            }
        }
    }
}
