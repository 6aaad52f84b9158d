//! The firmware's own commands and messages.

use crate::restart;
use crate::shared::{COMMAND, OTHERS, Shared, Stage};
use core::future::{pending, poll_fn};
use core::pin::pin;
use wsat::at_syntax::Statement;
use wsat::device::Answer;

/// Answers the commands that are not the device's: `AT+GMR`, `AT+RST`, Wi-Fi, whatever a firmware has.
///
/// Those that it names in `wsat::device::Config::commands`, with the plus (`"+GMR"`), stand in the list of `AT+CMD?`, too.
#[expect(async_fn_in_trait, reason = "one executor polls it: it need not be Send")]
pub trait Program {
    /// A command whose parameters are read: what is left of the line when it is not there any more.
    type Command;

    /// Reads a line. It may hold a secret: printed with `{:?}`, the statement of `AT+CWJAP` shows the password.
    ///
    /// # Errors
    ///
    /// The answer, if there is nothing to be carried out: [`Answer::NoSuchCommand`], or [`Answer::Error`] for parameters that are wrong.
    fn read(&mut self, statement: &Statement<'_>) -> Result<Self::Command, Answer>;

    /// Carries it out. It may take its time: links and their timers go on meanwhile, reports and received data are printed, and a line of
    /// the host is answered with `busy p...`. What it can do without waiting it does before another line is looked at.
    async fn carry_out(&mut self, command: Self::Command, port: &Port<'_>) -> Outcome;
}

/// How a command has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// `OK`
    Ok,
    /// `ERROR`
    Error,
    /// `OK`, then the module stops: see [`End::Restart`](crate::End::Restart). What the host sends behind it is a line for the
    /// restarted one.
    Restart,
}

/// A program without commands.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoProgram;

impl Program for NoProgram {
    type Command = core::convert::Infallible;

    fn read(&mut self, _: &Statement<'_>) -> Result<Self::Command, Answer> {
        Err(Answer::NoSuchCommand)
    }

    async fn carry_out(&mut self, command: Self::Command, _: &Port<'_>) -> Outcome {
        match command {}
    }
}

/// Lines that the firmware prints though nobody has asked: `WIFI DISCONNECT`.
#[expect(async_fn_in_trait, reason = "one executor polls it: it need not be Send")]
pub trait Messages {
    /// Waits for the next one, and is dropped with the module's run: whole lines, each with its CR LF. It is printed behind the record or line that is being printed, and behind an
    /// answer that is owed, whatever else waits; and the one behind it is asked for then. Only a host that has typed half a line,
    /// with echo, or owes payload has it wait for longer.
    ///
    /// It waits behind this call, and outlives a run that is dropped, so it is `'static`: [`Port::message`].
    async fn next(&mut self) -> &'static str;
}

/// There are none.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoMessages;

impl Messages for NoMessages {
    async fn next(&mut self) -> &'static str {
        pending().await
    }
}

/// The AT port, for a command that is carried out.
pub struct Port<'s>(&'s dyn Paper);

/// What a [`Port`] prints on.
trait Paper {
    /// Takes some of the text of an answer; returns how much.
    fn text(&self, text: &[u8]) -> usize;
    fn text_waits(&self, waits: bool);
    /// Some of the answer's text is taken: until its end no message is printed.
    fn text_has_begun(&self) -> bool;
    /// A message is not on its way yet.
    fn message_waits(&self) -> bool;
    /// Takes a message, if none waits; and gives it a number.
    fn message(&self, text: &'static str) -> Option<u32>;
    /// The message with this number is on its way.
    fn is_printed(&self, number: u32) -> bool;
}

impl Paper for Shared<'_, '_> {
    fn text(&self, text: &[u8]) -> usize {
        self.quiet.set(false);
        let taken = self.step(|state, _| state.module.device.handle_text(text));
        self.text_has_begun.set(self.text_has_begun.get() || taken > 0);
        taken
    }

    fn text_waits(&self, waits: bool) {
        self.text_waits.set(waits);
    }

    fn text_has_begun(&self) -> bool {
        self.text_has_begun.get()
    }

    fn message_waits(&self) -> bool {
        self.messages[COMMAND].get().is_some()
    }

