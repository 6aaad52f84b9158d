//! The hardware, played by threads: each turn of their loops is an interrupt. What they share with the main
//! loop are the rings and a way to wake it.

use heapless::spsc::{Consumer, Producer, Queue};
use heapless::{String, Vec};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, Thread};
use std::time::{self, Duration};
use wsat::Instant;
use wsat::device::Conn;

/// The most bytes in one piece between a socket and its rings.
pub(crate) const CHUNK: usize = 256;
/// How often the sockets of the PC are looked at, which have no interrupt.
const LOOK: Duration = Duration::from_millis(1);

pub(crate) type Chunk = Vec<u8, CHUNK>;

/// What a socket tells, each time with the name of its connection: the main loop may be at the next one
/// already.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it stands in a ring: there is no heap")]
pub(crate) enum Packet {
    Up,
    Data(Chunk),
    /// The connection was not made, or has ended.
    End,
}

/// What a socket is told, beside data.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it stands in a ring: there is no heap")]
pub(crate) enum Order {
    Open(Conn, String<256>, u16),
    Close,
}

/// A ring has room for one less than its number.
type Typed = Queue<u8, 64>;
type Printed = Queue<u8, 256>;
type Received = Queue<(Conn, Packet), 4>;
type Sent = Queue<(Conn, Chunk), 4>;
type Orders = Queue<Order, 4>;

/// The main loop's ends of the rings.
pub(crate) struct Board {
    pub(crate) typed: Consumer<'static, u8>,
    pub(crate) printed: Producer<'static, u8>,
    pub(crate) sockets: [Socket; 3],
    printer: Thread,
    network: Thread,
    power_on: time::Instant,
    over: Arc<AtomicBool>,
}

pub(crate) struct Socket {
    pub(crate) rx: Consumer<'static, (Conn, Packet)>,
    pub(crate) tx: Producer<'static, (Conn, Chunk)>,
    pub(crate) orders: Producer<'static, Order>,
}

impl Board {
    /// Powers up, in the thread of the main loop. The rings would be `static` on a board.
    pub(crate) fn new(port: TcpStream) -> io::Result<Self> {
        port.set_nodelay(true)?;
        let main = thread::current();
        let over = Arc::new(AtomicBool::new(false));
        let (typing, typed) = Box::leak(Box::new(Typed::new())).split();
        let (printed, printing) = Box::leak(Box::new(Printed::new())).split();
        let (line, wake, end) = (port.try_clone()?, main.clone(), Arc::clone(&over));
        thread::spawn(move || {
            hear(line, typing, &wake);
            end.store(true, Ordering::Release);
            wake.unpark();
        });
        let wake = main.clone();
        let printer = thread::spawn(move || print(port, printing, &wake)).thread().clone();
        let rings = [(); 3].map(|()| {
            let (receiving, rx) = Box::leak(Box::new(Received::new())).split();
            let (tx, sending) = Box::leak(Box::new(Sent::new())).split();
            let (orders, ordered) = Box::leak(Box::new(Orders::new())).split();
            (Socket { rx, tx, orders }, Wire::new(receiving, sending, ordered))
        });
        let [(a, x), (b, y), (c, z)] = rings;
        let end = Arc::clone(&over);
        let network = thread::spawn(move || network([x, y, z], &main, &end)).thread().clone();
        let power_on = time::Instant::now();
        let sockets = [a, b, c];
        Ok(Self { typed, printed, sockets, printer, network, power_on, over })
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_millis(self.power_on.elapsed().as_millis() as u64)
    }

    /// Switches the transmit interrupt on.
    pub(crate) fn start_printing(&self) {
        self.printer.unpark();
    }

    /// Tells the network processor that there is something in its rings.
    pub(crate) fn start_network(&self) {
        self.network.unpark();
    }

    pub(crate) fn order(&mut self, link: usize, order: Order) {
        self.sockets[link].orders.enqueue(order).expect("there is room");
    }

    /// Until an interrupt. One that came since the main loop looked last ends this at once, as a pending
    /// one ends WFI.
    pub(crate) fn sleep(&self, deadline: Option<Instant>) {
        match deadline {
            Some(at) => thread::park_timeout(Duration::from_millis(at.since(self.now()))),
            None => thread::park(),
        }
    }

    /// The host has left.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }
}

