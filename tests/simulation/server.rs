//! A server of one connection, written by hand: it answers the opening handshake in every way, sends messages, Pings,
//! Closes and what nobody may send, and echoes or does not.

use crate::answer::Answer;
use crate::coverage::met;
use crate::life::{Item, Kind, Life};
use rand::{Rng, RngExt, rngs::StdRng};
use std::collections::VecDeque;
use wsat_testkit::frames::{frames_of, server_frame};

/// What a server does when the client closes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Farewell {
    /// The same code, and the end.
    Echo,
    /// No code.
    Empty,
    /// Another one, with a reason.
    Other,
    Twice,
    /// It ends the transport.
    Abrupt,
    /// Nothing at all.
    Nothing,
    /// It answers, and does not end the transport.
    Lingering,
}

pub(crate) const FAREWELLS: [Farewell; 7] = [
    Farewell::Echo,
    Farewell::Empty,
    Farewell::Other,
    Farewell::Twice,
    Farewell::Abrupt,
    Farewell::Nothing,
    Farewell::Lingering,
];

/// Codes that a Close may have (RFC 6455 7.4).
pub(crate) const CODES: [u16; 16] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];

/// What nobody may send: what it is called, its bytes, the code that answers it (RFC 6455 5, 7.4, 8.1; 1009 is ours).
pub(crate) const ILLEGAL: [(&str, &[u8], u16); 15] = [
    ("ReservedBits", b"\xC1\x01x", 1002),
    ("ReservedOpcode", b"\x83\x01x", 1002),
    ("FragmentedControl", b"\x09\x01x", 1002),
    ("ControlTooLong", b"\x89\x7E\x00\x7E", 1002),
    ("Masked", b"\x81\x81\x01\x02\x03\x04y", 1002),
    ("LengthNotMinimal", b"\x82\x7E\x00\x01x", 1002),
    ("LengthTooLong", b"\x82\x7F\x80\x00\x00\x00\x00\x00\x00\x01", 1002),
    ("ContinuationWithoutStart", b"\x80\x01x", 1002),
    ("StartInsideMessage", b"\x02\x00\x81\x01x", 1002),
    ("Utf8", b"\x81\x04ab\xFFc", 1007),
    ("Utf8", b"\x81\x02a\xC3", 1007),
    ("Utf8", b"\x88\x03\x03\xE8\xFF", 1007),
    ("CloseBody", b"\x88\x01\x03", 1002),
    ("CloseCode", b"\x88\x02\x03\xED", 1002),
    ("FrameTooBig", b"\x82\x7F\x00\x00\x00\x01\x00\x00\x00\x00", 1009),
];

/// What looks like lines of a module, for data that servers send; and without a prompt, which a host that has lost the head of a record
/// would believe (`wsat::host`, what it cannot do).
const LOOKALIKES: [&[u8]; 2] = [
    b"\r\nOK\r\n\r\n>+WS_CLOSED:0\r\n+WS_DATA:1,5,\r\n\r\nready\r\nERROR\r\n",
    b"\r\nOK\r\n+WS_CLOSED:0\r\n+WS_DATA:1,5,\r\n\r\nready\r\nERROR\r\n",
];

pub(crate) struct Server {
    pub(crate) answer: Answer,
    pub(crate) farewell: Farewell,
    pub(crate) echoes: bool,
    /// It does not answer Pings.
    pub(crate) deaf: bool,
    /// Its data may look like prompts.
    pub(crate) prompts: bool,
    /// Bytes of the client that were not understood yet.
    unread: Vec<u8>,
    /// What is to be sent, and when.
    outbox: VecDeque<(u64, Vec<u8>, Vec<Item>)>,
    /// When it ends the transport.
    pub(crate) ends_at: Option<u64>,
    answered: bool,
    /// It will take part, when it has the whole request.
    accepts: bool,
    /// It has sent a Close, or broken a rule.
    over: bool,
    client_closed: bool,
    /// Payload of the message that the client is in the middle of.
    message: Option<(u8, Vec<u8>)>,
    messages: u32,
}

impl Server {
    pub(crate) fn new(answer: Answer, farewell: Farewell, echoes: bool, deaf: bool) -> Self {
        Self {
            answer,
            farewell,
            echoes,
            deaf,
            prompts: true,
            unread: Vec::new(),
            outbox: VecDeque::new(),
            ends_at: None,
            answered: false,
            accepts: false,
            over: false,
            client_closed: false,
            message: None,
            messages: 0,
        }
    }

    /// Frames may be sent.
    pub(crate) fn is_open(&self) -> bool {
        self.answered && self.answer != Answer::Never && !self.over && self.ends_at.is_none()
    }

    /// When it does something next.
    pub(crate) fn due(&self) -> Option<u64> {
        self.outbox.front().map(|(at, ..)| *at).or(self.ends_at)
    }

