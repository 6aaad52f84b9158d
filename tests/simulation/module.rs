//! The driver of the device: the serial line's bytes in and out, three sockets, the firmware's own commands. After every call of
//! the device `watch.rs` looks at it.

use crate::coverage::met;
use crate::journal::{self, note};
use crate::network::Transport;
use crate::world::World;
use rand::RngExt;
use wsat::Instant;
use wsat::at_syntax::Name;
use wsat::device::{Action, Answer, Conn, Device, Missing, Serial};

/// What `AT+EVIL…` of a payload would look like, were it read as a line: also if some of it is damaged.
const EVIL: [&[u8]; 2] = [b"EVI", b"VIL"];

/// `busy p...` that may wait (BUSY-06), and reports of a link (STATE-12: two losses, and what may stand between and behind them); one
/// more is an answer's.
const MOST_BUSY: usize = 4;
const MOST_REPORTS: usize = 5;

/// A line that the firmware prints unasked, and how often.
const MESSAGE: &[u8] = b"WIFI GOT IP\r\n";
const MESSAGE_EVERY_US: u64 = 7_300_000;

pub(crate) struct Socket {
    pub(crate) transport: Option<Transport>,
    /// Whose bytes are in the window.
    pub(crate) owner: Option<(Conn, usize)>,
    pub(crate) window: Vec<u8>,
    told_up: bool,
    told_end: bool,
    /// The connection before the present one.
    old: Option<Conn>,
}

