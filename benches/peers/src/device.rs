//! The whole device as a relay: bytes of a server come into a window, and go from there to the serial line, behind
//! the heads of their records. Beside it the two copies that a driver does in any case: from the network into the
//! window, from the window into the serial line's buffer, of the same octets and to the same places.

use crate::inputs::{self, Kind};
use crate::results::{Result, Standing};
use crate::rounds::{Contestant, race};
use crate::wire::{Cheap, Feed};
use std::hint::black_box;
use std::ops::Range;
use wsat::device::{Action, Config, Conn, Device, Serial, Storage};
use wsat::rfc6455::{Key, Utf8};
use wsat::{Dialect, Instant};

const NOW: Instant = Instant::ZERO;
const SIZES: [usize; 4] = [125, 1024, 8192, 65_536];
/// The longest record: `AT+WSCFG`'s greatest buffer.
const BUFFER: usize = 8192;
/// Bytes of the receive window: more than a frame.
const WINDOW: usize = 1 << 17;
/// What is given to the serial line in one go: more than the messages of a round.
const LINE: usize = 1 << 18;

const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\
    Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ";

const WORKLOADS: [(&str, Kind); 3] = [
    ("device, binary to serial", Kind::Binary),
    ("device, ASCII to serial", Kind::Ascii),
    ("device, mixed text to serial", Kind::Mixed),
];

/// Those of the workloads.
pub const NAMES: [&str; 3] = [WORKLOADS[0].0, WORKLOADS[1].0, WORKLOADS[2].0];

pub fn measure() -> Vec<Result> {
    let mut results = Vec::new();
    for (workload, kind) in WORKLOADS {
        for size in SIZES {
            let frame = inputs::frame(kind, size, None);
            let expected = serial_bytes(&inputs::payload(kind, size));
            let messages = (16_384 / frame.len()).clamp(1, 16);
            let feed = Feed::new(frame.repeat(messages), frame.len(), messages);
            let mut relay = Relay::new(&feed);
            for _ in 0..2 {
                feed.rewind();
                relay.run();
                let serial = &relay.serial[..relay.printed];
                assert_eq!(serial, expected.repeat(messages), "{workload}, {size} octets");
            }
            let copies = Copies::new(&feed, kind, size);
            let mut contestants = vec![copies.contestant("the copies alone", false)];
            if kind != Kind::Binary {
                contestants.push(copies.contestant("the copies and the check", true));
            }
            let device = move || {
                feed.rewind();
                relay.run();
            };
            let device = Contestant { run: Box::new(device), messages };
            contestants.push(("wsat::device", Standing::Ours, device));
            let (who, contestants): (Vec<_>, Vec<_>) = contestants
                .into_iter()
                .map(|(peer, standing, contestant)| ((peer, standing), contestant))
                .unzip();
            for ((peer, standing), nanoseconds) in who.into_iter().zip(race(contestants)) {
                results.push(Result {
                    workload,
                    size,
                    peer,
                    standing,
                    lacks: Vec::new(),
                    note: "",
                    nanoseconds,
                });
            }
        }
    }
    results
}

/// What the documentation has the device print for a message: records of at most the buffer's size.
fn serial_bytes(payload: &[u8]) -> Vec<u8> {
    records(payload).flat_map(|(head, chunk)| [head.as_bytes(), chunk, b"\r\n"].concat()).collect()
}

/// The heads of the records and their data.
fn records(payload: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    payload.chunks(BUFFER).map(|chunk| (format!("+WS_DATA:0,{},", chunk.len()), chunk))
}

/// What is done in any case, without a device.
#[derive(Clone)]
struct Copies {
    feed: Feed,
    window: Vec<u8>,
    serial: Vec<u8>,
    /// The payload in a read, which is a frame.
    payload: Range<usize>,
    /// Where the data of each record stands in it, and where on the serial line.
    places: Vec<(Range<usize>, usize)>,
    /// Bytes of a message on the serial line.
    printed: usize,
}

impl Copies {
    fn new(feed: &Feed, kind: Kind, size: usize) -> Self {
        let (frame, payload) = (inputs::frame(kind, size, None), inputs::payload(kind, size));
        let header = frame.len() - size;
        let (mut places, mut from, mut printed) = (Vec::new(), header, 0);
        for (head, chunk) in records(&payload) {
            places.push((from..from + chunk.len(), printed + head.len()));
            from += chunk.len();
            printed += head.len() + chunk.len() + 2;
        }
        assert_eq!(from, frame.len());
        let expected = serial_bytes(&payload);
        assert_eq!(printed, expected.len());
        for (from, to) in &places {
            assert_eq!(expected[*to..][..from.len()], frame[from.clone()]);
        }
        let (window, serial) = (vec![0; WINDOW], vec![0; LINE]);
        Self { feed: feed.clone(), window, serial, payload: header..frame.len(), places, printed }
    }

