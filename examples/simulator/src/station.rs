//! One AT port and the module behind it: from one host to the next.

use crate::faults::{Fault, Faults, Kind, Serial};
use crate::firmware::Air;
use crate::link::Link;
use crate::module::Module;
use crate::port::{Input, Port};
use crate::reactor::Reactor;
use crate::recorder::Recorder;
use crate::resolver;
use crate::say::{reason, say};
use crate::sockets::Sockets;
use crate::transcript::Recording;
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
    /// The sockets of its module.
    links: [Link; 3],
    faults: Faults,
    recorder: Recorder,
    /// The host sends nothing more.
    ended: bool,
    /// When to look for a host again.
    look_at: Option<Instant>,
}

impl Station {
    pub(crate) fn new(
        number: usize,
        config: Config,
        air: Air,
        port: Box<dyn Port>,
        seed: u64,
        recorder: Recorder,
    ) -> Self {
        let links = [0, 1, 2].map(|link| Link::new(number, link, recorder.clone()));
        // Each has choices of its own.
        let faults = Faults::new(seed.wrapping_add(number as u64));
        Self {
            number,
            config,
            air,
            port,
            module: None,
            links,
            faults,
            recorder,
            ended: false,
            look_at: None,
        }
    }

    /// When this has to run again although nothing else happens.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        let Some(module) = &self.module else { return self.look_at };
        module.deadline().into_iter().chain(self.faults.next_at(now)).min()
    }

    /// Switches a module on.
    fn boot(&self, now: Instant) -> Module {
        let number = u32::try_from(self.number).unwrap_or(u32::MAX);
        Module::boot(now, number, self.config, self.air.clone(), self.recorder.clone())
    }

    /// Something goes wrong from now on, or is well again.
    pub(crate) fn apply(&mut self, now: Instant, fault: Fault) {
        self.faults.apply(now, fault);
        self.recorder.note(|recording| recording.fails(fault));
        if fault.0 == Kind::Reboot
            && let Some(module) = &mut self.module
        {
            module.reboot(now);
        }
    }

    /// An event of the port.
    pub(crate) fn handle_port_event(&mut self, token: Token, event: &Event) {
        self.port.handle_event(token, event);
    }

    /// An event of a link's socket.
    pub(crate) fn handle_link_event(&mut self, link: usize, event: &Event) {
        if let Some(link) = self.links.get_mut(link) {
            link.handle_event(event);
        }
    }

    /// An answer of the resolver.
    pub(crate) fn handle_addresses(
        &mut self,
        now: Instant,
        answer: resolver::Answer,
        reactor: &mut Reactor,
    ) {
        if let (Some(module), Some(link)) = (&mut self.module, self.links.get_mut(answer.link)) {
            module.with(|device| {
                link.handle_addresses(now, answer.job, answer.addresses, device, reactor);
            });
        }
    }

    /// Does all that can be done now, within limits.
    pub(crate) fn run(&mut self, now: Instant, reactor: &mut Reactor) -> Next {
        if self.module.is_none() && !self.look_for_host(now, reactor) {
            return Next::Wait;
        }
        let next = self.rounds(now, reactor);
        // Whoever ends the program has what has happened until then.
        self.recorder.note(Recording::flush);
        next
    }

    fn rounds(&mut self, now: Instant, reactor: &mut Reactor) -> Next {
        let Some(module) = &mut self.module else { return Next::Wait };
        for _ in 0..ROUNDS {
            let sockets = Sockets { links: &mut self.links, reactor };
            match exchange(
                module,
                self.port.as_mut(),
                &mut self.faults,
                &mut self.ended,
                now,
                sockets,
            ) {
                Err(error) => return self.part(reactor, Some(&error)),
                Ok(false) => {
                    let done = module.is_done() && self.faults.serial.is_idle();
                    let last = self.ended && (done || self.port.next_is_waiting());
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
            self.module = Some(self.boot(now));
        }
        there
    }

    /// The host is gone: so is its module.
    fn part(&mut self, reactor: &mut Reactor, failure: Option<&io::Error>) -> Next {
        self.recorder.note(Recording::end);
        // What is on the line is nobody's any more.
        self.faults.serial.clear();
        self.module = None;
        for link in &mut self.links {
            link.close_transport(reactor);
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
    faults: &mut Faults,
    ended: &mut bool,
    now: Instant,
    mut sockets: Sockets<'_>,
) -> io::Result<bool> {
    let mut moved = false;
    for _ in 0..ROUNDS {
        let mut round = module.turn_host(now, &mut faults.around(&mut sockets));
        round |= print(module, port, &mut faults.serial, now)?;
        round |= read(module, port, &mut faults.serial, ended, now)?;
        if !round {
            break;
        }
        moved = true;
    }
    Ok(moved | module.turn_network(now, &mut faults.around(&mut sockets)))
}

/// What the module has printed goes to the host. Returns whether anything moved.
fn print(
    module: &mut Module,
    port: &mut dyn Port,
    serial: &mut Serial,
    now: Instant,
) -> io::Result<bool> {
    let n = module.output().len();
    if serial.is_sound() {
        if n == 0 {
            return Ok(false);
        }
        let n = port.write(module.output())?;
        module.written(n);
        return Ok(n > 0);
    }
    // A host that does not read has the module wait, as a line with flow control does.
    let takes = n > 0 && !serial.to_host.is_full();
    if takes {
        serial.to_host.put(now, module.output(), &serial.faults);
        module.written(n);
    }
    let arrived = serial.to_host.arrived(now, &serial.faults);
    if arrived.is_empty() {
        return Ok(takes);
    }
    let n = port.write(&arrived)?;
    serial.to_host.take(n);
    Ok(takes || n > 0)
}

/// What the host has sent goes to the module. Returns whether anything moved.
fn read(
    module: &mut Module,
    port: &mut dyn Port,
    serial: &mut Serial,
    ended: &mut bool,
    now: Instant,
) -> io::Result<bool> {
    let mut moved = false;
    if module.wants_input() && !*ended && !serial.to_module.is_full() {
        let mut bytes = [0; READ];
        match port.read(&mut bytes)? {
            Input::Bytes(n) => {
                moved = true;
                if serial.is_sound() {
                    module.put(now, &bytes[..n]);
                } else {
                    serial.to_module.put(now, &bytes[..n], &serial.faults);
                }
            }
            Input::End => {
                *ended = true;
                moved = true;
            }
            Input::Nothing => {}
        }
    }
    Ok(moved | serial.deliver(now, module))
}
