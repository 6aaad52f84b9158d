//! The MCU side: a host that drives any ESP-AT module over a serial line.
//!
//! [`Host`] does no I/O. The program around it owns the serial line and the clock, and calls
//!
//! - [`feed`](Host::feed) with what the module prints, which gives [`Event`]s;
//! - [`poll_module`](Host::poll_module) for what goes to the module;
//! - [`handle_time`](Host::handle_time) when it is [`poll_deadline`](Host::poll_deadline);
//! - [`begin`](Host::begin) with a [`Request`], one at a time. [`Event::Finished`] ends it.
//!
//! ```
//! use wsat::host::{Config, Event, Host, LinkState, Open, Storage, ToModule};
//! use wsat::{Instant, LinkId};
//!
//! let mut storage = Storage::<512, 256>::new();
//! let mut host = Host::new(Config::default(), storage.lend());
//! let mut now = Instant::ZERO;
//! host.begin(now, &Open::new(LinkId::L0, b"ws://192.168.1.2/").into())?;
//!
//! // A module, line by line: what it gets, and what it prints.
//! let answers: [(&str, &str); 4] = [
//!     ("ATE1\r\n", "ATE1\r\n\r\nOK\r\n"),
//!     ("AT+SYSLOG=1\r\n", "AT+SYSLOG=1\r\n\r\nOK\r\n"),
//!     ("AT+WSOPEN?\r\n", "AT+WSOPEN?\r\n\r\nOK\r\n"),
//!     (
//!         "AT+WSOPEN=0,\"ws://192.168.1.2/\"\r\n",
//!         "AT+WSOPEN=0,\"ws://192.168.1.2/\"\r\n+WS_CONNECTED:0\r\n\r\nOK\r\n+WS_DATA:0,2,hi\r\n",
//!     ),
//! ];
//! let mut told = Vec::new();
//! for (statement, mut printed) in answers {
//!     let mut out = [0; 64];
//!     let mut to_module = host.poll_module(now, &mut out);
//!     if to_module == ToModule::Idle {
//!         // Behind its first answer it waits whether anything else comes.
//!         now = host.poll_deadline().expect("it waits for something");
//!         host.handle_time(now);
//!         to_module = host.poll_module(now, &mut out);
//!     }
//!     assert_eq!(to_module, ToModule::Bytes(statement.len()));
//!     assert_eq!(&out[..statement.len()], statement.as_bytes());
//!     loop {
//!         let (taken, event) = host.feed(now, printed.as_bytes());
//!         printed = &printed[taken..];
//!         match event {
//!             Some(Event::Data(data)) => told.push(data.octets.escape_ascii().to_string()),
//!             Some(event) => told.push(format!("{event:?}")),
//!             None if printed.is_empty() => break,
//!             None => {}
//!         }
//!     }
//! }
//! assert_eq!(told, ["Connected(L0)", "Finished(Ok(()))", "hi"]);
//! assert_eq!(host.link_state(LinkId::L0), LinkState::Open);
//! # Ok::<(), wsat::host::Refused>(())
//! ```
//!
//! The [README](crate#drive-a-module) has a program for any board.
//!
//! # What a host does on its own account
//!
//! **It gets in step.** Before the first request, after `ready`, and whenever an answer did not come or bytes
//! were damaged, it sends `ATE1` until the module answers and nothing else comes; ends a data phase that the
//! module may be waiting in; and asks for the state of the links. A request waits for that.
//!
//! **It keeps a mirror of the links** ([`Host::link_state`]). It asks again when a request about a link was
//! refused, or a line looks like what is left of a report; what was wrong is [`Event::Corrected`].
//!
//! **It writes a statement again** if the module was busy, or did not read it as one; the latter twice. Nothing
//! is written again that the module may have carried out. (Without [`Config::echo`] a `busy p...` that a byte
//! too many behind the statement has caused looks like that of a statement that was discarded.)
//!
//! # What it cannot do
//!
//! A serial line has no checksum, and AT has no way out of a data phase. So a byte of payload that was changed
//! on its way arrives changed; and what was begun and cannot be completed, because bytes were lost, the caller
//! gave it up or its payload did not come, ends with `ATE1` and zeros and is sent so. Received data is not
//! searched: where bytes of it were lost, what follows them is taken for data, until the record is complete or
//! pauses ([`Event::Cut`]); a restart of the module in that place shows only by its links. Where the head of a
//! record was lost, its data is taken for lines; a server that sends what looks like a prompt may so have a
//! payload written that the module reads as lines, and so does what is left of a payload when the module starts
//! anew in it.
//!
//! # Waiting for data
//!
//! Nothing has to be asked for. A program that has no request to make goes on as during one:
//! [`feed`](Host::feed), [`poll_module`](Host::poll_module), and, once that is [`ToModule::Idle`], sleep until
//! bytes come or it is [`poll_deadline`](Host::poll_deadline), which is `None` while nothing is the matter.
//!
//! # How long a request takes at most
//!
//! | while | at most | then |
//! |---|---|---|
//! | the module is busy or out of step | [`Config::start_ms`], over all attempts | [`Busy`](Failure::Busy), [`Unreachable`](Failure::Unreachable) |
//! | the module answers nothing | [`Config::silent_ms`], behind zeros for a data phase if it may be in one: 3.9 s | [`Unreachable`](Failure::Unreachable) |
//! | the line or the caller takes or gives no byte | [`Config::write_ms`] | [`Stalled`](Failure::Stalled) |
//! | an answer or a prompt is due | [`Config::answer_ms`] | [`NoAnswer`](Failure::NoAnswer) |
//! | … of [`Open`] | its time and 5 s on top: some firmware is late | |
//! | … of [`SendData`], behind the payload | its time on top | |
//! | … of [`Request::Close`] and [`Request::Restart`] | 5 s on top | |
//! | … of [`Join`] | 30 s on top | |
//! | … of [`Command`] | what was said on top | |
//! | a record is being printed when that time is over | until it ends, 30 s at most | |
//! | the module restarts | at once | [`Rebooted`](Failure::Rebooted) |
//!
//! A time begins when [`poll_module`](Host::poll_module) has given the last byte of what is to be answered;
//! zeros take the time that the line needs for them.