    fn contestant(&self, peer: &'static str, checks: bool) -> (&'static str, Standing, Contestant) {
        let (mut copies, messages) = (self.clone(), self.feed.messages());
        let run = Box::new(move || copies.run(checks));
        (peer, Standing::Limit, Contestant { run, messages })
    }

    /// Copies all of the feed; with the check of UTF-8 that the device does, too.
    fn run(&mut self, checks: bool) {
        self.feed.rewind();
        let mut printed = 0;
        loop {
            let n = self.feed.read(&mut self.window);
            if n == 0 {
                return;
            }
            assert_eq!(n, self.payload.end, "a read is a frame");
            let window = black_box(&self.window[..n]);
            if checks {
                let mut utf8 = Utf8::new();
                let checked = utf8.check(&window[self.payload.clone()]);
                assert!(checked.is_ok() && utf8.is_complete());
            }
            for (from, to) in &self.places {
                self.serial[printed + to..][..from.len()].copy_from_slice(&window[from.clone()]);
            }
            printed += self.printed;
        }
    }
}

/// A device with an open link, and its driver.
struct Relay {
    device: Device<'static>,
    conn: Conn,
    feed: Feed,
    window: Vec<u8>,
    serial: Vec<u8>,
    printed: usize,
}

impl Relay {
    fn new(feed: &Feed) -> Self {
        let storage = Box::leak(Box::new(Storage::<256, BUFFER, 64>::new()));
        let config = Config::new(Dialect::V3_1);
        let mut device = Device::new(config, storage.lend([WINDOW; 3]));
        for line in
            [&b"ATE0\r\n"[..], b"AT+WSCFG=0,300,60,8192\r\n", b"AT+WSOPEN=0,\"ws://h/\"\r\n"]
        {
            let mut typed = line;
            while !typed.is_empty() {
                typed = &typed[device.handle_host(NOW, typed)..];
                while device.poll_host(NOW, &mut [0; 256]) != Serial::Idle {}
            }
        }
        let Some(Action::Open(conn)) = device.poll_action() else { panic!("the link is opened") };
        device.handle_up(NOW, conn);
        let (mut rng, mut request, mut room) = (Cheap::new(), Vec::new(), [0; 512]);
        loop {
            let n = device.poll_peer(conn, &mut rng, &mut room);
            if n == 0 {
                break;
            }
            request.extend_from_slice(&room[..n]);
            device.handle_sent(NOW, conn, n).expect("that much was given");
        }
        let request = String::from_utf8(request).expect("a request is ASCII");
        let key = request
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
            .expect("a request has a key");
        let key = Key::parse(key.as_bytes()).expect("a key");
        let answer = [ANSWER, &key.accept()[..], b"\r\n\r\n"].concat();
        assert_eq!(device.handle_peer(NOW, conn, &answer, b""), answer.len());
        while device.poll_host(NOW, &mut [0; 256]) != Serial::Idle {}
        assert_eq!(device.link_state(0), Some(2));
        let (window, serial) = (vec![0; WINDOW], vec![0; LINE]);
        Self { device, conn, feed: feed.clone(), window, serial, printed: 0 }
    }

    /// Relays all of the feed.
    fn run(&mut self) {
        let Self { device, conn, feed, window, serial, printed } = self;
        *printed = 0;
        loop {
            let n = feed.read(window);
            if n == 0 {
                return;
            }
            let mut rest = black_box(&window[..n]);
            while !rest.is_empty() {
                let before = rest.len();
                let taken = device.handle_peer(NOW, *conn, rest, b"");
                rest = &rest[taken..];
                loop {
                    match device.poll_host(NOW, &mut serial[*printed..]) {
                        Serial::Bytes(n) => *printed += n,
                        Serial::Relay { conn, len } => {
                            serial[*printed..][..len].copy_from_slice(&rest[..len]);
                            (rest, *printed) = (&rest[len..], *printed + len);
                            device.handle_relayed(NOW, conn, len).expect("that much was asked for");
                        }
                        Serial::Idle => break,
                    }
                }
                assert!(rest.len() < before, "the device goes on");
            }
        }
    }
}
