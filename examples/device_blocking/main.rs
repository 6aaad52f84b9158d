//! The device between a serial line and blocking sockets: a thread a lane, one lock, one bell.
//!
//! `cargo run --example device_blocking [HOST:PORT]`, then a host at that port; see `docs/porting.md`.
//!
//! Each thread waits for its own line or socket, and does so without the lock. What it has to tell the
//! device or to ask of it, it does with the lock. Whoever got something done rings the bell; who finds
//! nothing to do waits for it. So a serial line that stands still keeps one thread waiting, and the others
//! answer Pings. It is the same with tasks, a mutex and a condition variable or event group of an RTOS.

mod connection;
#[path = "../listening/mod.rs"]
mod listening;

use connection::open;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{self, Duration};
use wsat::Instant;
use wsat::device::{Action, Answer, Config, Conn, Device, Serial, Storage};

/// Bytes of a receive window.
const WINDOW: usize = 2048;
/// How long time is held back for what was received but not yet told.
const GRACE: Duration = Duration::from_millis(2);

/// What the lock is for.
struct Module {
    device: Device<'static>,
    links: [Link; 3],
    power_on: time::Instant,
    /// The host has left.
    over: bool,
}

#[derive(Default)]
struct Link {
    /// The attempt that the window belongs to.
    conn: Option<Conn>,
    stream: Option<Arc<TcpStream>>,
    window: Vec<u8>,
}

struct Shared {
    module: Mutex<Module>,
    bell: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Module> {
        self.module.lock().expect("no thread panics")
    }

    /// Ends a step that got something done, and with it others may. To ring without that would have
    /// the threads wake each other for ever.
    fn done(&self, module: &mut Module) {
        module.offer();
        if let Some(why) = module.device.poll_refusal() {
            eprintln!("ERROR because {why}");
        }
        if let Some((link, why)) = module.device.poll_failure() {
            eprintln!("link {link} is not connected: {why}");
        }
        self.bell.notify_all();
    }

    fn wait<'a>(&self, module: MutexGuard<'a, Module>) -> MutexGuard<'a, Module> {
        self.bell.wait(module).expect("no thread panics")
    }
}

impl Module {
    /// Only to be asked with the lock, or else time could go back.
    fn now(&self) -> Instant {
        Instant::from_millis(self.power_on.elapsed().as_millis() as u64)
    }

    /// Offers what waits in the windows: any step may have made way for it.
    fn offer(&mut self) {
        let now = self.now();
        for link in &mut self.links {
            if let Some(conn) = link.conn {
                let taken = self.device.handle_peer(now, conn, &link.window, &[]);
                link.window.drain(..taken);
            }
        }
    }

    /// What the host gets next.
    fn print(&mut self, out: &mut [u8]) -> usize {
        let now = self.now();
        match self.device.poll_host(now, out) {
            Serial::Bytes(n) => n,
            Serial::Relay { conn, len } => {
                let window = &mut self.links[conn.link()].window;
                let n = len.min(out.len());
                out[..n].copy_from_slice(&window[..n]);
                window.drain(..n);
                self.device.handle_relayed(now, conn, n).expect("that much was asked for");
                n
            }
            Serial::Idle => 0,
        }
    }

    fn is_live(&self, conn: Conn) -> bool {
        self.device.target(conn).is_some()
    }
}

/// Drives a device until the host leaves.
pub(crate) fn serve(port: TcpStream, config: Config) -> io::Result<()> {
    port.set_nodelay(true)?;
    let storage = Box::leak(Box::new(Storage::<256, 8192, 256>::new()));
    let device = Device::new(config, storage.lend([WINDOW; 3]));
    let (links, power_on) = (Default::default(), time::Instant::now());
    let module = Mutex::new(Module { device, links, power_on, over: false });
    let shared = Arc::new(Shared { module, bell: Condvar::new() });
    let (hearing, line) = (Arc::clone(&shared), port.try_clone()?);
    thread::spawn(move || hear(&hearing, line));
    let printing = Arc::clone(&shared);
    thread::spawn(move || print(&printing, port));
    act(&shared);
    Ok(())
}

/// The lane of the host's bytes.
fn hear(shared: &Shared, mut port: TcpStream) {
    let mut bytes = [0; 256];
    while let Ok(n @ 1..) = port.read(&mut bytes) {
        let mut module = shared.lock();
        let mut rest = &bytes[..n];
        while !rest.is_empty() {
            let now = module.now();
            let taken = module.device.handle_host(now, rest);
            rest = &rest[taken..];
            if taken > 0 {
                shared.done(&mut module);
            } else {
                module = shared.wait(module);
            }
        }
    }
    shared.lock().over = true;
    shared.bell.notify_all();
}

/// The lane of the bytes for the host.
fn print(shared: &Shared, mut port: TcpStream) {
    let mut out = [0; 256];
    let mut module = shared.lock();
    while !module.over {
        let n = module.print(&mut out);
        if n == 0 {
            module = shared.wait(module);
            continue;
        }
        shared.done(&mut module);
        drop(module);
        // As long as the host takes. If it has left, the other lane knows.
        let _ = port.write_all(&out[..n]);
        module = shared.lock();
    }
}

/// What the device asks for, and time.
fn act(shared: &Arc<Shared>) {
    let mut module = shared.lock();
    loop {
        if module.over {
            // Everything that is open is to be closed.
            module.device.restart();
        }
        while let Some(action) = module.device.poll_action() {
            let now = module.now();
            match action {
                Action::Open(conn) => open(shared, &mut module, conn),
                // Ends the reading and the writing. The window stays: some of it may still be relayed.
                Action::Close(conn) => {
                    if let Some(stream) = module.links[conn.link()].stream.take() {
                        let _ = stream.shutdown(Shutdown::Both);
                    }
                }
                // None but the device's own is known here.
                Action::Command => {
                    let answered = module.device.handle_answer(now, Answer::NoSuchCommand);
                    answered.expect("it waits");
                }
            }
            shared.done(&mut module);
        }
        if module.over {
            return;
        }
        module = match module.device.poll_deadline() {
            None => shared.wait(module),
            Some(at) if at > module.now() => {
                let left = Duration::from_millis(at.since(module.now()));
                shared.bell.wait_timeout(module, left).expect("no thread panics").0
            }
            Some(_) => tell_time(shared, module),
        }
    }
}

/// Facts go before time: who has received something gets the lock first.
fn tell_time<'a>(shared: &'a Shared, module: MutexGuard<'a, Module>) -> MutexGuard<'a, Module> {
    drop(module);
    thread::sleep(GRACE);
    let mut module = shared.lock();
    let now = module.now();
    module.device.handle_time(now);
    shared.done(&mut module);
    module
}

fn main() -> ExitCode {
    listening::module("", |port| serve(port, Config::default()))
}
