//! The program that uses the host: it turns it, reads data, and waits for the end of its request.

use crate::checks;
use crate::coverage::met;
use crate::journal::note;
use crate::life::Life;
use crate::watch::called;
use crate::world::World;
use rand::RngExt;
use wsat::LinkId;
use wsat::host::{Config, DataHead, Event, Failure, Host, LinkState, Memory, Request, ToModule};
use wsat::rfc6455::Opcode;

/// Something sent, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) link: usize,
    pub(crate) opcode: Opcode,
    pub(crate) fin: bool,
    pub(crate) payload: Vec<u8>,
    pub(crate) result: Option<Result<(), Failure>>,
    /// The connections that it may have gone out on: those from the request to its end.
    pub(crate) lives: (Option<usize>, Option<usize>),
    /// What that connection is given counts as sent only when the server has it.
    pub(crate) certain: bool,
}

/// A request that runs.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) name: &'static str,
    pub(crate) link: Option<usize>,
    /// When it has to be over, in microseconds, if no record of data comes in between.
    pub(crate) by: u64,
    /// Answers that it waits for, each of which may be kept waiting by data.
    pub(crate) waits: u64,
    pub(crate) send: Option<usize>,
}

/// What the host has told.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) result: Option<Result<(), Failure>>,
    /// Octets of data, and where each record begins.
    pub(crate) data: [Vec<u8>; 3],
    pub(crate) heads: [Vec<(usize, DataHead)>; 3],
    /// Octets of the record that is coming in.
    record: usize,
    /// A request was given up, at some time.
    pub(crate) gave_up: bool,
    /// A payload was, which zeros end: while they are echoed, records may be lost (`Host::give_up`).
    pub(crate) spoilt: bool,
    /// Data has come since the last request began.
    pub(crate) data_came: bool,
}

pub(crate) struct User<'m> {
    pub(crate) host: Host<'m>,
    pub(crate) running: Option<Running>,
    /// It started anew while payload was on its way.
    pub(crate) left_payload: bool,
    pub(crate) sent: Vec<Sent>,
    /// What the streamed payload is made of.
    pub(crate) stream: Vec<u8>,
    /// It pauses when so much of it is left, and for so long.
    pub(crate) pause: Option<(usize, u64)>,
    pub(crate) paused_until: u64,
    /// A Close of this link may be carried out yet.
    pub(crate) closing: [bool; 3],
    pub(crate) told: Told,
    /// Memory for hosts that start anew.
    spare: Vec<Memory<'m>>,
}

impl<'m> User<'m> {
    pub(crate) fn new(host: Host<'m>, spare: Vec<Memory<'m>>) -> Self {
        Self {
            host,
            running: None,
            left_payload: false,
            sent: Vec::new(),
            stream: Vec::new(),
            pause: None,
            paused_until: 0,
            closing: [false; 3],
            told: Told::default(),
            spare,
        }
    }

    /// The link that `AT+WSCLOSE` is on its way for, or was carried out for: before the two are in step nothing is asked.
    pub(crate) fn asks_to_close(&self) -> Option<usize> {
        let running = self.running.as_ref().filter(|_| self.host.is_in_step())?;
        if running.name == "Close" { running.link } else { None }
    }

    /// `AT+WSCLOSE` of this link may be carried out now.
    pub(crate) fn closes(&self, link: usize) -> bool {
        self.closing[link]
    }
}

/// How long a request may take in milliseconds, by the documentation of `wsat::host`: until its statement is written, and each answer, of
/// which the last has so much time on top. `attempts`: how often it may be written.
pub(crate) fn bound_ms(config: &Config, waits: u64, more_ms: u64, attempts: u64) -> u64 {
    let answers = waits * u64::from(config.answer_ms) + more_ms;
    // Zeros end a data phase, and then nothing is answered: 3.9 s, silent_ms; within start_ms.
    u64::from(config.start_ms) + attempts * answers
}

/// An answer is kept waiting by a record for as long as this at most (`wsat::host`).
const RECORD_US: u64 = 30_000_000;

