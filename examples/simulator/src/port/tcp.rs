//! An AT port that a TCP client uses, one client after the other.

use super::{Input, Port, uninterrupted};
use crate::reactor::{Owner, Reactor};
use crate::say::{reason, say};
use crate::wire::Wire;
use mio::event::Event;
use mio::net::TcpListener;
use mio::{Interest, Token};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

/// A listener, and the client that uses the module now.
#[derive(Debug)]
pub(crate) struct TcpPort {
    listener: TcpListener,
    local: SocketAddr,
    client: Option<(Wire, SocketAddr)>,
    /// The listener could not accept, which it does not report a second time.
    stuck: bool,
    /// The client sends nothing more.
    ended: bool,
}

impl TcpPort {
    pub(crate) fn new(
        address: SocketAddr,
        reactor: &mut Reactor,
        station: usize,
    ) -> io::Result<Self> {
        let mut listener = TcpListener::bind(address)?;
        let local = listener.local_addr()?;
        reactor.register(&mut listener, Interest::READABLE, Owner::Port { station })?;
        Ok(Self { listener, local, client: None, stuck: false, ended: false })
    }

    fn accept(&mut self, reactor: &mut Reactor, station: usize) -> io::Result<bool> {
        loop {
            match self.listener.accept() {
                Ok((stream, address)) => {
                    let mut wire = Wire::new(stream, reactor, Owner::Port { station })?;
                    wire.assume_ready();
                    say!("{address} is connected to the AT port");
                    self.client = Some((wire, address));
                    self.ended = false;
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                // Gone before it was let in: the next one, please.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionAborted | ErrorKind::Interrupted
                    ) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Port for TcpPort {
    fn name(&self) -> String {
        self.local.to_string()
    }

    fn attach(&mut self, reactor: &mut Reactor, station: usize) -> io::Result<bool> {
        let result = self.accept(reactor, station);
        self.stuck = result.is_err();
        result
    }

    fn attach_interval(&self) -> Option<Duration> {
        self.stuck.then_some(Duration::from_millis(500))
    }

    fn handle_event(&mut self, token: Token, event: &Event) {
        // An event of the listener only says that `attach` is worth a try.
        if let Some((wire, _)) = &mut self.client
            && wire.token() == token
        {
            wire.note(event);
        }
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<Input> {
        let Some((wire, _)) = &mut self.client else { return Ok(Input::Nothing) };
        Ok(match wire.read(into)? {
            Some(0) => {
                self.ended = true;
                Input::End
            }
            Some(n) => Input::Bytes(n),
            None => Input::Nothing,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.client.as_mut().map_or(Ok(0), |(wire, _)| wire.write(bytes))
    }

    fn detach(&mut self, reactor: &mut Reactor, failure: Option<&io::Error>) -> Option<u8> {
        if let Some((wire, address)) = self.client.take() {
            wire.close(reactor);
            match failure {
                Some(error) => say!("{address} has left the AT port: {}", reason(error)),
                None => say!("{address} has left the AT port"),
            }
        }
        None
    }

    fn next_is_waiting(&self) -> bool {
        let mut fds = [PollFd::new(&self.listener, PollFlags::IN)];
        uninterrupted(|| poll(&mut fds, Some(&Timespec::default()))).is_ok_and(|n| n > 0)
    }
}