mod chores;
mod command;
mod config;
mod configure;
mod course;
mod data;
mod engine;
mod event;
mod exchange;
mod failure;
mod header;
mod hearing;
mod join;
mod links;
mod memory;
mod open;
mod output;
mod probing;
mod request;
mod send;
mod set_format;
mod staging;
mod timers;

pub use command::{Command, Value};
pub use config::Config;
pub use configure::Configure;
pub use data::{Data, DataHead};
pub use event::{Event, Line};
pub use failure::{CallError, Failure, Refused};
pub use join::{Join, JoinError};
pub use links::LinkState;
pub use memory::{Memory, Storage};
pub use open::Open;
pub use output::ToModule;
pub use request::Request;
pub use send::SendData;

use crate::{Instant, LinkId};
use at_syntax::{Expected, ResponseReader};
use engine::Engine;

/// A driver of one module.
///
/// See the [module documentation](self) for how to turn it.
pub struct Host<'m> {
    reader: ResponseReader<'m>,
    engine: Engine<'m>,
}

impl<'m> Host<'m> {
    /// A host that knows nothing of its module. Nothing is written before the first request, but a module that
    /// says `ready` is answered.
    #[must_use]
    pub fn new(config: Config, memory: Memory<'m>) -> Self {
        let Memory { statement, line } = memory;
        Self { reader: ResponseReader::new(line), engine: Engine::new(config, statement) }
    }

    /// Asks for something. Its strings are copied.
    ///
    /// # Errors
    ///
    /// [`Refused`]: nothing was written, and nothing follows.
    pub fn begin(&mut self, now: Instant, request: &Request<'_>) -> Result<(), Refused> {
        self.engine.begin(now, request)
    }

    /// Gives up the running request: it ends with [`Failure::GivenUp`], and the host gets in step again. While
    /// its statement, what ends its payload, or a probe is still being echoed, a report or record that comes in
    /// between may be lost ([`Event::Damaged`]). False: there is none.
    pub fn give_up(&mut self) -> bool {
        self.engine.give_up()
    }

