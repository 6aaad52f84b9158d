//! A host and a device wired back to back, with three servers behind the device: everything sans-IO, on one virtual clock. Both
//! directions of the serial line are cut at random places, and may be tampered with.

#![allow(missing_debug_implementations, reason = "what tampers and what cuts is a function")]
#![allow(missing_docs, reason = "a test reads as what it says")]
#![allow(clippy::missing_panics_doc, reason = "a pair panics when an expectation fails")]

use crate::bench::{Bench, WINDOW};
use crate::frames::{frames_of, server_frame};
use crate::wire::Wire;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use wsat::at_syntax::Name;
use wsat::device::{self, Action, Answer, Device};
use wsat::host::{self, Event, Failure, Host, Line, Request, ToModule};
use wsat::{Dialect, Instant, LinkId, Quirks};

/// The server of one link.
#[derive(Default, Debug)]
pub struct Server {
    /// It does not answer the opening handshake.
    pub silent: bool,
    /// It ends the transport instead of answering.
    pub refuses: bool,
    /// It sends text and binary back.
    pub echoes: bool,
    /// Data frames that it has got: first byte and payload.
    pub received: Vec<(u8, Vec<u8>)>,
    /// Pings, Pongs and Closes that it has got.
    pub controls: Vec<(u8, Vec<u8>)>,
    conn: Option<device::Conn>,
    accepted: bool,
}

impl Server {
    /// A connection is open.
    pub const fn is_connected(&self) -> bool {
        self.accepted
    }
}

/// The two, and everything around them.
pub struct Pair<'m> {
    pub host: Host<'m>,
    pub bench: Bench<'m>,
    pub servers: [Server; 3],
    pub to_module: Wire,
    pub to_host: Wire,
    /// What the host has told, but data.
    pub events: Vec<String>,
    /// Octets of data that the host has reported, and its records: link, octets.
    pub records: Vec<(u8, Vec<u8>)>,
    /// What the heads of the records said.
    pub heads: Vec<String>,
    record: Vec<u8>,
    /// What streamed payloads are made of.
    pub stream: Vec<u8>,
    /// The most octets of it that are written at once; `None`: the caller pauses.
    pub stream_piece: Option<usize>,
    /// The firmware's own commands that the module has carried out.
    pub commands: Vec<String>,
    pub finished: Option<Result<(), Failure>>,
    /// Cuts the line.
    pub rng: Box<dyn Rng>,
    /// The module does nothing at all: it is off.
    pub off: bool,
}

/// The memory of a [`Pair`].
#[derive(Debug)]
pub struct PairStorage {
    device: device::Storage<256, 16_384, 256>,
    headers: [u8; 200],
    host: host::Storage<1024, 256>,
}

impl PairStorage {
    #[must_use]
    pub fn new() -> Box<Self> {
        Box::new(Self {
            device: device::Storage::new(),
            headers: [0; 200],
            host: host::Storage::new(),
        })
    }
}

impl Pair<'static> {
    #[must_use]
    pub fn new(dialect: Dialect, quirks: Quirks, seed: u64) -> Self {
        Self::with(host::Config::new(dialect), quirks, seed)
    }

    #[must_use]
    pub fn with(config: host::Config, quirks: Quirks, seed: u64) -> Self {
        let rng = StdRng::seed_from_u64(seed);
        Self::lent(Box::leak(PairStorage::new()), config, quirks, Box::new(rng))
    }
}

impl<'m> Pair<'m> {
    /// In memory of the caller's, the line cut by these numbers.
    #[must_use]
    pub fn lent(
        storage: &'m mut PairStorage,
        config: host::Config,
        quirks: Quirks,
        rng: Box<dyn Rng>,
    ) -> Self {
        let mut for_device = device::Config::new(config.dialect);
        for_device.quirks = quirks;
        let PairStorage { device, headers, host } = storage;
        let memory = device.lend([WINDOW; 3]).with_headers(headers);
        let bench = Bench::with_device(Device::new(for_device, memory));
        Self {
            host: Host::new(config, host.lend()),
            bench,
            servers: [(); 3].map(|()| Server { echoes: true, ..Server::default() }),
            to_module: Wire::new(),
            to_host: Wire::new(),
            events: Vec::new(),
            records: Vec::new(),
            heads: Vec::new(),
            record: Vec::new(),
            stream: Vec::new(),
            stream_piece: Some(64),
            commands: Vec::new(),
            finished: None,
            rng,
            off: false,
        }
    }

