//! The data phase: raw bytes behind a prompt, staged until all of them are there.

use super::{
    Conn,
    engine::{Engine, Running},
    refusal::Refusal,
    wssend::Send,
};
use crate::Instant;
use at_syntax::{DataPhase, Reply};

/// A data phase: the prompt was given, payload is being taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload {
    purpose: Purpose,
    phase: DataPhase,
    /// When the embedding program's limit ends it, once the prompt is printed.
    pub(crate) by: Option<Instant>,
}

/// What the bytes are for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// `AT+WSSEND`, and the connection that the prompt was given for: none if a quirk gives it without one.
    Send(Send, Option<Conn>),
    /// `AT+WSHEAD`
    Head,
}

impl Engine<'_> {
    /// Gives the prompt.
    pub(crate) fn begin_payload(&mut self, purpose: Purpose, length: usize) {
        let phase = DataPhase::new(length);
        self.running = Running::Payload(Payload { purpose, phase, by: None });
        self.reply(Reply::Prompt);
    }

    /// The host has the prompt: its time runs from now on.
    pub(crate) fn prompted(&mut self, now: Instant) {
        if let Running::Payload(payload) = &mut self.running {
            payload.by = self.config.payload_timeout_ms.map(|limit| now.after(limit));
        }
    }

    /// Takes payload, at most to its announced length. It is raw: no escapes, no echo, no end of
    /// line.
    pub(crate) fn take_payload(&mut self, now: Instant, input: &[u8]) -> usize {
        let Running::Payload(Payload { purpose, phase, .. }) = &mut self.running else { return 0 };
        if phase.is_complete() {
            return self.zero_length(now, input);
        }
        let at = phase.taken();
        let piece = phase.take(input);
        match purpose {
            Purpose::Head => self.headers.stage(at, piece),
            Purpose::Send(..) => {
                let room = self.payload.get_mut(at..).unwrap_or_default();
                for (to, &from) in room.iter_mut().zip(piece) {
                    *to = from;
                }
            }
        }
        if phase.is_complete() {
            let (purpose, length) = (*purpose, phase.taken());
            let result = match purpose {
                Purpose::Head => self.add_header(length),
                Purpose::Send(command, conn) => self.payload_complete(now, &command, conn),
            };
            if let Err(refusal) = result {
                self.refuse(refusal);
            }
        }
        piece.len()
    }

    /// A quirk prompts for no bytes: the next one has it carried out, and is lost.
    fn zero_length(&mut self, now: Instant, input: &[u8]) -> usize {
        let Running::Payload(Payload { purpose: Purpose::Send(command, conn), .. }) = self.running
        else {
            return 0;
        };
        let lost = self.discard_input(input.get(..1).unwrap_or_default());
        if lost > 0
            && let Err(refusal) = self.payload_complete(now, &command, conn)
        {
            self.refuse(refusal);
        }
        lost
    }

    /// The embedding program, or its time limit, ends the data phase. False: there is none.
    pub(crate) fn abort_payload(&mut self, why: Refusal) -> bool {
        let in_payload = matches!(self.running, Running::Payload(_));
        if in_payload {
            self.refuse(why);
        }
        in_payload
    }
}
