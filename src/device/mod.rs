//! The ESP side: a device that reads AT commands from a serial line and keeps three WebSocket links.
//!
//! [`Device`] does no I/O. The program around it, the *driver*, owns the serial line, the sockets and
//! the clock, and drives it with three kinds of calls:
//!
//! - **Facts** (`handle_*`): bytes of the host or of a peer, transports that come up or end, bytes
//!   that a transport or the serial line has taken, time that has passed. Each may change what is to
//!   be done, so after each of them:
//! - **Polls** (`poll_*`): what is to be done now, on three kinds of lanes that do not wait for each
//!   other: [`poll_action`](Device::poll_action) (open, close, answer),
//!   [`poll_peer`](Device::poll_peer) for each transport, [`poll_host`](Device::poll_host) for the serial
//!   line; and [`poll_deadline`](Device::poll_deadline), when to call [`handle_time`](Device::handle_time) at
//!   the latest.
//! - **Questions**: [`target`](Device::target), [`command`](Device::command), [`is_busy`](Device::is_busy).
//!
//! # What the driver keeps
//!
//! For each link one *receive window*: received bytes that the device has not yet taken, oldest first, in one
//! piece or, in a ring, in two. The device takes headers and control frames off its front. Payload stays in
//! it: [`Serial::Relay`] says that the window's first bytes go to the serial line next, so received data is
//! never copied by the device, and a message may be larger than every buffer. While the serial line does not
//! move, windows fill, and the driver stops reading those sockets: that is the backpressure.
//!
//! # Order
//!
//! Bytes of the host that arrived together belong together: call
//! [`handle_host`](Device::handle_host) and [`poll_host`](Device::poll_host) until neither gets further, and
//! only then turn to the sockets. Tell facts before time: at equal times, received bytes count
//! first.

mod action;
mod command;
mod config;
mod conn;
mod engine;
mod input;
mod link;
mod memory;
mod names;
mod output;
mod payload;
mod print;
mod receive;
mod record;
mod refusal;
mod response;
mod state;
mod timers;
mod transmit;
mod transport;
mod wscfg;
mod wsclose;
mod wsdatafmt;
mod wshead;
mod wsopen;
mod wssend;

pub use crate::TlsSettings;
pub use action::{Action, Answer, CallError, Serial, Target};
pub use config::{Config, FirmwareCommand};
pub use conn::Conn;
pub use memory::{LinkMemory, Memory, Storage};
pub use refusal::{Lent, Missing, Refusal, Wait};

use crate::{Instant, LinkId};
use at_syntax::{LineReader, Statement};
use engine::{Engine, Running};
use rand_core::CryptoRng;
use transport::Stage;

/// The protocol core of an ESP-AT module with the WebSocket commands.
///
/// See the [module documentation](self) for how to drive it and the crate's for a complete loop.
pub struct Device<'m> {
    reader: LineReader<'m>,
    engine: Engine<'m>,
}

impl<'m> Device<'m> {
    /// A device that has just been switched on: it prints `ready`, and echo is on.
    #[must_use]
    pub fn new(config: Config, memory: Memory<'m>) -> Self {
        let Memory { line, payload, headers, links } = memory;
        Self {
            reader: LineReader::new(line, config.terminator),
            engine: Engine::new(config, payload, headers, links),
        }
    }

    /// What `AT+RST` and a reset do: everything is forgotten, also what was not yet printed; a
    /// [`Action::Close`] follows for every transport that the driver had been told to open.
    pub fn restart(&mut self) {
        self.reader.reset();
        self.reader.set_echo(true);
        self.engine.restart();
    }

    /// Bytes of the host. Returns how many of them were taken; the rest is to be offered again, after
    /// [`poll_host`](Self::poll_host) has printed something.
    #[inline(never)]
    pub fn handle_host(&mut self, now: Instant, input: &[u8]) -> usize {
        self.take_host(now, input)
    }

