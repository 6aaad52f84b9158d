//! All timers of a host: one next deadline.

use super::Failure;
use super::engine::{Active, Doing, Engine, Exchange, Of};
use super::exchange::Phase;
use super::probing::Outcome;
use crate::Instant;
use at_syntax::ResponseReader;

/// How long an answer may be kept waiting by a record that is being printed.
const RECORD_MS: u32 = 30_000;

/// Records that a module may print before an answer: the one that it is at, and one of each link (DATA-07).
const RECORDS: u32 = 4;

impl Engine<'_> {
    /// When [`time`](Self::time) has something to do, or an event waits to be taken.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        if self.has_pending() {
            return Some(Instant::ZERO);
        }
        let waiting = match &self.doing {
            Doing::Nothing => None,
            Doing::Probing(probing) => probing.deadline().or(Some(self.write_by())),
            Doing::Exchange(exchange) => Some(self.exchange_by(exchange)),
        };
        let start = self.request.filter(|_| self.is_starting()).map(|active| active.start_by);
        let step = self.step_by.filter(|_| !matches!(self.doing, Doing::Nothing));
        [waiting, start, step, self.record_by()].into_iter().flatten().min()
    }

    /// Deals with whatever is due.
    pub(crate) fn time(&mut self, now: Instant, reader: &mut ResponseReader<'_>) {
        if self.record_by().is_some_and(|by| by <= now) {
            self.give_up_record(reader);
        }
        match &mut self.doing {
            Doing::Nothing => {}
            Doing::Probing(probing) => {
                let was_writing = probing.deadline().is_none();
                if let Some(at) = self.data_at {
                    // A second probe would be answered when the two are long in step.
                    let before = self.reception.count_since(self.probed_at) <= RECORDS;
                    let pauses = (self.config.probe_ms, self.config.settle_ms);
                    probing.data_came(at, before, pauses);
                }
                match probing.time(now, self.config.silent_ms) {
                    Outcome::InStep => {
                        self.doing = Doing::Nothing;
                        self.in_step = true;
                        self.missing = (0, false);
                    }
                    Outcome::Dead => self.give_up_step(Failure::Unreachable),
                    Outcome::Probing if !was_writing => {
                        if probing.deadline().is_none() {
                            // Only now is there something to be written.
                            self.moved_at = now;
                        }
                    }
                    Outcome::Probing => {
                        if self.write_by() <= now {
                            self.give_up_step(Failure::Stalled);
                        }
                    }
                }
            }
            Doing::Exchange(exchange) => {
                let exchange = *exchange;
                if self.exchange_by(&exchange) <= now {
                    self.break_off(match exchange.phase {
                        Phase::Writing | Phase::Payload | Phase::Poke => Failure::Stalled,
                        Phase::Answer { .. } | Phase::Sent | Phase::Restart => Failure::NoAnswer,
                    });
                }
            }
        }
        let busy = matches!(&self.doing, Doing::Probing(probing) if probing.is_busy())
            || self.request.is_some_and(|active| active.was_busy);
        let failure = if busy { Failure::Busy } else { Failure::Unreachable };
        if let Some(Active { start_by, .. }) = self.request
            && self.is_starting()
            && start_by <= now
        {
            self.finish(Err(failure));
        }
        if self.step_by.is_some_and(|by| by <= now) && !self.is_in_step() {
            self.give_up_step(failure);
        }
        self.advance(now);
    }

    /// The request's statement is not written yet.
    const fn is_starting(&self) -> bool {
        !matches!(self.doing, Doing::Exchange(Exchange { of: Of::Request, .. }))
    }

    pub(crate) fn is_in_step(&self) -> bool {
        self.in_step && !self.suspicious && self.chores.next().is_none()
    }

    /// When something has to be written, if something is to be.
    const fn write_by(&self) -> Instant {
        self.moved_at.after(self.config.write_ms)
    }

    /// When an exchange has gone on too long.
    fn exchange_by(&self, exchange: &Exchange) -> Instant {
        let by = match exchange.phase {
            Phase::Writing | Phase::Payload | Phase::Poke => return self.write_by(),
            Phase::Answer { .. } => self.moved_at.after(exchange.plan.answer_ms),
            Phase::Sent | Phase::Restart => self.moved_at.after(exchange.plan.sent_ms),
        };
        // The answer may stand behind a record that is being printed, or just was.
        let Some(data_at) = self.data_at else { return by };
        by.max(data_at.after(self.config.record_ms).min(by.after(RECORD_MS)))
    }

    /// When a record that has begun is given up.
    fn record_by(&self) -> Option<Instant> {
        self.reception.is_open().then(|| self.heard_at.after(self.config.record_ms))
    }

    fn give_up_record(&mut self, reader: &mut ResponseReader<'_>) {
        reader.resynchronize();
        self.pending.cut = self.reception.give_up();
        self.suspect();
    }

    /// The module cannot be reached. The next request tries again.
    fn give_up_step(&mut self, failure: Failure) {
        self.finish(Err(failure));
        self.fall_out(0, false);
        self.missing = (self.config.dialect.max_payload(), false);
        // Until a request or a restart it is left in peace, whatever it prints.
        self.wants_step = false;
        self.is_used = false;
        self.step_by = None;
    }
}
