//! A TCP stream on which nothing waits for ever, and which ends without a reset.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

/// The most that [`Transport::end`] waits for the peer to end its side.
const END: Duration = Duration::from_secs(1);

/// How long to wait for a peer.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// For the whole opening handshake.
    pub(crate) handshake: Duration,
    /// For the next bytes of an open connection. `None`: it may be silent as long as it likes.
    pub(crate) silence: Option<Duration>,
    /// For the peer to take what is handed to one [`Transport::write_all`].
    pub(crate) write: Duration,
    /// For the peer to end the connection once closing was begun.
    pub(crate) close: Duration,
}

/// A TCP stream with bounds on time.
pub(crate) struct Transport {
    stream: TcpStream,
    patience: Patience,
    /// As the socket has them, which costs a system call to change.
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Transport {
    pub(crate) fn new(stream: TcpStream, patience: Patience) -> Self {
        // Frames are written whole, so there is nothing to wait for.
        let _ = stream.set_nodelay(true);
        Self { stream, patience, read_timeout: None, write_timeout: None }
    }

    pub(crate) const fn patience(&self) -> Patience {
        self.patience
    }

    /// Reads what is there; 0 at the end of the stream. [`ErrorKind::TimedOut`] at `until`, or, if
    /// there is no such moment, after too long a silence.
    pub(crate) fn read(&mut self, buffer: &mut [u8], until: Option<Instant>) -> io::Result<usize> {
        loop {
            let wait = match until {
                Some(until) => Some(left(until)?),
                None => self.patience.silence,
            };
            if self.read_timeout != wait {
                self.stream.set_read_timeout(wait)?;
                self.read_timeout = wait;
            }
            match self.stream.read(buffer) {
                Err(error) => retry(error, "the peer has sent nothing for too long")?,
                read => return read,
            }
        }
    }

    /// Writes all of `bytes`. [`ErrorKind::TimedOut`] if the peer has not taken them at `until`, or after too
    /// long a wait.
    pub(crate) fn write_all(&mut self, mut bytes: &[u8], until: Option<Instant>) -> io::Result<()> {
        let patience = self.patience.write;
        let begun = Instant::now();
        while !bytes.is_empty() {
            let wait = Some(until.map_or(Ok(patience), left)?.min(patience));
            if self.write_timeout != wait {
                self.stream.set_write_timeout(wait)?;
                self.write_timeout = wait;
            }
            match self.stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => bytes = &bytes[n..],
                Err(error) => retry(error, TAKES_NOTHING)?,
            }
            // A peer that takes a byte now and then does not hold us either.
            if !bytes.is_empty() && begun.elapsed() >= patience {
                return Err(io::Error::new(ErrorKind::TimedOut, TAKES_NOTHING));
            }
        }
        Ok(())
    }

    /// Ends the connection so that the peer can read what was written last.
    ///
    /// A socket that is closed while input waits in it resets the connection, and the reset may overtake a
    /// Close or an HTTP answer. RFC 6455 7.1.1: stop writing, read to the end, then close. What a
    /// peer sends without end is read for a second.
    pub(crate) fn end(&mut self) {
        let until = Instant::now() + END;
        let mut unwanted = [0; 16 * 1024];
        if self.stream.shutdown(Shutdown::Write).is_ok() {
            while matches!(self.read(&mut unwanted, Some(until)), Ok(1..)) {}
        }
    }
}

const TAKES_NOTHING: &str = "the peer takes too long to read what is written to it";

/// The time left.
pub(crate) fn left(until: Instant) -> io::Result<Duration> {
    match until.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::Error::new(ErrorKind::TimedOut, "the time for it has run out")),
        left => Ok(left),
    }
}

/// Whether to try again.
fn retry(error: io::Error, in_vain: &str) -> io::Result<()> {
    match error.kind() {
        ErrorKind::Interrupted => Ok(()),
        // Which of the two it is depends on the system.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            Err(io::Error::new(ErrorKind::TimedOut, in_vain))
        }
        _ => Err(error),
    }
}
