//! Whatever a module prints: no panic, the same events and the same statements in every cut; each request ends once and within its bound;
//! and with a module that answers again the host is in step again. Where the module prints whole units, the records that a plain scan finds
//! are told, each octet once and in order.
//!
//! Choice: the configuration (see `ask::config`). A field is a request (see `Ask::read`), or: `m…` the module prints this; `k…` it
//! echoes what it was sent, prints this and `OK`; `e` likewise `ERROR`; `>` likewise a prompt; `o` it prints `SEND OK`; `t1500` so
//! many milliseconds pass, `d` all until the next deadline; `g` the request is given up; `!` the module was reset; `s` and `u`: the line to
//! it takes nothing more, or does again.

use super::shown;
use crate::ask::{Ask, PAD, config};
use crate::scan::{Unit, scan};
use crate::session::decimal;
use crate::{Cuts, Input};
use at_syntax::Statement;
use wsat::host::{Config, DataHead, Event, Host, Request, Storage, ToModule};
use wsat::{Instant, LinkId};

/// Longer than a request may take once nothing disturbs it: 20 s to get in step, 10 s that the line takes nothing, 32 s for the
/// answer to a join, and 30 s for a record that is being printed.
const BOUND_MS: u64 = 95_000;

/// The longest line that the host has memory for.
const LINE: usize = 256;

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let config = config(input.choice());
    let fields = input.fields();
    let whole = play(config, &fields, Cuts::WHOLE);
    let cut = play(config, &fields, input.cuts());
    assert_eq!(whole.0, cut.0);
    assert_eq!(shown(&whole.1), shown(&cut.1));
    if let Some(records) = records(&fields) {
        let told = whole.0.iter().filter(|told| told.starts_with("Data"));
        assert!(told.eq(&records), "{:?} and not {records:?}", whole.0);
    }
}

/// The records in what a module prints, if that is undamaged and in the format that it begins with: as [`tell`] tells them.
fn records(fields: &[Vec<u8>]) -> Option<Vec<String>> {
    let mut records = Vec::new();
    for field in fields {
        let printed = match field.split_first() {
            Some((b'm', printed)) => printed,
            // A line end always follows.
            Some((b'k' | b'e' | b'>', [])) => continue,
            // Half a line may be echoed; or the host is reset, gives up or asks for another format.
            Some((b'k' | b'e' | b'>' | b'!' | b'g' | b'F' | b's', _)) => return None,
            _ => continue,
        };
        for unit in scan(printed, LINE)? {
            let Unit::Record { name, fields, data } = unit else { continue };
            let link = match (name, fields.split_once(',')?.0) {
                ("WS_DATA", "0") => LinkId::L0,
                ("WS_DATA", "1") => LinkId::L1,
                _ => return None,
            };
            let mut head = DataHead::default();
            head.len = u32::try_from(data.len()).expect("it is short");
            head.data_len = Some(head.len);
            records.push(format!("Data {link:?} {head:?} {}", shown(data)));
        }
    }
    Some(records)
}

/// What was told, and what was written.
fn play(config: Config, fields: &[Vec<u8>], cuts: Cuts<'_>) -> (Vec<String>, Vec<u8>) {
    let mut storage = Storage::<512, LINE>::new();
    let host = Host::new(config, storage.lend());
    let mut world = World {
        host,
        now: 0,
        cuts,
        written: Vec::new(),
        unread: 0,
        told: Vec::new(),
        record: None,
        stalled: false,
        begun: 0,
        ended: 0,
    };
    for field in fields {
        world.happen(field);
        world.write();
        assert_eq!(world.host.is_busy(), world.begun > world.ended);
    }
    world.stalled = false;
    world.end();
    let clean = !fields.iter().any(|field| matches!(field.first(), Some(b's' | b'H')));
    if clean {
        statements(&world.written, config.line_limit);
    }
    (world.told, world.written)
}

