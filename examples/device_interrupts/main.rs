//! The device in the main loop of a firmware whose interrupts do nothing but fill and empty rings.
//!
//! `cargo run --example device_interrupts [HOST:PORT]`, then a host at that port; see `docs/porting.md`.
//!
//! Each ring has one who puts in and one who takes out, so no lock is needed, and on riscv32imc no atomic
//! instruction beyond load and store. The device is the main loop's alone. It turns until nothing moves,
//! sets the alarm, and sleeps; any interrupt wakes it. [`board`] plays the hardware with threads:
//!
//! | here | on a board |
//! |---|---|
//! | the thread that hears the port | the UART's receive interrupt; with a full ring RTS goes off |
//! | the thread that prints | its transmit interrupt: on after `start_printing`, off with an empty ring |
//! | the thread with the sockets | the interrupt of a network processor, such as a W5500 or a modem |
//! | `sleep` | an alarm at the deadline; interrupts off, a last look at the rings, WFI, interrupts on |

mod board;
#[path = "../listening/mod.rs"]
mod listening;

use board::{Board, CHUNK, Chunk, Order, Packet, Socket};
use heapless::String;
use std::net::TcpStream;
use std::{io, process::ExitCode};
use wsat::Instant;
use wsat::device::{Action, Answer, Config, Conn, Device, Serial, Storage};

/// Bytes of a receive window.
const WINDOW: usize = 2048;
/// So many rounds in which something moved, then time is told all the same.
const ROUNDS: usize = 16;

/// A receive window: a ring, which the device is shown in its two parts.
struct Window {
    bytes: [u8; WINDOW],
    start: usize,
    len: usize,
}

impl Window {
    const EMPTY: Self = Self { bytes: [0; WINDOW], start: 0, len: 0 };

    fn parts(&self) -> (&[u8], &[u8]) {
        let before = self.len.min(WINDOW - self.start);
        (&self.bytes[self.start..][..before], &self.bytes[..self.len - before])
    }

    fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.bytes[(self.start + self.len) % WINDOW] = byte;
            self.len += 1;
        }
    }

    fn drop(&mut self, n: usize) {
        self.start = (self.start + n) % WINDOW;
        self.len -= n;
    }
}

struct Link {
    /// The attempt that the window belongs to.
    conn: Option<Conn>,
    window: Window,
}

impl Link {
    const NEW: Self = Self { conn: None, window: Window::EMPTY };

    /// Takes from the rings of this link's socket what there is, and puts into them what they have room
    /// for. Whether anything moved.
    fn turn(&mut self, now: Instant, device: &mut Device<'_>, socket: &mut Socket) -> bool {
        let mut moved = false;
        let mut ended = false;
        while let Some((conn, packet)) = socket.rx.peek() {
            // What an earlier connection has left behind is of no interest.
            if self.conn == Some(*conn) {
                match packet {
                    Packet::Up => device.handle_up(now, *conn),
                    // It stays in its ring, the ring gets full, and the peer has to wait.
                    Packet::Data(chunk) if chunk.len() > WINDOW - self.window.len => break,
                    Packet::Data(chunk) => self.window.push(chunk),
                    Packet::End => ended = true,
                }
            }
            socket.rx.dequeue();
            moved = true;
        }
        let Some(conn) = self.conn else { return moved };
        let (window, wrapped) = self.window.parts();
        let taken = device.handle_peer(now, conn, window, wrapped);
        self.window.drop(taken);
        // Behind the last bytes, which have been offered now.
        if ended {
            device.handle_eof(now, conn);
        }
        while socket.tx.ready() {
            let mut bytes = [0; CHUNK];
            let n = device.poll_peer(conn, &mut rand::rng(), &mut bytes);
            if n == 0 {
                break;
            }
            let chunk = Chunk::from_slice(&bytes[..n]).expect("it holds as much");
            socket.tx.enqueue((conn, chunk)).expect("there is room");
            // The ring is this driver's transport.
            device.handle_sent(now, conn, n).expect("that much was given");
            moved = true;
        }
        moved | (taken > 0)
    }
}

