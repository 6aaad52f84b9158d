//! An open connection: whole messages in and out.

use super::Transport;
use rfc6455::{
    CloseCode, Connection, Fault, Incoming, Instant, Limits, Opcode, Outgoing, Policy, Role,
};
use std::{
    io,
    ops::Range,
    time::{Duration, Instant as Clock},
};
use wsat::rfc6455;

/// The largest message that is collected.
const MAX_MESSAGE: u64 = 16 * 1024 * 1024;

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
    transport: Transport,
    connection: Connection,
    started: Clock,
    input: Box<[u8]>,
    /// Where in `input` the bytes are that the connection has not taken yet.
    unread: Range<usize>,
    output: Box<[u8]>,
}

impl Endpoint {
    /// After the opening handshake. `rest`: what was read behind it, less than the buffer holds.
    pub(crate) fn new(transport: Transport, role: Role, rest: &[u8]) -> Self {
        let mut policy = Policy::new();
        policy.close_wait_ms = transport.patience().close.as_millis() as u32;
        policy.limits = Limits { frame: MAX_MESSAGE, message: MAX_MESSAGE };
        let mut input = vec![0; BUFFER].into_boxed_slice();
        input[..rest.len()].copy_from_slice(rest);
        Self {
            transport,
            connection: Connection::new(role, policy),
            started: Clock::now(),
            input,
            unread: 0..rest.len(),
            output: vec![0; BUFFER].into_boxed_slice(),
        }
    }

    /// The next message; `None` when the connection has ended, and its transport with it.
    pub(crate) fn receive(&mut self) -> io::Result<Option<Message>> {
        let received = match self.next() {
            // Closing was begun: it ends here, in whatever way the peer and the deadline have it.
            Err(_) if self.connection.is_closing() => None,
            received => received?,
        };
        if received.is_none() {
            self.transport.end();
        }
        Ok(received)
    }

    /// Sends a message in one frame, unless the connection is closing.
    pub(crate) fn send(&mut self, message: &Message) -> io::Result<()> {
        let Message { opcode, payload } = message;
        let request =
            Outgoing { opcode: *opcode, fin: true, len: payload.len(), fragment: usize::MAX };
        match self.connection.send(request) {
            Ok(()) => self.flush(payload),
            Err(_) => Ok(()),
        }
    }

    /// Begins to close; [`receive`](Self::receive) then brings the end.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        self.connection.close(self.now(), Some(CloseCode::NORMAL));
        self.flush(&[])
    }

    /// What the peer did wrong, if it did. It has been told with a Close.
    pub(crate) const fn fault(&self) -> Option<Fault> {
        self.connection.fault()
    }

    fn next(&mut self) -> io::Result<Option<Message>> {
        let mut message = Message { opcode: Opcode::Text, payload: Vec::new() };
        let mut fin = false;
        loop {
            // A Pong or a Close may be due.
            self.flush(&[])?;
            if self.connection.is_over(self.now()) || self.unread.is_empty() && !self.fill()? {
                return Ok(None);
            }
            let now = self.now();
            let (taken, found) = self.connection.read(now, &mut self.input[self.unread.clone()]);
            self.unread.start += taken;
            let whole = match found {
                Some(Ok(Incoming::Frame(frame))) => {
                    if frame.opcode != Opcode::Continuation {
                        message.opcode = frame.opcode;
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
            if whole {
                return Ok(Some(message));
            }
        }
    }

    /// Reads; false at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        let until = self.deadline();
        let n = self.transport.read(&mut self.input, until)?;
        self.unread = 0..n;
        Ok(n > 0)
    }

    /// Writes everything that is due. `data`: the payload of the message being sent.
    fn flush(&mut self, mut data: &[u8]) -> io::Result<()> {
        loop {
            let (taken, n) = self.connection.poll(&mut rand::rng(), data, &mut self.output);
            data = &data[taken..];
            if n == 0 {
                return Ok(());
            }
            self.transport.write_all(&self.output[..n], self.deadline())?;
        }
    }

    /// The connection's clock: milliseconds since it began.
    fn now(&self) -> Instant {
        Instant::from_millis(self.started.elapsed().as_millis() as u64)
    }

    /// When closing is given up, by the clock of the system.
    fn deadline(&self) -> Option<Clock> {
        let at = self.connection.deadline()?;
        Some(self.started + Duration::from_millis(at.as_millis()))
    }
}