    /// The bytes that it sends now.
    pub(crate) fn write(&mut self, now: u64, life: &mut Life) -> Option<Vec<u8>> {
        if self.outbox.front()?.0 > now {
            return None;
        }
        let (_, bytes, items) = self.outbox.pop_front()?;
        for mut item in items {
            item.at += life.written;
            item.end += life.written;
            life.sent.push(item);
        }
        life.written += bytes.len();
        Some(bytes)
    }

    /// There is nothing more to send.
    pub(crate) fn is_done(&self) -> bool {
        self.outbox.is_empty()
    }

    /// Everything is sent, and the transport is to be ended now.
    pub(crate) fn ends(&self, now: u64) -> bool {
        self.is_done() && self.ends_at.is_some_and(|at| at <= now)
    }

    fn push(&mut self, at: u64, bytes: Vec<u8>, items: Vec<Item>) {
        let at = self.outbox.back().map_or(at, |(before, ..)| at.max(*before));
        self.outbox.push_back((at, bytes, items));
    }

    fn frame(&mut self, now: u64, kind: Kind, first: u8, payload: &[u8]) {
        let bytes = server_frame(first, payload);
        let (at, end) = (bytes.len() - payload.len(), bytes.len());
        let kind = if self.over { Kind::Behind } else { kind };
        let payload = payload.to_vec();
        self.push(now, bytes, vec![Item { kind, first, payload, at, end }]);
    }

    /// Bytes of the client.
    pub(crate) fn read(&mut self, now: u64, bytes: &[u8], life: &mut Life, rng: &mut StdRng) {
        self.unread.extend_from_slice(bytes);
        if !life.accepted {
            self.read_request(now, life, rng);
        }
        if !life.accepted {
            return;
        }
        let unread = std::mem::take(&mut self.unread);
        let (frames, rest) = frames_of(&unread);
        self.unread = rest.to_vec();
        for frame in frames {
            // RFC 6455 5.5.1; Pings are answered all the same (PING-10).
            let follows = self.client_closed && frame.first != 0x8A;
            assert!(!follows, "nothing but Pongs follows a client's Close: {frame:?}");
            match frame.first & 0x0F {
                8 => self.take_close(now, &frame.payload, rng),
                9 if !self.deaf => self.frame(now, Kind::Control, 0x8A, &frame.payload),
                0..=2 => self.take_data(now, frame.first, &frame.payload),
                _ => {}
            }
            life.got.push(frame);
        }
    }

    fn read_request(&mut self, now: u64, life: &mut Life, rng: &mut StdRng) {
        let end = self.unread.windows(4).position(|part| part == b"\r\n\r\n").map(|at| at + 4);
        let request = String::from_utf8_lossy(&self.unread).into_owned();
        let key = request.split("\r\n").find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let key = key.filter(|_| request.matches("\r\n").count() > 4).map(str::to_owned);
        let early = self.answer == Answer::Early && key.is_some();
        if !self.answered && (end.is_some() || early) {
            self.answered = true;
            let key = key.expect("a request has a key");
            let (answer, accepts) = self.answer.response(&key, request.contains("Protocol: "));
            self.accepts = accepts && self.answer != Answer::Never;
            met(&format!("server answers: {:?}", self.answer));
            let slow =
                if self.answer == Answer::Slow { rng.random_range(0..20_000_000) } else { 0 };
            self.push(now + slow, answer, Vec::new());
            if !accepts {
                self.over = true;
                self.ends_at = Some(now + rng.random_range(0..3_000_000));
            } else if self.answer == Answer::WithData {
                self.send_message(now, rng);
            }
        }
        let Some(end) = end else { return };
        let kept = ["GET ", "Host: ", "Sec-WebSocket-Protocol: "];
        let lines =
            request.split("\r\n").filter(|line| kept.iter().any(|kept| line.starts_with(kept)));
        life.request = Some(lines.map(str::to_owned).collect());
        if self.accepts {
            life.accepted = true;
            self.unread.drain(..end);
        }
    }

    fn take_data(&mut self, now: u64, first: u8, payload: &[u8]) {
        let (begun, mut message) = match (first & 0x0F, self.message.take()) {
            (0, Some(message)) => message,
            (0, None) => (0, Vec::new()),
            (opcode, None) => (opcode, Vec::new()),
            (_, Some(_)) => panic!("a message inside a message (RFC 6455 5.4)"),
        };
        message.extend_from_slice(payload);
        if first & 0x80 == 0 {
            self.message = Some((begun, message));
        } else if self.echoes && begun == 2 && self.is_open() {
            self.frame(now, Kind::Data, 0x82, &message);
        }
    }

    fn take_close(&mut self, now: u64, body: &[u8], rng: &mut StdRng) {
        self.client_closed = true;
        if self.over {
            // It was said already.
            self.ends_at.get_or_insert(now + rng.random_range(0..2_000_000));
            return;
        }
        met(&format!("server's farewell: {:?}", self.farewell));
        let reason = b"\x03\xE9going away";
        match self.farewell {
            Farewell::Echo | Farewell::Twice | Farewell::Lingering => self.close(now, body),
            Farewell::Empty => self.close(now, b""),
            Farewell::Other => self.close(now, reason),
            Farewell::Abrupt => {}
            Farewell::Nothing => return,
        }
        if self.farewell == Farewell::Twice {
            self.frame(now, Kind::Behind, 0x88, body);
        }
        if self.farewell != Farewell::Lingering {
            self.ends_at = Some(now + rng.random_range(0..100_000));
        }
    }