impl World<'_> {
    /// Begins a request; false: the host refuses it.
    pub(crate) fn begin(&mut self, running: Running, request: &Request<'_>) -> bool {
        assert_eq!(
            self.user.told.result.take(),
            None,
            "there is no request, so there is no result"
        );
        let now = self.instant();
        note(self.now, || format!("the user: {request:?}"));
        if let Err(refused) = self.user.host.begin(now, request) {
            met(&format!("host refuses: {}", called(&refused)));
            note(self.now, || format!("refused: {refused:?}"));
            self.user.pause = None;
            return false;
        }
        met(&format!("request: {}", running.name));
        if running.name == "Close" {
            self.user.closing[running.link.expect("a link")] = true;
        }
        self.user.running = Some(running);
        self.user.told.data_came = false;
        true
    }

    /// When the running request has to be over.
    pub(crate) fn bound(&self) -> Option<u64> {
        let running = self.user.running.as_ref()?;
        Some(running.by + if self.user.told.data_came { running.waits * RECORD_US } else { 0 })
    }

    /// Writes what the host has for the module; whether there was anything.
    pub(crate) fn user_writes(&mut self) -> bool {
        let mut any = false;
        loop {
            let room = self.to_module.room();
            if room == 0 {
                return any;
            }
            let now = self.instant();
            let mut out = [0; 64];
            let most = self.rng.random_range(1..=out.len()).min(room);
            match self.user.host.poll_module(now, &mut out[..most]) {
                ToModule::Bytes(n) => self.to_module.put(self.now, &out[..n]),
                ToModule::Payload(left) => {
                    if self.user.pause.is_some_and(|(at, _)| left <= at) {
                        let (_, for_us) = self.user.pause.take().expect("it is there");
                        met("user pauses in a payload");
                        self.user.paused_until = self.now + for_us;
                    }
                    if self.user.paused_until > self.now {
                        return any;
                    }
                    let start = self.user.stream.len() - left;
                    let n = left.min(most);
                    self.to_module.put(self.now, &self.user.stream[start..start + n]);
                    self.user.host.handle_payload(now, n).expect("that was asked for");
                }
                ToModule::Idle => return any,
            }
            any = true;
        }
    }

    /// Gives the host what has arrived; whether there was anything.
    pub(crate) fn user_reads(&mut self) -> bool {
        let mut any = self.feed(b"");
        while let Some(piece) = self.to_host.take(self.now) {
            self.feed(&piece);
            any = true;
        }
        any
    }

    pub(crate) fn feed(&mut self, piece: &[u8]) -> bool {
        let (mut rest, mut any) = (piece, false);
        let now = self.instant();
        loop {
            let given = if self.scenario.single { rest.len().min(1) } else { rest.len() };
            let (taken, event) = self.user.host.feed(now, &rest[..given]);
            rest = &rest[taken..];
            let nothing = event.is_none();
            if let Some(event) = event {
                hear(&mut self.user.told, self.now, &event, self.scenario.sound);
                any = true;
            }
            if nothing && rest.is_empty() {
                break;
            }
        }
        if let Some(result) = self.user.told.result.take() {
            self.request_ends(result);
        }
        any
    }

    fn request_ends(&mut self, result: Result<(), Failure>) {
        let bound = self.bound().unwrap_or_default();
        let running = self.user.running.take().expect("a request runs that has a result");
        assert!(self.now <= bound, "{} took longer than its bound", running.name);
        note(self.now, || format!("the user hears: {} {result:?}", running.name));
        match result {
            Ok(()) => met(&format!("request done: {}", running.name)),
            Err(failure) => met(&format!("failure: {}", called(&failure))),
        }
        if let Some(link) = running.link {
            // A Close that nobody knows the end of may be carried out yet.
            let known = matches!(result, Ok(()) | Err(Failure::Error(_) | Failure::Rebooted));
            if running.name == "Close" && known {
                self.user.closing[link] = false;
                if result == Ok(()) && self.module.states[link].0 == "free" {
                    met("step: free → free");
                }
            }
        }
        if let Some(send) = running.send {
            let link = self.user.sent[send].link;
            let life = self.life_of(link);
            let transport = self.module.sockets[link].transport.as_ref();
            let certain = transport.is_some_and(|transport| transport.nature.holds);
            let sent = &mut self.user.sent[send];
            sent.certain = certain;
            (sent.result, sent.lives.1) = (Some(result), life);
            if sent.opcode == Opcode::Close
                && result == Ok(())
                && self.module.states[link].0 == "open"
            {
                self.module.ending[link] = true;
                self.watch(0);
            }
            let opened = |life: &Life| life.link == link && life.opened;
            // A link that was lost may have come back before its line was carried out.
            let from = self.user.sent[send].lives.0.unwrap_or(0);
            let open = self.lives[from..].iter().any(opened);
            assert!(
                result != Ok(()) || open || !self.scenario.sound,
                "SEND OK for link {link}, which was not open"
            );
            if self.scenario.sound
                && certain
                && result == Ok(())
                && let Some(number) = life
            {
                // Not one octet of it may be on its way any more.
                met("sent: when the server has it");
                checks::read_what_was_sent(number, &self.lives[number], self);
            }
        }
        let left = matches!(result, Err(Failure::GivenUp | Failure::Stalled));
        // A probe that was not waited for comes back, too.
        let alone = matches!(result, Err(Failure::Busy | Failure::Unreachable));
        self.user.told.spoilt |= left && running.waits > 1 || alone;
        (self.user.pause, self.user.paused_until) = (None, 0);
        self.last = Some(result);
    }

    /// A request with payload is under way.
    pub(crate) fn is_sending(&self) -> bool {
        self.user.running.as_ref().is_some_and(|running| running.send.is_some())
    }

    /// The microcontroller was reset: a new host on the same line, as often as there is memory for one.
    pub(crate) fn restart_host(&mut self) {
        let Some(memory) = self.user.spare.pop() else { return };
        note(self.now, || String::from("the host starts anew"));
        self.user.host = Host::new(self.scenario.host, memory);
        self.user.left_payload |= self.is_sending();
        (self.user.running, self.user.told.result, self.user.pause) = (None, None, None);
    }

    /// The connection of a link, open or about to be.
    pub(crate) fn life_of(&self, link: usize) -> Option<usize> {
        self.module.sockets[link].transport.as_ref().map(|transport| transport.life)
    }

    pub(crate) fn new_life(&mut self, link: usize) -> usize {
        self.lives.push(Life { link, ..Life::default() });
        self.lives.len() - 1
    }
}

