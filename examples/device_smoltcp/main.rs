//! The device in smoltcp's poll loop: one loop, no executor, no threads, no heap.
//!
//! `cargo run --example device_smoltcp [HOST:PORT]`, then a host at that port; see `docs/porting.md`.
//!
//! On a board the [`Card`](gateway::Card) is its network interface and the port its UART. Here a cable
//! leads from the card to a [`gateway`], as QEMU's user network has one: 10.0.2.2 is this PC, and
//! everything beyond can be reached from it. So it needs no privileges.

mod gateway;
mod link;
#[path = "../listening/mod.rs"]
mod listening;

use link::{Link, Network, WINDOW, at};
use smoltcp::iface::{Config as CardConfig, Interface, SocketSet, SocketStorage};
use smoltcp::socket::{dns, tcp};
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::process::ExitCode;
use std::thread;
use std::time::{self, Duration};
use wsat::Instant;
use wsat::device::{Action, Answer, Config, Device, Serial, Storage};

/// Bytes of a socket's buffer, for each direction.
const BUFFER: usize = 4096;
/// So many rounds in which something moved, then time is told all the same.
const ROUNDS: usize = 16;
/// The port here has no interrupt, so it is looked at so often.
const LOOK: Duration = Duration::from_millis(1);

/// The serial line.
struct Line {
    port: TcpStream,
    /// What the device has not taken yet.
    typed: [u8; 64],
    untaken: Range<usize>,
    /// What the port has not taken yet.
    printed: [u8; 256],
    unsent: Range<usize>,
    /// The host has left.
    ended: bool,
}

impl Line {
    fn new(port: TcpStream) -> Self {
        let (untaken, unsent) = (0..0, 0..0);
        Self { port, typed: [0; 64], untaken, printed: [0; 256], unsent, ended: false }
    }

    /// Tells what was typed, prints what is to be printed. Whether anything moved.
    fn turn(&mut self, now: Instant, device: &mut Device<'_>, links: &mut [Link; 3]) -> bool {
        if self.untaken.is_empty() && !self.ended {
            match self.port.read(&mut self.typed) {
                Ok(n @ 1..) => self.untaken = 0..n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                _ => self.ended = true,
            }
        }
        let taken = device.handle_host(now, &self.typed[self.untaken.clone()]);
        self.untaken.start += taken;
        // Nothing waits for the port: what it does not take is offered again in the next turn.
        if self.unsent.is_empty() {
            self.unsent = 0..self.print(now, device, links);
        }
        let written = match &self.printed[self.unsent.clone()] {
            [] => 0,
            bytes => self.port.write(bytes).unwrap_or(0),
        };
        self.unsent.start += written;
        taken + written > 0
    }

    fn print(&mut self, now: Instant, device: &mut Device<'_>, links: &mut [Link; 3]) -> usize {
        match device.poll_host(now, &mut self.printed) {
            Serial::Bytes(n) => n,
            Serial::Relay { conn, len } => {
                let link = &mut links[conn.link()];
                let n = len.min(self.printed.len());
                self.printed[..n].copy_from_slice(&link.window[..n]);
                link.drop(n);
                device.handle_relayed(now, conn, n).expect("that much was asked for");
                n
            }
            Serial::Idle => 0,
        }
    }
}

/// Does what the device asks for. Whether it asked for anything.
fn act(
    now: Instant,
    device: &mut Device<'_>,
    links: &mut [Link; 3],
    network: &mut Network<'_>,
) -> bool {
    let Some(action) = device.poll_action() else { return false };
    match action {
        Action::Open(conn) => {
            if !network.open(now, &mut links[conn.link()], device, conn) {
                device.handle_eof(now, conn);
            }
        }
        Action::Close(conn) => network.close(&mut links[conn.link()]),
        // None but the device's own is known here.
        Action::Command => {
            device.handle_answer(now, Answer::NoSuchCommand).expect("it waits");
        }
    }
    true
}

/// Drives a device until the host leaves.
pub(crate) fn serve(port: TcpStream, config: Config) -> io::Result<()> {
    port.set_nonblocking(true)?;
    port.set_nodelay(true)?;
    let power_on = time::Instant::now();
    let clock = || Instant::from_millis(power_on.elapsed().as_millis() as u64);

    let mut card = gateway::plug_in();
    let mut interface =
        Interface::new(CardConfig::new(HardwareAddress::Ip), &mut card, at(clock()));
    interface.update_ip_addrs(|addresses| {
        addresses.push(IpCidr::new(gateway::GUEST.into(), 24)).expect("there is room");
    });
    interface.routes_mut().add_default_ipv4_route(gateway::GATEWAY).expect("there is room");
    let mut buffers = [[0; BUFFER]; 6];
    let [a, b, c, d, e, f] = &mut buffers;
    let mut queries = [const { None }; 3];
    let mut storage = [SocketStorage::EMPTY; 4];
    let mut sockets = SocketSet::new(&mut storage[..]);
    let names =
        sockets.add(dns::Socket::new(&[IpAddress::Ipv4(gateway::GATEWAY)], &mut queries[..]));
    let mut links = [(a, b), (c, d), (e, f)].map(|(rx, tx)| {
        let (rx, tx) = (tcp::SocketBuffer::new(&mut rx[..]), tcp::SocketBuffer::new(&mut tx[..]));
        Link::new(sockets.add(tcp::Socket::new(rx, tx)))
    });
    let mut network = Network { card, interface, sockets, names, next_port: 49152 };

    let mut storage = Storage::<256, 8192, 256>::new();
    let mut device = Device::new(config, storage.lend([WINDOW; 3]));
    let mut line = Line::new(port);
    let mut rounds = 0;
    while !line.ended {
        let now = clock();
        network.poll(now);
        let mut moved = false;
        for link in &mut links {
            moved |= link.turn(now, &mut device, &mut network);
        }
        // The serial line goes first whenever it can go on.
        for _ in 0..ROUNDS {
            if !line.turn(now, &mut device, &mut links) {
                break;
            }
            moved = true;
            if let Some(why) = device.poll_refusal() {
                eprintln!("ERROR because {why}");
            }
        }
        while act(now, &mut device, &mut links, &mut network) {
            moved = true;
        }
        if let Some((link, why)) = device.poll_failure() {
            eprintln!("link {link} is not connected: {why}");
        }
        rounds = if moved { (rounds + 1) % ROUNDS } else { 0 };
        // What has come goes before time, but traffic without end does not stop the clock.
        let due = device.poll_deadline();
        if rounds == 0 && due.is_some_and(|due| due <= now) {
            device.handle_time(now);
            continue;
        }
        if moved {
            continue;
        }
        // Until an interrupt: of the card, of the UART, or of a timer that is set to the first of these.
        let left = due.map(|due| Duration::from_millis(due.since(now)));
        let poll = network.interface.poll_delay(at(now), &network.sockets).map(Duration::from);
        thread::park_timeout([left, poll].into_iter().flatten().fold(LOOK, Duration::min));
    }
    Ok(())
}

fn main() -> ExitCode {
    listening::module("; this PC is 10.0.2.2", |port| serve(port, Config::default()))
}
