//! What the card is plugged into: a gateway that passes connections on to sockets of this PC, and answers
//! for its names.
//!
//! It has a smoltcp of its own, in a thread of its own, and takes itself for every address that is asked
//! for. It is here so that the example runs anywhere; a board has nothing of it.

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::socket::{tcp, udp};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpCidr, IpEndpoint, IpProtocol, Ipv4Packet, TcpPacket};
use std::collections::HashSet;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddrV4, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{self, Thread};
use std::time::Duration;

pub(crate) const GUEST: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 15);
pub(crate) const GATEWAY: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 2);

/// How often the sockets of the PC are looked at.
const LOOK: Duration = Duration::from_millis(1);

type Packet = Vec<u8>;

/// One end of a cable: a network interface. It wakes the thread at the other end.
pub(crate) struct Card {
    rx: Receiver<Packet>,
    tx: Plug,
}

#[derive(Clone)]
pub(crate) struct Plug {
    tx: Sender<Packet>,
    thread: Thread,
}

pub(crate) struct Received(Packet);

impl phy::RxToken for Received {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

impl phy::TxToken for Plug {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let mut packet = vec![0; len];
        let result = f(&mut packet);
        // Nobody is there any more when the host has left.
        let _ = self.tx.send(packet);
        self.thread.unpark();
        result
    }
}

impl phy::Device for Card {
    type RxToken<'a> = Received;
    type TxToken<'a> = Plug;

    fn receive(&mut self, _: Instant) -> Option<(Received, Plug)> {
        Some((Received(self.rx.try_recv().ok()?), self.tx.clone()))
    }

    fn transmit(&mut self, _: Instant) -> Option<Plug> {
        Some(self.tx.clone())
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        (capabilities.medium, capabilities.max_transmission_unit) = (Medium::Ip, 1500);
        capabilities
    }
}

/// The card of this thread, with a gateway at the other end of its cable.
pub(crate) fn plug_in() -> Card {
    let ((there, cable), (here, rx)) = (channel(), channel());
    let back = Plug { tx: here, thread: thread::current() };
    let gateway = thread::spawn(move || Gateway::new(back).run(&cable));
    Card { rx, tx: Plug { tx: there, thread: gateway.thread().clone() } }
}

struct Gateway {
    card: Card,
    /// Leads to the card.
    inlet: Sender<Packet>,
    interface: Interface,
    sockets: SocketSet<'static>,
    names: SocketHandle,
    connections: Vec<(SocketHandle, TcpStream)>,
    /// Ports of the guest whose connections are being made.
    connecting: HashSet<u16>,
}

impl Gateway {
    fn new(tx: Plug) -> Self {
        let (inlet, rx) = channel();
        let mut card = Card { rx, tx };
        let config = Config::new(HardwareAddress::Ip);
        let mut interface = Interface::new(config, &mut card, Instant::now());
        interface.update_ip_addrs(|addresses| {
            addresses.push(IpCidr::new(GATEWAY.into(), 24)).expect("there is room");
        });
        interface.set_any_ip(true);
        interface.routes_mut().add_default_ipv4_route(GATEWAY).expect("there is room");
        let mut sockets = SocketSet::new(Vec::new());
        let buffer = || udp::PacketBuffer::new(vec![udp::PacketMetadata::EMPTY; 8], vec![0; 4096]);
        let mut names = udp::Socket::new(buffer(), buffer());
        names.bind(53).expect("it is free");
        let names = sockets.add(names);
        let (connections, connecting) = (Vec::new(), HashSet::new());
        Self { card, inlet, interface, sockets, names, connections, connecting }
    }

    /// Until the other end of the cable is cut off.
    fn run(mut self, cable: &Receiver<Packet>) {
        let (made, connections) = channel();
        loop {
            let mut moved = false;
            loop {
                let packet = match cable.try_recv() {
                    Ok(packet) => packet,
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                };
                moved = true;
                let Some((from, to)) = connection_asked_for(&packet) else {
                    self.let_in(packet);
                    continue;
                };
                // The packet waits until it is known whether there is such a server. The guest may repeat it.
                if self.connecting.insert(from) {
                    let (made, thread) = (made.clone(), thread::current());
                    thread::spawn(move || {
                        let _ = made.send((packet, from, to, TcpStream::connect(beyond(to))));
                        thread.unpark();
                    });
                }
            }
            for (packet, from, to, stream) in connections.try_iter() {
                self.connecting.remove(&from);
                // Without anybody who listens, smoltcp refuses the connection.
                if let Ok(stream) = stream {
                    self.listen(to, stream);
                }
                self.let_in(packet);
                moved = true;
            }
            self.interface.poll(Instant::now(), &mut self.card, &mut self.sockets);
            self.answer_for_names();
            for (handle, stream) in std::mem::take(&mut self.connections) {
                let socket = self.sockets.get_mut(handle);
                moved |= pass_on(socket, &stream);
                if socket.state() == tcp::State::Closed {
                    // The reset, if it was one, has to go out.
                    self.interface.poll(Instant::now(), &mut self.card, &mut self.sockets);
                    self.sockets.remove(handle);
                } else {
                    self.connections.push((handle, stream));
                }
            }
            if !moved {
                thread::park_timeout(LOOK);
            }
        }
    }

