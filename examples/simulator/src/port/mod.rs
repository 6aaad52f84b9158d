//! What an AT port is, whatever it is made of. One file for each kind.

mod cable;
mod pty;
mod stdio;
mod tcp;
mod terminal;

pub use cable::Cable;
pub(crate) use pty::PtyPort;
pub(crate) use stdio::StdioPort;
pub(crate) use tcp::TcpPort;

use crate::reactor::Reactor;
use mio::Token;
use mio::event::Event;
use std::io;
use std::time::Duration;

/// What a port had for the module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Input {
    /// This many bytes.
    Bytes(usize),
    /// Nothing now; an event will say when to read again.
    Nothing,
    /// The host will send nothing more, but it may still read.
    End,
}

/// One end of a serial line. The other end is somebody who comes, uses the module and goes.
///
/// Nothing here blocks, ever.
pub(crate) trait Port: std::fmt::Debug {
    /// As it is named to the person who wants to use it.
    fn name(&self) -> String;

    /// Looks whether somebody is there. A module is booted when this says `true` for the first
    /// time, and it is not called again before [`detach`](Self::detach).
    ///
    /// # Errors
    ///
    /// Somebody was there but could not be let in. It is tried again later.
    fn attach(&mut self, reactor: &mut Reactor, station: usize) -> io::Result<bool>;

    /// How long to wait before [`attach`](Self::attach) is tried again, for ports that get no
    /// event when somebody comes.
    fn attach_interval(&self) -> Option<Duration> {
        None
    }

    /// An event of one of this port's tokens.
    fn handle_event(&mut self, token: Token, event: &Event);

    /// Reads what the host sent. `into` is not empty.
    ///
    /// # Errors
    ///
    /// The host is gone.
    fn read(&mut self, into: &mut [u8]) -> io::Result<Input>;

    /// Writes what it can: 0 when nothing can be written now. `bytes` is not empty.
    ///
    /// # Errors
    ///
    /// The host is gone.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// The module is switched off; the port becomes ready for the next host. `failure` is the
    /// error with which the host went, if it did not end in order. `Some` is the exit status of
    /// the program, for ports that serve one host only.
    fn detach(&mut self, reactor: &mut Reactor, failure: Option<&io::Error>) -> Option<u8>;

    /// Whether the next host waits already, so that one that sends nothing more must not be
    /// waited for.
    fn next_is_waiting(&self) -> bool {
        false
    }
}

/// Repeats a call that a signal interrupted.
fn uninterrupted<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match call() {
            Err(rustix::io::Errno::INTR) => {}
            result => return result,
        }
    }
}