    #[must_use]
    pub const fn now(&self) -> Instant {
        self.bench.instant()
    }

    /// Everything that can happen now.
    pub fn turn(&mut self) {
        while self.once() {}
    }

    /// The line takes so many microseconds for a byte, and its ends so many more.
    pub fn slow_down(&mut self, byte_us: u64, latency_us: u64) {
        for wire in [&mut self.to_module, &mut self.to_host] {
            (wire.byte_us, wire.latency_us) = (byte_us, latency_us);
        }
    }

    /// When something happens next.
    fn next(&self) -> Option<u64> {
        let device = self.bench.device.poll_deadline().filter(|_| !self.off);
        let wires = [self.to_module.due(), self.to_host.due()];
        let next = [self.host.poll_deadline(), device].into_iter().chain(wires).flatten().min();
        Some(next?.as_millis().max(self.bench.now))
    }

    /// Goes on to this time: what has arrived counts before the host's timers.
    fn pass(&mut self, millis: u64) {
        self.bench.at(millis);
        self.turn();
        let now = self.now();
        if self.host.poll_deadline().is_some_and(|deadline| deadline <= now) {
            self.host.handle_time(now);
            self.feed(b"");
        }
    }

    /// The least that can happen now.
    pub fn step(&mut self) {
        self.once();
    }

    /// The microcontroller was reset: a new host on the same line.
    pub fn restart_host(&mut self, config: host::Config) {
        let storage = Box::leak(Box::new(host::Storage::<1024, 256>::new()));
        self.host = Host::new(config, storage.lend());
        self.record.clear();
        self.finished = None;
    }

    /// From now on bytes are lost, doubled and changed, each with this probability.
    pub fn make_unsound(&mut self, probability: f64) {
        for wire in [&mut self.to_module, &mut self.to_host] {
            let mut rng = StdRng::seed_from_u64(self.rng.next_u64());
            wire.tamper = Some(Box::new(move |byte| {
                if !rng.random_bool(probability) {
                    return vec![byte];
                }
                match rng.random_range(0..3) {
                    0 => Vec::new(),
                    1 => vec![byte, byte],
                    _ => vec![byte ^ 1 << rng.random_range(0..8)],
                }
            }));
        }
    }

    /// The line is sound again.
    pub fn make_sound(&mut self) {
        self.to_module.tamper = None;
        self.to_host.tamper = None;
    }

    /// The module without the host: takes these bytes, and prints.
    pub fn module(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.bench.host(bytes);
        while self.firmware() | self.serve() {}
        let mut printed: Vec<u8> = self.to_host.bytes.drain(..).map(|(_, byte)| byte).collect();
        printed.append(&mut self.bench.printed);
        printed
    }

    /// The line has this for the host, which no module printed.
    pub fn garbage_to_host(&mut self, garbage: &[u8]) {
        self.to_host.put(garbage);
    }

    fn once(&mut self) -> bool {
        self.to_module.now_us = self.bench.now * 1000;
        self.to_host.now_us = self.bench.now * 1000;
        let mut any = self.write();
        let piece = self.to_module.take(&mut *self.rng);
        any |= !piece.is_empty();
        if !self.off {
            self.bench.host(&piece);
            any |= self.firmware() | self.serve();
            let printed = std::mem::take(&mut self.bench.printed);
            any |= !printed.is_empty();
            self.to_host.put(&printed);
        }
        let piece = self.to_host.take(&mut *self.rng);
        any |= !piece.is_empty();
        self.feed(&piece);
        any
    }

    /// What the host has for the module.
    fn write(&mut self) -> bool {
        if self.to_module.blocked {
            return false;
        }
        let mut out = vec![0; self.rng.random_range(1..=40)];
        let now = self.now();
        match self.host.poll_module(now, &mut out) {
            ToModule::Bytes(n) => {
                assert!(n > 0 && n <= out.len());
                self.to_module.put(&out[..n]);
                true
            }
            ToModule::Payload(left) => {
                let Some(most) = self.stream_piece else { return false };
                let start = self.stream.len() - left;
                let n = left.min(most);
                self.to_module.put(&self.stream[start..start + n]);
                self.host.handle_payload(now, n).expect("that much was asked for");
                true
            }
            ToModule::Idle => false,
        }
    }

