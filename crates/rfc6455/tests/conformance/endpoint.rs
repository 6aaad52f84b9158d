//! The endpoint under test: echoes every message, and keeps what happened as lines that can be compared.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{random::Counter, wire};
use rfc6455::{
    CloseCode, Connection, Control, Fault, Incoming, Instant, Limits, Opcode, Outgoing, Policy,
    Received, Role,
};

pub(crate) const NOW: Instant = Instant::from_millis(5000);

/// How the input is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// `Connection::read`.
    InPlace,
    /// `Connection::receive`, `check` and `consume`.
    LookingAhead,
}

pub(crate) struct Endpoint {
    pub(crate) connection: Connection,
    role: Role,
    way: Way,
    cut: usize,
    rng: Counter,
    /// What was found, and the frames that were written.
    pub(crate) events: Vec<String>,
    pub(crate) frames: Vec<String>,
    /// Bytes written of a frame that is not yet whole.
    out: Vec<u8>,
    /// Bytes that the transport takes for the time being.
    pub(crate) room: usize,
    /// Looked at, not yet taken.
    window: Vec<u8>,
    /// The message being received: whether it is text, its octets, whether its last frame has begun.
    message: Option<(bool, Vec<u8>, bool)>,
    /// What is being sent, and how much of it was.
    data: Vec<u8>,
    sent: usize,
    pub(crate) faulted: bool,
}

impl Endpoint {
    pub(crate) fn new(role: Role, way: Way, cut: usize, (frame, message): (u64, u64)) -> Self {
        let mut policy = Policy::new();
        policy.limits = Limits { frame, message };
        Self {
            connection: Connection::new(role, policy),
            role,
            way,
            cut,
            rng: Counter::new(1),
            events: Vec::new(),
            frames: Vec::new(),
            out: Vec::new(),
            room: usize::MAX,
            window: Vec::new(),
            message: None,
            data: Vec::new(),
            sent: 0,
            faulted: false,
        }
    }

    /// Takes one piece of input, to its end.
    pub(crate) fn feed(&mut self, piece: &[u8]) {
        match self.way {
            Way::InPlace => self.feed_in_place(piece),
            Way::LookingAhead => {
                self.window.extend_from_slice(piece);
                self.look();
            }
        }
    }

    fn feed_in_place(&mut self, piece: &[u8]) {
        let mut piece = piece.to_vec();
        let mut at = 0;
        while at < piece.len() {
            let mut rest = piece.split_off(at);
            at = 0;
            let (taken, found) = self.connection.read(NOW, &mut rest);
            match found {
                None => assert_eq!(taken, rest.len(), "what is not taken has a reason"),
                Some(Err(fault)) => self.fault(fault),
                Some(Ok(Incoming::Frame(frame))) => {
                    self.begin(frame.opcode, frame.fin);
                    if frame.len == 0 {
                        self.payload(b"", true);
                    }
                }
                Some(Ok(Incoming::Payload { octets, last })) => {
                    let octets = octets.to_vec();
                    self.payload(&octets, last);
                }
                Some(Ok(Incoming::Control(event))) => self.control(event),
            }
            piece = rest;
            at += taken;
        }
    }

    fn look(&mut self) {
        loop {
            if self.connection.remaining() == 0 {
                if self.window.is_empty() {
                    return;
                }
                let (taken, found) = self.connection.receive(NOW, &self.window);
                self.window.drain(..taken);
                match found {
                    None => assert!(self.window.is_empty(), "what is not taken has a reason"),
                    Some(Err(fault)) => self.fault(fault),
                    Some(Ok(Received::Data(frame))) => {
                        assert_eq!(frame.mask, None);
                        self.begin(frame.opcode, frame.fin);
                        if frame.len == 0 {
                            self.payload(b"", true);
                        }
                    }
                    Some(Ok(Received::Control(control))) => self.control(control),
                }
                continue;
            }
            let checked = self.connection.checked() as usize;
            if let Err(fault) = self.connection.check(NOW, &self.window[checked..]) {
                self.fault(fault);
                continue;
            }
            let checked = self.connection.checked();
            let whole = checked == self.connection.remaining();
            // Some octets stay where they are until there is more, as in a receive window.
            if checked == 0 || (!whole && checked < 50) {
                return;
            }
            assert_eq!(self.connection.consume(checked), checked);
            let octets: Vec<u8> = self.window.drain(..checked as usize).collect();
            self.payload(&octets, whole);
        }
    }