/// Beside zeros and payload, whole statements were written.
fn statements(written: &[u8], limit: usize) {
    let text: Vec<u8> = written.iter().copied().filter(|byte| !matches!(*byte, 0 | PAD)).collect();
    let mut rest = &text[..];
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let line = &rest[..at];
        assert!(line.len() + 2 <= limit && Statement::parse(line).is_ok(), "{}", shown(line));
        rest = &rest[at + 2..];
    }
    assert!(rest.is_empty(), "a line is left: {}", shown(rest));
}

struct World<'m, 'c> {
    host: Host<'m>,
    now: u64,
    cuts: Cuts<'c>,
    written: Vec<u8>,
    /// From here on the module has not read it.
    unread: usize,
    told: Vec<String>,
    record: Begun,
    stalled: bool,
    begun: usize,
    ended: usize,
}

impl World<'_, '_> {
    const fn instant(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    fn happen(&mut self, field: &[u8]) {
        let rest = field.get(1..).unwrap_or_default();
        match field.first() {
            Some(b'm') => self.feed(rest),
            Some(b'k') => self.answer(rest, b"\r\nOK\r\n"),
            Some(b'e') => self.answer(rest, b"\r\nERROR\r\n"),
            Some(b'>') => self.answer(rest, b"\r\nOK\r\n\r\n>"),
            Some(b'o') => self.feed(b"\r\nSEND OK\r\n"),
            Some(b't') => self.pass(decimal(rest).unwrap_or(1000)),
            Some(b'd') => {
                if let Some(at) = self.host.poll_deadline() {
                    self.pass(at.as_millis().saturating_sub(self.now));
                }
            }
            Some(b'g') => {
                let busy = self.host.is_busy();
                assert_eq!(self.host.give_up(), busy);
            }
            Some(b'!') => self.host.handle_reset(self.instant()),
            Some(b's') => self.stalled = true,
            Some(b'u') => self.stalled = false,
            _ => {
                if let Some(ask) = Ask::read(field, &[PAD]) {
                    let values = ask.values();
                    self.begin(&ask.request(&values));
                }
            }
        }
        self.feed(b"");
    }

    fn begin(&mut self, request: &Request<'_>) {
        let busy = self.host.is_busy();
        match self.host.begin(self.instant(), request) {
            Ok(()) => {
                assert!(!busy);
                self.begun += 1;
            }
            Err(error) => self.told.push(format!("{error:?}")),
        }
    }

    /// The module echoes what it has read, and prints this.
    fn answer(&mut self, text: &[u8], result: &[u8]) {
        let mut bytes = self.written[self.unread..].to_vec();
        self.unread = self.written.len();
        bytes.extend_from_slice(text);
        bytes.extend_from_slice(result);
        self.feed(&bytes);
    }

    fn feed(&mut self, bytes: &[u8]) {
        let mut cuts = self.cuts;
        let mut pieces = cuts.pieces(bytes);
        pieces.push(b"");
        for mut piece in pieces {
            let mut turns = 0;
            loop {
                let (taken, event) = self.host.feed(Instant::from_millis(self.now), piece);
                assert!(taken <= piece.len());
                let said = event.is_some();
                if let Some(event) = event {
                    tell(&event, &mut self.told, &mut self.record, &mut self.ended);
                }
                assert!(
                    taken > 0 || said || piece.is_empty(),
                    "no byte is taken, and nothing is said"
                );
                turns = if taken > 0 { 0 } else { turns + 1 };
                assert!(turns < 50, "it says things for ever");
                piece = &piece[taken..];
                if piece.is_empty() && !said {
                    break;
                }
            }
        }
    }

    /// What the host has to write goes out.
    fn write(&mut self) {
        let mut turns = 0;
        while !self.stalled {
            let mut out = vec![0; self.cuts.next_of(700)];
            match self.host.poll_module(self.instant(), &mut out) {
                ToModule::Bytes(n) => {
                    assert!(n > 0 && n <= out.len());
                    self.written.extend_from_slice(&out[..n]);
                }
                ToModule::Payload(left) => {
                    assert!(left > 0);
                    let n = self.cuts.next_of(left);
                    self.written.extend(std::iter::repeat_n(PAD, n));
                    self.host.handle_payload(self.instant(), n).expect("that much was asked for");
                    // No more than was asked for, which is less now.
                    assert!(self.host.handle_payload(self.instant(), left).is_err());
                }
                ToModule::Idle => break,
            }
            turns += 1;
            assert!(turns < 100_000, "it writes for ever");
        }
        self.feed(b"");
    }

    /// So much time passes, deadline by deadline.
    fn pass(&mut self, millis: u64) {
        let end = self.now + millis.min(1_000_000);
        let mut turns = 0;
        while let Some(at) = self.host.poll_deadline()
            && at.as_millis() <= end
        {
            self.now = self.now.max(at.as_millis());
            self.host.handle_time(self.instant());
            self.feed(b"");
            self.write();
            let again = self.host.poll_deadline();
            turns = if again == Some(at) { turns + 1 } else { 0 };
            assert!(turns < 3, "a deadline is not dealt with");
        }
        self.now = end;
    }

    /// Nothing disturbs it any more: the request ends, and with a module that answers the next one is carried out.
    fn end(&mut self) {
        self.write();
        let end = self.now + BOUND_MS;
        while self.host.is_busy() {
            let at = self.host.poll_deadline().expect("something is waited for").as_millis();
            assert!(at <= end, "the request ends within its bound: {:?}", self.told);
            self.pass(at.saturating_sub(self.now));
        }
        assert_eq!(self.begun, self.ended);
        self.unread = self.written.len();
        // The host may be about to give the module up when this request begins, and then it ends with that.
        if self.start() == "Finished(Err(Unreachable))" {
            assert_eq!(self.start(), "Finished(Ok(()))", "{:?}", self.told);
        }
        assert!(self.host.is_in_step(), "{:?}", self.told);
    }

    /// How a request ends whose module answers.
    fn start(&mut self) -> String {
        self.host.begin(self.instant(), &Request::Start).expect("nothing runs");
        self.begun += 1;
        self.write();
        let mut echo = true;
        let end = self.now + BOUND_MS;
        while self.host.is_busy() {
            let unread = &self.written[self.unread..];
            if let Some(at) = unread.windows(2).position(|pair| pair == b"\r\n") {
                let line = unread[..at + 2].to_vec();
                self.unread += at + 2;
                let begin = line.iter().rposition(|byte| *byte == 0).map_or(0, |at| at + 1);
                let mut bytes = if echo { line.clone() } else { Vec::new() };
                match &line[begin..at] {
                    b"ATE0" => echo = false,
                    b"ATE1" => echo = true,
                    _ => {}
                }
                bytes.extend_from_slice(b"\r\nOK\r\n");
                self.feed(&bytes);
                self.write();
                continue;
            }
            let at = self.host.poll_deadline().expect("something is waited for").as_millis();
            assert!(at <= end, "it gets in step: {:?}", self.told);
            self.pass(at.saturating_sub(self.now));
        }
        let end = self.told.iter().rfind(|told| told.starts_with("Finished"));
        end.cloned().expect("it has ended")
    }
}

/// A record that is being told: its line, and octets so far.
type Begun = Option<(usize, u32)>;

/// An event in words; data is joined to its record.
fn tell(event: &Event<'_>, told: &mut Vec<String>, record: &mut Begun, ended: &mut usize) {
    if let Event::Data(data) = event {
        let (index, at) = record.unwrap_or((told.len(), 0));
        assert_eq!(data.at, at, "octets in their order");
        if at == 0 {
            told.push(format!("Data {:?} {:?} ", data.link, data.head));
        }
        told[index].push_str(&shown(data.octets));
        let len = u32::try_from(data.octets.len()).expect("it is short");
        *record = Some((index, at + len)).filter(|_| !data.last);
        assert!(at + len <= data.head.len && data.last == (at + len == data.head.len));
        return;
    }
    match event {
        Event::Finished(_) => *ended += 1,
        // A request may end, be refused or be given up while a record is being printed.
        Event::Cut { .. } | Event::Ready => *record = None,
        _ => {}
    }
    told.push(crate::pair::shown(event));
}
