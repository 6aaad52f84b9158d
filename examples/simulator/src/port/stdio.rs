//! The program's own standard input and output as an AT port.
//!
//! Both may be shared with other programs, the shell for one, so they must not be made
//! non-blocking: that would change them for everybody. Readiness is asked for before each call
//! instead.

use super::terminal::Terminal;
use super::{Input, Port, uninterrupted};
use crate::reactor::{Owner, Reactor};
use crate::say::{reason, say};
use mio::event::Event;
use mio::unix::SourceFd;
use mio::{Interest, Token};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsRawFd as _, BorrowedFd};
use rustix::io::Errno;
use rustix::stdio::{stdin, stdout};
use rustix::termios::isatty;
use std::io::{self, ErrorKind};

/// What a pipe that is ready takes without blocking: `PIPE_BUF` of Linux.
const AT_ONCE: usize = 4096;

/// A terminal promises less: Linux calls it ready while it holds fewer than 256 bytes.
const AT_ONCE_TERMINAL: usize = 256;

/// Exit status of a program that Ctrl-C ended, by the custom of shells.
const INTERRUPTED: u8 = 130;

/// Standard input and output, and the terminal that they may be.
#[derive(Debug)]
pub(crate) struct StdioPort {
    terminal: Option<Terminal>,
    readable: bool,
    writable: bool,
    /// Nobody reads stdout any more.
    broken: bool,
    /// Bytes that a ready stdout takes without blocking.
    at_once: usize,
    /// Whether an event says when stdin is worth a try again; a file is always.
    input: Option<Token>,
    output: Option<Token>,
}

impl StdioPort {
    pub(crate) fn new(reactor: &mut Reactor, station: usize) -> io::Result<Self> {
        let input = register(reactor, stdin(), Interest::READABLE, station)?;
        let output = register(reactor, stdout(), Interest::WRITABLE, station)?;
        let at_once = if isatty(stdout()) { AT_ONCE_TERMINAL } else { AT_ONCE };
        let terminal = Terminal::take()?;
        let (readable, writable, broken) = (true, true, false);
        Ok(Self { terminal, readable, writable, broken, at_once, input, output })
    }
}

impl Port for StdioPort {
    fn name(&self) -> String {
        "stdio".into()
    }

    fn attach(&mut self, _: &mut Reactor, _: usize) -> io::Result<bool> {
        Ok(true)
    }

    fn handle_event(&mut self, token: Token, event: &Event) {
        if self.input == Some(token) {
            self.readable = true;
        } else if self.output == Some(token) {
            self.writable = true;
            self.broken |= event.is_error() || event.is_write_closed();
        }
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<Input> {
        if self.broken {
            return Err(ErrorKind::BrokenPipe.into());
        }
        if !self.readable || !ready(stdin(), PollFlags::IN)? {
            self.readable = false;
            return Ok(Input::Nothing);
        }
        // A translated key may become two bytes.
        let room = if self.terminal.is_some() { into.len().div_ceil(2) } else { into.len() };
        let n = match uninterrupted(|| rustix::io::read(stdin(), &mut into[..room])) {
            Ok(n) => n,
            Err(Errno::AGAIN) => 0,
            // The terminal is gone.
            Err(Errno::IO) => return Ok(Input::End),
            Err(error) => return Err(error.into()),
        };
        if n == 0 {
            return Ok(Input::End);
        }
        let Some(terminal) = &mut self.terminal else { return Ok(Input::Bytes(n)) };
        let mut typed = Vec::with_capacity(2 * n);
        if terminal.translate(&into[..n], &mut typed) {
            return Err(ErrorKind::Interrupted.into());
        }
        let n = typed.len().min(into.len());
        into[..n].copy_from_slice(&typed[..n]);
        Ok(Input::Bytes(n))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.writable || !ready(stdout(), PollFlags::OUT)? {
            self.writable = false;
            return Ok(0);
        }
        let at_once = &bytes[..bytes.len().min(self.at_once)];
        match uninterrupted(|| rustix::io::write(stdout(), at_once)) {
            Ok(n) => Ok(n),
            Err(Errno::AGAIN) => {
                self.writable = false;
                Ok(0)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn detach(&mut self, _: &mut Reactor, failure: Option<&io::Error>) -> Option<u8> {
        self.terminal = None;
        match failure {
            None => Some(0),
            Some(error) if error.kind() == ErrorKind::Interrupted => Some(INTERRUPTED),
            Some(error) => {
                say!("the AT port on stdio cannot be used any more: {}", reason(error));
                Some(1)
            }
        }
    }
}

/// Registers a descriptor, if it is one that can be waited for: a regular file cannot.
fn register(
    reactor: &mut Reactor,
    fd: BorrowedFd<'_>,
    interest: Interest,
    station: usize,
) -> io::Result<Option<Token>> {
    match reactor.register(&mut SourceFd(&fd.as_raw_fd()), interest, Owner::Port { station }) {
        Ok(token) => Ok(Some(token)),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a call on this descriptor would return at once, be it with an error.
fn ready(fd: BorrowedFd<'_>, what: PollFlags) -> io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(fd, what)];
    Ok(uninterrupted(|| poll(&mut fds, Some(&Timespec::default())))? > 0)
}