fn hear(told: &mut Told, now: u64, event: &Event<'_>, sound: bool) {
    let name = called(event);
    let counted = if let Event::Finished(_) = event { "Finished" } else { &name };
    met(&format!("event: {counted}"));
    if let Event::Data(data) = event {
        let link = usize::from(data.link.number());
        told.data_came = true;
        if data.at == 0 {
            told.record = 0;
            told.heads[link].push((told.data[link].len(), data.head));
        }
        assert!(!sound || data.at as usize == told.record, "octets come in their order");
        told.record += data.octets.len();
        let whole = told.record == data.head.len as usize;
        assert!(!sound || data.last == whole, "a record has as many octets as its head says");
        told.data[link].extend_from_slice(data.octets);
        return;
    }
    note(now, || format!("the user hears: {event:?}"));
    match event {
        Event::Finished(result) => told.result = Some(*result),
        Event::Damaged(_) | Event::Cut { .. } => {
            // The echo of a probe may surround a record.
            told.spoilt |= told.gave_up;
            assert!(
                !sound || told.spoilt,
                "the line is sound, and the host says that it is not: {event:?}"
            );
        }
        // A server's Close is not reported when it comes, so the host may learn of it by asking; and of what it has given up.
        Event::Corrected { link, state } => {
            let known = matches!(state, LinkState::Closing | LinkState::Free);
            assert!(
                !sound || known || told.gave_up || told.spoilt,
                "the host was wrong about {link:?}: {state:?}"
            );
        }
        _ => {}
    }
}

/// The number of a link as the host's.
pub(crate) fn id(link: usize) -> LinkId {
    LinkId::ALL[link]
}