    fn let_in(&self, packet: Packet) {
        self.inlet.send(packet).expect("the card is ours");
    }

    fn listen(&mut self, to: SocketAddrV4, stream: TcpStream) {
        let buffer = || tcp::SocketBuffer::new(vec![0; 16 * 1024]);
        let mut socket = tcp::Socket::new(buffer(), buffer());
        socket.set_nagle_enabled(false);
        let _ = stream.set_nodelay(true);
        if stream.set_nonblocking(true).is_ok() && socket.listen(IpEndpoint::from(to)).is_ok() {
            self.connections.push((self.sockets.add(socket), stream));
        }
    }

    /// A look-up holds everything else up for as long as it takes.
    fn answer_for_names(&mut self) {
        let socket = self.sockets.get_mut::<udp::Socket<'_>>(self.names);
        while let Ok((query, from)) = socket.recv() {
            if let Some(answer) = answer(query) {
                let _ = socket.send_slice(&answer, from);
            }
        }
    }
}

/// Whether this packet asks for a connection: from which port of the guest, and to whom.
fn connection_asked_for(packet: &[u8]) -> Option<(u16, SocketAddrV4)> {
    let ip = Ipv4Packet::new_checked(packet).ok()?;
    let tcp = TcpPacket::new_checked(ip.payload()).ok()?;
    let asks = ip.next_header() == IpProtocol::Tcp && tcp.syn() && !tcp.ack();
    asks.then(|| (tcp.src_port(), SocketAddrV4::new(ip.dst_addr(), tcp.dst_port())))
}

/// Where an address of the guest's network is: the gateway's own is this PC.
fn beyond(to: SocketAddrV4) -> SocketAddrV4 {
    if *to.ip() == GATEWAY { SocketAddrV4::new(Ipv4Addr::LOCALHOST, to.port()) } else { to }
}

/// Passes bytes on, both ways, and the end of either. Whether any were.
fn pass_on(socket: &mut tcp::Socket<'_>, mut stream: &TcpStream) -> bool {
    let mut moved = false;
    let mut move_on = |result: io::Result<usize>| {
        let result = match result {
            Err(error) if error.kind() == ErrorKind::WouldBlock => (0, Ok(None)),
            Err(error) => (0, Err(error)),
            Ok(n) => (n, Ok(Some(n))),
        };
        moved |= result.0 > 0;
        result
    };
    if socket.can_send() {
        match socket.send(|room| move_on(stream.read(room))) {
            Ok(Ok(Some(0))) => socket.close(),
            Ok(Err(_)) => socket.abort(),
            _ => {}
        }
    }
    if socket.can_recv()
        && let Ok(Err(_)) = socket.recv(|bytes| move_on(stream.write(bytes)))
    {
        socket.abort();
    }
    let ended = [tcp::State::CloseWait, tcp::State::LastAck, tcp::State::TimeWait];
    if ended.contains(&socket.state()) && !socket.can_recv() {
        let _ = stream.shutdown(Shutdown::Write);
    }
    moved
}

/// The answer to a question for an address (RFC 1035 4.1).
fn answer(query: &[u8]) -> Option<Vec<u8>> {
    let (header, question) = query.split_at_checked(12)?;
    let (mut labels, mut end) = (Vec::new(), 0);
    while let len @ 1.. = usize::from(*question.get(end)?) {
        labels.push(str::from_utf8(question.get(end + 1..=end + len)?).ok()?);
        end += 1 + len;
    }
    let question = question.get(..end + 5)?;
    let found = (labels.join("."), 0).to_socket_addrs().ok().and_then(|mut addresses| {
        addresses.find_map(|address| match address.ip() {
            std::net::IpAddr::V4(ip) if ip.is_loopback() => Some(GATEWAY),
            std::net::IpAddr::V4(ip) => Some(ip),
            std::net::IpAddr::V6(_) => None,
        })
    });
    // No error and one answer, or no such name and none.
    let (code, count) = if found.is_some() { (0x80, 1) } else { (0x83, 0) };
    let mut answer = [&header[..2], &[0x81, code, 0, 1, 0, count, 0, 0, 0, 0], question].concat();
    if let Some(ip) = found {
        // The name of the question, class IN, type A, for a minute.
        answer.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend(ip.octets());
    }
    Some(answer)
}
