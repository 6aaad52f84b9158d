//! Host and device back to back. On a sound line each request ends with `OK` or `ERROR`, and whenever nothing goes on the two agree; of
//! each connection the host was told what the server sent from its beginning, and all of it if it is open; a server has got what ended
//! with `OK`, once and in order, and nothing else. On an unsound line each request ends within its bound, no payload is carried out as a
//! command, and once the line is sound again the two agree.
//!
//! Choices: the host's configuration (see `ask::config`); which firmware the module's quirks are of; how fast the line is; then numbers
//! that cut the line. A field is a request (see `Ask::read`), or: `f0…` the server of a link sends a frame, its first byte and its
//! payload; `d0` it ends the transport; `t1500` so many milliseconds pass; `R` the module starts anew; `l5`, `y5`, `v5`, `M5`, `Y5`, `V5`
//! lose, double or flip a bit of the sixth byte from now on, to the module or to the host; `!3`: three steps are made and no more.

use crate::Input;
use crate::ask::{Ask, config};
use crate::delivery::{Told, fragments};
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

/// Lines that would be noticed, if payload were taken for lines: nobody has another reason to ask for these.
const PAYLOAD: &[u8] = b"\r\nAT+EVIL\r\nAT+EVILER=1\r\n";

/// What begins the names of those commands.
const EVIL: &str = "+EVIL";

/// WSCFG's default `<buffer_size>`: no request of an input sets another.
const FRAGMENT: usize = 1024;

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
        drops_final: quirks.contains(Quirks::FINAL_CONTINUATION_DROPPED),
        told: Default::default(),
        records: 0,
        faults: [false; 2],
        rebooted: false,
        asked_for: !config.echo,
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
    /// A continuation with FIN loses its payload, and is answered with `ERROR`.
    drops_final: bool,
    told: [Told; 3],
    /// Records of the pair's that `told` has.
    records: usize,
    /// The line to the module, and the one to the host, were not sound.
    faults: [bool; 2],
    rebooted: bool,
    /// The input itself asks for the commands that stand in payload, or nothing shows that a length has changed on its way.
    asked_for: bool,
}

impl Session<'_> {
    fn happen(&mut self, field: &[u8]) {
        let rest = field.get(1..).unwrap_or_default();
        let (link, more) = rest.split_first().unwrap_or((&0, &[]));
        let link = usize::from(*link) % 3;
        match field.first() {
            Some(b'f') => self.frame(link, more),
            Some(b'd') => {
                if let Some(conn) = self.pair.bench.peers[link].conn {
                    self.told[link].ends(conn);
                }
                self.pair.bench.eof(link);
            }
            Some(b't') => {
                let until = self.pair.bench.now + decimal(rest).unwrap_or(1000).min(100_000);
                self.pair.until(until);
            }
            Some(b'R') => {
                self.rebooted = true;
                self.told.iter_mut().for_each(Told::forget);
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
                    let upper = field.to_ascii_uppercase();
                    self.asked_for |= upper.windows(EVIL.len() - 1).any(|part| part == b"EVIL");
                    self.ask(&ask);
                }
            }
        }
        self.pair.turn();
        self.look();
    }

    /// What holds whenever nothing goes on.
    fn look(&mut self) {
        for (link, octets) in &self.pair.records[self.records..] {
            self.told[usize::from(*link)].told(octets);
        }
        self.records = self.pair.records.len();
        if self.faults != [false; 2] || !self.pair.is_at_rest() {
            return;
        }
        self.pair.agree();
        for (link, told) in self.told.iter_mut().enumerate() {
            let conn = self.pair.bench.peers[link].conn;
            told.at_rest(conn, self.pair.bench.device.link_state(link) == Some(2));
        }
    }

    /// A server sends a frame, if it may and it fits.
    fn frame(&mut self, link: usize, more: &[u8]) {
        let (first, payload) = more.split_first().unwrap_or((&0x81, &[]));
        let pair = &mut self.pair;
        let fits = pair.bench.peers[link].window.len() + payload.len() + 14 < crate::WINDOW;
        let Some(conn) = pair.bench.peers[link].conn else { return };
        if !pair.servers[link].is_connected() || !fits {
            return;
        }
        pair.bench.peers[link].window.extend(server_frame(*first, payload));
        if first & 0x0F <= 2 {
            self.told[link].sends(conn, payload);
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

    fn ask(&mut self, ask: &Ask) {
        let values = ask.values();
        let request = &ask.request(&values);
        let pair = &mut self.pair;
        pair.finished = None;
        let now = pair.now();
        if pair.host.begin(now, request).is_err() {
            return;
        }
        let before =
            pair.servers.each_ref().map(|server| (server.received.len(), server.controls.len()));
        let result = pair.end_within(BOUND_MS);
        if ask.tag() == b'r' {
            self.rebooted = true;
            self.told.iter_mut().for_each(Told::forget);
        }
        if self.faults != [false; 2] {
            return;
        }
        let rebooted = self.rebooted && result == Err(Failure::Rebooted);
        let fine = matches!(result, Ok(()) | Err(Failure::Error(_) | Failure::SendFail));
        assert!(fine || rebooted, "{request:?}: {result:?} {:?}", pair.events);
        let sends = ask.sends(&pair.stream);
        for (link, server) in pair.servers.iter().enumerate() {
            let (data, controls) = before[link];
            let data = &server.received[data..];
            let expected = match sends {
                Some((to, opcode, fin, payload)) if to == link && opcode & 8 == 0 => match result {
                    Ok(()) => fragments(opcode, fin, payload, FRAGMENT),
                    Err(_) if self.drops_final && opcode == 0 && !payload.is_empty() => continue,
                    Err(_) => Vec::new(),
                },
                _ => Vec::new(),
            };
            assert_eq!(data, expected, "{request:?}: {result:?}");
            if let Some((to, opcode, _, payload)) = sends
                && (to == link && opcode & 8 != 0 && result == Ok(()))
            {
                let frame = (0x80 | opcode, payload.to_vec());
                let same = server.controls[controls..].iter().filter(|other| **other == frame);
                assert_eq!(same.count(), 1, "{request:?}");
            }
        }
    }

    fn end(&mut self) {
        let pair = &mut self.pair;
        pair.until(pair.bench.now + 30_000);
        pair.make_sound();
        if self.faults == [false; 2] {
            pair.agree();
            let told = |what: &str| pair.events.iter().any(|told| told.starts_with(what));
            assert!(self.rebooted || !told("Damaged") && !told("Cut"), "{:?}", pair.events);
            assert!(pair.is_at_rest());
            self.look();
        }
        let pair = &mut self.pair;
        pair.finished = None;
        for _ in 0..2 {
            // Without echo nothing but an answer shows that a byte stands in the module's line.
            _ = pair.within(BOUND_MS, &Request::ListLinks);
        }
        pair.until(pair.bench.now + 1000);
        pair.agree();
        let start = pair.within(BOUND_MS, &Request::Start);
        assert_eq!(start, Ok(()), "{:?}", pair.events);
        pair.until(pair.bench.now + 1000);
        pair.agree();
        // A statement and its echo may be damaged in such a way that the two make up for each other.
        let believed = self.asked_for || self.faults == [true; 2];
        let evil = pair.commands.iter().any(|name| name.starts_with(EVIL));
        assert!(believed || !evil, "payload was carried out");
    }
}
