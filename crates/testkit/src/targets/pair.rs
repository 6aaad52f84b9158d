//! Host and device back to back. On a sound line each request ends with `OK` or `ERROR`, nothing is damaged, what servers sent is told in
//! order, and the two never disagree; on an unsound one each request ends within its bound, no payload is carried out as a command, and
//! once the line is sound again they agree.
//!
//! Choices: the host's configuration (see `ask::config`); which firmware the module's quirks are of; how fast the line is; then numbers
//! that cut the line. A field is a request (see `Ask::read`), or: `f0…` the server of a link sends a frame, its first byte and its
//! payload; `d0` it ends the transport; `t1500` so many milliseconds pass; `R` the module starts anew; `l5`, `y5`, `v5`, `M5`, `Y5`, `V5`
//! lose, double or flip a bit of the sixth byte from now on, to the module or to the host; `!3`: the request is begun, three steps are
//! made and no more.

use crate::Input;
use crate::ask::{Ask, config};
use crate::frames::server_frame;
use crate::pair::{Pair, PairStorage};
use crate::session::decimal;
use rand::rand_core::{self, TryRng};
use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use wsat::Quirks;
use wsat::host::{Failure, Request};

/// As long as a request of any input may take: 15 s for an opening, 5 s for late firmware, 2 s for the answer, 30 s to join; 20 s to
/// get in step; and what waits to be printed before it, three windows at 9600 baud.
const BOUND_MS: u64 = 90_000;

/// Lines that would be noticed, if payload were taken for lines.
const PAYLOAD: &[u8] = b"\r\nAT+RST\r\nAT+GMR\r\n";

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let config = config(input.choice());
    let presets = [Quirks::DOCUMENTED, Quirks::FIRMWARE_3_2, Quirks::FIRMWARE_LATEST];
    let quirks = presets[usize::from(input.choice()) % 3];
    let speed = [(0, 0), (87, 3000), (1041, 500)][usize::from(input.choice()) % 3];
    let numbers = Numbers { bytes: input.turns().to_vec(), next: 0 };
    let mut storage = PairStorage::new();
    let mut pair = Pair::lent(&mut storage, config, quirks, Box::new(numbers));
    pair.slow_down(speed.0, speed.1);
    pair.stream = PAYLOAD.iter().copied().cycle().take(9000).collect();
    for server in &mut pair.servers {
        server.echoes = false;
    }
    let mut session = Session {
        pair,
        sent: Default::default(),
        faults: [false; 2],
        rebooted: false,
        commands: !config.echo,
    };
    for field in input.fields() {
        session.happen(&field);
    }
    session.end();
}

/// Cuts that come from the input, and are all alike when that is used up.
struct Numbers {
    bytes: Vec<u8>,
    next: usize,
}

impl TryRng for Numbers {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let byte = self.bytes.get(self.next).copied().unwrap_or(0x55);
        self.next = (self.next + 1) % self.bytes.len().max(1);
        // Whatever a range is, the byte says which part of it.
        Ok(u32::from_be_bytes([byte; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand_core::utils::next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        rand_core::utils::fill_bytes_via_next_word(out, || self.try_next_u32())
    }
}

struct Session<'m> {
    pair: Pair<'m>,
    /// Octets of data that each server has sent on connections that were open.
    sent: [Vec<u8>; 3],
    /// The line to the module, and the one to the host, were not sound.
    faults: [bool; 2],
    rebooted: bool,
    /// Commands of the firmware were asked for, or nothing shows that a length has changed on its way.
    commands: bool,
}

impl Session<'_> {
    fn happen(&mut self, field: &[u8]) {
        let rest = field.get(1..).unwrap_or_default();
        let (link, more) = rest.split_first().unwrap_or((&0, &[]));
        let link = usize::from(*link) % 3;
        match field.first() {
            Some(b'f') => self.frame(link, more),
            Some(b'd') => _ = self.pair.bench.eof(link),
            Some(b't') => {
                let until = self.pair.bench.now + decimal(rest).unwrap_or(1000).min(100_000);
                self.pair.until(until);
            }
            Some(b'R') => {
                self.rebooted = true;
                self.pair.reboot();
            }
            Some(fault @ (b'l' | b'y' | b'v' | b'M' | b'Y' | b'V')) => {
                self.fault(*fault, decimal(rest).unwrap_or(0));
            }
            Some(b'!') => {
                let steps = decimal(rest).unwrap_or(0).min(200);
                for _ in 0..steps {
                    self.pair.step();
                }
            }
            _ => {
                if let Some(ask) = Ask::read(field, PAYLOAD) {
                    let values = ask.values();
                    self.commands |= matches!(ask.tag(), b'q' | b'r');
                    self.ask(&ask.request(&values));
                }
            }
        }
    }

