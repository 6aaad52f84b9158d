//! A session: under which settings a module starts, what happens to it, and what it has to do.

use super::frame::Frame;
use wsat::device::{Answer, FirmwareCommand, Missing};

/// A session of a transcript.
#[derive(Clone, Debug)]
pub struct Session {
    /// What it is about, in a sentence.
    pub title: String,
    /// The line of the file with the title.
    pub line: usize,
    /// The ids of the rules that it is about.
    pub rules: Vec<String>,
    /// Why the core is known to behave differently: then the session has to fail.
    pub known_difference: Option<String>,
    pub(super) settings: Settings,
    pub(super) steps: Vec<Step>,
}

/// How the module is made and what of its start the session does not show.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) dialect: String,
    pub(super) quirks: String,
    pub(super) start: Start,
    /// The byte that ends a line of the host; `None`: CR LF.
    pub(super) terminator: Option<u8>,
    pub(super) retry_delay_ms: Option<u32>,
    pub(super) payload_timeout_ms: Option<u32>,
    pub(super) check_text: bool,
    /// It is played as it is written, and not cut otherwise.
    pub(super) once: bool,
    pub(super) header_limit: Option<usize>,
    pub(super) user_agent: String,
    /// Of the embedding program.
    pub(super) commands: &'static [FirmwareCommand],
    pub(super) line_memory: usize,
    pub(super) payload_memory: usize,
    pub(super) text_memory: usize,
    pub(super) header_memory: usize,
    pub(super) windows: [usize; 3],
    /// The most bytes that the serial line takes at a time, if the session depends on that.
    pub(super) serial_piece: Option<usize>,
}

/// What has happened before the first line of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Start {
    /// Nothing: `ready` is still to come.
    SwitchedOn,
    /// `ready` was printed. Echo is on.
    Ready,
    /// And `ATE0` was answered: a transcript is about answers.
    EchoOff,
}

impl Settings {
    pub(super) const DEFAULT: Self = Self {
        dialect: String::new(),
        quirks: String::new(),
        start: Start::EchoOff,
        terminator: None,
        retry_delay_ms: None,
        payload_timeout_ms: None,
        check_text: false,
        once: false,
        header_limit: None,
        user_agent: String::new(),
        commands: &[],
        line_memory: 256,
        payload_memory: 8192,
        text_memory: 256,
        header_memory: 512,
        windows: [4096; 3],
        serial_piece: None,
    };
}

/// Something that happens, and everything that has to follow from it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) line: usize,
    pub(super) fact: Fact,
    /// With the line of each.
    pub(super) expected: Vec<(usize, Expected)>,
}

/// Something that happens to a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fact {
    /// It is switched on.
    Start,
    Host(Vec<u8>),
    Peer(usize, Vec<Piece>),
    Up(usize),
    Eof(usize),
    /// A fact about the transport that the link had before.
    StaleUp(usize),
    StaleEof(usize),
    StalePeer(usize, Vec<Piece>),
    /// The transport takes so many bytes more; `None`: any number.
    Room(usize, Option<usize>),
    /// What the transport is given waits in the driver's own buffer, until it is told as sent.
    Hold(usize),
    Release(usize),
    Sent(usize, usize),
    Text(Vec<u8>),
    Answer(Answer),
    /// The transport cannot be made for want of this.
    Missing(usize, Missing),
    /// The embedding program gives up a data phase.
    Abort,
    Restart,
    At(u64),
    After(u64),
    /// The clock is looked at once, late.
    Jump(u64),
    /// The clock goes on, and the module does not hear of it yet.
    Late(u64),
    SerialBlocked(bool),
}

/// A part of what a peer sends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    Bytes(Vec<u8>),
    /// The response that accepts the request, with these further headers.
    Acceptance(Vec<u8>),
    /// Another response, in which `{accept}` stands for the value that fits the request.
    Response(Vec<u8>),
}

/// Something that a module has to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Expected {
    Prints(Vec<u8>),
    Link(usize, Event),
    /// A command for the embedding program.
    Asks(String),
    /// The reason of an `ERROR`.
    Why(Reason),
    /// The reason of a loss.
    Failure(usize, Reason),
    Deadline(Option<u64>),
    /// So many bytes of the host are not yet taken.
    HostWaits(usize),
    /// So many bytes stand in the window of a link.
    WindowHolds(usize, usize),
}

/// What can be seen of a link's transport, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Event {
    /// `host:port`, what TLS is asked for before it.
    Opens(String),
    /// The request of the opening handshake, with `{key}` in the place of the key.
    Requests(Vec<u8>),
    Sends(Frame),
    /// So many bytes of a frame or a request that ends there.
    Cut(usize),
    Closes,
}

/// A reason by its `Debug` text, or the beginning of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reason {
    pub(super) text: String,
    pub(super) is_beginning: bool,
}

impl Reason {
    pub(super) fn parse(text: &str) -> Self {
        match text.strip_suffix("...").or_else(|| text.strip_suffix('…')) {
            Some(beginning) => Self { text: beginning.to_owned(), is_beginning: true },
            None => Self { text: text.to_owned(), is_beginning: false },
        }
    }

    pub(super) fn is(&self, reason: &str) -> bool {
        if self.is_beginning { reason.starts_with(&self.text) } else { reason == self.text }
    }

    pub(super) fn visible(&self) -> String {
        format!("{}{}", self.text, if self.is_beginning { "…" } else { "" })
    }
}

impl Event {
    pub(super) fn visible(&self) -> String {
        match self {
            Self::Opens(target) => format!("opens {target}"),
            Self::Requests(request) => format!("requests {}", super::text::visible(request)),
            Self::Sends(frame) => format!("sends {frame}"),
            Self::Cut(len) => format!("sends cut {len}"),
            Self::Closes => "closes".to_owned(),
        }
    }
}