    fn feed(&mut self, mut piece: &[u8]) {
        let now = self.now();
        loop {
            let (taken, event) = self.host.feed(now, piece);
            piece = &piece[taken..];
            match event {
                Some(Event::Finished(result)) => {
                    assert_eq!(self.finished, None, "one result for one request");
                    self.finished = Some(result);
                    self.events.push(format!("Finished({result:?})"));
                }
                Some(Event::Data(data)) => {
                    // A host that was restarted begins in the middle of things.
                    if data.at == 0 {
                        self.record.clear();
                    }
                    assert_eq!(data.at as usize, self.record.len(), "octets in their order");
                    self.record.extend_from_slice(data.octets);
                    if data.last {
                        assert_eq!(data.head.len as usize, self.record.len());
                        let head = data.head;
                        self.heads.push(format!(
                            "{} {:?} {:?} {:?} {:?} {:?}",
                            head.len,
                            head.opcode,
                            head.fin,
                            head.payload_len,
                            head.payload_offset,
                            head.data_len
                        ));
                        let record = std::mem::take(&mut self.record);
                        self.records.push((data.link.number(), record));
                    }
                }
                Some(event) => {
                    if let Event::Cut { .. } = event {
                        self.record.clear();
                    }
                    self.events.push(shown(&event));
                }
                None if piece.is_empty() => break,
                None => {}
            }
        }
    }

    /// The commands that are not the core's.
    fn firmware(&mut self) -> bool {
        let due = self.bench.actions.contains(&Action::Command);
        self.bench.actions.clear();
        if !due {
            return false;
        }
        let now = self.now();
        let statement = self.bench.device.command().expect("a command waits");
        let name = match statement.name {
            Name::Basic(name) => name.to_ascii_uppercase(),
            Name::Extended(name) => [b"+", name.to_ascii_uppercase().as_slice()].concat(),
        };
        self.commands.push(String::from_utf8(name.clone()).unwrap());
        let (text, answer): (&[u8], _) = match name.as_slice() {
            b"+GMR" => (b"AT version:9.9.9.9(x)\r\nSDK version:none\r\n", Answer::Ok),
            b"+CWMODE" | b"+RST" => (b"", Answer::Ok),
            b"+CWJAP" => (b"WIFI CONNECTED\r\nWIFI GOT IP\r\n", Answer::Ok),
            b"+CWFAIL" => (b"+CWJAP:3\r\n", Answer::Error),
            _ => (b"", Answer::NoSuchCommand),
        };
        assert_eq!(self.bench.device.handle_text(text), text.len());
        self.bench.device.handle_answer(now, answer).unwrap();
        self.bench.drain();
        if name == b"+RST" {
            // What was printed goes out first.
            let printed = std::mem::take(&mut self.bench.printed);
            self.to_host.put(&printed);
            self.reboot();
        }
        true
    }

    /// The module starts anew.
    pub fn reboot(&mut self) {
        self.bench.device.restart();
        self.bench.drain();
    }

    /// The servers' turn.
    fn serve(&mut self) -> bool {
        let mut any = false;
        for link in 0..3 {
            let server = &mut self.servers[link];
            let peer = &mut self.bench.peers[link];
            if server.conn != peer.conn {
                server.conn = peer.conn;
                server.accepted = false;
            }
            if peer.conn.is_none() {
                continue;
            }
            if !server.accepted {
                if server.silent {
                    continue;
                }
                if server.refuses {
                    self.bench.eof(link);
                    any = true;
                } else {
                    self.bench.up(link);
                    if self.bench.peers[link].sent.ends_with(b"\r\n\r\n") {
                        self.servers[link].accepted = true;
                        let response = self.bench.response(link);
                        self.bench.peer(link, response);
                        any = true;
                    }
                }
                continue;
            }
            let sent = std::mem::take(&mut peer.sent);
            let (frames, rest) = frames_of(&sent);
            peer.sent = rest.to_vec();
            for frame in frames {
                any = true;
                if frame.first & 0x08 != 0 {
                    self.servers[link].controls.push((frame.first, frame.payload.clone()));
                }
                match frame.first & 0x0F {
                    8 => {
                        self.bench.peer(link, server_frame(0x88, &frame.payload));
                        self.bench.eof(link);
                    }
                    9 => _ = self.bench.peer(link, server_frame(0x8A, &frame.payload)),
                    10 => {}
                    _ => {
                        let server = &mut self.servers[link];
                        server.received.push((frame.first, frame.payload.clone()));
                        if server.echoes {
                            self.bench.peers[link]
                                .window
                                .extend(server_frame(frame.first, &frame.payload));
                        }
                    }
                }
            }
            self.bench.drain();
        }
        any
    }