    /// A server sends a frame, if it may and it fits.
    fn frame(&mut self, link: usize, more: &[u8]) {
        let (first, payload) = more.split_first().unwrap_or((&0x81, &[]));
        let pair = &mut self.pair;
        let fits = pair.bench.peers[link].window.len() + payload.len() + 14 < crate::WINDOW;
        if !pair.servers[link].is_connected() || !fits || pair.bench.peers[link].conn.is_none() {
            return;
        }
        pair.bench.peers[link].window.extend(server_frame(*first, payload));
        if first & 0x0F <= 2 {
            self.sent[link].extend_from_slice(payload);
        }
        pair.bench.drain();
    }

    fn fault(&mut self, kind: u8, at: u64) {
        let wire = match kind {
            b'l' | b'y' | b'v' => {
                self.faults[0] = true;
                &mut self.pair.to_module
            }
            _ => {
                self.faults[1] = true;
                &mut self.pair.to_host
            }
        };
        let left = Rc::new(Cell::new(at + 1));
        wire.tamper = Some(Box::new(move |byte| {
            left.set(left.get().saturating_sub(1));
            match kind {
                _ if left.get() > 0 => vec![byte],
                b'l' | b'M' => {
                    left.set(u64::MAX);
                    Vec::new()
                }
                b'y' | b'Y' => {
                    left.set(u64::MAX);
                    vec![byte, byte]
                }
                _ => {
                    left.set(u64::MAX);
                    vec![byte ^ 4]
                }
            }
        }));
    }

    fn ask(&mut self, request: &Request<'_>) {
        let pair = &mut self.pair;
        pair.finished = None;
        let now = pair.now();
        if pair.host.begin(now, request).is_err() {
            return;
        }
        let result = pair.end_within(BOUND_MS);
        if self.faults == [false; 2] {
            let rebooted = self.rebooted && result == Err(Failure::Rebooted);
            let fine = matches!(result, Ok(()) | Err(Failure::Error(_) | Failure::SendFail));
            assert!(fine || rebooted, "{request:?}: {result:?} {:?}", pair.events);
        }
    }

    fn end(&mut self) {
        let pair = &mut self.pair;
        pair.until(pair.bench.now + 30_000);
        pair.make_sound();
        if self.faults == [false; 2] {
            if !self.rebooted {
                pair.agree();
                let told = |what: &str| pair.events.iter().any(|told| told.starts_with(what));
                assert!(!told("Damaged") && !told("Cut"), "{:?}", pair.events);
            }
            for (link, sent) in self.sent.iter().enumerate() {
                let records = pair.records.iter().filter(|(from, _)| usize::from(*from) == link);
                let mut sent = sent.iter();
                let mut got = records.flat_map(|(_, octets)| octets);
                assert!(got.all(|octet| sent.any(|other| other == octet)), "link {link}");
            }
        }
        pair.finished = None;
        for _ in 0..2 {
            // Without echo nothing but an answer shows that a byte stands in the module's line.
            _ = pair.within(BOUND_MS, &Request::ListLinks);
        }
        let start = pair.within(BOUND_MS, &Request::Start);
        assert_eq!(start, Ok(()), "{:?}", pair.events);
        pair.until(pair.bench.now + 1000);
        pair.agree();
        // A statement and its echo may be damaged in such a way that the two make up for each other.
        let known = |name: &String| name == "+RST" || name == "+GMR";
        let believed = self.commands || self.faults == [true; 2];
        assert!(believed || !pair.commands.iter().any(known), "payload was carried out");
    }
}