    /// What the receive window of a connection holds: `window`, and `wrapped` after it if the window is a
    /// ring. Returns how many bytes the device has taken off its front; the driver drops those. What is left
    /// is offered again together with what arrives later, and whenever another call has got anything done:
    /// [`poll_host`](Self::poll_host), [`handle_relayed`](Self::handle_relayed) and
    /// [`poll_peer`](Self::poll_peer) make way. Of a connection that was given up nothing is taken: its
    /// window is emptied at the link's next [`Action::Open`].
    #[inline(never)]
    pub fn handle_peer(
        &mut self,
        now: Instant,
        conn: Conn,
        window: &[u8],
        wrapped: &[u8],
    ) -> usize {
        self.engine.take_peer(now, conn, window, wrapped)
    }

    /// The serial line has taken `n` bytes of the window that [`Serial::Relay`] named; the driver
    /// drops them from its front.
    ///
    /// # Errors
    ///
    /// [`CallError::TooMany`]: that connection's window is not being relayed, or not that much of it. A
    /// record goes on being relayed when its connection has ended.
    pub fn handle_relayed(&mut self, now: Instant, conn: Conn, n: usize) -> Result<(), CallError> {
        self.engine.take_relayed(now, conn, n)
    }

    /// The transport has taken `n` bytes of those that [`poll_peer`](Self::poll_peer) gave. A driver that
    /// polls straight into the transport's own memory tells so at once.
    ///
    /// # Errors
    ///
    /// [`CallError::TooMany`]: so many were not given.
    pub fn handle_sent(&mut self, now: Instant, conn: Conn, n: usize) -> Result<(), CallError> {
        self.engine.take_sent(now, conn, n)
    }

    /// The transport is connected (for `wss://`: and TLS is up). `now` as everywhere, though
    /// nothing depends on it yet.
    pub fn handle_up(&mut self, _now: Instant, conn: Conn) {
        self.engine.take_up(conn);
    }

    /// The transport could not be made, has failed, or the peer will send nothing more. Offer what
    /// arrived before that first, and go on offering what is left of it until it is all taken.
    pub fn handle_eof(&mut self, now: Instant, conn: Conn) {
        self.engine.take_eof(now, conn);
    }

    /// The transport cannot be made for want of a certificate, which the AT port says before `ERROR`. Instead
    /// of [`handle_eof`](Self::handle_eof).
    pub fn handle_failed(&mut self, now: Instant, conn: Conn, missing: Missing) {
        if let Some(id) = self.engine.live(conn) {
            self.engine.gone(now, id, Refusal::Missing(missing));
        }
    }

    /// Ends the data phase that waits for the host's bytes: the answer is `ERROR`, and what comes
    /// late is read as lines. For a host that lost count. False: there is none.
    pub fn abort_payload(&mut self) -> bool {
        self.engine.abort_payload(Refusal::Aborted)
    }

    /// Ends the record that is open (`AT+WSDATAFMT`) and whose next data has not come yet: its line end is
    /// printed next, and what waits behind it. For a driver that offers no more data, since it is to
    /// [`restart`](Self::restart) as soon as all is printed. To be called before each
    /// [`poll_host`](Self::poll_host) then: data of it may be on its way. False: there is none.
    pub fn abort_record(&mut self) -> bool {
        let is_open = self.engine.output.open_record().is_some();
        self.engine.end_open_record();
        is_open
    }

    /// Time has passed. Due when [`poll_deadline`](Self::poll_deadline) is reached; harmless at any time.
    #[inline(never)]
    pub fn handle_time(&mut self, now: Instant) {
        self.engine.take_time(now);
    }

    /// Text that the embedding program prints before the result of its command: whole lines, each with its
    /// CR LF. Returns how many bytes were taken; [`poll_host`](Self::poll_host) makes room for more. Text
    /// and result come out as one piece. 0 if no command waits for an answer.
    pub fn handle_text(&mut self, text: &[u8]) -> usize {
        self.take_text(text)
    }

    /// The result of the embedding program's command. `now` as everywhere, though nothing depends on it
    /// yet.
    ///
    /// # Errors
    ///
    /// [`CallError::NoCommand`]
    pub fn handle_answer(&mut self, _now: Instant, answer: Answer) -> Result<(), CallError> {
        self.take_answer(answer)
    }