    fn close(&mut self, now: u64, body: &[u8]) {
        let code = body.split_first_chunk().map(|(code, _)| u16::from_be_bytes(*code));
        self.frame(now, Kind::Close(code), 0x88, body);
        self.over = true;
    }

    /// Ends the connection by a Close, in some way.
    pub(crate) fn begin_close(&mut self, now: u64, rng: &mut StdRng) {
        match rng.random_range(0..5) {
            0 => {
                met("server closes: without a code");
                self.close(now, b"");
            }
            1 => {
                met("server closes: with a reason");
                self.close(now, b"\x03\xE8as \xC3\xA4greed");
            }
            _ => {
                let code = CODES[rng.random_range(0..CODES.len())];
                met(&format!("server closes: {code}"));
                self.close(now, &code.to_be_bytes());
            }
        }
        match rng.random_range(0..4) {
            0 => {
                met("server sends: behind its Close");
                self.frame(now, Kind::Behind, 0x82, b"too late");
            }
            1 => {
                met("server ends: at its Close");
                self.ends_at = Some(now);
            }
            _ => {}
        }
    }

    /// Sends what it may not.
    pub(crate) fn misbehave(&mut self, now: u64, rng: &mut StdRng) {
        let (name, bytes, code) = ILLEGAL[rng.random_range(0..ILLEGAL.len())];
        met(&format!("server breaks: {name}"));
        let (mut bytes, mut items) = (bytes.to_vec(), Vec::new());
        let begun = usize::from(name == "StartInsideMessage") * 2;
        if begun > 0 {
            let first = bytes[0];
            items.push(Item { kind: Kind::Data, first, payload: Vec::new(), at: 2, end: 2 });
        }
        let text = bytes[0] == 0x81 && name == "Utf8";
        // Of a text before it is known to be wrong, a chunk may have been complete.
        let payload = if text { bytes.split_off(2) } else { Vec::new() };
        if text {
            let at = bytes.len();
            let good = payload.iter().take_while(|byte| byte.is_ascii()).count();
            let kept = payload[..good].to_vec();
            items.push(Item { kind: Kind::Data, first: 0x81, payload: kept, at, end: at + good });
            bytes.extend_from_slice(&payload);
        }
        let (kind, first, end) = (Kind::Illegal(code, text), bytes[begun], bytes.len());
        items.push(Item { kind, first, payload: Vec::new(), at: begun, end });
        self.push(now, bytes, items);
        self.over = true;
        if rng.random_bool(0.5) {
            self.ends_at = Some(now + rng.random_range(0..2_000_000));
        }
    }

    pub(crate) fn ping(&mut self, now: u64, rng: &mut StdRng) {
        let payload = vec![b'S'; [0, 1, 8, 125][rng.random_range(0..4)]];
        let first = if rng.random_bool(0.8) { 0x89 } else { 0x8A };
        met(if first == 0x89 { "server sends: Ping" } else { "server sends: Pong" });
        self.frame(now, Kind::Control, first, &payload);
    }

    /// A whole message, in one frame or in more, with Pings between them; it may stop in the middle for some time.
    pub(crate) fn send_message(&mut self, now: u64, rng: &mut StdRng) {
        let len = [0, 1, 10, 125, 126, 300, 1500, 5000][rng.random_range(0..8)];
        let text = rng.random_bool(0.3);
        self.messages += 1;
        let mut message = format!("{}:", self.messages).into_bytes();
        if text {
            message = message
                .into_iter()
                .chain(LOOKALIKES[usize::from(!self.prompts)].iter().copied().cycle())
                .take(len)
                .collect();
        } else {
            message.truncate(len);
            let known = message.len();
            message.resize(len, 0);
            rng.fill_bytes(&mut message[known..]);
        }
        let parts = if rng.random_bool(0.3) { rng.random_range(2..5) } else { 1 };
        let (mut rest, mut now) = (&message[..], now);
        for part in 1..=parts {
            let n = if part == parts { rest.len() } else { rng.random_range(0..=rest.len()) };
            let opcode = if part == 1 { if text { 1 } else { 2 } } else { 0 };
            let first = if part == parts { 0x80 } else { 0 } | opcode;
            self.frame(now, Kind::Data, first, &rest[..n]);
            rest = &rest[n..];
            if part < parts && rng.random_bool(0.5) {
                met("server sends: Ping inside a message");
                self.frame(now, Kind::Control, 0x89, b"SSSS");
            }
            if rng.random_bool(0.3) {
                now += rng.random_range(0..3_000_000);
            }
        }
        met(if parts > 1 { "server sends: fragments" } else { "server sends: a message" });
    }
}
