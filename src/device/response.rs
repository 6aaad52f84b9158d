//! Answers of the embedding program to commands of its own.

use super::{
    Answer, CallError, Device,
    engine::{Engine, Running},
    output::Unit,
    refusal::Refusal,
};
use at_syntax::Statement;

/// Text that the embedding program has given and the AT port has not yet taken. It stands in the
/// staging memory, which no other command uses at that time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    /// Octets of it.
    pub(crate) len: usize,
    /// Octets of it that were printed.
    pub(crate) printed: usize,
    /// What follows it, once that is known.
    pub(crate) result: Option<Unit>,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self { len: 0, printed: 0, result: None }
    }
}

impl Engine<'_> {
    pub(crate) fn ask_firmware(&mut self) {
        self.running = Running::Firmware;
        self.command_due = true;
        self.text = Text::new();
    }

    fn take_text(&mut self, text: &[u8]) -> usize {
        if !matches!(self.running, Running::Firmware) {
            return 0;
        }
        if self.text.printed == self.text.len {
            (self.text.printed, self.text.len) = (0, 0);
        }
        let room = self.payload.get_mut(self.text.len..).unwrap_or_default();
        let mut taken = 0;
        for (to, &from) in room.iter_mut().zip(text) {
            *to = from;
            taken += 1;
        }
        self.text.len += taken;
        if taken > 0 && !self.output.has_text() {
            self.output.push(Unit::Text);
        }
        taken
    }
}

impl Device<'_> {
    pub(super) fn foreign_command(&self) -> Option<Statement<'_>> {
        match self.engine.running {
            Running::Firmware => Statement::parse(self.reader.line()).ok(),
            _ => None,
        }
    }

    pub(super) fn take_text(&mut self, text: &[u8]) -> usize {
        self.engine.take_text(text)
    }

    pub(super) fn take_answer(&mut self, answer: Answer) -> Result<(), CallError> {
        if !matches!(self.engine.running, Running::Firmware) {
            return Err(CallError::NoCommand);
        }
        let refusal = match answer {
            Answer::Ok => None,
            Answer::Error => Some(Refusal::Firmware),
            Answer::NoSuchCommand => Some(Refusal::NoSuchCommand),
        };
        self.reader.release();
        self.engine.command_due = false;
        if self.engine.output.has_text() {
            // The result is part of the text's unit: nothing comes between them.
            let result = self.engine.result(refusal);
            self.engine.text.result = Some(result);
            self.engine.end_command();
        } else {
            let result = self.engine.result(refusal);
            self.engine.finish_with(result);
        }
        Ok(())
    }
}
