//! What the lanes share. They are parts of one future, so nobody comes between two waits of one of them.

use crate::{Module, Note};
use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::Poll;
use wsat::Instant;
use wsat::device::{Action, Conn, Serial};
use wsat::rand_core::CryptoRng;

/// How long a link that is done with a connection leaves it for a farewell.
const FAREWELL_MS: u32 = 5000;

/// Who has messages to print: the command that is carried out, and whatever else the firmware does.
const SPEAKERS: usize = 2;
pub(crate) const COMMAND: usize = 0;
pub(crate) const OTHERS: usize = 1;

pub(crate) struct Shared<'a, 'm> {
    state: RefCell<State<'a, 'm>>,
    log: fn(Note),
    now: Cell<Instant>,
    /// Something was done since this was last taken: every lane is to look again.
    pub(crate) moved: Cell<bool>,
    /// The connection that each link is to have.
    pub(crate) wanted: [Cell<Option<Conn>>; 3],
    /// Of the connection before: until when its farewell may take.
    pub(crate) farewell_by: [Cell<Option<Instant>>; 3],
    /// The link's transport is not ended yet.
    pub(crate) in_use: [Cell<bool>; 3],
    pub(crate) command_due: Cell<bool>,
    /// The host is not heard.
    pub(crate) hold_host: Cell<bool>,
    /// The command that is carried out waits for room for its text.
    pub(crate) text_waits: Cell<bool>,
    /// Some of its text is taken.
    pub(crate) text_has_begun: Cell<bool>,
    pub(crate) messages: [Cell<Option<&'static str>>; SPEAKERS],
    /// The number of the last message of commands.
    pub(crate) posted: Cell<u32>,
    /// Who has printed one last; and nothing was printed since, so that whatever else waits has its turn.
    last_speaker: Cell<usize>,
    spoke: Cell<bool>,
    /// All that was to be printed is on the line.
    pub(crate) quiet: Cell<bool>,
    pub(crate) stage: Cell<Stage>,
    /// Until when the present stage may take.
    pub(crate) stage_by: Cell<Option<Instant>>,
    /// The host has taken some of what is printed.
    pub(crate) host_took: Cell<bool>,
    /// After an error of the line: when it is listened to again.
    pub(crate) hear_at: Cell<Option<Instant>>,
}

/// What the module is at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Working,
    /// It is to be restarted: what the host and peers send, and time, are left where they are.
    Finishing,
    /// Everything is printed. The transports are ended at once, and nothing is printed any more.
    Leaving,
}

pub(crate) struct State<'a, 'm> {
    pub(crate) module: &'a mut Module<'m>,
    pub(crate) rng: &'a mut dyn CryptoRng,
}

