//! How what is on the wire goes on and ends: with an answer, with damage, with a module that starts anew.

use super::Failure;
use super::chores::Chore;
use super::engine::{Doing, Engine, Of};
use super::event::Event;
use super::exchange::{self, End, Heard, Phase, Prompt, Step};
use super::links::LinkState;
use super::request::Effect;
use crate::Instant;
use at_syntax::Lost;

/// How often a request is written that the module does not understand.
const ATTEMPTS: u8 = 3;

/// How often a list of the links is asked for if its lines are damaged.
const LISTS: u8 = 3;

impl Engine<'_> {
    /// An answer of the module.
    pub(crate) fn answer(&mut self, now: Instant, heard: Heard) {
        let most = self.config.dialect.max_payload();
        // A prompt that nobody expects may be one all the same.
        let missing = if heard == Heard::Prompt { most } else { 0 };
        match &mut self.doing {
            // To nothing that is known here.
            Doing::Nothing => self.fall_out(missing, true),
            Doing::Probing(probing) => {
                let pauses = (self.config.probe_ms, self.config.settle_ms);
                probing.heard(now, heard, most, pauses);
            }
            Doing::Exchange(exchange) => {
                let step = exchange::next(exchange.phase, &exchange.plan, exchange.doubts, heard);
                match step {
                    Step::Stay => {
                        let wanted = exchange.plan.prompt == Prompt::Perhaps;
                        let sent = exchange.phase == Phase::Sent;
                        exchange.doubts.excess |= heard == Heard::Busy && sent && !wanted;
                    }
                    Step::Go(phase) => {
                        exchange.phase = phase;
                        self.moved_at = now;
                    }
                    Step::End(result) => self.end_exchange(result),
                    Step::Again => self.again(heard, missing),
                    Step::Break(failure) => {
                        self.break_off(failure);
                        self.fall_out(missing, true);
                    }
                }
            }
        }
    }

    /// The statement was not carried out, and is to be written again.
    fn again(&mut self, heard: Heard, missing: u32) {
        if let Doing::Exchange(exchange) = self.doing
            && exchange.of == Of::Request
            && let Some(active) = &mut self.request
        {
            active.was_busy = heard == Heard::Busy;
            if let Heard::Error(code) = heard {
                active.attempts = active.attempts.saturating_add(1);
                if active.attempts >= ATTEMPTS {
                    self.finish(Err(Failure::Error(code)));
                }
            }
        }
        self.fall_out(missing, true);
    }

    /// The exchange has been answered, and the two are in step.
    fn end_exchange(&mut self, result: Result<(), Failure>) {
        let Doing::Exchange(exchange) = self.doing else { return };
        self.doing = Doing::Nothing;
        match (exchange.effect, result.is_ok()) {
            (Effect::Open(link), true) => self.links.opened(link),
            (Effect::Open(link), false) => {
                // It may have been in use; then nothing has changed.
                self.links.not_opened(link);
                self.chores.query = true;
            }
            (Effect::Close(link), true) => self.links.set(link, LinkState::Free),
            (Effect::Format(link, format), true) => self.reception.set_format(link, format),
            (Effect::Query, true) => self.end_list(),
            (Effect::Nothing, _)
            | (Effect::Send, true)
            | (Effect::Format(..) | Effect::Query, false) => {}
            (Effect::Send | Effect::Close(_), false) => self.chores.query = true,
        }
        match exchange.of {
            Of::Request => self.finish(result),
            // Its list has said so.
            Of::Chore(Chore::Query) if result.is_ok() => {}
            Of::Chore(chore) if result.is_ok() => self.chores.done(chore),
            // It may have been damaged on its way; or the module does not know it, and need not.
            Of::Chore(chore) => self.chores.failed(chore),
        }
    }

    /// The list of the links is complete.
    fn end_list(&mut self) {
        let whole = self.links.is_list_whole();
        self.links.end_list();
        self.lists = if whole { 0 } else { self.lists.saturating_add(1) };
        // It is asked for again; if it is damaged each time, what it says is all there is.
        if !whole && self.lists < LISTS {
            self.chores.query = true;
            return;
        }
        self.chores.query = false;
    }

    /// The exchange has ended, and what the module makes of it is not known.
    pub(crate) fn break_off(&mut self, failure: Failure) {
        let Doing::Exchange(exchange) = self.doing else { return };
        if exchange.of == Of::Request {
            self.finish(Err(failure));
        }
        // The length that the module has read may have been another one.
        let most = self.config.dialect.max_payload();
        match (exchange.plan.prompt, exchange.phase) {
            (Prompt::Never, _) | (_, Phase::Writing | Phase::Restart) => {}
            // The prompt may have been lost.
            (_, Phase::Answer { acknowledged: false }) => self.missing.0 = most,
            (_, Phase::Answer { .. } | Phase::Payload | Phase::Poke | Phase::Sent) => {
                self.missing = (most, true);
            }
        }
        if let (Effect::Format(link, format), Phase::Answer { .. }) =
            (exchange.effect, exchange.phase)
        {
            // It is written again when the two are in step, so that both know.
            self.reception.set_format(link, format);
        }
        self.fall_out(0, true);
    }

    /// The two are out of step: the module may be waiting for up to so many bytes. `soon`: they get in step
    /// without waiting for a request.
    pub(crate) fn fall_out(&mut self, missing: u32, soon: bool) {
        if let Doing::Exchange(exchange) = self.doing
            && let Effect::Open(link) = exchange.effect
        {
            self.links.not_opened(link);
        }
        self.doing = Doing::Nothing;
        self.in_step = false;
        self.wants_step |= soon && self.is_used;
        if missing > 0 {
            self.missing = (missing, true);
        }
        self.chores = Self::all_chores(&self.config);
    }

    /// Bytes were lost or changed.
    pub(crate) fn damaged(&mut self, lost: Lost) -> Option<Event<'static>> {
        match &mut self.doing {
            // It is said once.
            Doing::Exchange(exchange) if lost == Lost::Echo && exchange.doubts.echo => return None,
            Doing::Exchange(exchange) if lost == Lost::Echo => exchange.doubts.echo = true,
            // A URI may be longer than the memory for lines.
            Doing::Exchange(exchange)
                if lost == Lost::TooLong && exchange.effect == Effect::Query =>
            {
                self.links.damage_list();
            }
            _ => self.suspect(),
        }
        Some(Event::Damaged(lost))
    }

    /// Something may have been missed: the two are to get in step, if that is not what they are at.
    pub(crate) fn suspect(&mut self) {
        if !matches!(self.doing, Doing::Probing(_)) {
            self.suspicious = true;
            self.wants_step |= self.is_used;
        }
    }

    /// The module has started. `told` by itself, and not by the caller.
    pub(crate) fn restarted(&mut self, now: Instant, told: bool) {
        self.links.restart();
        self.reception.restart();
        self.pending.ready |= told;
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
        self.is_used = true;
        self.missing = (0, false);
        // Data that looked like it may have said so: everything is asked for all the same.
        self.chores = Self::all_chores(&self.config);
    }

    /// The request has ended.
    pub(crate) fn finish(&mut self, result: Result<(), Failure>) {
        if self.request.take().is_some() {
            self.pending.finished = Some(result);
            // It may have had a password.
            self.staging.clear();
        }
    }
}
