//! Everything behind the reader: what is being done, what waits, what is believed. The files of the lanes and
//! of time add their part to it.

use super::chores::{Chore, Chores, Own};
use super::data::Reception;
use super::exchange::{Doubts, Phase, Plan};
use super::links::Links;
use super::probing::Probing;
use super::request::{self, Effect, Staged, plain};
use super::staging::Staging;
use super::{Config, Event, Failure, Refused, Request};
use crate::{DataFormat, Dialect, Instant, LinkId};

/// What is on the wire. There is one thing at a time.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Doing {
    Nothing,
    /// The two are getting in step.
    Probing(Probing),
    /// A statement is written, or waits for its answer.
    Exchange(Exchange),
}

/// Events that wait for the caller: at most one of each kind.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Pending {
    /// The result of the request.
    pub(crate) finished: Option<Result<(), Failure>>,
    pub(crate) ready: bool,
    /// A record that was given up: whose, and what it lacks.
    pub(crate) cut: Option<(Option<LinkId>, u32)>,
}

/// Whose statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Of {
    Request,
    Chore(Chore),
}

#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Exchange {
    pub(crate) of: Of,
    pub(crate) plan: Plan,
    pub(crate) effect: Effect,
    pub(crate) phase: Phase,
    pub(crate) doubts: Doubts,
    /// Bytes of the statement that are written.
    pub(crate) written: usize,
    /// Octets of payload that are not.
    pub(crate) left: usize,
    pub(crate) streamed: bool,
}

/// The request that runs, or waits for the two to be in step.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Active {
    pub(crate) staged: Staged,
    /// When its statement has to be written.
    pub(crate) start_by: Instant,
    /// How often the module did not understand it.
    pub(crate) attempts: u8,
    /// The last time it was busy.
    pub(crate) was_busy: bool,
}

/// The state of a host but for its reader.
pub(crate) struct Engine<'m> {
    pub(crate) config: Config,
    pub(crate) staging: Staging<'m>,
    pub(crate) request: Option<Active>,
    pub(crate) doing: Doing,
    /// The statement of the probe or of the chore.
    pub(crate) own: Own,
    /// The module answers what it is asked.
    pub(crate) in_step: bool,
    /// They are to get in step, also without a request.
    pub(crate) wants_step: bool,
    /// When that is given up.
    pub(crate) step_by: Option<Instant>,
    /// Octets of payload that the module may be waiting for, and whether it probably is.
    pub(crate) missing: (u32, bool),
    /// Bytes were damaged while something else was going on.
    pub(crate) suspicious: bool,
    /// A request was made, or the module has said that it is there.
    pub(crate) is_used: bool,
    /// Lists of the links, one after the other, that were damaged.
    pub(crate) lists: u8,
    pub(crate) chores: Chores,
    pub(crate) links: Links,
    pub(crate) reception: Reception,
    pub(crate) pending: Pending,
    /// The code that came before the answer.
    pub(crate) code: Option<u32>,
    /// Octets of streamed payload that the caller was told to write.
    pub(crate) offered: usize,
    /// Records that had begun when the last probe was written.
    pub(crate) probed_at: u32,
    /// The record that the next probe waits for.
    pub(crate) held_by: Option<u32>,
    /// When data of a record last came.
    pub(crate) data_at: Option<Instant>,
    /// When the module last printed something.
    pub(crate) heard_at: Instant,
    /// When something was last written, or the phase of the exchange last changed.
    pub(crate) moved_at: Instant,
}

impl<'m> Engine<'m> {
    pub(crate) fn new(config: Config, memory: &'m mut [u8]) -> Self {
        let most = config.dialect.max_payload();
        Self {
            config,
            staging: Staging::new(memory),
            request: None,
            doing: Doing::Nothing,
            own: Own::NONE,
            in_step: false,
            wants_step: false,
            step_by: None,
            // A host that has just started knows nothing of what was before.
            missing: (most, false),
            suspicious: false,
            is_used: false,
            lists: 0,
            chores: Self::all_chores(&config),
            links: Links::new(),
            reception: Reception::new(most, config.records),
            pending: Pending::default(),
            code: None,
            offered: 0,
            probed_at: 0,
            held_by: None,
            data_at: None,
            heard_at: Instant::ZERO,
            moved_at: Instant::ZERO,
        }
    }

    pub(crate) fn all_chores(config: &Config) -> Chores {
        Chores::all(config.error_codes, config.dialect >= Dialect::V4_2)
    }

    pub(crate) const fn is_busy(&self) -> bool {
        self.request.is_some() || self.pending.finished.is_some()
    }

    pub(crate) fn begin(&mut self, now: Instant, request: &Request<'_>) -> Result<(), Refused> {
        if self.is_busy() {
            return Err(Refused::Busy);
        }
        let staged = request::stage(request, &self.config, &mut self.staging)?;
        let start_by = now.after(self.config.start_ms);
        self.request = Some(Active { staged, start_by, attempts: 0, was_busy: false });
        self.is_used = true;
        // It has all its time, whatever was tried before.
        self.step_by = self.step_by.map(|_| start_by);
        self.offered = 0;
        if staged.plan.is_none() {
            // `Request::Start`: whatever is believed is asked for anew.
            self.in_step = false;
            self.chores = Self::all_chores(&self.config);
            self.missing.0 = self.config.dialect.max_payload();
        }
        self.advance(now);
        Ok(())
    }

