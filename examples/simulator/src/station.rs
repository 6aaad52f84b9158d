//! One AT port and the module behind it: from one host to the next.

use crate::firmware::Air;
use crate::module::Module;
use crate::port::{Input, Port};
use crate::reactor::Reactor;
use crate::resolver;
use crate::say::{reason, say};
use mio::Token;
use mio::event::Event;
use std::io;
use wsat::Instant;
use wsat::device::Config;

/// Rounds of one station in one turn of the loop, so that a busy module lets the others have
/// theirs.
const ROUNDS: usize = 16;

/// Bytes read from the port at a time.
const READ: usize = 1024;

/// What a station needs next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// An event, or its deadline.
    Wait,
    /// Another go, there is more to do.
    Again,
    /// Nothing: the program is to end with this status.
    Exit(u8),
}

/// A port, and a module while a host is there.
#[derive(Debug)]
pub(crate) struct Station {
    number: usize,
    config: Config,
    air: Air,
    port: Box<dyn Port>,
    module: Option<Module>,
    /// The host sends nothing more.
    ended: bool,
    /// When to look for a host again.
    look_at: Option<Instant>,
}

impl Station {
    pub(crate) const fn new(number: usize, config: Config, air: Air, port: Box<dyn Port>) -> Self {
        Self { number, config, air, port, module: None, ended: false, look_at: None }
    }

    /// When this has to run again although nothing else happens.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let Some(module) = &self.module else { return self.look_at };
        module.deadline()
    }

    /// An event of the port.
    pub(crate) fn handle_port_event(&mut self, token: Token, event: &Event) {
        self.port.handle_event(token, event);
    }

    /// An event of a link's socket.
    pub(crate) fn handle_link_event(&mut self, link: usize, event: &Event) {
        if let Some(module) = &mut self.module {
            module.handle_event(link, event);
        }
    }

    /// An answer of the resolver.
    pub(crate) fn handle_addresses(
        &mut self,
        now: Instant,
        answer: resolver::Answer,
        reactor: &mut Reactor,
    ) {
        if let Some(module) = &mut self.module {
            module.handle_addresses(now, answer, reactor);
        }
    }

    /// Does all that can be done now, within limits.
    pub(crate) fn run(&mut self, now: Instant, reactor: &mut Reactor) -> Next {
        if self.module.is_none() && !self.look_for_host(now, reactor) {
            return Next::Wait;
        }
        let Some(module) = &mut self.module else { return Next::Wait };
        for _ in 0..ROUNDS {
            match exchange(module, self.port.as_mut(), &mut self.ended, now, reactor) {
                Err(error) => return self.part(reactor, Some(&error)),
                Ok(false) => {
                    let last = self.ended && (module.is_done() || self.port.next_is_waiting());
                    return if last { self.part(reactor, None) } else { Next::Wait };
                }
                Ok(true) => {}
            }
        }
        Next::Again
    }

    /// Boots a module if somebody is there to use it.
    fn look_for_host(&mut self, now: Instant, reactor: &mut Reactor) -> bool {
        let there = self.port.attach(reactor, self.number).unwrap_or_else(|error| {
            say!("nobody can use the AT port on {}: {}", self.port.name(), reason(&error));
            false
        });
        self.look_at = self
            .port
            .attach_interval()
            .map(|interval| now.after(u32::try_from(interval.as_millis()).unwrap_or(u32::MAX)));
        if there {
            self.ended = false;
            self.module = Some(Module::boot(self.config, self.number, self.air.clone()));
        }
        there
    }

    /// The host is gone: so is its module.
    fn part(&mut self, reactor: &mut Reactor, failure: Option<&io::Error>) -> Next {
        if let Some(mut module) = self.module.take() {
            module.switch_off(reactor);
        }
        // The next one may be there already.
        self.port.detach(reactor, failure).map_or(Next::Again, Next::Exit)
    }
}

/// One round: first the host's side until it stands still, then the network once. So whatever the
/// host sent in one piece is taken before anything that the network brings.
fn exchange(
    module: &mut Module,
    port: &mut dyn Port,
    ended: &mut bool,
    now: Instant,
    reactor: &mut Reactor,
) -> io::Result<bool> {
    let mut moved = false;
    for _ in 0..ROUNDS {
        let mut round = module.turn_host(now, reactor);
        if !module.output().is_empty() {
            let n = port.write(module.output())?;
            module.written(n);
            round |= n > 0;
        }
        if module.wants_input() && !*ended {
            let mut bytes = [0; READ];
            match port.read(&mut bytes)? {
                Input::Bytes(n) => {
                    module.put(&bytes[..n]);
                    round = true;
                }
                Input::End => {
                    *ended = true;
                    round = true;
                }
                Input::Nothing => {}
            }
        }
        if !round {
            break;
        }
        moved = true;
    }
    Ok(moved | module.turn_network(now, reactor))
}
