//! The one place where sockets and file descriptors are registered, and who owns each of them.

use crate::resolver::Resolver;
use crate::tls::Tls;
use mio::event::Source;
use mio::{Interest, Registry, Token};
use slab::Slab;
use std::io;

/// Who is to be told about an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// The AT port of a station.
    Port { station: usize },
    /// A link of the module in a station.
    Link { station: usize, link: usize },
    /// The listener of the echo server.
    EchoListener,
    /// A connection of the echo server, by its number there.
    EchoPeer { peer: usize },
    /// The listener of the control port.
    ControlListener,
    /// A client of the control port, by its number there.
    ControlClient { client: usize },
}

/// Registers what the loop waits for, and has what all links share on their way to a server.
///
/// All registrations are edge triggered, so every user keeps a note of what may still be readable
/// or writable ([`Wire`](crate::wire::Wire) does it for sockets). A token may be given out again
/// at once; an event that comes too late then only makes its new owner look once in vain.
#[derive(Debug)]
pub(crate) struct Reactor {
    registry: Registry,
    owners: Slab<Owner>,
    /// The thread that turns names into addresses.
    pub(crate) resolver: Resolver,
    /// What begins TLS.
    pub(crate) tls: Tls,
}

impl Reactor {
    pub(crate) const fn new(registry: Registry, resolver: Resolver, tls: Tls) -> Self {
        Self { registry, owners: Slab::new(), resolver, tls }
    }

    /// Registers a source for its owner. [`release`](Self::release) the token after dropping it.
    pub(crate) fn register(
        &mut self,
        source: &mut impl Source,
        interest: Interest,
        owner: Owner,
    ) -> io::Result<Token> {
        let token = Token(self.owners.insert(owner));
        match self.registry.register(source, token, interest) {
            Ok(()) => Ok(token),
            Err(error) => {
                self.release(token);
                Err(error)
            }
        }
    }

    /// The source behind the token is closed, which has ended its registration.
    pub(crate) fn release(&mut self, token: Token) {
        let _ = self.owners.try_remove(token.0);
    }

    /// Whose event this is; `None` if the token has been released since.
    pub(crate) fn owner(&self, token: Token) -> Option<Owner> {
        self.owners.get(token.0).copied()
    }
}