    pub(crate) fn give_up(&mut self) -> bool {
        let is_running = self.request.is_some();
        if is_running {
            match self.doing {
                Doing::Exchange(Exchange { of: Of::Request, .. }) => {
                    self.break_off(Failure::GivenUp);
                }
                _ => self.finish(Err(Failure::GivenUp)),
            }
        }
        is_running
    }

    /// The statement whose echo may come.
    pub(crate) fn statement(&self) -> &[u8] {
        match self.doing {
            Doing::Exchange(Exchange { of: Of::Request, .. }) => self.staging.statement(),
            Doing::Exchange(_) | Doing::Probing(_) => self.own.bytes(),
            Doing::Nothing => b"",
        }
    }

    /// The next event that waits, in the order in which they come about.
    pub(crate) fn take_pending(&mut self) -> Option<Event<'static>> {
        if let Some((link, missing)) = self.pending.cut.take() {
            return Some(Event::Cut { link, missing });
        }
        if let Some((link, state)) = self.links.take_corrected() {
            return Some(Event::Corrected { link, state });
        }
        if let Some(result) = self.pending.finished.take() {
            return Some(Event::Finished(result));
        }
        core::mem::take(&mut self.pending.ready).then_some(Event::Ready)
    }

    pub(crate) fn has_pending(&self) -> bool {
        let Pending { finished, ready, cut } = self.pending;
        finished.is_some() || ready || cut.is_some() || self.links.has_corrected()
    }

    /// Goes on with the next thing, if nothing is on the wire.
    pub(crate) fn advance(&mut self, now: Instant) {
        if !matches!(self.doing, Doing::Nothing) {
            return;
        }
        self.moved_at = now;
        if core::mem::take(&mut self.suspicious) {
            self.fall_out(0, false);
        }
        if !self.in_step {
            if self.wants_step || self.request.is_some() {
                self.begin_probing(now);
            }
            return;
        }
        if let Some(chore) = self.chores.next() {
            self.begin_chore(chore);
            return;
        }
        self.step_by = None;
        self.wants_step = false;
        match self.request {
            Some(Active { staged: Staged { plan: Some(plan), .. }, .. }) => {
                self.begin_request(plan);
            }
            // `Request::Start`
            Some(_) => self.finish(Ok(())),
            None => {}
        }
    }

    fn begin_probing(&mut self, now: Instant) {
        self.step_by.get_or_insert(now.after(self.config.start_ms));
        self.own = Own::probe(self.config.echo, self.config.terminator);
        let (missing, likely) = self.missing;
        self.doing = Doing::Probing(Probing::new(now, missing, likely));
    }

    fn begin_chore(&mut self, chore: Chore) {
        let (format, effect) = match chore {
            Chore::Format(link) => (self.reception.format(link), Effect::Nothing),
            Chore::Query => (DataFormat::DEFAULT, Effect::Query),
            Chore::ErrorCodes => (DataFormat::DEFAULT, Effect::Nothing),
        };
        self.own = Own::of(chore, format, self.config.terminator);
        let staged = Staged::new(plain(&self.config, 0), effect);
        self.begin_exchange(Of::Chore(chore), plain(&self.config, 0), &staged);
    }

    fn begin_request(&mut self, plan: Plan) {
        let Some(active) = self.request else { return };
        self.begin_exchange(Of::Request, plan, &active.staged);
    }

    fn begin_exchange(&mut self, of: Of, plan: Plan, staged: &Staged) {
        match staged.effect {
            Effect::Query => self.links.begin_list(),
            Effect::Open(link) => self.links.begin_opening(link),
            _ => {}
        }
        self.code = None;
        self.doing = Doing::Exchange(Exchange {
            of,
            plan,
            effect: staged.effect,
            phase: Phase::Writing,
            doubts: Doubts::default(),
            written: 0,
            left: staged.payload,
            streamed: staged.streamed,
        });
    }

    /// So many bytes of a statement went out.
    pub(crate) const fn wrote(&mut self, now: Instant, n: usize) {
        if n > 0 {
            self.moved_at = now;
        }
    }

    /// So many octets of the payload went out.
    pub(crate) fn payload_moved(&mut self, now: Instant, n: usize) {
        self.wrote(now, n);
        if let Doing::Exchange(exchange) = &mut self.doing {
            exchange.left = exchange.left.saturating_sub(n);
            if exchange.left == 0 {
                exchange.phase = Phase::Sent;
            }
        }
    }

    pub(crate) const fn is_streaming(&self) -> bool {
        matches!(
            self.doing,
            Doing::Exchange(Exchange { phase: Phase::Payload, streamed: true, .. })
        )
    }
}
