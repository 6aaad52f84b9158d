//! A registered TCP stream and what is known about its readiness.

use crate::reactor::{Owner, Reactor};
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Interest, Token};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::set_socket_linger;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

/// A non-blocking TCP stream.
///
/// Events are edge triggered: a side is taken to be ready from its event until it answers
/// `WouldBlock`, so that a stream which must not be read now is not asked again and again.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    token: Token,
    readable: bool,
    writable: bool,
}

impl Wire {
    /// Registers a stream.
    pub(crate) fn new(
        mut stream: TcpStream,
        reactor: &mut Reactor,
        owner: Owner,
    ) -> io::Result<Self> {
        let token =
            reactor.register(&mut stream, Interest::READABLE | Interest::WRITABLE, owner)?;
        // Answers and frames are small and somebody waits for each of them.
        let _ = stream.set_nodelay(true);
        Ok(Self { stream, token, readable: false, writable: false })
    }

    /// Begins to connect. It is done, one way or the other, when [`established`](Self::established)
    /// says so.
    pub(crate) fn connect(
        address: SocketAddr,
        reactor: &mut Reactor,
        owner: Owner,
    ) -> io::Result<Self> {
        Self::new(TcpStream::connect(address)?, reactor, owner)
    }

    /// Notes what an event says.
    pub(crate) fn note(&mut self, event: &Event) {
        let broken = event.is_error();
        self.readable |= event.is_readable() || event.is_read_closed() || broken;
        self.writable |= event.is_writable() || event.is_write_closed() || broken;
    }

    pub(crate) const fn token(&self) -> Token {
        self.token
    }

    /// Tries both sides without waiting for an event: an accepted stream is connected already.
    pub(crate) const fn assume_ready(&mut self) {
        (self.readable, self.writable) = (true, true);
    }

    /// Whether the connection stands by now.
    ///
    /// # Errors
    ///
    /// Why it could not be established.
    pub(crate) fn established(&mut self) -> io::Result<bool> {
        if !self.writable {
            return Ok(false);
        }
        if let Some(error) = self.stream.take_error()? {
            return Err(error);
        }
        match self.stream.peer_addr() {
            Ok(_) => {
                // Has no effect before the connection stands on some systems.
                let _ = self.stream.set_nodelay(true);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::NotConnected => {
                self.writable = false;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Reads; `None` means that nothing is there now, `Some(0)` that the other side has ended.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        while self.readable {
            match self.stream.read(into) {
                Ok(n) => return Ok(Some(n)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.readable = false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Whether a write would take something now.
    pub(crate) fn is_writable(&mut self) -> bool {
        let mut asked = [PollFd::new(&self.stream, PollFlags::OUT)];
        // Any answer at all, an error too, is one that a write would get at once.
        self.writable =
            self.writable && !matches!(poll(&mut asked, Some(&Timespec::default())), Ok(0));
        self.writable
    }

    /// Writes what it can: 0 when nothing can be written now.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        while self.writable {
            match self.stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => return Ok(n),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.writable = false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(0)
    }

    /// Closes the stream.
    pub(crate) fn close(self, reactor: &mut Reactor) {
        drop(self.stream);
        reactor.release(self.token);
    }

    /// Closes the stream so that its other side sees an error and no end: RST, not FIN.
    pub(crate) fn reset(self, reactor: &mut Reactor) {
        // The system can hardly refuse; then it ends in order.
        let _ = set_socket_linger(&self.stream, Some(Duration::ZERO));
        self.close(reactor);
    }
}