pub(crate) struct Module<'m> {
    pub(crate) device: Device<'m>,
    pub(crate) sockets: [Socket; 3],
    /// Bytes of the host that the device did not take yet.
    pub(crate) typed: Vec<u8>,
    /// States as the table calls them, and their numbers.
    pub(crate) states: [(&'static str, Option<u8>); 3],
    /// Links that `AT+WSCLOSE` waits for.
    pub(crate) leaving: [bool; 3],
    /// When each was lost.
    pub(crate) lost_at: [u64; 3],
    /// Links that a Close of the host's own is being sent on.
    pub(crate) ending: [bool; 3],
    /// The firmware's own commands that were carried out.
    pub(crate) commands: Vec<Vec<u8>>,
    /// It is off: nothing moves.
    pub(crate) off: bool,
    /// The call that is looked at gave it bytes of the host.
    pub(crate) hears_host: bool,
    /// It has started anew, or has ended a data phase, while payload was on its way, which is lines now.
    pub(crate) spilled: bool,
    /// What it has printed since it was told to start anew, without data.
    farewell: Vec<u8>,
    /// Printed bytes that the line has not taken yet; until then the host is not heard.
    pub(crate) unsent: Vec<u8>,
    /// When the firmware's next message is due.
    message_at: u64,
}

impl<'m> Module<'m> {
    pub(crate) fn new(device: Device<'m>) -> Self {
        let socket = || Socket {
            transport: None,
            owner: None,
            window: Vec::new(),
            told_up: false,
            told_end: false,
            old: None,
        };
        Self {
            device,
            sockets: [socket(), socket(), socket()],
            typed: Vec::new(),
            states: [("free", None); 3],
            leaving: [false; 3],
            lost_at: [0; 3],
            ending: [false; 3],
            commands: Vec::new(),
            off: false,
            hears_host: false,
            spilled: false,
            farewell: Vec::new(),
            unsent: Vec::new(),
            message_at: MESSAGE_EVERY_US,
        }
    }
}

impl World<'_> {
    pub(crate) fn instant(&self) -> Instant {
        Instant::from_millis(self.now / 1000)
    }

    /// Everything that the module can do now; whether that was anything.
    pub(crate) fn turn_module(&mut self) -> bool {
        if self.module.off {
            return false;
        }
        let mut any = self.serial_side();
        while let Some(action) = self.module.device.poll_action() {
            self.act(action);
            any = true;
        }
        for link in 0..3 {
            any |= self.socket_side(link);
        }
        any | self.serial_side()
    }

    fn serial_side(&mut self) -> bool {
        let mut any = false;
        loop {
            let mut moved = self.print();
            while self.module.typed.len() < 256
                && let Some(piece) = self.to_module.take(self.now)
            {
                self.module.typed.extend_from_slice(&piece);
                moved = true;
            }
            let now = self.instant();
            let most = if self.scenario.single { 1 } else { usize::MAX };
            let typed = &self.module.typed[..self.module.typed.len().min(most)];
            if !typed.is_empty() && self.module.unsent.is_empty() {
                let was_busy = self.module.device.is_busy();
                let taken = self.module.device.handle_host(now, typed);
                self.module.typed.drain(..taken);
                if let Some(link) = self.user.asks_to_close()
                    && !was_busy
                {
                    self.module.leaving[link] |= self.module.device.is_busy();
                }
                moved |= taken > 0;
                self.module.hears_host = true;
                self.watch(2);
                self.module.hears_host = false;
            }
            if !moved {
                return any;
            }
            any = true;
        }
    }

    /// Prints what can be printed; whether that was anything.
    fn print(&mut self) -> bool {
        let n = self.to_host.room().min(self.module.unsent.len());
        let first: Vec<u8> = self.module.unsent.drain(..n).collect();
        self.to_host.put(self.now, &first);
        if !self.module.unsent.is_empty() {
            return n > 0;
        }
        n > 0 || self.print_message() || self.print_within(|world| world.to_host.room(), None)
    }

    /// Prints the firmware's message, if it is due and may stand here; whether that was so. If it may not, the device makes a place for it.
    fn print_message(&mut self) -> bool {
        if self.now < self.module.message_at || self.restarts {
            return false;
        }
        if !self.module.device.is_between_units() {
            self.module.device.handle_message_due();
            return false;
        }
        met("firmware: a message");
        self.module.unsent.extend_from_slice(MESSAGE);
        self.module.message_at = self.now + MESSAGE_EVERY_US;
        true
    }

    /// Prints everything that waits, and nothing new: of each kind of units there are no more than the device has room for. Not if the line would be
    /// busy with it for seconds, in which the host would not be heard.
    pub(crate) fn print_backlog(&mut self) {
        let octets: usize = self.module.sockets.iter().map(|socket| socket.window.len()).sum();
        let long = octets as u64 * self.to_host.line.byte_us > 2_000_000;
        if long || !self.module.unsent.is_empty() {
            return;
        }
        let mut text = Vec::new();
        if !self.module.off {
            self.print_within(|_| usize::MAX, Some(&mut text));
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        let waiting = |what: &str| text.matches(what).count();
        for link in 0..3 {
            let reports = ["CONNECTED", "DISCONNECTED", "CLOSED"];
            let reports: usize =
                reports.iter().map(|name| waiting(&format!("+WS_{name}:{link}"))).sum();
            assert!(reports <= MOST_REPORTS + 1, "{reports} reports of a link have waited: {text}");
            let records = waiting(&format!("+WS_DATA:{link},"));
            assert!(records <= 1, "{records} records of a link have waited: {text}");
        }
        assert!(
            waiting("busy p...") <= MOST_BUSY,
            "many lines have waited for their answer: {text}"
        );
    }

    fn print_within(
        &mut self,
        room: fn(&Self) -> usize,
        mut backlog: Option<&mut Vec<u8>>,
    ) -> bool {
        let mut any = false;
        loop {
            let room = room(self);
            // The answer is printed, and the module is about to start anew.
            if room == 0 || self.module.farewell.ends_with(b"\r\nOK\r\n") {
                return any;
            }
            let now = self.instant();
            let mut out = [0; 64];
            let most = if self.restarts { 1 } else { self.rng.random_range(1..=out.len()) };
            let most = most.min(room);
            match self.module.device.poll_host(now, &mut out[..most]) {
                Serial::Bytes(n) => {
                    assert!(n > 0 && n <= most, "no more than fits");
                    if self.restarts {
                        self.module.farewell.extend_from_slice(&out[..n]);
                    }
                    if let Some(text) = &mut backlog {
                        text.extend_from_slice(&out[..n]);
                        self.module.unsent.extend_from_slice(&out[..n]);
                    } else {
                        self.to_host.put(self.now, &out[..n]);
                    }
                }
                Serial::Relay { conn, len } => {
                    let n = len.min(most);
                    let socket = &mut self.module.sockets[conn.link()];
                    let (owner, life) = socket.owner.expect("a window belongs to a connection");
                    assert_eq!(owner, conn, "a record is of the connection whose window it names");
                    assert!(len <= socket.window.len(), "the window holds what is to be relayed");
                    let octets: Vec<u8> = socket.window.drain(..n).collect();
                    if backlog.is_some() {
                        self.module.unsent.extend_from_slice(&octets);
                    } else {
                        self.to_host.put(self.now, &octets);
                    }
                    self.lives[life].relayed.extend_from_slice(&octets);
                    self.lives[life].taken += n;
                    self.module.device.handle_relayed(now, conn, n).expect("that was asked for");
                }
                Serial::Idle => return any,
            }
            self.watch(1);
            any = true;
        }
    }

    fn act(&mut self, action: Action) {
        self.watch(1);
        match action {
            Action::Open(conn) => {
                let target = self.module.device.target(conn).expect("a target");
                let missing =
                    (target.secure && !self.healed && self.rng.random_bool(0.5)).then(|| {
                        let all = [Missing::Certificate, Missing::PrivateKey, Missing::Authority];
                        all[self.rng.random_range(0..3)]
                    });
                let transport = self.connect(conn);
                let socket = &mut self.module.sockets[conn.link()];
                assert!(socket.transport.is_none(), "one transport a link at a time");
                socket.owner = Some((conn, transport.life));
                socket.transport = Some(transport);
                socket.window.clear();
                (socket.told_up, socket.told_end) = (false, false);
                note(self.now, || format!("{conn:?} is to be opened"));
                if let Some(missing) = missing {
                    let now = self.instant();
                    self.module.device.handle_failed(now, conn, missing);
                    self.watch(1);
                }
            }
            Action::Close(conn) => {
                let socket = &mut self.module.sockets[conn.link()];
                let mut transport = socket.transport.take().expect("each is closed once");
                assert_eq!(transport.conn, conn, "the one that was opened is closed");
                note(self.now, || format!("{conn:?} is closed"));
                socket.old = Some(conn);
                let life = &mut self.lives[transport.life];
                life.closed = true;
                transport.close(self.now, life, &mut self.rng);
            }
            Action::Command => self.own_command(),
        }
    }

    /// A fact about a connection that was given up comes late, and means nothing (STATE-05).
    fn tell_late(&mut self, link: usize) {
        let now = self.instant();
        let Some(old) = self.module.sockets[link].old else { return };
        if !self.rng.random_bool(0.02) {
            return;
        }
        met("driver: is late");
        journal::bytes(self.now, "a late fact", format!("{old:?}").as_bytes());
        let device = &mut self.module.device;
        match self.rng.random_range(0..5) {
            0 => device.handle_up(now, old),
            1 => device.handle_eof(now, old),
            2 => device.handle_failed(now, old, Missing::Certificate),
            3 => assert_eq!(device.handle_peer(now, old, b"\x88\x00", b""), 0, "nothing is taken"),
            _ => _ = device.handle_sent(now, old, 1),
        }
        self.watch(0);
    }

    fn socket_side(&mut self, link: usize) -> bool {
        self.tell_late(link);
        let (now, instant) = (self.now, self.instant());
        let window = self.scenario.memory[4];
        let socket = &mut self.module.sockets[link];
        let Some(transport) = &mut socket.transport else { return false };
        let (conn, life) = (transport.conn, &mut self.lives[transport.life]);
        let mut any = false;
        if !transport.up
            && !transport.over
            && transport.nature.connects_at.is_some_and(|at| at <= now)
        {
            if transport.nature.refused {
                met("network refuses");
                transport.over = true;
            } else {
                transport.up = true;
            }
        }
        let (arrived, served) = transport.serve(now, life, &mut self.rng);
        any |= served;
        if transport.up && !socket.told_up {
            socket.told_up = true;
            any = true;
            self.module.device.handle_up(instant, conn);
        }
        if arrived > 0 && transport.nature.holds {
            self.module.device.handle_sent(instant, conn, arrived).expect("it was given");
        }
        while let Some(piece) = transport.take(now, window - socket.window.len(), life) {
            socket.window.extend_from_slice(&piece);
            any = true;
            if self.scenario.single {
                break;
            }
        }
        transport.over |= transport.ends(now);
        let over = transport.over;
        self.watch(1);
        any |= self.offer(link);
        let socket = &mut self.module.sockets[link];
        if over && !socket.told_end {
            socket.told_end = true;
            if let Some((_, life)) = socket.owner {
                self.lives[life].ended = true;
            }
            note(now, || format!("{conn:?} has ended"));
            self.module.device.handle_eof(instant, conn);
            self.watch(1);
            any = true;
        }
        any | self.offer(link) | self.send(link)
    }

    /// Offers the window of a link; whether anything was taken.
    fn offer(&mut self, link: usize) -> bool {
        let now = self.instant();
        let socket = &mut self.module.sockets[link];
        let (Some(transport), false) = (&socket.transport, socket.window.is_empty()) else {
            return false;
        };
        let (first, second) =
            socket.window.split_at(self.rng.random_range(1..=socket.window.len()));
        let taken = self.module.device.handle_peer(now, transport.conn, first, second);
        socket.window.drain(..taken);
        self.lives[transport.life].taken += taken;
        let steps = if self.scenario.single { 1 } else { 2 };
        self.watch(steps);
        taken > 0
    }

    /// Lets the transport of a link take what it has room for; whether that was anything.
    fn send(&mut self, link: usize) -> bool {
        let now = self.instant();
        let Some(transport) = &mut self.module.sockets[link].transport else { return false };
        let mut out = [0; 256];
        let room = transport.room().min(self.rng.random_range(1..=out.len()));
        let conn = transport.conn;
        let n = self.module.device.poll_peer(conn, &mut self.keys, &mut out[..room]);
        if n == 0 {
            return false;
        }
        transport.put(self.now, &out[..n], &mut self.lives[transport.life]);
        // What the transport lost at once was handed to it all the same.
        if !transport.nature.holds {
            self.module.device.handle_sent(now, conn, n).expect("it was given");
        }
        self.watch(1);
        true
    }

    /// A command that is not the core's.
    fn own_command(&mut self) {
        let now = self.instant();
        let statement = self.module.device.command().expect("a command waits");
        let (Name::Basic(name) | Name::Extended(name)) = statement.name;
        let name = name.to_ascii_uppercase();
        let evil = EVIL.iter().any(|evil| name.windows(3).any(|part| part == *evil));
        // Without echo a host cannot know that a digit of a length was changed.
        let excused = self.module.spilled || !self.scenario.sound && !self.scenario.host.echo;
        assert!(!evil || excused, "a payload was carried out: {}", name.escape_ascii());
        note(self.now, || format!("the firmware's command {}", name.escape_ascii()));
        let (text, answer): (&[u8], _) = match name.as_slice() {
            b"GMR" => (b"AT version:9.9.9.9(x)\r\nSDK version:none\r\n", Answer::Ok),
            b"CWMODE" | b"RST" => (b"", Answer::Ok),
            b"FAIL" => (b"+FAIL:3\r\n", Answer::Error),
            _ => (b"", Answer::NoSuchCommand),
        };
        let mut rest = text;
        while !rest.is_empty() {
            rest = &rest[self.module.device.handle_text(rest)..];
            self.print();
            if self.to_host.room() == 0 {
                // The rest of it would have to wait for the line: it is short enough to be left off.
                break;
            }
        }
        self.module.device.handle_answer(now, answer).expect("it waits");
        let restarts = name == b"RST";
        self.module.commands.push(name);
        self.watch(1);
        self.restarts |= restarts;
    }

    /// The module starts anew.
    pub(crate) fn restart_module(&mut self) {
        note(self.now, || String::from("the module starts anew"));
        for socket in &self.module.sockets {
            if let Some((_, life)) = socket.owner {
                self.lives[life].given_up = true;
            }
        }
        self.module.device.restart();
        self.module.typed.clear();
        self.module.farewell.clear();
        self.module.unsent.clear();
        self.module.spilled |= self.is_sending() || self.user.left_payload;
        self.module.states = [("free", None); 3];
        self.module.ending = [false; 3];
        self.module.leaving = [false; 3];
        self.restarts = false;
    }
}
