//! The device under tokio: one future, whose every poll is a turn over all lanes.
//!
//! `cargo run --example device_tokio [HOST:PORT]`, then a host at that port; see `docs/porting.md`.
//!
//! Nothing is awaited but the whole: each lane is polled with the context of this future, so whichever can
//! go on again wakes it. No lane waits for another, no read is cancelled half-way, and nothing has to be
//! shared.

mod listening;

use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll};
use std::{future::poll_fn, time};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant as Clock, Sleep};
use wsat::Instant;
use wsat::device::{Action, Answer, Config, Conn, Device, Serial, Storage};

/// Bytes of a receive window.
const WINDOW: usize = 2048;
/// So many rounds in which something moved, then time is told all the same.
const ROUNDS: usize = 16;

/// A device, and all that it is between.
struct Module<'m> {
    device: Device<'m>,
    line: Line,
    links: [Link; 3],
    power_on: Clock,
    alarm: Pin<Box<Sleep>>,
}

/// The serial line.
struct Line {
    port: TcpStream,
    /// What the device has not taken yet.
    typed: Vec<u8>,
    /// What the port has not taken yet.
    printed: Vec<u8>,
    /// The host has left.
    ended: bool,
}

#[derive(Default)]
struct Link {
    /// The attempt that all of this belongs to.
    conn: Option<Conn>,
    transport: Transport,
    window: Vec<u8>,
    /// What the device has given and the socket has not taken yet.
    unsent: Vec<u8>,
}

#[derive(Default)]
enum Transport {
    #[default]
    None,
    Connecting(Pin<Box<dyn Future<Output = io::Result<TcpStream>>>>),
    Up(TcpStream),
}

impl Module<'_> {
    fn now(&self) -> Instant {
        Instant::from_millis(self.power_on.elapsed().as_millis() as u64)
    }

    /// Turns until nothing moves. What has no room or no bytes has left its waker then.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut rounds = 0;
        loop {
            let now = self.now();
            let mut moved = false;
            for link in &mut self.links {
                moved |= link.poll(now, &mut self.device, cx);
            }
            // The serial line goes first whenever it can go on.
            for _ in 0..ROUNDS {
                if !self.line.poll(now, &mut self.device, &mut self.links, cx) {
                    break;
                }
                moved = true;
                if let Some(why) = self.device.poll_refusal() {
                    eprintln!("ERROR because {why}");
                }
            }
            if let Some((link, why)) = self.device.poll_failure() {
                eprintln!("link {link} is not connected: {why}");
            }
            moved |= self.act(now);
            if self.line.ended && !moved {
                return Poll::Ready(());
            }
            rounds = if moved { (rounds + 1) % ROUNDS } else { 0 };
            // What has come goes before time, but traffic without end does not stop the clock.
            let deadline = self.device.poll_deadline();
            if rounds == 0 && deadline.is_some_and(|deadline| deadline <= now) {
                self.device.handle_time(now);
                continue;
            }
            if moved {
                continue;
            }
            let Some(deadline) = deadline else { return Poll::Pending };
            let at = self.power_on + time::Duration::from_millis(deadline.as_millis());
            self.alarm.as_mut().reset(at);
            if self.alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Does what the device asks for.
    fn act(&mut self, now: Instant) -> bool {
        let mut moved = false;
        while let Some(action) = self.device.poll_action() {
            moved = true;
            match action {
                Action::Open(conn) => {
                    let Some(target) = self.device.target(conn) else { continue };
                    let address = (target.host.to_owned(), target.port);
                    // tokio-rustls gives a stream for `wss://`; its handshake belongs into this future.
                    let transport = match target.secure {
                        true => Transport::Connecting(Box::pin(async {
                            Err(io::Error::other("there is no TLS in this example"))
                        })),
                        // Names are looked up there, too.
                        false => Transport::Connecting(Box::pin(TcpStream::connect(address))),
                    };
                    let link = Link { conn: Some(conn), transport, ..Link::default() };
                    self.links[conn.link()] = link;
                }
                Action::Close(conn) => {
                    let link = &mut self.links[conn.link()];
                    // Also what still connects. The window stays: some of it may still be relayed.
                    link.transport = Transport::None;
                    link.unsent.clear();
                }
                // None but the device's own is known here.
                Action::Command => {
                    let answered = self.device.handle_answer(now, Answer::NoSuchCommand);
                    answered.expect("it waits");
                }
            }
        }
        moved
    }
}

impl Line {
    fn new(port: TcpStream) -> Self {
        Self { port, typed: Vec::new(), printed: Vec::new(), ended: false }
    }

