//! Whatever happens to a device, and in whatever order a driver turns to its lanes: no panic, no byte taken that was not offered, no
//! endless work; links go along their diagram; what is printed are whole units; what is sent are legal frames.
//!
//! Choices: the configuration (see `session::config`); bit 0: echo stays on; how large the windows are (0: 4096); then what the
//! driver does behind each fact, four bytes for each: bits 0 to 2 say which lane has its turn, the rest which link or how many
//! bytes. With none it always does everything. The fields are facts; `z0` tells facts of a connection that was given up.

use crate::Input;
use crate::bench::Bench;
use crate::device_check::DeviceCheck;
use crate::links::Call;
use crate::session::{Fact, answer, config, decimal};
use crate::units::UnitCheck;
use crate::{Counter, WINDOW};
use wsat::Instant;
use wsat::device::{Device, Missing, Storage};

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let config = config(&mut input);
    let echo = input.choice() & 1 != 0;
    let window = match input.choice() {
        0 => WINDOW,
        window => usize::from(window),
    };
    let mut storage = Box::new(Storage::<256, 8192, 256>::new());
    let mut headers = [0; 64];
    let memory = storage.lend([window; 3]).with_headers(&mut headers);
    let bench = Bench::with_device(Device::new(config, memory));
    let mut line = [0; 600];
    let fields = input.fields();
    let units = (!echo).then(|| UnitCheck::new(&mut line));
    let check = DeviceCheck::new(config.quirks, None);
    let mut driver = Driver { bench, check, echo, window, backlog: Default::default() };
    if !echo {
        driver.bench.typed.extend(b"ATE0\r\n");
        driver.settle();
    }
    driver.check = DeviceCheck::new(config.quirks, units);
    let mut turns = input.turns().chunks(4).cycle();
    for field in &fields {
        driver.happen(field);
        match turns.next() {
            Some(turns) => turns.iter().for_each(|turn| driver.turn(*turn)),
            None => driver.settle(),
        }
    }
    driver.end();
}

struct Driver<'m, 'u> {
    bench: Bench<'m>,
    check: DeviceCheck<'u>,
    /// The host leaves it on.
    echo: bool,
    window: usize,
    /// What peers have sent that no window has room for.
    backlog: [Vec<u8>; 3],
}

impl Driver<'_, '_> {
    fn look(&mut self, call: Call) {
        self.check.look(&mut self.bench, call);
    }

    fn happen(&mut self, field: &[u8]) {
        if let [b'z', link, ..] = field {
            return self.stale(usize::from(*link) % 3);
        }
        let mut before = 0;
        let fact = Fact::read(field, &mut before);
        let now = self.bench.instant();
        match fact {
            Fact::Host(bytes) => self.bench.typed.extend(bytes),
            Fact::Peer(link, bytes) => self.receive(link, &bytes),
            Fact::Accept(link, after) => {
                self.up(link);
                let response = self.check.response(link).map(<[u8]>::to_vec);
                if let Some(response) = response {
                    self.receive(link, &response);
                    self.receive(link, &after);
                }
            }
            Fact::Up(link) => self.up(link),
            Fact::Eof(link) => {
                if let Some(conn) = self.bench.peers[link].conn {
                    self.bench.device.handle_eof(now, conn);
                    self.look(Call::Ended);
                }
            }
            Fact::Failed(link) => {
                if let Some(conn) = self.bench.peers[link].conn {
                    self.bench.device.handle_failed(now, conn, Missing::Authority);
                    self.look(Call::Ended);
                }
            }
            Fact::At(_) => {
                // A driver may be late: nothing is done in between.
                self.bench.now += decimal(&field[1..]).unwrap_or(1000);
            }
            Fact::Room(link, room) => self.bench.peers[link].room = room,
            Fact::Serial(moves) => self.bench.serial_blocked = !moves,
            Fact::Answer => answer(&mut self.bench),
            Fact::Abort => _ = self.bench.device.abort_payload(),
            Fact::Restart => {
                self.bench.typed.clear();
                self.bench.device.restart();
                self.look(Call::Restart);
                if !self.echo {
                    self.bench.typed.extend(b"ATE0\r\n");
                    self.check.begin_anew();
                }
            }
        }
        self.look(Call::Other);
    }

    fn up(&mut self, link: usize) {
        if let Some(conn) = self.bench.peers[link].conn {
            self.bench.device.handle_up(self.bench.instant(), conn);
            self.look(Call::Other);
            // The request goes out if there is room.
            while self.bench.transmit(link) {
                self.look(Call::Sent);
            }
            self.look(Call::Sent);
        }
    }

