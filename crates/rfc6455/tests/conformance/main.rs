//! Runs the cases of `conformance/` in every cut, through both ways of reading.

mod endpoint;
mod format;
mod wire;

use std::{collections::BTreeSet, panic::AssertUnwindSafe};

use endpoint::{Endpoint, Way, close_line, frame_line, message_line};
use format::{Act, Case, Event, Frame, Input, Step};
use rfc6455::{CloseCode, Opcode, Role};

const FILES: [(&str, &str); 10] = [
    ("01-framing", include_str!("../../conformance/01-framing.txt")),
    ("02-pings", include_str!("../../conformance/02-pings.txt")),
    ("03-reserved-bits", include_str!("../../conformance/03-reserved-bits.txt")),
    ("04-opcodes", include_str!("../../conformance/04-opcodes.txt")),
    ("05-fragmentation", include_str!("../../conformance/05-fragmentation.txt")),
    ("06-utf8", include_str!("../../conformance/06-utf8.txt")),
    ("07-closing", include_str!("../../conformance/07-closing.txt")),
    ("10-auto-fragmentation", include_str!("../../conformance/10-auto-fragmentation.txt")),
    ("20-strictness", include_str!("../../conformance/20-strictness.txt")),
    ("30-limits", include_str!("../../conformance/30-limits.txt")),
];

/// Sizes of the pieces that the input comes in and the output goes out in.
const CUTS: [usize; 8] = [1, 2, 3, 7, 64, 1000, 5000, usize::MAX];

/// One case, one role, one way of reading, one cut.
struct Run {
    endpoint: Endpoint,
    role: Role,
    cut: usize,
    /// Input of the lines since the last one that was not input.
    pending: Vec<u8>,
    /// What `cut` kept back.
    rest: Vec<u8>,
    /// Of the last frame: its key, if masked, and the octets of its payload that were sent.
    phase: (Option<[u8; 4]>, usize),
    frames_sent: u32,
    events: Vec<String>,
    frames: Vec<String>,
    last_message: Option<(bool, Vec<u8>)>,
    /// Before the last byte of the input so far there was a fault already.
    faulted_before: bool,
}

impl Run {
    fn new(case: &Case<'_>, role: Role, way: Way, cut: usize) -> Self {
        let (frame, message) = case.limits();
        let limits = (frame.unwrap_or(u64::MAX), message.unwrap_or(u64::MAX));
        Self {
            endpoint: Endpoint::new(role, way, cut, limits),
            role,
            cut,
            pending: Vec::new(),
            rest: Vec::new(),
            phase: (None, 0),
            frames_sent: 0,
            events: Vec::new(),
            frames: Vec::new(),
            last_message: None,
            faulted_before: false,
        }
    }

    fn run(mut self, case: &Case<'_>) {
        for step in case.steps() {
            let step = step.unwrap_or_else(|line| panic!("not understood: {line}"));
            match step {
                Step::Input(input) => {
                    if self.pending.is_empty() {
                        self.compare();
                    }
                    self.input(&input);
                }
                Step::Output(frame) => {
                    self.flush();
                    self.expect_frame(frame.as_ref());
                }
                Step::Event(event) => {
                    self.flush();
                    self.expect_event(&event);
                }
                Step::Act(act) => {
                    self.flush();
                    self.compare();
                    self.act(&act);
                }
            }
        }
        self.flush();
        self.compare();
        assert!(self.endpoint.is_between_frames(), "the last frame written is whole");
        assert!(!self.endpoint.connection.is_sending(), "nothing is left to be sent");
        if self.endpoint.faulted || self.endpoint.connection.is_close_received() {
            // RFC 6455 7.1.7, 5.5.1: whatever comes now means nothing.
            self.endpoint.feed(b"\x81\x02hi\x89\x01p\x88\x02\x03\xe8\xff\xff\xff\xff\xff\xff");
            self.endpoint.write();
            self.compare();
        }
    }

    fn input(&mut self, input: &Input<'_>) {
        match input {
            Input::Frame(frame) => {
                for _ in 0..frame.times {
                    self.input_frame(frame);
                }
            }
            Input::Raw(bytes) => self.pending.extend(bytes.octets()),
            Input::Payload(payload) => {
                let payload = payload.to_vec();
                let (key, phase) = self.phase;
                self.pending.extend(wire::apply(key.unwrap_or_default(), phase, &payload));
                self.phase.1 += payload.len();
            }
            Input::Rest => self.pending.append(&mut self.rest),
        }
    }

    fn input_frame(&mut self, frame: &Frame<'_>) {
        self.frames_sent += 1;
        let masked = frame.mask.unwrap_or(self.role == Role::Server);
        let key = frame.key.unwrap_or(self.frames_sent.wrapping_mul(0x9E37_79B9)).to_be_bytes();
        let mut bytes = wire::encode(frame, masked, key);
        self.phase = (masked.then_some(key), frame.payload.to_vec().len());
        self.rest = bytes.split_off(frame.cut.unwrap_or(bytes.len()));
        self.pending.extend(bytes);
    }

    /// Gives the endpoint what the peer has sent.
    fn flush(&mut self) {
        let input = core::mem::take(&mut self.pending);
        if input.is_empty() {
            return;
        }
        let pieces = input.chunks(self.cut.min(input.len()));
        let last = pieces.len() - 1;
        for (n, piece) in pieces.enumerate() {
            if n == last {
                self.faulted_before = self.endpoint.faulted;
            }
            self.endpoint.feed(piece);
        }
    }