    /// Nothing goes on: nothing is on the line, no request or command runs, and no unit is printed in part.
    pub fn is_at_rest(&self) -> bool {
        let line = self.to_module.bytes.is_empty() && self.to_host.bytes.is_empty();
        let host = !self.host.is_busy() && self.host.is_in_step();
        let device = &self.bench.device;
        line && host && !device.is_busy() && device.is_between_units()
    }

    /// The server of a link sends a frame.
    pub fn server_sends(&mut self, link: usize, first: u8, payload: &[u8]) {
        self.bench.peers[link].window.extend(server_frame(first, payload));
        self.bench.drain();
    }

    /// Everything that happens until then.
    pub fn until(&mut self, millis: u64) {
        loop {
            self.turn();
            let Some(next) = self.next().filter(|next| *next <= millis) else { break };
            self.pass(next);
        }
        self.bench.at(millis);
    }

    /// Begins a request and waits for its end, at most so long.
    pub fn within(&mut self, millis: u64, request: &Request<'_>) -> Result<(), Failure> {
        self.finished = None;
        self.host.begin(self.now(), request).unwrap();
        self.end_within(millis)
    }

    /// Waits for the end of the running request, at most so long.
    pub fn end_within(&mut self, millis: u64) -> Result<(), Failure> {
        let end = self.bench.now + millis;
        loop {
            self.turn();
            if let Some(result) = self.finished.take() {
                return result;
            }
            let next = self.next().expect("something is waited for");
            assert!(next <= end, "the request ends within {millis} ms: {:?}", self.events);
            self.pass(next);
        }
    }

    /// The same with an ordinary module, which answers at once.
    #[track_caller]
    pub fn ok(&mut self, request: &Request<'_>) {
        assert_eq!(self.within(2000, request), Ok(()), "{request:?}: {:?}", self.events);
    }

    /// Host and device say the same of every link.
    #[track_caller]
    pub fn agree(&self) {
        for link in LinkId::ALL {
            let device = self.bench.device.link_state(link.number().into());
            let host = self.host.link_state(link);
            let same = match host {
                host::LinkState::Free => device.is_none(),
                host::LinkState::Open => device == Some(2),
                host::LinkState::Reconnecting | host::LinkState::Opening => {
                    matches!(device, Some(1 | 3))
                }
                host::LinkState::Closing => matches!(device, Some(0 | 4)),
                _ => false,
            };
            assert!(same, "{link:?}: the host says {host:?}, the device {device:?}");
        }
    }

    /// What the host has told since the last look.
    pub fn told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
    }

    /// Random octets.
    pub fn octets(&mut self, len: usize) -> Vec<u8> {
        let mut octets = vec![0; len];
        self.rng.fill_bytes(&mut octets);
        octets
    }
}

/// An event, as a test writes it.
#[must_use]
pub fn shown(event: &Event<'_>) -> String {
    let line = |line: &Line<'_>| match line {
        Line::Named { name, fields } => {
            format!("+{}:{}", name.escape_ascii(), fields.rest().bytes().escape_ascii())
        }
        Line::Text(text) => text.escape_ascii().to_string(),
    };
    match event {
        Event::Answer(answer) => format!("Answer({})", line(answer)),
        Event::Report(report) => format!("Report({})", line(report)),
        Event::Link { link, state, uri } => {
            format!("Link({link:?}, {state:?}, {})", uri.escape_ascii())
        }
        other => format!("{other:?}"),
    }
}
