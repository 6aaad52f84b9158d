//! The loop: one thread, one place to wait, any number of modules.

use crate::control::{Control, Order};
use crate::echo::EchoServer;
use crate::faults::Fault;
use crate::firmware::Air;
use crate::options::Options;
use crate::port::{Cable, Port, PtyPort, StdioPort, TcpPort};
use crate::reactor::{Owner, Reactor};
use crate::recorder::Recorder;
use crate::resolver::Resolver;
use crate::say::speaks;
use crate::station::{Next, Station};
use crate::timers::Timers;
use crate::tls::Tls;
use crate::transcript::Recording;
use mio::event::Event;
use mio::{Events, Poll, Token, Waker};
use slab::Slab;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{self, Duration};
use wsat::Instant;
use wsat::device::Config;

/// The resolver's token; those of the [`Reactor`] count from zero.
const WAKER: Token = Token(usize::MAX);

/// Modules, their AT ports and links, and the echo server, all driven by one thread.
///
/// Add AT ports, then call [`run`](Self::run), or [`turn`](Self::turn) from a loop of your own.
#[derive(Debug)]
pub struct Simulator {
    poll: Poll,
    events: Events,
    reactor: Reactor,
    started: time::Instant,
    config: Config,
    /// What the choices of faults follow from.
    seed: u64,
    /// That of the module that is added next.
    recorder: Option<Recording>,
    air: Air,
    stations: Slab<Station>,
    /// Stations that run in the next turn, and which those are.
    runnable: Vec<usize>,
    is_runnable: Vec<bool>,
    timers: Timers,
    echo: Option<EchoServer>,
    control: Option<Control>,
    /// Stations whose cable has carried something since the last turn.
    plugged: Rc<RefCell<Vec<usize>>>,
}

impl Simulator {
    /// A loop without anything in it. A [`Config`] alone is that of every module.
    ///
    /// # Errors
    ///
    /// The system lets nobody wait for events.
    pub fn new(options: impl Into<Options>) -> io::Result<Self> {
        let Options { config, verification, certificates, resolve } = options.into();
        let poll = Poll::new()?;
        let resolver = Resolver::new(Waker::new(poll.registry(), WAKER)?, resolve);
        let tls = Tls::new(verification, certificates);
        let reactor = Reactor::new(poll.registry().try_clone()?, resolver, tls);
        Ok(Self {
            poll,
            events: Events::with_capacity(256),
            reactor,
            started: time::Instant::now(),
            config,
            seed: 0,
            recorder: None,
            air: Air::default(),
            stations: Slab::new(),
            runnable: Vec::new(),
            is_runnable: Vec::new(),
            timers: Timers::default(),
            echo: None,
            control: None,
            plugged: Rc::default(),
        })
    }

    /// A Wi-Fi network that every module finds, with its password: `AT+CWJAP` refuses any other from the first
    /// one on. While there is none, every network can be joined.
    pub fn add_network(&mut self, name: &str, password: &str) {
        self.air.add(name.as_bytes(), password.as_bytes());
    }

    /// A module whose AT port is standard input and output. Returns the port's name.
    ///
    /// # Errors
    ///
    /// One of them cannot be waited for.
    pub fn add_stdio(&mut self) -> io::Result<String> {
        self.add(StdioPort::new)
    }

    /// A pseudo terminal; whoever opens it finds a freshly booted module. Returns its path.
    ///
    /// # Errors
    ///
    /// The system gives out no pseudo terminal.
    pub fn add_pty(&mut self) -> io::Result<String> {
        self.add(PtyPort::new)
    }

    /// A TCP listener; one client after the other finds a freshly booted module. Port 0 lets the
    /// system choose. Returns address and port.
    ///
    /// # Errors
    ///
    /// The address cannot be listened at.
    pub fn add_tcp(&mut self, address: SocketAddr) -> io::Result<String> {
        self.add(|reactor, station| TcpPort::new(address, reactor, station))
    }

    /// A module whose host is in this program.
    pub fn add_cable(&mut self) -> Cable {
        let station = self.stations.vacant_key();
        let cable = Cable::new(station, Rc::clone(&self.plugged));
        self.insert(station, Box::new(cable.port()));
        cable
    }

    /// Starts the echo server. Returns address and port; port 0 lets the system choose.
    ///
    /// # Errors
    ///
    /// The address cannot be listened at.
    pub fn start_echo_server(&mut self, address: SocketAddr) -> io::Result<SocketAddr> {
        let echo = EchoServer::new(address, &mut self.reactor)?;
        let local = echo.local();
        self.echo = Some(echo);
        Ok(local)
    }

    /// Starts the control port, which takes lines of text: a [`Fault`], or `module N` and a fault. Each is answered with `ok` or
    /// `error:` and why. Returns address and port; port 0 lets the system choose.
    ///
    /// # Errors
    ///
    /// The address cannot be listened at.
    pub fn start_control(&mut self, address: SocketAddr) -> io::Result<SocketAddr> {
        let control = Control::new(address, &mut self.reactor)?;
        let local = control.local();
        self.control = Some(control);
        Ok(local)
    }

    /// Every random choice of faults follows from this number, for modules that are added later; 0 unless it is said.
    pub const fn set_seed(&mut self, seed: u64) {
        self.seed = seed;
    }

    /// The sessions of the module that is added next are written to a file, as [transcripts](crate::transcript), each from its
    /// switching on.
    pub fn record(&mut self, file: File) {
        self.recorder = Some(Recording::new(file));
    }

