//! A session as it happens, written down as a transcript.

use super::core::{config_lines, visible_command, visible_target};
use super::frame::{self, Found};
use super::text::visible;
use super::time;
use super::wire::{ACCEPT, acceptance};
use crate::faults::Fault;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use tungstenite::handshake::derive_accept_key;
use wsat::Instant;
use wsat::at_syntax::Statement;
use wsat::device::{Answer, Config, Missing, Target};

/// A transcript that is being written. What follows from a fact is written with the next one, so that it stands together.
#[derive(Debug)]
pub(crate) struct Recording {
    file: File,
    /// When the session that is being written began, if there is one.
    begun: Option<Instant>,
    /// When the last fact was.
    at: u64,
    /// When the module was to be told the time next, as the present turn began.
    due: Option<Instant>,
    /// Sessions that have begun.
    sessions: u32,
    /// How many facts there were.
    facts: u64,
    /// The last fact, until something follows from it.
    fact: String,
    prints: Vec<u8>,
    /// So many bytes that will be printed are written already, where they belong.
    ahead: usize,
    links: [Wire; 3],
    /// Expectations that are whole lines.
    lines: Vec<String>,
    failure: Option<io::Error>,
}

/// What has gone over a link's transport.
#[derive(Debug, Default)]
struct Wire {
    /// The request is complete, and the response is.
    requested: bool,
    answered: bool,
    /// Bytes of the module, of a request or a frame that is not complete.
    sent: Vec<u8>,
    /// What the response has to say to be an acceptance.
    accept: String,
    /// Bytes of the response that is not complete.
    response: Vec<u8>,
    /// How many facts there were when the last of them came.
    heard: u64,
    frames: String,
}

impl Recording {
    /// Begins a file.
    pub(crate) fn new(file: File) -> Self {
        Self {
            file,
            begun: None,
            at: 0,
            due: None,
            sessions: 0,
            facts: 0,
            fact: String::new(),
            prints: Vec::new(),
            ahead: 0,
            links: Default::default(),
            lines: Vec::new(),
            failure: None,
        }
    }

    /// A module is switched on.
    pub(crate) fn begin(&mut self, now: Instant, config: &Config, window: usize) {
        self.flush();
        if self.sessions == 0 {
            // Only now: a start that fails leaves an older file as it is.
            self.failure = self.file.set_len(0).err();
        }
        self.sessions = self.sessions.saturating_add(1);
        self.begun = Some(now);
        self.at = 0;
        self.ahead = 0;
        self.prints.clear();
        self.links = Default::default();
        let mut header = String::new();
        let _ = writeln!(header, "session host {} of wsat-sim", self.sessions);
        let _ = writeln!(header, "{}start switched-on", config_lines(config));
        // How the line was cut belongs to it: what is typed while the module is busy, for one.
        let _ = writeln!(header, "play once\npayload-memory 16384\nheader-memory 2048");
        let _ = writeln!(header, "windows {window} {window} {window}\n");
        self.write(&header);
    }

    /// The host has gone, and its session is complete.
    pub(crate) fn end(&mut self) {
        self.flush();
        self.begun = None;
    }

    /// The host has sent these bytes.
    pub(crate) fn host(&mut self, now: Instant, bytes: &[u8]) {
        self.fact(now, &format!("host {}", line(bytes)));
    }

    /// A command of the firmware's own has come.
    pub(crate) fn asks(&mut self, statement: &Statement<'_>) {
        self.lines.push(format!("asks {}", visible_command(statement)));
    }

    /// The firmware has given this text to print.
    pub(crate) fn text(&mut self, now: Instant, text: &[u8]) {
        // It is printed at once when it is played, and here with the answer.
        let text_line = line(text);
        self.fact(now, &format!("firmware text {text_line}\n  prints {text_line}"));
        self.ahead += text.len();
    }

    /// The firmware has answered it.
    pub(crate) fn answers(&mut self, now: Instant, answer: Answer) {
        self.fact(
            now,
            match answer {
                Answer::Ok => "firmware ok",
                Answer::NoSuchCommand => "firmware no-such-command",
                _ => "firmware error",
            },
        );
    }

    /// A turn begins. `due`: when the module has to be told the time next.
    pub(crate) const fn turn(&mut self, due: Option<Instant>) {
        self.due = due;
    }