    fn begin(&mut self, opcode: Opcode, fin: bool) {
        match &mut self.message {
            Some((_, _, last)) => {
                assert_eq!(opcode, Opcode::Continuation);
                *last = fin;
            }
            None => self.message = Some((opcode == Opcode::Text, Vec::new(), fin)),
        }
    }

    fn payload(&mut self, octets: &[u8], frame_ends: bool) {
        let (_, all, fin) = self.message.as_mut().expect("a message is begun");
        all.extend_from_slice(octets);
        if !(frame_ends && *fin) {
            return;
        }
        let (text, all, _) = self.message.take().expect("a message is begun");
        self.events.push(message_line(text, &all));
        let opcode = if text { Opcode::Text } else { Opcode::Binary };
        self.send(opcode, true, all, usize::MAX);
    }

    /// Sends if that is still possible.
    pub(crate) fn send(&mut self, opcode: Opcode, fin: bool, data: Vec<u8>, fragment: usize) {
        let request = Outgoing { opcode, fin, len: data.len(), fragment };
        if self.connection.send(request).is_ok() {
            (self.data, self.sent) = (data, 0);
        }
        self.write();
    }

    fn control(&mut self, event: Control) {
        self.events.push(match event {
            Control::Ping => "ping".to_owned(),
            Control::Pong(None) => "pong".to_owned(),
            Control::Pong(Some(token)) => format!("pong {token:08x}"),
            Control::Close(code) => {
                assert_eq!(self.connection.deadline(), Some(NOW.after(1000)));
                close_line(code.map(CloseCode::get), self.connection.close_reason().as_bytes())
            }
        });
        self.write();
    }

    fn fault(&mut self, fault: Fault) {
        self.faulted = true;
        assert_eq!(self.connection.fault(), Some(fault));
        assert_eq!(self.connection.deadline(), Some(NOW.after(1000)));
        self.events.push(format!("fault {fault:?}"));
        if let Some((true, octets, _)) = &self.message {
            // RFC 6455 8.1: nothing that is not UTF-8 so far is handed over.
            let good =
                core::str::from_utf8(octets).map_or_else(|e| e.error_len().is_none(), |_| true);
            assert!(good, "octets handed over: {octets:x?}");
        }
        self.write();
    }

    /// Whether the message being received is this so far.
    pub(crate) fn partial_line(&mut self) -> String {
        if self.way == Way::LookingAhead {
            let checked = self.connection.checked();
            self.connection.consume(checked);
            let octets: Vec<u8> = self.window.drain(..checked as usize).collect();
            if let Some((_, all, _)) = &mut self.message {
                all.extend(octets);
            }
        }
        self.message.as_ref().map_or(String::new(), |(text, octets, _)| message_line(*text, octets))
    }

    /// Writes what is due, as far as the transport takes it.
    pub(crate) fn write(&mut self) {
        let mut out = vec![0; self.cut.min(100_000)];
        loop {
            let most = out.len().min(self.room);
            let data = &self.data[self.sent..];
            let (taken, n) = self.connection.poll(&mut self.rng, data, &mut out[..most]);
            self.sent += taken;
            if n == 0 {
                break;
            }
            self.room -= if self.room == usize::MAX { 0 } else { n };
            self.out.extend_from_slice(&out[..n]);
        }
        while let Some(frame) = wire::take(&mut self.out, self.role == Role::Client) {
            self.frames.push(frame_line(frame.first, &frame.payload));
        }
    }

    pub(crate) fn is_between_frames(&self) -> bool {
        self.out.is_empty()
    }
}

pub(crate) fn message_line(text: bool, payload: &[u8]) -> String {
    format!("{} {}", if text { "text" } else { "binary" }, octets_line(payload))
}

pub(crate) fn frame_line(first: u8, payload: &[u8]) -> String {
    format!("{first:02x} {}", octets_line(payload))
}

pub(crate) fn close_line(code: Option<u16>, reason: &[u8]) -> String {
    code.map_or("close".to_owned(), |code| format!("close {code} {}", octets_line(reason)))
}

/// Short ones in clear, long ones by length and a hash.
fn octets_line(octets: &[u8]) -> String {
    if octets.len() <= 130 {
        return format!("({}) {}", octets.len(), octets.escape_ascii());
    }
    let hash = octets.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("({}) {} … {hash:016x}", octets.len(), octets[..20].escape_ascii())
}