    /// Something goes wrong from now on with one module, counted from 0 in the order of being added, or with all of
    /// them; or it is well again.
    pub fn apply(&mut self, module: Option<usize>, fault: Fault) {
        let now = self.now();
        let numbers: Vec<_> = self.stations.iter().map(|(number, _)| number).collect();
        for number in numbers.into_iter().filter(|number| module.is_none_or(|one| one == *number)) {
            self.stations[number].apply(now, fault);
            self.wake(number);
        }
    }

    /// Runs until a port that serves one host only has served it. Returns the exit status for the
    /// program.
    ///
    /// # Errors
    ///
    /// The system does not let it wait for events any more.
    pub fn run(&mut self) -> io::Result<u8> {
        loop {
            if let Some(status) = self.turn(None)? {
                return Ok(status);
            }
        }
    }

    /// Waits for something to do, `limit` at the longest, and does it. `Some` is the exit status
    /// for the program, when it has served the only host that it was to serve.
    ///
    /// # Errors
    ///
    /// The system does not let it wait for events any more.
    pub fn turn(&mut self, limit: Option<Duration>) -> io::Result<Option<u8>> {
        self.wait(limit)?;
        let now = self.now();
        let Self { events, stations, reactor, echo, control, .. } = self;
        let mut woken = self.plugged.take();
        let mut orders = Vec::new();
        for event in events.iter() {
            match (reactor.owner(event.token()), &mut *control) {
                (Some(Owner::ControlListener), Some(control)) => control.handle_listener(reactor),
                (Some(Owner::ControlClient { client }), Some(control)) => {
                    orders.extend(control.handle_client(client, event, stations.len(), reactor));
                }
                _ => dispatch(event, now, stations, reactor, echo.as_mut(), &mut woken),
            }
        }
        for Order { module, fault } in orders {
            self.apply(module, fault);
        }
        while let Some(station) = self.timers.due(now) {
            woken.push(station);
        }
        for station in woken {
            self.wake(station);
        }
        let several = self.stations.len() > 1;
        for station in std::mem::take(&mut self.runnable) {
            self.is_runnable[station] = false;
            let Some(there) = self.stations.get_mut(station) else { continue };
            speaks(several.then_some(station));
            let next = there.run(now, &mut self.reactor);
            speaks(None);
            self.timers.set(station, there.deadline(now));
            match next {
                Next::Wait => {}
                Next::Again => self.wake(station),
                Next::Exit(status) => return Ok(Some(status)),
            }
        }
        Ok(None)
    }

    /// Runs a station in the next turn, once.
    fn wake(&mut self, station: usize) {
        if !std::mem::replace(&mut self.is_runnable[station], true) {
            self.runnable.push(station);
        }
    }

    /// Waits for an event, a deadline or the limit.
    fn wait(&mut self, limit: Option<Duration>) -> io::Result<()> {
        let busy = !self.runnable.is_empty()
            || !self.plugged.borrow().is_empty()
            || self.echo.as_ref().is_some_and(EchoServer::is_unfinished);
        let timeout = if busy {
            Some(Duration::ZERO)
        } else {
            let deadline = self
                .timers
                .next()
                .map(|deadline| Duration::from_millis(deadline.since(self.now())));
            deadline.into_iter().chain(limit).min()
        };
        match self.poll.poll(&mut self.events, timeout) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                self.events.clear();
                Ok(())
            }
            Err(error) => Err(error),
        }?;
        if let Some(echo) = &mut self.echo {
            echo.go_on(&mut self.reactor);
        }
        Ok(())
    }

    fn now(&self) -> Instant {
        // Enough for half a billion years.
        Instant::from_millis(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn add<P: Port + 'static>(
        &mut self,
        port: impl FnOnce(&mut Reactor, usize) -> io::Result<P>,
    ) -> io::Result<String> {
        let station = self.stations.vacant_key();
        let port = Box::new(port(&mut self.reactor, station)?);
        let name = port.name();
        self.insert(station, port);
        Ok(name)
    }

    fn insert(&mut self, station: usize, port: Box<dyn Port>) {
        let (config, air) = (self.config, self.air.clone());
        let recorder = self.recorder.take().map(Recorder::new).unwrap_or_default();
        let there = Station::new(station, config, air, port, self.seed, recorder);
        let inserted = self.stations.insert(there);
        debug_assert_eq!(inserted, station);
        self.is_runnable.resize(self.is_runnable.len().max(station + 1), false);
        self.wake(station);
    }
}

/// Tells an event to whom it concerns, and notes the stations that have to run for it.
fn dispatch(
    event: &Event,
    now: Instant,
    stations: &mut Slab<Station>,
    reactor: &mut Reactor,
    echo: Option<&mut EchoServer>,
    woken: &mut Vec<usize>,
) {
    if event.token() == WAKER {
        while let Some(answer) = reactor.resolver.answer() {
            woken.push(answer.station);
            let several = stations.len() > 1;
            if let Some(station) = stations.get_mut(answer.station) {
                speaks(several.then_some(answer.station));
                station.handle_addresses(now, answer, reactor);
                speaks(None);
            }
        }
        return;
    }
    match (reactor.owner(event.token()), echo) {
        (Some(Owner::Port { station }), _) => {
            stations[station].handle_port_event(event.token(), event);
            woken.push(station);
        }
        (Some(Owner::Link { station, link }), _) => {
            stations[station].handle_link_event(link, event);
            woken.push(station);
        }
        (Some(Owner::EchoListener), Some(echo)) => echo.handle_listener(reactor),
        (Some(Owner::EchoPeer { peer }), Some(echo)) => echo.handle_peer(peer, reactor),
        // A token that was released earlier in this turn.
        _ => {}
    }
}
