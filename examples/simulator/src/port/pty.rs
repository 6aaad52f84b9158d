//! A pseudo terminal as an AT port: a program opens it as it would open a serial device.

use super::{Input, Port, uninterrupted};
use crate::reactor::{Owner, Reactor};
use crate::say::say;
use mio::event::Event;
use mio::unix::SourceFd;
use mio::{Interest, Token};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsRawFd as _, OwnedFd};
use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::io;
use std::time::Duration;

/// How often to look whether somebody has opened the device: no event tells it.
const LOOK: Duration = Duration::from_millis(50);

/// The controlling side of a pseudo terminal, whose other side is the device to open.
#[derive(Debug)]
pub(crate) struct PtyPort {
    master: OwnedFd,
    path: String,
    readable: bool,
    writable: bool,
}

impl PtyPort {
    pub(crate) fn new(reactor: &mut Reactor, station: usize) -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        // The descriptor is ours alone, so this changes it for nobody else.
        fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK)?;
        let path = ptsname(&master, Vec::new())?
            .into_string()
            .map_err(|_| io::Error::other("the device has no printable name"))?;
        let port = Self { master, path, readable: false, writable: false };
        port.reset()?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        let owner = Owner::Port { station };
        reactor.register(&mut SourceFd(&port.master.as_raw_fd()), interest, owner)?;
        Ok(port)
    }

    /// Whether something can be read, and whether nobody has the device open (`HUP`).
    fn state(&self) -> io::Result<PollFlags> {
        let mut fds = [PollFd::new(&self.master, PollFlags::IN)];
        uninterrupted(|| poll(&mut fds, Some(&Timespec::default())))?;
        Ok(fds[0].revents())
    }

    /// Makes the device as its next user expects it: raw, whatever the last one has set, and
    /// without anything that the last one has left unread. Opening and closing it also makes the
    /// controlling side report that nobody is there, which it does not before the first user.
    fn reset(&self) -> io::Result<()> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let device = open(self.path.as_str(), flags, Mode::empty())?;
        let mut modes = tcgetattr(&device)?;
        modes.make_raw();
        tcsetattr(&device, OptionalActions::Now, &modes)?;
        // By reading, since flushing misses what is still on its way; and both sides, since a
        // device that was not raw may have echoed what the module had printed.
        drain(&device);
        drain(&self.master);
        Ok(())
    }
}

/// Reads what there is from a descriptor that does not block.
fn drain(fd: &OwnedFd) {
    let mut bytes = [0; 4096];
    while uninterrupted(|| rustix::io::read(fd, &mut bytes)).is_ok_and(|n| n > 0) {}
}

impl Port for PtyPort {
    fn name(&self) -> String {
        self.path.clone()
    }

    fn attach(&mut self, _: &mut Reactor, _: usize) -> io::Result<bool> {
        let seen = self.state()?;
        // Somebody who opened it, wrote and closed it between two looks was there, too.
        let there = !seen.contains(PollFlags::HUP) || seen.contains(PollFlags::IN);
        if there {
            say!("{} is open", self.path);
            (self.readable, self.writable) = (true, true);
        }
        Ok(there)
    }

    fn attach_interval(&self) -> Option<Duration> {
        Some(LOOK)
    }

    fn handle_event(&mut self, _: Token, event: &Event) {
        let broken = event.is_error() || event.is_read_closed();
        self.readable |= event.is_readable() || broken;
        self.writable |= event.is_writable() || broken;
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<Input> {
        if !self.readable {
            return Ok(Input::Nothing);
        }
        match uninterrupted(|| rustix::io::read(&self.master, &mut *into)) {
            Ok(n) if n > 0 => Ok(Input::Bytes(n)),
            Err(Errno::AGAIN) => {
                self.readable = false;
                Ok(Input::Nothing)
            }
            // EIO is how Linux says that nobody has the device open any more; others say 0.
            Ok(_) | Err(Errno::IO) => Err(io::ErrorKind::ConnectionAborted.into()),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.writable {
            return Ok(0);
        }
        // Nobody is there to read it. And a device that was left in a mode with echo would send it
        // back, which the module would take for commands, answer, and so on for ever.
        if self.state()?.contains(PollFlags::HUP) {
            return Ok(bytes.len());
        }
        match uninterrupted(|| rustix::io::write(&self.master, bytes)) {
            Ok(n) => Ok(n),
            Err(Errno::AGAIN) => {
                self.writable = false;
                Ok(0)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn detach(&mut self, _: &mut Reactor, _: Option<&io::Error>) -> Option<u8> {
        let reset = self.reset();
        say!("{} was closed by its user", self.path);
        if let Err(error) = reset {
            say!("{} cannot be reset: {error}", self.path);
        }
        None
    }
}