/// What goes to the host next.
pub(crate) enum Print {
    Nothing,
    /// So many bytes of the lane's buffer.
    Bytes(usize),
    /// A message of the firmware's own.
    Message(&'static str),
}

impl<'a, 'm> Shared<'a, 'm> {
    pub(crate) fn new(
        module: &'a mut Module<'m>,
        rng: &'a mut dyn CryptoRng,
        log: fn(Note),
        now: Instant,
    ) -> Self {
        let (stage, message) = (module.stage, module.message);
        Self {
            state: RefCell::new(State { module, rng }),
            log,
            now: Cell::new(now),
            moved: Cell::new(false),
            wanted: [const { Cell::new(None) }; 3],
            farewell_by: [const { Cell::new(None) }; 3],
            in_use: [const { Cell::new(false) }; 3],
            command_due: Cell::new(false),
            hold_host: Cell::new(stage != Stage::Working),
            text_waits: Cell::new(false),
            text_has_begun: Cell::new(false),
            messages: [Cell::new(None), Cell::new(message)],
            posted: Cell::new(0),
            last_speaker: Cell::new(0),
            spoke: Cell::new(false),
            quiet: Cell::new(false),
            stage: Cell::new(stage),
            stage_by: Cell::new(None),
            host_took: Cell::new(false),
            hear_at: Cell::new(None),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.now.get()
    }

    pub(crate) fn note(&self, note: Note) {
        (self.log)(note);
    }

    pub(crate) fn with<R>(&self, look: impl FnOnce(&mut State<'a, 'm>) -> R) -> R {
        look(&mut self.state.borrow_mut())
    }

    /// A step, which says how much it got done.
    pub(crate) fn step(&self, step: impl FnOnce(&mut State<'a, 'm>, Instant) -> usize) -> usize {
        self.with(|state| {
            let done = step(state, self.now());
            if done > 0 {
                self.moved.set(true);
                if self.stage.get() == Stage::Working {
                    state.module.offer(self.now());
                }
            }
            let device = &mut state.module.device;
            if let Some(why) = device.poll_refusal() {
                self.note(Note::Refused(why));
            }
            while let Some((link, why)) = device.poll_failure() {
                self.note(Note::Lost(link, why));
            }
            done
        })
    }

    /// Lets the other lanes go on. The lane that waits so is polled again whenever any of them has got something done, or anything
    /// outside has woken the future.
    pub(crate) async fn pause(&self) {
        let mut paused = false;
        poll_fn(|_| {
            if core::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// The same where the lane itself has more to do.
    pub(crate) async fn pass(&self) {
        self.moved.set(true);
        self.pause().await;
    }

    /// Time goes on.
    pub(crate) fn tick(&self, now: Instant) {
        self.now.set(now);
    }

    /// Whether time has to be told to the device; and if so, it is told.
    pub(crate) fn tell_time(&self) -> bool {
        let device = |state: &mut State<'a, 'm>| state.module.device.poll_deadline();
        let is_due = self.stage.get() == Stage::Working
            && self.with(device).is_some_and(|deadline| deadline <= self.now());
        if is_due {
            self.step(|state, now| {
                state.module.device.handle_time(now);
                1
            });
        }
        is_due
    }

    /// When there is something to do though nothing has come.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let device = self.with(|state| state.module.device.poll_deadline());
        let device = device.filter(|_| self.stage.get() == Stage::Working);
        let own =
            self.farewell_by.iter().chain([&self.stage_by, &self.hear_at]).filter_map(Cell::get);
        // What is over was seen to.
        own.filter(|at| *at > self.now()).chain(device).min()
    }

    /// What the device asks for.
    pub(crate) fn act(&self) {
        while let Some(action) = self.with(|state| state.module.device.poll_action()) {
            self.moved.set(true);
            match action {
                Action::Open(conn) => {
                    self.with(|state| state.module.open(conn));
                    self.wanted[conn.link()].set(Some(conn));
                }
                // The window stays: some of it may still be relayed.
                Action::Close(conn) => {
                    self.wanted[conn.link()].set(None);
                    self.farewell_by[conn.link()].set(Some(self.now().after(FAREWELL_MS)));
                }
                Action::Command => {
                    self.with(|state| state.module.command_runs = true);
                    self.command_due.set(true);
                    // A command that is carried out at once keeps no line of the host waiting.
                    self.hold_host.set(true);
                }
            }
        }
    }

    /// A message waits, and it is its turn, if not yet its place.
    fn message_is_due(&self) -> bool {
        !self.spoke.get() && self.messages.iter().any(|message| message.get().is_some())
    }

    /// A message goes next: what the host sends now waits for it.
    pub(crate) fn message_is_next(&self) -> bool {
        self.message_is_due() && self.with(|state| state.module.device.is_between_units())
    }

    /// The message that goes next. If it has to wait, the device makes a place for it.
    fn message(&self) -> Option<&'static str> {
        if !self.message_is_due() {
            return None;
        }
        if !self.message_is_next() {
            self.with(|state| state.module.device.handle_message_due());
            return None;
        }
        let behind_last = self.last_speaker.get() + 1;
        let speakers = (0..SPEAKERS).map(|n| (behind_last + n) % SPEAKERS);
        let (speaker, text) =
            speakers.into_iter().find_map(|n| Some((n, self.messages[n].take()?)))?;
        self.last_speaker.set(speaker);
        self.spoke.set(true);
        self.moved.set(true);
        Some(text)
    }

    pub(crate) fn print(&self, out: &mut [u8]) -> Print {
        if self.stage.get() == Stage::Leaving {
            return Print::Nothing;
        }
        if let Some(text) = self.message() {
            return Print::Message(text);
        }
        let n = self.step(|state, now| {
            let module = &mut *state.module;
            if self.stage.get() == Stage::Finishing {
                // No peer is offered any more, so no more of it comes.
                module.device.abort_record();
            }
            match module.device.poll_host(now, out) {
                Serial::Bytes(n) => n,
                Serial::Relay { conn, len } => {
                    let window = &mut module.links[conn.link()].window;
                    let (first, _) = window.parts();
                    let n = len.min(out.len()).min(first.len());
                    out[..n].copy_from_slice(&first[..n]);
                    window.drop_front(n);
                    // It cannot be more than the device has asked for.
                    _ = module.device.handle_relayed(now, conn, n);
                    n
                }
                Serial::Idle => 0,
            }
        });
        self.spoke.set(false);
        if n > 0 {
            return Print::Bytes(n);
        }
        self.message().map_or(Print::Nothing, Print::Message)
    }

    /// A message to be printed as soon as that may be.
    pub(crate) fn post(&self, speaker: usize, text: &'static str) {
        self.messages[speaker].set(Some(text));
        self.quiet.set(false);
        self.moved.set(true);
    }
}

impl Drop for Shared<'_, '_> {
    /// What the next run has to know.
    fn drop(&mut self) {
        let module = &mut *self.state.get_mut().module;
        module.stage = self.stage.get();
        module.message = self.messages[OTHERS].get();
    }
}