    /// Tells what was typed, prints what is to be printed. Whether anything moved.
    fn poll(
        &mut self,
        now: Instant,
        device: &mut Device<'_>,
        links: &mut [Link; 3],
        cx: &mut Context<'_>,
    ) -> bool {
        if self.typed.is_empty() && !self.ended {
            let mut bytes = [0; 256];
            let mut bytes = ReadBuf::new(&mut bytes);
            if let Poll::Ready(read) = Pin::new(&mut self.port).poll_read(cx, &mut bytes) {
                self.typed.extend_from_slice(bytes.filled());
                self.ended = read.is_err() || self.typed.is_empty();
            }
        }
        let taken = device.handle_host(now, &self.typed);
        self.typed.drain(..taken);

        let mut relayed = None;
        if self.printed.is_empty() {
            self.printed.resize(256, 0);
            let (n, relay) = match device.poll_host(now, &mut self.printed) {
                Serial::Bytes(n) => (n, None),
                Serial::Relay { conn, len } => (0, Some((conn, len))),
                Serial::Idle => (0, None),
            };
            self.printed.truncate(n);
            relayed = relay;
        }
        // Received data goes straight from its window into the port.
        let next = match relayed {
            Some((conn, len)) => &links[conn.link()].window[..len],
            None => &self.printed,
        };
        if next.is_empty() {
            return taken > 0;
        }
        // That the host has left is seen where it is read.
        let Poll::Ready(Ok(n)) = Pin::new(&mut self.port).poll_write(cx, next) else {
            return taken > 0;
        };
        match relayed {
            Some((conn, _)) => {
                links[conn.link()].window.drain(..n);
                device.handle_relayed(now, conn, n).expect("that much was asked for");
            }
            None => drop(self.printed.drain(..n)),
        }
        true
    }
}

impl Link {
    /// Everything that this link can do now. Whether anything moved.
    fn poll(&mut self, now: Instant, device: &mut Device<'_>, cx: &mut Context<'_>) -> bool {
        let Some(conn) = self.conn else { return false };
        let mut moved = false;
        if let Transport::Connecting(connecting) = &mut self.transport {
            match connecting.as_mut().poll(cx) {
                Poll::Pending => return false,
                Poll::Ready(Ok(stream)) => {
                    let _ = stream.set_nodelay(true);
                    self.transport = Transport::Up(stream);
                    device.handle_up(now, conn);
                }
                Poll::Ready(Err(error)) => {
                    eprintln!("link {}: {error}", conn.link());
                    self.transport = Transport::None;
                    device.handle_eof(now, conn);
                }
            }
            moved = true;
        }
        let ended = self.receive(cx);
        let taken = device.handle_peer(now, conn, &self.window, &[]);
        self.window.drain(..taken);
        if ended {
            self.transport = Transport::None;
            device.handle_eof(now, conn);
        }
        let Transport::Up(stream) = &mut self.transport else { return moved | ended | (taken > 0) };
        // Frames that were given cannot be taken back, so there are no more than the socket may take.
        if self.unsent.is_empty() {
            self.unsent.resize(1460, 0);
            let n = device.poll_peer(conn, &mut rand::rng(), &mut self.unsent);
            self.unsent.truncate(n);
            moved |= n > 0;
        }
        if !self.unsent.is_empty()
            // A failure shows when what had arrived before it is read.
            && let Poll::Ready(Ok(n)) = Pin::new(stream).poll_write(cx, &self.unsent)
        {
            self.unsent.drain(..n);
            device.handle_sent(now, conn, n).expect("that much was given");
            moved = true;
        }
        moved | (taken > 0)
    }

    /// Reads what the window has room for. Whether the stream has ended.
    fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        let Transport::Up(stream) = &mut self.transport else { return false };
        let mut bytes = [0; WINDOW];
        // Reading into no room would give nothing, as the end does.
        let mut bytes = ReadBuf::new(&mut bytes[..WINDOW - self.window.len()]);
        if bytes.capacity() == 0 {
            return false;
        }
        let Poll::Ready(read) = Pin::new(stream).poll_read(cx, &mut bytes) else { return false };
        self.window.extend_from_slice(bytes.filled());
        read.is_err() || bytes.filled().is_empty()
    }
}

/// Drives a device until the host leaves.
pub(crate) async fn drive(port: TcpStream, config: Config) -> io::Result<()> {
    port.set_nodelay(true)?;
    let mut storage = Storage::<256, 8192, 256>::new();
    let mut module = Module {
        device: Device::new(config, storage.lend([WINDOW; 3])),
        line: Line::new(port),
        links: Default::default(),
        power_on: Clock::now(),
        alarm: Box::pin(tokio::time::sleep(time::Duration::ZERO)),
    };
    poll_fn(|cx| module.poll(cx)).await;
    Ok(())
}

fn main() -> ExitCode {
    listening::module("", |port| {
        port.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async { drive(TcpStream::from_std(port)?, Config::default()).await })
    })
}