    /// The embedding program has lines of its own to print, and [`is_between_units`](Self::is_between_units) is
    /// false. To be said before each [`poll_host`](Self::poll_host) as long as that is so: then that prints no
    /// further than to where it is true, whatever else waits, and an open record of `AT+WSDATAFMT` ends as it
    /// does for the device's own output. So a message waits for no more than the unit that is being printed, or
    /// for the answer that is owed; after it call [`poll_host`](Self::poll_host) at least once before the next,
    /// and neither keeps the other away.
    ///
    /// ```
    /// use wsat::Instant;
    /// use wsat::device::{Device, Serial};
    ///
    /// /// The next bytes for the host; a message goes as soon as it may.
    /// fn print(device: &mut Device<'_>, message: &mut Option<&str>, out: &mut [u8]) -> Serial {
    ///     if let Some(text) = message {
    ///         if device.is_between_units() {
    ///             out[..text.len()].copy_from_slice(text.as_bytes());
    ///             return Serial::Bytes(message.take().map_or(0, str::len));
    ///         }
    ///         device.handle_message_due();
    ///     }
    ///     device.poll_host(Instant::ZERO, out)
    /// }
    /// # use wsat::device::{Config, Storage};
    /// # let mut storage = Storage::<64, 64, 64>::new();
    /// # let mut device = Device::new(Config::default(), storage.lend([64; 3]));
    /// # let (mut message, mut out) = (Some("WIFI GOT IP\r\n"), [0; 64]);
    /// # assert_eq!(print(&mut device, &mut message, &mut out), Serial::Bytes(9));
    /// # assert_eq!(print(&mut device, &mut message, &mut out), Serial::Bytes(13));
    /// # assert_eq!(print(&mut device, &mut message, &mut out), Serial::Idle);
    /// ```
    pub const fn handle_message_due(&mut self) {
        self.engine.output.message_due = true;
    }

    /// What the driver has to do next, if anything.
    pub fn poll_action(&mut self) -> Option<Action> {
        for id in LinkId::ALL {
            let window_is_free = !self.engine.output.relays(id);
            let link = self.engine.link_mut(id);
            if let Some(conn) = link.to_close.take() {
                return Some(Action::Close(conn));
            }
            // The window may still hold a record of the last attempt.
            if let Some(transport) = &mut link.transport
                && matches!(transport.stage, Stage::Wanted)
                && window_is_free
            {
                transport.stage = Stage::Connecting;
                return Some(Action::Open(transport.conn));
            }
        }
        core::mem::take(&mut self.engine.command_due).then_some(Action::Command)
    }

    /// When to call [`handle_time`](Self::handle_time) at the latest. `None`: no timer is running.
    #[must_use]
    pub fn poll_deadline(&self) -> Option<Instant> {
        self.engine.deadline()
    }

    /// Writes bytes for the peer into `out`; returns how many. `rng` makes the keys of the opening handshake
    /// and of the masks: it has to be unpredictable (RFC 6455 5.3 and 10.3).
    #[inline(never)]
    pub fn poll_peer(&mut self, conn: Conn, rng: &mut dyn CryptoRng, out: &mut [u8]) -> usize {
        self.engine.write_peer(conn, rng, out)
    }

    /// What goes to the host next. Bytes written into `out` are the driver's, who sees to it that they
    /// all get there. With an empty `out` it is [`Serial::Idle`] or [`Serial::Relay`].
    #[inline(never)]
    pub fn poll_host(&mut self, now: Instant, out: &mut [u8]) -> Serial {
        match self.engine.output.relay() {
            Some((conn, len)) => Serial::Relay { conn, len },
            None if self.is_silent() => Serial::Idle,
            None => self.print(now, out),
        }
    }

