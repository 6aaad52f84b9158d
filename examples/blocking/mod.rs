//! rfc6455 over a blocking `TcpStream`: what the example programs share.

use rfc6455::{CloseCode, Connection, Incoming, Instant, Limits, Opcode, Outgoing, Policy, Role};
use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant as Clock},
};
use wsat::rfc6455;

/// The largest message that is collected.
pub(crate) const MAX_MESSAGE: u64 = 16 * 1024 * 1024;

/// Bytes read and written at a time.
const BUFFER: usize = 64 * 1024;

/// A whole message.
pub(crate) struct Message {
    /// [`Opcode::Text`] or [`Opcode::Binary`].
    pub(crate) opcode: Opcode,
    pub(crate) payload: Vec<u8>,
}

/// An open connection on a stream.
pub(crate) struct Endpoint {
    stream: TcpStream,
    role: Role,
    connection: Connection,
    started: Clock,
    /// Bytes that were read; those before `at` are done with.
    input: Vec<u8>,
    at: usize,
}

impl Endpoint {
    /// After the opening handshake. `rest`: what was read behind it.
    pub(crate) fn new(stream: TcpStream, role: Role, rest: &[u8]) -> Self {
        let mut policy = Policy::new();
        policy.limits = Limits { frame: MAX_MESSAGE, message: MAX_MESSAGE };
        let connection = Connection::new(role, policy);
        // Frames are written whole, so there is nothing to wait for.
        let _ = stream.set_nodelay(true);
        Self { stream, role, connection, started: Clock::now(), input: rest.to_vec(), at: 0 }
    }

    fn now(&self) -> Instant {
        Instant::from_millis(self.started.elapsed().as_millis() as u64)
    }

    /// The next message; `None` when the connection has ended.
    pub(crate) fn receive(&mut self) -> io::Result<Option<Message>> {
        let mut message = Message { opcode: Opcode::Text, payload: Vec::new() };
        let mut fin = false;
        loop {
            while self.at < self.input.len() {
                let now = self.now();
                let (taken, found) = self.connection.read(now, &mut self.input[self.at..]);
                self.at += taken;
                let whole = match found {
                    Some(Ok(Incoming::Frame(frame))) => {
                        if frame.opcode != Opcode::Continuation {
                            message = Message { opcode: frame.opcode, payload: Vec::new() };
                        }
                        fin = frame.fin;
                        fin && frame.len == 0
                    }
                    Some(Ok(Incoming::Payload { octets, last })) => {
                        message.payload.extend_from_slice(octets);
                        fin && last
                    }
                    // Control frames are dealt with; faults have their Close on the way.
                    Some(Ok(Incoming::Control(_)) | Err(_)) | None => false,
                };
                self.flush(&[])?;
                if whole {
                    return Ok(Some(message));
                }
            }
            // RFC 6455 7.1.1: the server is the one that ends the transport.
            let over = self.connection.is_close_written()
                && (self.connection.is_close_received() || self.connection.fault().is_some());
            if over && self.role == Role::Server {
                return Ok(None);
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Reads; false at the end of the stream, or of the time that the peer has to end it.
    fn fill(&mut self) -> io::Result<bool> {
        let wait = self.connection.deadline().map(|at| at.since(self.now()));
        if wait == Some(0) {
            return Ok(false);
        }
        self.stream.set_read_timeout(wait.map(Duration::from_millis))?;
        self.input.resize(BUFFER, 0);
        self.at = 0;
        let read = self.stream.read(&mut self.input);
        self.input.truncate(*read.as_ref().unwrap_or(&0));
        match read {
            Ok(n) => Ok(n > 0),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::ConnectionReset => {
                    Ok(false)
                }
                _ => Err(error),
            },
        }
    }

    /// Sends a message in one frame, unless the connection is closing.
    pub(crate) fn send(&mut self, message: &Message) -> io::Result<()> {
        let Message { opcode, payload } = message;
        let request =
            Outgoing { opcode: *opcode, fin: true, len: payload.len(), fragment: usize::MAX };
        if self.connection.send(request).is_ok() {
            self.flush(payload)?;
        }
        Ok(())
    }

    #[allow(dead_code, reason = "the server never begins")]
    /// Begins to close; [`receive`](Self::receive) then brings the end.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        self.connection.close(self.now(), Some(CloseCode::NORMAL));
        self.flush(&[])
    }

    /// Writes everything that is due. `data`: the payload of the message being sent.
    fn flush(&mut self, data: &[u8]) -> io::Result<()> {
        let mut out = [0; BUFFER];
        loop {
            let left = data.get(self.connection.data_taken()..).unwrap_or_default();
            let (_, n) = self.connection.poll(&mut rand::rng(), left, &mut out);
            if n == 0 {
                return Ok(());
            }
            self.stream.write_all(&out[..n])?;
        }
    }
}