    /// The module is told the time, which was to be told by then.
    pub(crate) fn tells_time(&mut self, now: Instant, due: Instant) {
        self.due = None;
        let Some(begun) = self.begun else { return };
        if due == now && now.since(begun) > self.at {
            return self.touch(now);
        }
        // Others came first, or it is late.
        self.flush();
        self.at = now.since(begun);
        self.facts += 1;
        self.fact.push_str("jump ");
        self.fact.push_str(&time::visible(self.at));
    }

    /// Something goes wrong from now on. The core alone does not see that.
    pub(crate) fn fails(&mut self, fault: Fault) {
        if self.begun.is_some() {
            self.lines.push(format!("# fault: {fault}"));
        }
    }

    /// The firmware has printed something that nobody asked for, beside the core.
    pub(crate) fn notes(&mut self, bytes: &[u8]) {
        self.lines.push(format!("# the firmware prints {}", visible(bytes)));
    }

    /// The module starts anew.
    pub(crate) fn restarts(&mut self, now: Instant) {
        self.fact(now, "restart");
    }

    /// The AT port prints.
    pub(crate) fn prints(&mut self, now: Instant, bytes: &[u8]) {
        self.touch(now);
        let ahead = self.ahead.min(bytes.len());
        self.ahead -= ahead;
        self.prints.extend_from_slice(&bytes[ahead..]);
    }

    pub(crate) fn opens(&mut self, now: Instant, link: usize, target: &Target<'_>) {
        self.touch(now);
        self.links[link] = Wire::default();
        self.lines.push(format!("opens {link} {}", visible_target(target)));
    }

    pub(crate) fn closes(&mut self, now: Instant, link: usize) {
        // Unless something else has happened since, it is what the rest of the response has led to.
        if self.links[link].heard == self.facts {
            self.part_of_response(now, link);
        }
        self.links[link].response.clear();
        self.touch(now);
        self.sends(link);
        let cut = std::mem::take(&mut self.links[link].sent).len();
        if cut > 0 {
            self.lines.push(format!("sends {link} cut {cut}"));
        }
        self.lines.push(format!("closes {link}"));
    }

    pub(crate) fn up(&mut self, now: Instant, link: usize) {
        self.fact(now, &format!("up {link}"));
    }

    pub(crate) fn ends(&mut self, now: Instant, link: usize) {
        self.part_of_response(now, link);
        self.fact(now, &format!("eof {link}"));
    }

    pub(crate) fn misses(&mut self, now: Instant, link: usize, missing: Missing) {
        let what = match missing {
            Missing::Certificate => "certificate",
            Missing::PrivateKey => "key",
            Missing::Authority => "authority",
        };
        self.fact(now, &format!("missing {link} {what}"));
    }

    /// The peer has sent these bytes. Those of a response wait until it is complete: its key is another each time.
    pub(crate) fn peer(&mut self, now: Instant, link: usize, bytes: &[u8]) {
        let wire = &mut self.links[link];
        if wire.answered {
            return self.peer_fact(now, link, &quoted(bytes));
        }
        wire.response.extend_from_slice(bytes);
        wire.heard = self.facts;
        let Some(end) = find(&wire.response, b"\r\n\r\n") else { return };
        wire.answered = true;
        let response = std::mem::take(&mut wire.response);
        let (head, rest) = response.split_at(end + 4);
        let mut items = response_item(head, &wire.accept);
        if !rest.is_empty() {
            let _ = write!(items, " {}", quoted(rest));
        }
        self.peer_fact(now, link, &items);
    }

    /// What is read in several pieces before anything else happens is one.
    fn peer_fact(&mut self, now: Instant, link: usize, items: &str) {
        self.touch(now);
        let nothing_since = self.prints.is_empty()
            && self.lines.is_empty()
            && self.links.iter().all(|wire| wire.frames.is_empty());
        if nothing_since && self.fact.starts_with(&format!("peer {link} ")) {
            let _ = write!(self.fact, " {items}");
        } else {
            self.fact(now, &format!("peer {link} {items}"));
        }
    }

    /// A response that will not be complete.
    fn part_of_response(&mut self, now: Instant, link: usize) {
        let part = std::mem::take(&mut self.links[link].response);
        if !part.is_empty() {
            self.fact(now, &format!("peer {link} {}", quoted(&part)));
        }
    }

