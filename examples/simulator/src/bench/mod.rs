//! A module on a bench, for a test: its serial line is memory, its clock is the test's, its servers do what they are told.

mod server;
mod stream;

pub use server::{Behaviour, Server};

use crate::firmware::Air;
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
        let module = Module::boot(config, Air::default(), Recorder::default());
        let mut bench = Self { module, servers, now: Duration::ZERO, printed: Vec::new() };
        bench.turn();
        bench
    }

    /// The host sends these bytes, in one piece, and everything happens that follows from it at once.
    pub fn send(&mut self, bytes: &[u8]) {
        self.module.put(self.instant(), bytes);
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
        Some(Duration::from_millis(self.module.deadline()?.as_millis()))
    }

    /// Switches the power off and on: every connection ends, and the module forgets all.
    pub fn switch_off_and_on(&mut self, config: Config) {
        self.module = Module::boot(config, Air::default(), Recorder::default());
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
            let mut moved = self.module.turn_host(now, &mut self.servers);
            let output = self.module.output();
            self.printed.extend_from_slice(output);
            let n = output.len();
            self.module.written(n);
            moved |= n > 0;
            // Also behind the host's side: what is printed makes way for what the peers sent.
            moved |= self.module.turn_network(now, &mut self.servers);
            if !moved {
                return;
            }
        }
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
        for server in &mut self.servers {
            moved |= server.pump(now, device, &mut self.rng);
        }
        moved
    }
}