    fn message(&self, text: &'static str) -> Option<u32> {
        if self.message_waits() {
            return None;
        }
        self.post(COMMAND, text);
        let number = self.posted.get().wrapping_add(1);
        self.posted.set(number);
        Some(number)
    }

    fn is_printed(&self, number: u32) -> bool {
        !self.message_waits() || self.posted.get() != number
    }
}

impl Port<'_> {
    /// Text of the answer: whole lines, each with its CR LF. It is printed in one piece with the result. Waits until it is taken, and
    /// before that for a message of this command that is not on its way yet.
    pub async fn text(&self, text: impl AsRef<[u8]>) {
        let mut text = text.as_ref();
        poll_fn(|_| {
            while !text.is_empty() {
                // It would not be printed before the end of the text, and whoever waits for it may keep that from coming.
                if self.0.message_waits() {
                    return core::task::Poll::Pending;
                }
                match self.0.text(text) {
                    0 => {
                        self.0.text_waits(true);
                        return core::task::Poll::Pending;
                    }
                    n => text = &text[n..],
                }
            }
            self.0.text_waits(false);
            core::task::Poll::Ready(())
        })
        .await;
    }

    /// A message, as [`Messages`] has them, before the answer: `WIFI CONNECTED`. Waits until it is on its way; several at a time go
    /// one behind the other. Behind [`text`](Self::text) it is text, too, since an answer that is begun is not interrupted.
    ///
    /// It may have to wait when the command does not any more, so it is `'static`: a constant, or a buffer that is a `static` (with the
    /// `static_cell` crate: `StaticCell::init`, once each). A line that is made up anew goes into the answer, as text.
    pub async fn message(&self, text: &'static str) {
        let mut number = None;
        let is_text = poll_fn(|_| {
            if number.is_none() {
                if self.0.text_has_begun() {
                    return core::task::Poll::Ready(true);
                }
                number = self.0.message(text);
            }
            if number.is_some_and(|number| self.0.is_printed(number)) {
                core::task::Poll::Ready(false)
            } else {
                core::task::Poll::Pending
            }
        });
        if is_text.await {
            self.text(text).await;
        }
    }
}

impl core::fmt::Debug for Port<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Port")
    }
}

/// One command after the other, until one restarts the module.
pub(crate) async fn carry_out<P: Program>(shared: &Shared<'_, '_>, program: &mut P) {
    // A restart that an earlier run has begun.
    if shared.stage.get() != Stage::Working {
        return restart::run(shared).await;
    }
    loop {
        if !shared.command_due.take() {
            shared.pause().await;
            continue;
        }
        let read =
            shared.with(|state| state.module.device.command().map(|line| program.read(&line)));
        let outcome = match read {
            Some(Ok(command)) => {
                let port = Port(shared);
                let mut work = pin!(program.carry_out(command, &port));
                let outcome = poll_fn(|cx| {
                    let poll = work.as_mut().poll(cx);
                    // As long as it waits for nothing but the line, it is being carried out at once.
                    shared.hold_host.set(poll.is_ready() || shared.text_waits.get());
                    poll
                });
                Ok(outcome.await)
            }
            Some(Err(answer)) => Err(answer),
            None => Err(Answer::Error),
        };
        shared.text_waits.set(false);
        shared.text_has_begun.set(false);
        shared.messages[COMMAND].set(None);
        let answer = match outcome {
            Ok(Outcome::Ok | Outcome::Restart) => Answer::Ok,
            Ok(Outcome::Error) => Answer::Error,
            Err(answer) => answer,
        };
        shared.quiet.set(false);
        shared.step(|state, now| {
            state.module.command_runs = false;
            _ = state.module.device.handle_answer(now, answer);
            1
        });
        if outcome == Ok(Outcome::Restart) {
            return restart::run(shared).await;
        }
        shared.hold_host.set(false);
    }
}

/// The messages of whatever else the firmware does.
pub(crate) async fn tell(shared: &Shared<'_, '_>, messages: &mut impl Messages) {
    loop {
        // A module that ends begins nothing; and an earlier run may have left one.
        while shared.stage.get() != Stage::Working || shared.messages[OTHERS].get().is_some() {
            shared.pause().await;
        }
        let text = messages.next().await;
        shared.post(OTHERS, text);
    }
}