    /// The module has sent these bytes.
    pub(crate) fn sent(&mut self, now: Instant, link: usize, bytes: &[u8]) {
        self.touch(now);
        let wire = &mut self.links[link];
        wire.sent.extend_from_slice(bytes);
        if !wire.requested {
            let Some(end) = find(&wire.sent, b"\r\n\r\n") else { return };
            let request: Vec<u8> = wire.sent.drain(..end + 4).collect();
            wire.requested = true;
            wire.accept = accept_of(&request);
            self.lines.push(request_line(link, &request));
        }
        let wire = &mut self.links[link];
        while let Found::Frame(frame, _, len) = frame::read(&wire.sent) {
            wire.sent.drain(..len);
            let _ = write!(wire.frames, " {frame}");
        }
    }

    /// Frames that are not written yet become a line.
    fn sends(&mut self, link: usize) {
        let frames = std::mem::take(&mut self.links[link].frames);
        if !frames.is_empty() {
            self.lines.push(format!("sends {link}{frames}"));
        }
    }

    /// Something follows at this time: if that is later than the last fact, time is what it follows from.
    fn touch(&mut self, now: Instant) {
        let Some(begun) = self.begun else { return };
        let at = now.since(begun);
        if at > self.at {
            self.flush();
            self.at = at;
            self.facts += 1;
            // A deadline has passed, and the module hears of other things before.
            let is_late = self.due.is_some_and(|due| due <= now);
            let word = if is_late { "late" } else { "at" };
            self.write(&format!("{word} {}\n", time::visible(at)));
        }
    }

    fn fact(&mut self, now: Instant, text: &str) {
        self.touch(now);
        self.flush();
        self.facts += 1;
        self.fact.push_str(text);
    }

    /// Writes what has followed from the last fact.
    pub(crate) fn flush(&mut self) {
        for link in 0..self.links.len() {
            self.sends(link);
        }
        let mut text = std::mem::take(&mut self.fact);
        if !text.is_empty() {
            text.push('\n');
        }
        let prints = std::mem::take(&mut self.prints);
        if !prints.is_empty() {
            let _ = writeln!(text, "  prints {}", line(&prints));
        }
        for line in std::mem::take(&mut self.lines) {
            let _ = writeln!(text, "  {line}");
        }
        self.write(&text);
    }

    fn write(&mut self, text: &str) {
        if self.failure.is_none() {
            self.failure = self.file.write_all(text.as_bytes()).err();
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.flush();
        if let Some(error) = &self.failure {
            crate::say::say!("the session is not recorded in full: {}", crate::say::reason(error));
        }
    }
}

/// Bytes at the end of a line: spaces there do not count.
fn line(bytes: &[u8]) -> String {
    let text = visible(bytes);
    match text.strip_suffix(' ') {
        Some(before) => format!("{before}\\x20"),
        None => text,
    }
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", visible(bytes).replace('"', "\\\""))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

/// The value that accepts the key of this request.
fn accept_of(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let key = text.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
    key.map(|key| derive_accept_key(key.as_bytes())).unwrap_or_default()
}

/// The head of a response. The key is another when it is played, so what depends on it is not written as it came.
fn response_item(head: &[u8], accept: &str) -> String {
    let text = visible(head).replace(']', "\\]");
    if accept.is_empty() || !text.contains(accept) || text.contains(ACCEPT) {
        return quoted(head);
    }
    let text = text.replace(accept, ACCEPT);
    let usual = visible(&acceptance(ACCEPT.as_bytes(), b""));
    match usual.strip_suffix('⏎').and_then(|usual| text.strip_prefix(usual)?.strip_suffix('⏎'))
    {
        Some("") => "[101]".to_owned(),
        Some(headers) => format!("[101 {headers}]"),
        None => format!("[response {text}]"),
    }
}

/// `requests LINK PATH HOST HEADERS`: without what every request has.
fn request_line(link: usize, request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let mut lines = text.trim_end().split("\r\n");
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let host = lines.next().and_then(|line| line.strip_prefix("Host: ")).unwrap_or_default();
    // Upgrade, Connection, the key, the version.
    let rest: String = lines.skip(4).map(|line| format!("{}⏎", visible(line.as_bytes()))).collect();
    let space = if rest.is_empty() { "" } else { " " };
    format!("requests {link} {path} {host}{space}{rest}")
}
