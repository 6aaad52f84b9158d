//! What the user asks for: random requests in every dialect, sound and unsound ones.

use crate::user::{Running, Sent, bound_ms, id};
use crate::world::World;
use rand::{Rng, RngExt};
use wsat::host::{Command, Configure, Open, Request, SendData, Value};
use wsat::rfc6455::Opcode;
use wsat::{DataFormat, DataMask, Dialect, Level, Quirks};

/// Lines that would be noticed if they were carried out.
const LINES: &[u8] = b"\r\nAT+EVILEVIL\r\nAT+WSCLOSE=1\r\nAT+EVILEVIL=1\r\n\r\nAT+EVILEVIL?\r\n";

/// Lengths of what is sent: none, those where frames change their form, and more than buffers.
const LENGTHS: [usize; 10] = [0, 1, 7, 30, 125, 126, 300, 700, 1500, 4000];

/// Statements that a module refuses for all kinds of reasons.
const ODD: [(&str, &[Value<'static>]); 12] = [
    ("WSCFG", &[Value::Integer(0), Value::Integer(0), Value::Integer(1)]),
    ("WSCFG", &[Value::Integer(7), Value::Omitted]),
    ("WSCLOSE", &[Value::Integer(3)]),
    ("WSOPEN", &[Value::Integer(0), Value::String(b"http://h/")]),
    ("WSOPEN", &[Value::Integer(1), Value::String(b"ws://h/"), Value::String(b"no token")]),
    (
        "WSOPEN",
        &[Value::Integer(2), Value::String(b"ws://h/"), Value::String(b""), Value::Integer(0)],
    ),
    ("WSDATAFMT", &[Value::Integer(0)]),
    ("WSHEAD", &[Value::Integer(300)]),
    ("NOSUCH", &[]),
    ("FAIL", &[]),
    ("X", &[Value::Integer(1); 17]),
    ("SYSLOG", &[Value::String(b"1")]),
];

impl World<'_> {
    /// The bound of a request with so many answers, the last of which may take so much longer, that has so many bytes.
    pub(crate) fn running(
        &self,
        name: &'static str,
        waits: u64,
        more_ms: u64,
        bytes: usize,
    ) -> Running {
        let config = &self.scenario.host;
        // Damaged statements are written again, twice.
        let attempts = if self.scenario.sound { 1 } else { 3 };
        let refused = if self.scenario.memory[0] < 256 { 3 } else { 1 };
        let ms = bound_ms(config, waits, more_ms, attempts.max(refused));
        // The line itself, statement, echo and what is before them; and rounding.
        let line_us = (bytes as u64 + 1000) * self.scenario.line.byte_us + 200_000;
        let by = self.now + ms * 1000 + line_us;
        Running { name, link: None, by, waits, send: None }
    }

    /// Begins some request; whether it was not refused.
    pub(crate) fn ask(&mut self) -> bool {
        let mut link = self.rng.random_range(0..3);
        let closing =
            (0..3).find(|link| matches!(self.module.device.link_state(*link), Some(0 | 4)));
        let mut what = self.rng.random_range(0..100);
        if let Some(closing) = closing
            && self.rng.random_bool(0.3)
        {
            // It does not last.
            (link, what) = (closing, 70);
        }
        match what {
            0..28 => self.ask_open(link),
            28..66 => self.ask_send(link),
            66..73 => {
                let running = Running { link: Some(link), ..self.running("Close", 1, 5000, 0) };
                self.begin(running, &Request::Close(id(link)))
            }
            73..78 => {
                let [ping, pong] = [self.rng.random_range(1..6), self.rng.random_range(1..12)];
                let configure = Configure::new(id(link), ping, pong);
                let buffer = [1, 5, 126, 300, 8192][self.rng.random_range(0..5)];
                let running = self.running("Configure", 1, 0, 0);
                self.begin(running, &configure.with_buffer(buffer).into())
            }
            78..81 => self.begin(self.running("ListLinks", 1, 0, 300), &Request::ListLinks),
            81..85 => {
                let mask = DataMask::from_bits_truncate(self.rng.random_range(1..64));
                let format = DataFormat { level: Level::Chunk, mask };
                self.begin(
                    self.running("SetFormat", 1, 0, 0),
                    &Request::SetFormat(id(link), format),
                )
            }
            85..89 => self.ask_headers(),
            89 => self.begin(self.running("Start", 4, 0, 0), &Request::Start),
            90 => self.begin(self.running("Station", 1, 0, 0), &Request::Station),
            91 => self.begin(self.running("Restart", 1, 5000, 0), &Request::Restart),
            92 => {
                let command = Command::execute(b"GMR").with_lines(&[b""]);
                self.begin(self.running("Command", 1, 0, 100), &command.into())
            }
            _ => self.ask_odd(),
        }
    }

    pub(crate) fn open_running(&self, link: usize, timeout_ms: u64) -> Running {
        // Some firmware is late by 5 s.
        Running { link: Some(link), ..self.running("Open", 1, timeout_ms + 5000, 0) }
    }

    fn ask_open(&mut self, link: usize) -> bool {
        let long = format!("ws://h/{}", "p".repeat(90));
        let uris: [&[u8]; 4] =
            [b"ws://h/?a,b", b"wss://h/", b"ws://user:pw@[::1]:81/", long.as_bytes()];
        let uri =
            if self.rng.random_bool(0.7) { b"ws://h/" } else { uris[self.rng.random_range(0..4)] };
        let mut open = Open::new(id(link), uri);
        let mut timeout_ms = 15_000;
        if self.rng.random_bool(0.3) {
            open = open.with_protocol(b"chat,superchat");
        }
        if self.rng.random_bool(0.5) {
            timeout_ms = [100, 2000, 9000, 60_000][self.rng.random_range(0..4)];
            open = open.with_timeout(timeout_ms);
        }
        if self.rng.random_bool(0.1) && self.scenario.host.dialect >= Dialect::V3_3 {
            open = open.with_authorization(b"Bearer x");
        }
        let running = self.open_running(link, timeout_ms.into());
        self.begin(running, &open.into())
    }

    fn ask_headers(&mut self) -> bool {
        match self.rng.random_range(0..7) {
            0 => self.begin(self.running("ListHeaders", 1, 0, 300), &Request::ListHeaders),
            1..3 => self.begin(self.running("ClearHeaders", 1, 0, 0), &Request::ClearHeaders),
            3 => {
                let header = b"Authorization: Basic x";
                self.begin(self.running("AddHeader", 2, 0, 30), &Request::AddHeader(header))
            }
            4 => {
                let length = [Value::Integer(5)];
                let command = Command::set(b"WSHEAD", &length).with_payload(b"abcde");
                self.begin(self.running("Command", 2, 0, 0), &command.into())
            }
            _ => self.begin(self.running("AddHeader", 2, 0, 30), &Request::AddHeader(b"X-A: b")),
        }
    }

    fn ask_odd(&mut self) -> bool {
        let link = self.rng.random_range(0..ODD.len() + 1);
        let Some((name, values)) = ODD.get(link) else {
            let command = Command::execute(b"WSOPEN");
            return self.begin(self.running("Command", 1, 0, 0), &command.into());
        };
        let three = self.scenario.device.quirks.contains(Quirks::DATAFMT_THREE_FIELDS);
        if *name == "WSDATAFMT" && !three {
            // It would change the format behind the host's back.
            return false;
        }
        let command = Command::set(name.as_bytes(), values);
        let command = if values.is_empty() { Command::execute(name.as_bytes()) } else { command };
        self.begin(self.running("Command", 1, 0, 100), &command.into())
    }

    /// A payload that is known by its number, with lines in it.
    fn payload(&mut self, len: usize) -> Vec<u8> {
        let mut payload = format!("#{}", self.user.sent.len()).into_bytes();
        if self.rng.random_bool(0.7) {
            payload.extend(LINES.iter().cycle().take(len));
        } else {
            let known = payload.len();
            payload.resize(known + len, 0);
            self.rng.fill_bytes(&mut payload[known..]);
        }
        payload.truncate(len);
        payload
    }

    fn ask_send(&mut self, link: usize) -> bool {
        let parts = self.scenario.host.dialect >= Dialect::V4_2;
        let (opcode, fin) = match self.rng.random_range(0..20) {
            0 => (Opcode::Ping, true),
            1 => (Opcode::Pong, true),
            2 => (Opcode::Close, true),
            3 => (Opcode::from_bits(self.rng.random_range(3..8)), true),
            4 => (Opcode::from_bits(self.rng.random_range(11..16)), true),
            5 | 6 => (Opcode::Continuation, self.rng.random_bool(0.5) || !parts),
            7 => (Opcode::Text, !parts),
            8 => (Opcode::Binary, !parts),
            9..13 => (Opcode::Text, true),
            _ => (Opcode::Binary, true),
        };
        // A message that was begun may go on.
        let begun =
            self.user.sent.iter().rev().find(|sent| sent.link == link && sent.opcode.bits() < 3);
        let goes_on = begun.is_some_and(|sent| !sent.fin && sent.result == Some(Ok(())));
        let (opcode, fin) = if goes_on && self.rng.random_bool(0.6) {
            (Opcode::Continuation, self.rng.random_bool(0.6))
        } else {
            (opcode, fin)
        };
        let mut len = LENGTHS[self.rng.random_range(0..LENGTHS.len())];
        if opcode.is_control() || opcode.bits() > 2 {
            len = len.min(100);
        }
        let mut payload = self.payload(len);
        if opcode.is_control() {
            // A Close has a code, and what the device sends by itself does not begin like this.
            payload.splice(..0, if opcode == Opcode::Close { [0x03, 0xE8] } else { *b"U:" });
        } else if opcode == Opcode::Text && self.rng.random_bool(0.8) {
            payload.iter_mut().for_each(|octet| *octet &= 0x7F);
        }
        let len = payload.len();
        let timeout_ms = [0, 1, 500, 10_000, 10_000][self.rng.random_range(0..5)];
        let streamed = len > 700 || self.rng.random_bool(0.3);
        self.user.stream.clone_from(&payload);
        let octets = payload.clone();
        let send = if streamed {
            SendData::streamed(id(link), len)
        } else {
            SendData::text(id(link), &octets)
        };
        let mut send = send.with_opcode(opcode);
        if timeout_ms != 10_000 || self.rng.random_bool(0.2) {
            send = send.with_timeout(timeout_ms);
        }
        if !fin {
            send = send.without_fin();
        }
        // Less and more than a caller may pause for.
        let mut pause_us = 0;
        if streamed && len > 2 && self.rng.random_bool(0.05) {
            pause_us = self.rng.random_range(1..14) * 1_000_000;
            self.user.pause = Some((self.rng.random_range(1..len), pause_us));
        }
        let mut running = self.running("Send", 2, timeout_ms.into(), len);
        running.by += pause_us;
        running.send = Some(self.user.sent.len());
        let lives = (self.life_of(link), None);
        let sent = Sent { link, opcode, fin, payload, result: None, lives, certain: false };
        let begun = self.begin(running, &send.into());
        if begun {
            self.user.sent.push(sent);
        }
        begun
    }
}