    fn receive(&mut self, link: usize, bytes: &[u8]) {
        if self.bench.peers[link].conn.is_some() {
            self.backlog[link].extend_from_slice(bytes);
        }
    }

    /// Facts about a connection that the device has given up mean nothing.
    fn stale(&mut self, link: usize) {
        let Some(conn) = self.check.was_open(link) else { return };
        if self.bench.peers[link].conn == Some(conn) {
            return;
        }
        let now = self.bench.instant();
        let device = &mut self.bench.device;
        device.handle_up(now, conn);
        assert_eq!(device.handle_peer(now, conn, b"\x81\x01a", b"b"), 0);
        device.handle_eof(now, conn);
        device.handle_failed(now, conn, Missing::PrivateKey);
        device.handle_sent(now, conn, 1).expect("a late fact is no mistake");
        assert_eq!(device.poll_peer(conn, &mut Counter::new(0), &mut [0; 64]), 0);
        assert_eq!(device.target(conn), None);
        self.look(Call::Other);
    }

    /// One lane has its turn.
    fn turn(&mut self, turn: u8) {
        let more = usize::from(turn >> 3);
        let link = more % 3;
        match turn & 7 {
            0 => _ = self.hear(more + 1),
            1 => {
                self.bench.serial_piece = more + 1;
                self.bench.print();
                self.look(Call::Printed);
            }
            2 => _ = self.act(),
            3 => _ = self.offer(link),
            4 => {
                self.bench.transmit(link);
                self.look(Call::Sent);
            }
            5 => self.time(),
            6 => {
                self.bench.ring = more;
                self.bench.peers[link].holds = more & 16 != 0;
            }
            _ => self.settle(),
        }
    }

    fn hear(&mut self, most: usize) -> bool {
        let typed = self.bench.typed.clone();
        let taken = self.bench.take_typed(most);
        self.check.heard(&typed[..taken]);
        self.look(if taken > 0 { Call::Host } else { Call::Other });
        taken > 0
    }

    fn act(&mut self) -> bool {
        let any = self.bench.act();
        for link in 0..3 {
            if self.bench.peers[link].conn.is_none() {
                self.backlog[link].clear();
            }
        }
        self.look(Call::Other);
        any
    }

    fn offer(&mut self, link: usize) -> bool {
        let backlog = &mut self.backlog[link];
        let window = &mut self.bench.peers[link].window;
        let n = backlog.len().min(self.window.saturating_sub(window.len()));
        window.extend(backlog.drain(..n));
        let any = self.bench.offer(link);
        self.look(Call::Peer);
        any
    }

    fn time(&mut self) {
        let due = self.bench.device.poll_deadline().is_some_and(|at| at <= self.bench.instant());
        self.bench.device.handle_time(self.bench.instant());
        self.look(Call::Time);
        let again = self.bench.device.poll_deadline();
        assert!(!due || again.is_none_or(|at| at > self.bench.instant()), "it is still due");
    }

    /// Everything that can happen now.
    fn settle(&mut self) {
        for _ in 0..100_000 {
            let mut any = self.hear(usize::MAX);
            while self.bench.print() {
                any = true;
                self.look(Call::Printed);
            }
            self.look(Call::Printed);
            _ = self.bench.device.poll_refusal();
            _ = self.bench.device.poll_failure();
            any |= self.act();
            for link in 0..3 {
                any |= self.offer(link);
                any |= self.bench.transmit(link);
                self.look(Call::Sent);
            }
            if !any {
                if self.bench.device.poll_deadline().is_some_and(|at| at <= self.bench.instant()) {
                    self.time();
                    continue;
                }
                self.check.at_rest(&self.bench);
                return;
            }
        }
        panic!("it goes on for ever");
    }

    /// The world goes on undisturbed for a while.
    fn end(&mut self) {
        self.bench.serial_blocked = false;
        for peer in &mut self.bench.peers {
            (peer.room, peer.holds) = (None, false);
        }
        self.settle();
        let end = self.bench.now + 25_000;
        while let Some(at) = self.bench.device.poll_deadline()
            && at < Instant::from_millis(end)
        {
            self.bench.now = self.bench.now.max(at.as_millis());
            self.settle();
        }
        // A command does not run for ever: only the program around the device can make it wait.
        self.bench.now = end + 400_000;
        self.settle();
        answer(&mut self.bench);
        self.settle();
        self.bench.now += 400_000;
        self.settle();
        assert!(!self.bench.device.is_busy(), "the command that runs has no end");
    }
}