/// The UART's receive interrupt.
fn hear(mut port: TcpStream, mut typing: Producer<'_, u8>, main: &Thread) {
    let mut bytes = [0; 64];
    while let Ok(n @ 1..) = port.read(&mut bytes) {
        for &byte in &bytes[..n] {
            // Without RTS, a byte that finds no room would be lost.
            while typing.enqueue(byte).is_err() {
                main.unpark();
                thread::park_timeout(LOOK / 10);
            }
        }
        main.unpark();
    }
}

/// The UART's transmit interrupt.
fn print(mut port: TcpStream, mut printing: Consumer<'_, u8>, main: &Thread) {
    loop {
        let mut bytes = Vec::<u8, 128>::new();
        // The main loop may go on putting in.
        while !bytes.is_full()
            && let Some(byte) = printing.dequeue()
        {
            bytes.push(byte).expect("there is room");
        }
        if bytes.is_empty() {
            thread::park();
            continue;
        }
        // There is room again.
        main.unpark();
        if port.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// The network processor.
fn network(mut sockets: [Wire; 3], main: &Thread, over: &AtomicBool) {
    while !over.load(Ordering::Acquire) {
        let mut moved = false;
        for socket in &mut sockets {
            moved |= socket.interrupt();
        }
        if moved {
            main.unpark();
        } else {
            thread::park_timeout(LOOK);
        }
    }
}

/// The network processor's end of the rings of a socket, and what is behind it.
struct Wire {
    rx: Producer<'static, (Conn, Packet)>,
    tx: Consumer<'static, (Conn, Chunk)>,
    orders: Consumer<'static, Order>,
    connecting: Option<(Conn, mpsc::Receiver<io::Result<TcpStream>>)>,
    up: Option<(Conn, TcpStream)>,
    unsent: Chunk,
}

impl Wire {
    fn new(
        rx: Producer<'static, (Conn, Packet)>,
        tx: Consumer<'static, (Conn, Chunk)>,
        orders: Consumer<'static, Order>,
    ) -> Self {
        Self { rx, tx, orders, connecting: None, up: None, unsent: Chunk::new() }
    }

    /// Everything that can be done now. Whether anything was.
    fn interrupt(&mut self) -> bool {
        let mut moved = false;
        while let Some(order) = self.orders.dequeue() {
            (self.connecting, self.up) = (None, None);
            self.unsent.clear();
            if let Order::Open(conn, host, port) = order {
                let (made, connecting) = mpsc::channel();
                thread::spawn(move || made.send(TcpStream::connect((host.as_str(), port))));
                self.connecting = Some((conn, connecting));
            }
            moved = true;
        }
        // Data and the rest wait until there is room for them in the ring.
        if self.rx.ready()
            && let Some((conn, packet)) = self.connected().or_else(|| self.receive())
        {
            self.rx.enqueue((conn, packet)).expect("there is room");
            moved = true;
        }
        moved | self.send()
    }

    fn connected(&mut self) -> Option<(Conn, Packet)> {
        let (conn, connecting) = self.connecting.as_ref()?;
        let (conn, stream) = (*conn, connecting.try_recv().ok()?);
        self.connecting = None;
        let stream = stream.and_then(|stream| {
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            Ok(stream)
        });
        match stream {
            Ok(stream) => self.up = Some((conn, stream)),
            Err(_) => return Some((conn, Packet::End)),
        }
        Some((conn, Packet::Up))
    }

    fn receive(&mut self) -> Option<(Conn, Packet)> {
        let (conn, stream) = self.up.as_mut()?;
        let conn = *conn;
        let mut bytes = [0; CHUNK];
        match stream.read(&mut bytes) {
            Ok(n @ 1..) => {
                let chunk = Chunk::from_slice(&bytes[..n]).expect("it holds as much");
                Some((conn, Packet::Data(chunk)))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            _ => {
                self.up = None;
                Some((conn, Packet::End))
            }
        }
    }

    fn send(&mut self) -> bool {
        while self.unsent.is_empty()
            && let Some((conn, chunk)) = self.tx.dequeue()
        {
            // What is for an earlier connection is of no use any more.
            if self.up.as_ref().is_some_and(|(up, _)| *up == conn) {
                self.unsent = chunk;
            }
        }
        let Some((_, stream)) = &mut self.up else { return false };
        // A failure shows when what had arrived before it is read.
        let Ok(n @ 1..) = stream.write(&self.unsent) else { return false };
        self.unsent.copy_within(n.., 0);
        self.unsent.truncate(self.unsent.len() - n);
        true
    }
}
