//! A module on a bench, for a test: its serial line is memory, its clock is the test's, its servers do what they are told.

#[cfg(test)]
mod flood;
mod server;
mod stream;

pub use server::{Behaviour, Server};

use crate::faults::{Fault, Faults, Kind, Links};
use crate::firmware::Air;
use crate::link::WINDOW;
use crate::module::Module;
use crate::network::Network;
use crate::recorder::Recorder;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use std::time::Duration;
use wsat::Instant;
use wsat::device::{Config, Conn, Device};

/// A module, three servers and a clock. No socket, no thread, no waiting; the same calls give the same bytes, but for the keys of
/// handshakes and masks, which the host does not see.
///
/// ```
/// use std::time::Duration;
/// use wsat::device::Config;
/// use wsat_sim::{Behaviour, Bench};
///
/// let mut module = Bench::new(Config::default());
/// assert_eq!(module.receive(), b"\r\nready\r\n");
/// module.send(b"ATE0\r\nAT+WSOPEN=0,\"ws://example.com/\"\r\n");
/// assert_eq!(module.receive(), b"ATE0\r\n\r\nOK\r\n+WS_CONNECTED:0\r\n\r\nOK\r\n");
///
/// // Servers send everything back, unless they are told otherwise.
/// module.send(b"AT+WSSEND=0,5\r\n");
/// module.send(b"Hello");
/// assert_eq!(module.receive(), b"\r\nOK\r\n\r\n>\r\nSEND OK\r\n+WS_DATA:0,5,Hello\r\n");
///
/// // The server goes, refuses for a while, and is there again.
/// module.server(0).behave(Behaviour::Refuse);
/// module.server(0).drop_connection();
/// module.advance(Duration::from_secs(15));
/// assert_eq!(module.receive(), b"+WS_DISCONNECTED:0\r\n");
/// module.server(0).behave(Behaviour::Echo);
/// module.advance(Duration::from_secs(10));
/// assert_eq!(module.receive(), b"+WS_CONNECTED:0\r\n");
/// ```
///
/// A host library that reads and writes through a trait is given a type that calls [`send`](Self::send) and
/// [`receive`](Self::receive), and waits by [`advance`](Self::advance).
#[derive(Debug)]
pub struct Bench {
    module: Module,
    servers: Servers,
    air: Air,
    faults: Faults,
    now: Duration,
    printed: Vec<u8>,
}

/// The far ends of the three links.
#[derive(Debug)]
struct Servers {
    servers: [Server; 3],
    rng: StdRng,
}

