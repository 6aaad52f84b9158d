//! How what is on the wire goes on and ends: with an answer, with damage, with a module that starts anew.

use super::Failure;
use super::chores::Chores;
use super::engine::{Doing, Engine, Of};
use super::event::Event;
use super::exchange::{self, End, Heard, Phase, Prompt, Step};
use super::links::LinkState;
use super::request::Effect;
use crate::Instant;
use at_syntax::Lost;

impl Engine<'_> {
    /// An answer of the module.
    pub(crate) fn answer(&mut self, now: Instant, heard: Heard) {
        let most = self.config.dialect.max_payload();
        match &mut self.doing {
            // To nothing that is known here.
            Doing::Nothing => self.fall_out(if heard == Heard::Prompt { most } else { 0 }, true),
            Doing::Probing(probing) => {
                let pauses = (self.config.probe_ms, self.config.settle_ms);
                probing.heard(now, heard, most, pauses);
            }
            Doing::Exchange(exchange) => {
                let step = exchange::next(exchange.phase, &exchange.plan, exchange.doubts, heard);
                match step {
                    Step::Stay => {
                        let wanted = exchange.plan.prompt == Prompt::Perhaps;
                        exchange.doubts.excess |= heard == Heard::Busy && !wanted;
                    }
                    Step::Go(phase) => {
                        exchange.phase = phase;
                        self.moved_at = now;
                    }
                    Step::End(result) => self.end_exchange(result),
                    // A prompt that is not believed may be one all the same.
                    Step::Again => {
                        self.fall_out(if heard == Heard::Prompt { most } else { 0 }, true);
                    }
                    Step::Break(failure) => {
                        if heard == Heard::Prompt {
                            exchange.left = usize::try_from(most).unwrap_or(usize::MAX);
                            exchange.phase = Phase::Payload;
                        }
                        self.break_off(failure);
                    }
                }
            }
        }
    }

    /// The exchange has been answered, and the two are in step.
    fn end_exchange(&mut self, result: Result<(), Failure>) {
        let Doing::Exchange(exchange) = self.doing else { return };
        self.doing = Doing::Nothing;
        match (exchange.effect, result.is_ok()) {
            (Effect::Open(link), true) => self.links.set(link, LinkState::Open),
            (Effect::Open(link), false) => {
                // It may have been in use; then nothing has changed.
                if self.links.state(link) == LinkState::Opening {
                    self.links.set(link, LinkState::Free);
                }
                self.chores.query = true;
            }
            (Effect::Close(link), true) => self.links.set(link, LinkState::Free),
            (Effect::Format(link, format), true) => self.reception.set_format(link, format),
            (Effect::Query, true) => self.links.end_list(),
            (Effect::Nothing, _)
            | (Effect::Send, true)
            | (Effect::Format(..) | Effect::Query, false) => {}
            (Effect::Send | Effect::Close(_), false) => self.chores.query = true,
        }
        match exchange.of {
            Of::Request => self.finish(result),
            Of::Chore(chore) => self.chores.done(chore),
        }
    }

    /// The exchange has ended, and what the module makes of it is not known.
    pub(crate) fn break_off(&mut self, failure: Failure) {
        let Doing::Exchange(exchange) = self.doing else { return };
        if exchange.of == Of::Request {
            self.finish(Err(failure));
        }
        let prompted = matches!(exchange.phase, Phase::Payload | Phase::Sent | Phase::Poke)
            || exchange.plan.prompt == Prompt::Always
                && exchange.phase == Phase::Answer { acknowledged: true };
        // Whatever was meant to be taken may have been another number when it came.
        let most = self.config.dialect.max_payload();
        let changed = exchange.doubts.echo || exchange.phase == Phase::Payload;
        let missing = match u32::try_from(exchange.payload) {
            Ok(payload) if !changed => payload.max(1),
            _ => most,
        };
        if let (Effect::Format(link, format), Phase::Answer { .. }) =
            (exchange.effect, exchange.phase)
        {
            // It is written again when the two are in step, so that both know.
            self.reception.set_format(link, format);
        }
        self.fall_out(if prompted { missing } else { 0 }, true);
    }

    /// The two are out of step: the module may be waiting for up to so many bytes. `now`: they get in step without
    /// waiting for a request.
    pub(crate) fn fall_out(&mut self, missing: u32, soon: bool) {
        self.doing = Doing::Nothing;
        self.in_step = false;
        self.wants_step |= soon;
        self.missing = (missing, missing > 0);
        self.chores = Self::all_chores(&self.config);
    }

    /// Bytes were lost or changed.
    pub(crate) fn damaged(&mut self, lost: Lost) -> Option<Event<'static>> {
        match &mut self.doing {
            // There anything may come.
            Doing::Probing(_) => return None,
            Doing::Exchange(exchange) if lost == Lost::Echo => exchange.doubts.echo = true,
            _ => {
                self.suspicious = true;
                self.wants_step = true;
            }
        }
        Some(Event::Damaged(lost))
    }

    /// The module has started.
    pub(crate) fn restarted(&mut self, now: Instant) {
        self.links.restart();
        self.reception.restart();
        self.pending.ready = true;
        self.code = None;
        self.suspicious = false;
        match &mut self.doing {
            Doing::Probing(probing) => probing.restarted(now, self.config.settle_ms),
            Doing::Exchange(exchange) => {
                if exchange.of == Of::Request && exchange.phase != Phase::Writing {
                    let wanted = exchange.plan.end == End::Ready;
                    self.finish(if wanted { Ok(()) } else { Err(Failure::Rebooted) });
                }
                self.doing = Doing::Nothing;
            }
            Doing::Nothing => {}
        }
        self.in_step = false;
        self.wants_step = true;
        self.missing = (0, false);
        self.chores = Chores::after_restart(self.config.error_codes);
    }

    /// The request has ended.
    pub(crate) fn finish(&mut self, result: Result<(), Failure>) {
        if self.request.take().is_some() {
            self.pending.finished = Some(result);
        }
    }
}