    /// Where this connection leads.
    #[must_use]
    pub fn target(&self, conn: Conn) -> Option<Target<'_>> {
        let link = self.engine.link(self.engine.live(conn)?);
        let uri = link.uri().ok()?;
        let tls = link.active.tls;
        Some(Target { host: uri.host(), port: uri.port(), secure: uri.is_secure(), tls })
    }

    /// The command that waits for the embedding program's answer ([`Action::Command`]).
    #[must_use]
    pub fn command(&self) -> Option<Statement<'_>> {
        self.foreign_command()
    }

    /// Why the last `ERROR` is answered, once: for a log, since the AT port says no more than `ERROR`. To be
    /// asked after each round of [`handle_host`](Self::handle_host) and [`poll_host`](Self::poll_host): the
    /// next line's reason takes its place.
    pub const fn poll_refusal(&mut self) -> Option<Refusal> {
        self.engine.refusal.take()
    }

    /// Why a link's connection was lost, or an attempt after a loss failed, once: the link's number and
    /// the reason, for a log. What `AT+WSOPEN` itself meets is its refusal.
    pub fn poll_failure(&mut self) -> Option<(usize, Refusal)> {
        let failures = self.engine.links.iter_mut().zip(0..);
        failures.into_iter().find_map(|(link, number)| Some((number, link.failure.take()?)))
    }

    /// The state of a link, 0 to 2, as `AT+WSOPEN?` would say it now: 0 to 4. `None`: it is not in use.
    #[must_use]
    pub fn link_state(&self, link: usize) -> Option<u8> {
        self.engine.links.get(link)?.state().number()
    }

    /// A command is being carried out, so that a line would be answered with `busy p...`. A data phase that
    /// waits for the host is not that.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        !matches!(self.engine.running, Running::Nothing | Running::Payload(_))
    }

    /// The embedding program may print lines of its own that nobody asked for (`WIFI GOT IP`), before it calls
    /// [`poll_host`](Self::poll_host) again: no report or record is begun and not ended, no answer waits, no
    /// half a line is echoed, and no prompt waits for payload. Reports and records that wait are no reason to
    /// wait for them, nor is a command that is being carried out, its own too, once its line is echoed. If it
    /// is false, see [`handle_message_due`](Self::handle_message_due).
    ///
    /// ```
    /// use wsat::Instant;
    /// use wsat::device::{Action, Config, Device, Serial, Storage};
    ///
    /// let mut storage = Storage::<64, 64, 64>::new();
    /// let mut device = Device::new(Config::default(), storage.lend([64; 3]));
    /// let mut out = [0; 64];
    /// assert!(!device.is_between_units()); // `ready` waits
    /// let mut types = |device: &mut Device<'_>, line: &[u8]| {
    ///     while device.poll_host(Instant::ZERO, &mut out) != Serial::Idle {}
    ///     assert_eq!(device.handle_host(Instant::ZERO, line), line.len());
    ///     while device.poll_host(Instant::ZERO, &mut out) != Serial::Idle {}
    /// };
    /// types(&mut device, b"AT+CWJ");
    /// assert!(!device.is_between_units()); // half a line is echoed
    /// types(&mut device, b"AP\r\n");
    /// assert_eq!(device.poll_action(), Some(Action::Command));
    /// assert!(device.is_between_units()); // `WIFI CONNECTED` may come before its `OK`
    /// ```
    #[must_use]
    pub fn is_between_units(&self) -> bool {
        // The line of the embedding program's command is held until it is answered; it is no half one.
        let half_a_line = self.reader.echo_on()
            && !self.reader.is_idle()
            && !matches!(self.engine.running, Running::Firmware);
        let prompted = matches!(self.engine.running, Running::Payload(_));
        let output = self.engine.output.is_between_units();
        output && !self.reader.echo_pending() && !half_a_line && !prompted
    }
}

/// Without what it holds, which may be a password.
impl core::fmt::Debug for Device<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Device")
            .field("links", &[0, 1, 2].map(|link| self.link_state(link)))
            .field("busy", &self.is_busy())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Device<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let states = [0, 1, 2].map(|link| self.link_state(link));
        defmt::write!(f, "Device {{ links: {}, busy: {} }}", states, self.is_busy());
    }
}