impl Bench {
    /// A module whose power has just been switched on, at the time zero.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let servers =
            Servers { servers: [(); 3].map(|()| Server::new()), rng: StdRng::seed_from_u64(0) };
        let air = Air::default();
        let mut bench = Self {
            module: Module::boot(Instant::ZERO, 0, config, air.clone(), Recorder::default()),
            servers,
            air,
            faults: Faults::new(0),
            now: Duration::ZERO,
            printed: Vec::new(),
        };
        bench.turn();
        bench
    }

    /// A Wi-Fi network that the module finds, with its password, as
    /// [`Simulator::add_network`](crate::Simulator::add_network) has it.
    pub fn add_network(&mut self, name: &str, password: &str) {
        self.air.add(name.as_bytes(), password.as_bytes());
    }

    /// Every random choice of faults follows from this number from now on; 0 unless it is said. What goes wrong
    /// so far is well again, and bytes that are on their way are lost.
    pub fn set_seed(&mut self, seed: u64) {
        self.faults = Faults::new(seed);
    }

    /// Something goes wrong from now on, or is well again.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wsat::device::Config;
    /// use wsat_sim::Bench;
    ///
    /// let mut module = Bench::new(Config::default());
    /// module.apply("serial delay 20".parse()?);
    /// module.send(b"ATE0\r\n");
    /// module.advance(Duration::from_millis(39));
    /// assert_eq!(module.receive(), b"\r\nready\r\n");
    /// module.advance(Duration::from_millis(1));
    /// assert_eq!(module.receive(), b"ATE0\r\n\r\nOK\r\n");
    /// # Ok::<(), String>(())
    /// ```
    pub fn apply(&mut self, fault: Fault) {
        let now = self.instant();
        self.faults.apply(now, fault);
        if fault.0 == Kind::Reboot {
            self.module.reboot(now);
        }
        self.turn();
    }

    /// The host sends these bytes, in one piece, and everything happens that follows from it at once.
    pub fn send(&mut self, bytes: &[u8]) {
        let (now, serial) = (self.instant(), &mut self.faults.serial);
        if serial.is_sound() {
            self.module.put(now, bytes);
        } else {
            serial.to_module.put(now, bytes, &serial.faults);
        }
        self.turn();
    }

    /// What the module has printed since the last call.
    #[must_use]
    pub fn receive(&mut self) -> Vec<u8> {
        self.turn();
        std::mem::take(&mut self.printed)
    }

    /// The server of a link, 0 to 2. What it is told to do is done at the next call of this module.
    ///
    /// # Panics
    ///
    /// There is no such link.
    pub fn server(&mut self, link: usize) -> &mut Server {
        &mut self.servers.servers[link]
    }

    /// Lets time pass, and everything happen on its way, each thing at its time.
    pub fn advance(&mut self, time: Duration) {
        let end = self.now.saturating_add(time);
        loop {
            self.turn();
            match self.next_deadline() {
                Some(next) if next <= end => self.now = self.now.max(next),
                _ => break,
            }
        }
        self.now = end;
        self.turn();
    }

    /// The time since the module was switched on.
    #[must_use]
    pub const fn now(&self) -> Duration {
        self.now
    }

    /// When something happens next by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let arrives = self.faults.next_at(self.instant());
        let next = self.module.deadline().into_iter().chain(arrives).min()?;
        Some(Duration::from_millis(next.as_millis()))
    }

    /// Switches the power off and on: every connection ends, and the module forgets all.
    pub fn switch_off_and_on(&mut self, config: Config) {
        self.module =
            Module::boot(self.instant(), 0, config, self.air.clone(), Recorder::default());
        self.faults.serial.clear();
        for server in &mut self.servers.servers {
            server.disconnected();
        }
        self.printed.clear();
        self.turn();
    }

    fn instant(&self) -> Instant {
        Instant::from_millis(u64::try_from(self.now.as_millis()).unwrap_or(u64::MAX))
    }

    /// Everything that can happen now.
    fn turn(&mut self) {
        let now = self.instant();
        loop {
            let network = &mut self.faults.around(&mut self.servers);
            let mut moved = self.module.turn_host(now, network);
            moved |= self.carry(now);
            // Also behind the host's side: what is printed makes way for what the peers sent.
            let network = &mut self.faults.around(&mut self.servers);
            moved |= self.module.turn_network(now, network);
            if !moved {
                return;
            }
        }
    }

    /// What is on the serial line goes on. Returns whether anything did. This host always reads.
    fn carry(&mut self, now: Instant) -> bool {
        let Self { module, faults: Faults { serial, .. }, printed, .. } = self;
        let n = module.output().len();
        if serial.is_sound() {
            printed.extend_from_slice(module.output());
            module.written(n);
            return n > 0;
        }
        serial.to_host.put(now, module.output(), &serial.faults);
        module.written(n);
        let arrived = serial.to_host.arrived(now, &serial.faults);
        serial.to_host.take(arrived.len());
        printed.extend_from_slice(&arrived);
        let delivered = serial.deliver(now, module);
        n > 0 || !arrived.is_empty() || delivered
    }
}

impl Network for Servers {
    fn open(&mut self, _now: Instant, conn: Conn, device: &mut Device<'_>) {
        let target = device.target(conn).map(|target| {
            format!("{}{}:{}", if target.secure { "tls " } else { "" }, target.host, target.port)
        });
        if let Some(server) = self.servers.get_mut(conn.link()) {
            server.connected(conn, target.unwrap_or_default());
        }
    }

    fn close(&mut self, conn: Conn) {
        if let Some(server) = self.servers.get_mut(conn.link())
            && server.is_of(conn)
        {
            server.disconnected();
        }
    }

    fn window(&self, conn: Conn) -> &[u8] {
        self.servers.get(conn.link()).map_or(&[], |server| server.window(conn))
    }

    fn consume(&mut self, link: usize, n: usize) {
        if let Some(server) = self.servers.get_mut(link) {
            server.consume(n);
        }
    }

    fn pump(&mut self, now: Instant, device: &mut Device<'_>) -> bool {
        let mut moved = false;
        for link in 0..self.servers.len() {
            moved |= self.pump_link(now, link, WINDOW, device);
        }
        moved
    }
}

impl Links for Servers {
    fn conn(&self, link: usize) -> Option<Conn> {
        self.servers.get(link)?.conn()
    }

    fn pump_link(
        &mut self,
        now: Instant,
        link: usize,
        most: usize,
        device: &mut Device<'_>,
    ) -> bool {
        let Self { servers, rng } = self;
        servers.get_mut(link).is_some_and(|server| server.pump(now, most, device, rng))
    }

    fn note_lost(&self, _now: Instant, _link: usize, _bytes: &[u8]) {}

    fn refuse(&mut self, now: Instant, conn: Conn, device: &mut Device<'_>) {
        device.handle_eof(now, conn);
    }

    fn reset(&mut self, now: Instant, link: usize, device: &mut Device<'_>) -> bool {
        let Some(server) = self.servers.get_mut(link) else { return false };
        let Some(conn) = server.conn() else { return false };
        server.disconnected();
        device.handle_eof(now, conn);
        true
    }
}