    fn expect_frame(&mut self, frame: Option<&Frame<'_>>) {
        let Some(frame) = frame else {
            let (text, payload) = self.last_message.as_ref().expect("a message to echo");
            self.frames.push(frame_line(if *text { 0x81 } else { 0x82 }, payload));
            return;
        };
        let first = u8::from(frame.fin) << 7 | frame.rsv << 4 | frame.opcode;
        let payload = frame.payload.to_vec();
        for _ in 0..frame.times {
            self.frames.push(frame_line(first, &payload));
        }
    }

    fn expect_event(&mut self, event: &Event<'_>) {
        self.events.push(match *event {
            Event::Message { text, payload } => {
                let payload = payload.to_vec();
                let line = message_line(text, &payload);
                self.last_message = Some((text, payload));
                line
            }
            Event::Partial { text, payload } => {
                let payload = payload.to_vec();
                assert_eq!(self.endpoint.partial_line(), message_line(text, &payload));
                return;
            }
            Event::Ping => "ping".to_owned(),
            Event::Pong(None) => "pong".to_owned(),
            Event::Pong(Some(token)) => format!("pong {token:08x}"),
            Event::Close(body) => {
                let body = body.to_vec();
                match body.split_first_chunk() {
                    Some((code, reason)) => close_line(Some(u16::from_be_bytes(*code)), reason),
                    None => close_line(None, b""),
                }
            }
            Event::Fault { name, here } => {
                if here && self.cut == 1 {
                    assert!(!self.faulted_before, "the fault came before it could be seen");
                }
                format!("fault {name}")
            }
            Event::End { clean, code } => {
                let closed = self.endpoint.connection.closed();
                assert_eq!((closed.clean, closed.code), (clean, code), "how it ended");
                return;
            }
        });
    }

    fn act(&mut self, act: &Act<'_>) {
        match act {
            Act::Close(code) => {
                self.endpoint.connection.close(endpoint::NOW, code.and_then(CloseCode::new));
            }
            Act::Ping(token) => self.endpoint.connection.ping(*token),
            Act::Send(frame) => {
                let data = frame.payload.to_vec();
                let opcode = Opcode::from_bits(frame.opcode);
                self.endpoint.send(opcode, frame.fin, data, frame.fragment);
            }
            Act::Hold(n) => self.endpoint.room = *n,
            Act::Release => self.endpoint.room = usize::MAX,
        }
        self.endpoint.write();
    }

    /// All that was expected so far has happened, and nothing else.
    #[track_caller]
    fn compare(&self) {
        assert_same("events", &self.events, &self.endpoint.events);
        assert_same("frames written", &self.frames, &self.endpoint.frames);
    }
}

#[track_caller]
fn assert_same(what: &str, expected: &[String], got: &[String]) {
    if expected != got {
        let list = |lines: &[String]| format!("    {}", lines.join("\n    "));
        panic!("{what}\n  expected:\n{}\n  got:\n{}", list(expected), list(got));
    }
}

fn runs(case: &Case<'_>) -> Vec<(Role, Way, usize)> {
    let (client, server) = case.roles().unwrap_or_else(|| panic!("{case}: no role"));
    let mut ways = Vec::new();
    if server {
        ways.push((Role::Server, Way::InPlace));
    }
    if client {
        ways.extend([(Role::Client, Way::InPlace), (Role::Client, Way::LookingAhead)]);
    }
    CUTS.iter().flat_map(|cut| ways.iter().map(|(role, way)| (*role, *way, *cut))).collect()
}

#[test]
fn every_case_in_every_cut() {
    let mut failed = 0;
    for (file, text) in FILES {
        for case in format::cases(text) {
            for (role, way, cut) in runs(&case) {
                let run = AssertUnwindSafe(|| Run::new(&case, role, way, cut).run(&case));
                if std::panic::catch_unwind(run).is_err() {
                    eprintln!(
                        "^ {file} {case}: {} ({role:?}, {way:?}, pieces of {cut})\n",
                        case.title()
                    );
                    failed += 1;
                    break;
                }
            }
        }
    }
    assert_eq!(failed, 0, "cases that failed");
}

#[test]
fn every_case_has_its_own_id_a_title_a_section_and_an_expectation() {
    let mut ids = BTreeSet::new();
    let mut total = 0;
    for (file, text) in FILES {
        let mut count = 0;
        for case in format::cases(text) {
            count += 1;
            assert!(ids.insert(case.to_string()), "{file}: {case} stands twice");
            assert!(!case.title().is_empty(), "{file}: {case} has no title");
            let is_section = |section: &str| {
                section.split('.').all(|n| !n.is_empty() && n.bytes().all(|c| c.is_ascii_digit()))
            };
            assert!(case.sections().next().is_some(), "{file}: {case} has no section");
            assert!(case.sections().all(is_section), "{file}: {case}: a section of RFC 6455");
            assert!(case.roles().is_some(), "{file}: {case} has no role");
            let expects = |step| !matches!(step, Ok(Step::Input(_) | Step::Act(_)) | Err(_));
            assert!(case.steps().any(expects), "{file}: {case} expects nothing");
        }
        println!("{file}: {count} cases");
        total += count;
    }
    println!("{total} cases");
    assert!(total >= 250);
}
