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
//! use wsat::host::{Config, Event, Failure, Host, Request, Storage, ToModule};
//! use wsat::Instant;
//!
//! /// Where the module is.
//! trait Line {
//!     fn now(&mut self) -> Instant;
//!     fn write(&mut self, bytes: &[u8]);
//!     /// What has come, or nothing when it is `until`.
//!     fn read(&mut self, until: Option<Instant>, buffer: &mut [u8]) -> usize;
//! }
//!
//! /// Carries out a request, and shows what else happens meanwhile.
//! fn carry_out(
//!     host: &mut Host<'_>,
//!     line: &mut impl Line,
//!     request: Request<'_>,
//!     on_event: &mut dyn FnMut(&Event<'_>),
//! ) -> Result<(), Failure> {
//!     host.begin(line.now(), &request).expect("a request that can be said");
//!     let mut buffer = [0; 64];
//!     loop {
//!         // All that can go out goes out, and then there is time to listen.
//!         while let ToModule::Bytes(n) = host.poll_module(line.now(), &mut buffer) {
//!             line.write(&buffer[..n]);
//!         }
//!         let n = line.read(host.poll_deadline(), &mut buffer);
//!         let mut rest = &buffer[..n];
//!         loop {
//!             let (taken, event) = host.feed(line.now(), rest);
//!             rest = &rest[taken..];
//!             match event {
//!                 Some(Event::Finished(result)) => return result,
//!                 Some(event) => on_event(&event),
//!                 None if rest.is_empty() => break,
//!                 None => {}
//!             }
//!         }
//!         host.handle_time(line.now());
//!     }
//! }
//! ```
//!
//! (Octets behind [`Event::Finished`] have to be kept for the next call there. `examples/host_blocking.rs` does it.)
//!
//! # What a host does on its own account
//!
//! **It gets in step.** Before the first request, and whenever an answer did not come or bytes were damaged, it sends
//! `ATE1` until the module answers, ends a data phase that the module may be waiting in, and asks for the
//! state of the links. A request waits for that.
//!
//! **It keeps a mirror of the links** ([`Host::link_state`]), corrected when a request about a link was refused.
//!
//! **It writes a statement again** if the module was busy, or did not read it as one. Nothing is written twice that the
//! module may have carried out.
//!
//! # How long a request takes at most
//!
//! | while | at most | then |
//! |---|---|---|
//! | the module is busy, starting, silent or out of step | [`Config::start_ms`], over all attempts | `Busy`, `NoAnswer` |
//! | the line or the caller takes or gives no byte | [`Config::write_ms`] | `Stalled` |
//! | an answer or a prompt is due | [`Config::answer_ms`] | `NoAnswer` |
//! | … of [`Open`] | its time and 5 s on top | `NoAnswer` |
//! | … of [`Send`], behind the payload | its time on top | `NoAnswer` |
//! | … of [`Request::Close`] and [`Request::Restart`] | 5 s on top | `NoAnswer` |
//! | … of [`Join`] | 30 s on top | `NoAnswer` |
//! | … of [`Command`] | what was said on top | `NoAnswer` |
//! | a record is being printed when the time is over | until it ends, 30 s at most | `NoAnswer` |
//!
//! After `ready` a request that was on the line ends at once.

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
pub use send::Send;

use crate::{Instant, LinkId};
use at_syntax::{Expected, ResponseReader};
use engine::Engine;

/// A driver of one module.
///
/// See the [module documentation](self) for how to turn it.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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

    /// Gives up the running request: it ends with [`Failure::GivenUp`], and the host gets in step again. False: there is
    /// none.
    pub fn give_up(&mut self) -> bool {
        self.engine.give_up()
    }

    /// Takes bytes of the module up to the end of a unit; returns how many, and what has happened. To be called again with what is left
    /// until nothing is left and nothing has happened; and after every other call, without bytes if there are none: time and
    /// requests cause events, too.
    pub fn feed<'a>(&'a mut self, now: Instant, input: &'a [u8]) -> (usize, Option<Event<'a>>) {
        if let Some(event) = self.engine.take_pending() {
            return (0, Some(event));
        }
        let Self { reader, engine } = self;
        let expected = Expected {
            echo: engine.statement(),
            records: engine.reception.records(),
            reports: engine.config.reports,
        };
        let (taken, response) = reader.feed(&expected, input);
        if taken > 0 {
            engine.heard_at = now;
        }
        let event = match response {
            Some(response) => engine.hear(now, response),
            None => None,
        };
        engine.advance(now);
        (taken, event.or_else(|| engine.take_pending()))
    }

    /// What goes to the module next. Bytes written into `out` are the caller's, who sees to it that they get there.
    pub fn poll_module(&mut self, now: Instant, out: &mut [u8]) -> ToModule {
        self.engine.write(now, &mut self.reader, out)
    }

    /// The serial line has taken so many octets of the payload that [`ToModule::Payload`] asked for.
    ///
    /// # Errors
    ///
    /// [`CallError::TooMany`]: so many were not asked for.
    pub fn handle_payload(&mut self, now: Instant, n: usize) -> Result<(), CallError> {
        self.engine.payload_written(now, n)
    }

    /// Time has passed. Due at [`poll_deadline`](Self::poll_deadline), harmless at any time; bytes that have arrived are told
    /// first.
    pub fn handle_time(&mut self, now: Instant) {
        self.engine.time(now, &mut self.reader);
    }

    /// When to call [`handle_time`](Self::handle_time) at the latest. `None`: no timer is running.
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

    /// What is believed of a link.
    #[must_use]
    pub const fn link_state(&self, link: LinkId) -> LinkState {
        self.engine.links.state(link)
    }
}