/// Takes from the ring of the host's bytes, and puts into that of the bytes for the host. Whether anything
/// moved.
fn turn_uart(
    now: Instant,
    device: &mut Device<'_>,
    board: &mut Board,
    links: &mut [Link; 3],
) -> bool {
    let mut moved = false;
    // One by one, as a ring has them: where its input is cut makes no difference to the device.
    while let Some(&byte) = board.typed.peek()
        && device.handle_host(now, &[byte]) > 0
    {
        board.typed.dequeue();
        moved = true;
    }
    let mut out = [0; 64];
    let room = (board.printed.capacity() - board.printed.len()).min(out.len());
    let mut print = |bytes: &[u8]| {
        for &byte in bytes {
            board.printed.enqueue(byte).expect("there is room");
        }
        moved |= !bytes.is_empty();
    };
    match device.poll_host(now, &mut out[..room]) {
        Serial::Bytes(n) => print(&out[..n]),
        Serial::Relay { conn, len } => {
            let window = &mut links[conn.link()].window;
            let (first, second) = window.parts();
            let n = len.min(room);
            let before = n.min(first.len());
            print(&first[..before]);
            print(&second[..n - before]);
            window.drop(n);
            device.handle_relayed(now, conn, n).expect("that much was asked for");
        }
        Serial::Idle => {}
    }
    moved
}

/// Does what the device asks for. Whether it asked for anything.
fn act(now: Instant, device: &mut Device<'_>, board: &mut Board, links: &mut [Link; 3]) -> bool {
    // What cannot be ordered yet, the device keeps.
    if !board.sockets.iter().all(|socket| socket.orders.ready()) {
        return false;
    }
    let Some(action) = device.poll_action() else { return false };
    match action {
        Action::Open(conn) => {
            links[conn.link()] = Link { conn: Some(conn), ..Link::NEW };
            // The network processor looks names up; one with TLS would take `wss://`, too.
            let target = device.target(conn).filter(|target| !target.secure);
            let order = target.and_then(|target| {
                let host = String::try_from(target.host).ok()?;
                Some(Order::Open(conn, host, target.port))
            });
            match order {
                Some(order) => board.order(conn.link(), order),
                None => device.handle_eof(now, conn),
            }
        }
        // The window stays: some of it may still be relayed.
        Action::Close(conn) => board.order(conn.link(), Order::Close),
        // None but the device's own is known here.
        Action::Command => {
            device.handle_answer(now, Answer::NoSuchCommand).expect("it waits");
        }
    }
    true
}

/// The main loop. On a board it never ends; here it does when the host has left.
fn run(mut device: Device<'_>, board: &mut Board) {
    let mut links = [Link::NEW; 3];
    let mut rounds = 0;
    while !board.is_over() {
        let now = board.now();
        let mut moved = false;
        for (link, socket) in links.iter_mut().zip(&mut board.sockets) {
            moved |= link.turn(now, &mut device, socket);
        }
        // The serial line goes first whenever it can go on.
        for _ in 0..ROUNDS {
            if !turn_uart(now, &mut device, board, &mut links) {
                break;
            }
            moved = true;
            if let Some(why) = device.poll_refusal() {
                eprintln!("ERROR because {why}");
            }
        }
        while act(now, &mut device, board, &mut links) {
            moved = true;
        }
        if let Some((link, why)) = device.poll_failure() {
            eprintln!("link {link} is not connected: {why}");
        }
        if moved {
            board.start_printing();
            board.start_network();
        }
        rounds = if moved { (rounds + 1) % ROUNDS } else { 0 };
        // What has come goes before time, but traffic without end does not stop the clock.
        let deadline = device.poll_deadline();
        if rounds == 0 && deadline.is_some_and(|deadline| deadline <= now) {
            device.handle_time(now);
        } else if !moved {
            board.sleep(deadline);
        }
    }
}

/// Drives a device until the host leaves.
pub(crate) fn serve(port: TcpStream, config: Config) -> io::Result<()> {
    let mut storage = Storage::<256, 8192, 256>::new();
    let device = Device::new(config, storage.lend([WINDOW; 3]));
    run(device, &mut Board::new(port)?);
    Ok(())
}

fn main() -> ExitCode {
    listening::module("", |port| serve(port, Config::default()))
}