    /// The module was reset by its pin, or switched off and on: what it has not finished printing will not
    /// come. A request that was on the line ends with [`Failure::Rebooted`].
    pub fn handle_reset(&mut self, now: Instant) {
        self.reader.reset();
        self.engine.restarted(now, false);
        self.engine.advance(now);
    }

    /// Takes bytes of the module up to the end of a unit; returns how many, and what has happened. Of bytes
    /// that are given some are taken, unless something has happened before them. To be called again with what
    /// is left until nothing is left and nothing has happened; and after every other call, without bytes if
    /// there are none: time and requests cause events, too.
    pub fn feed<'a>(&'a mut self, now: Instant, input: &'a [u8]) -> (usize, Option<Event<'a>>) {
        if let Some(event) = self.engine.take_pending() {
            return (0, Some(event));
        }
        self.engine.advance(now);
        let Self { reader, engine } = self;
        let expected = Expected {
            echo: engine.statement(),
            records: engine.reception.records(),
            reports: engine.config.reports,
        };
        if engine.excuses_echo() {
            // Nothing would be told of it, and nothing taken: an answer is read when its echo was looked for.
            reader.excuse_echo();
        }
        // Of no statement there is none, which the reader sees with its next byte.
        let in_echo = reader.is_echo_pending() && !expected.echo.is_empty();
        let (taken, response) = reader.feed(&expected, input);
        if taken > 0 {
            engine.heard_at = now;
        }
        let event = match response {
            Some(response) => engine.hear(now, response, in_echo),
            None => None,
        };
        engine.advance(now);
        (taken, event.or_else(|| engine.take_pending()))
    }

    /// What goes to the module next. Bytes written into `out` are the caller's, who sees to it that they get
    /// there. With an empty `out` it is [`ToModule::Idle`] or [`ToModule::Payload`]. Before it is
    /// [`ToModule::Idle`] nobody waits: it is asked again, after [`feed`](Self::feed).
    pub fn poll_module(&mut self, now: Instant, out: &mut [u8]) -> ToModule {
        self.engine.write(now, &mut self.reader, out)
    }

    /// The serial line has taken so many octets of the payload that [`ToModule::Payload`] asked for; told
    /// before anything else.
    ///
    /// # Errors
    ///
    /// [`CallError::TooMany`]: so many were not asked for.
    pub fn handle_payload(&mut self, now: Instant, n: usize) -> Result<(), CallError> {
        self.engine.payload_written(now, n)
    }

    /// Time has passed. Due at [`poll_deadline`](Self::poll_deadline), harmless before; bytes that have arrived
    /// are told first, so this is called when there is none to be read.
    pub fn handle_time(&mut self, now: Instant) {
        self.engine.time(now, &mut self.reader);
    }

    /// When to call [`handle_time`](Self::handle_time) at the latest, or a moment that is past if an event
    /// waits for [`feed`](Self::feed). `None`: neither is so.
    #[must_use]
    pub fn poll_deadline(&self) -> Option<Instant> {
        self.engine.deadline()
    }

    /// A request runs, or has ended and [`Event::Finished`] was not taken yet: [`begin`](Self::begin) would be
    /// refused.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.engine.is_busy()
    }

    /// The module answers what it is asked, as far as is known, and what is believed of the links was asked
    /// for. Before the first request it is not.
    #[must_use]
    pub fn is_in_step(&self) -> bool {
        self.engine.is_in_step()
    }

    /// What is believed of a link.
    #[must_use]
    pub const fn link_state(&self, link: LinkId) -> LinkState {
        self.engine.links.state(link)
    }
}

/// Without the lent memory, which may have had passwords.
impl core::fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let links = LinkId::ALL.map(|link| self.link_state(link));
        let (busy, in_step) = (self.is_busy(), self.is_in_step());
        f.debug_struct("Host")
            .field("links", &links)
            .field("busy", &busy)
            .field("in_step", &in_step)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Host<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let links = LinkId::ALL.map(|link| self.link_state(link));
        defmt::write!(
            f,
            "Host {{ links: {}, busy: {}, in_step: {} }}",
            links,
            self.is_busy(),
            self.is_in_step()
        );
    }
}
