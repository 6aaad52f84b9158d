//! Bytes of the host: lines, payload of a data phase, or input that is discarded because a command
//! is being carried out.

use super::{
    Device,
    command::Command,
    engine::{Engine, Running},
    output::{MAX_BUSY, Unit},
    refusal::Refusal,
};
use crate::Instant;
use at_syntax::{LineEvent, Reply};

/// Where discarded input is in its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Discard {
    in_line: bool,
    last: u8,
}

impl Discard {
    pub(crate) const fn new() -> Self {
        Self { in_line: false, last: 0 }
    }
}

impl Device<'_> {
    /// Takes bytes of the host as far as they can be taken now.
    pub(super) fn take_host(&mut self, now: Instant, input: &[u8]) -> usize {
        let mut taken = 0;
        while let Some(rest) = input.get(taken..)
            && !rest.is_empty()
        {
            let n = match self.engine.running {
                // Answers come one by one: what follows a line waits until its answer is printed.
                Running::Nothing | Running::Payload(_) if self.engine.output.owes_answer() => {
                    // A record that is open must not keep the host from being heard.
                    self.engine.end_open_record();
                    0
                }
                Running::Nothing => self.take_line(now, rest),
                Running::Payload(_) => self.engine.take_payload(now, rest),
                // It may be answered at once, and then the module never was busy.
                Running::Firmware if self.engine.command_due => 0,
                _ => self.engine.discard_input(rest),
            };
            if n == 0 {
                break;
            }
            taken += n;
        }
        self.engine.echo_waits = self.reader.echo_pending();
        taken
    }

    #[inline(never)]
    fn take_line(&mut self, now: Instant, input: &[u8]) -> usize {
        let (taken, event) = self.reader.feed(input);
        match event {
            None => {}
            Some(LineEvent::TooLong) => {
                self.reader.release();
                self.engine.refuse(Refusal::LineTooLong);
            }
            Some(LineEvent::Line) => self.execute(now),
        }
        taken
    }

    /// Carries out the line that the reader holds.
    fn execute(&mut self, now: Instant) {
        let engine = &mut self.engine;
        let mut echo = None;
        let result = Command::parse(self.reader.line(), &engine.config).and_then(|command| {
            match command {
                Command::Attention => engine.reply(Reply::Ok),
                Command::Echo(on) => {
                    echo = Some(on);
                    engine.reply(Reply::Ok);
                }
                Command::Commands => engine.output.push(Unit::Commands),
                Command::SysLog(None) => engine.output.push(Unit::SysLog(engine.syslog)),
                Command::SysLog(Some(on)) => {
                    engine.syslog = on;
                    engine.reply(Reply::Ok);
                }
                Command::Head(command) => return engine.head(now, command),
                Command::Headers => engine.list_headers(),
                Command::Format(command) => engine.set_format(command),
                Command::Configure(command) => engine.configure(command),
                Command::Open(command) => return engine.open(now, command),
                Command::Links => engine.list_links(),
                Command::Send(command) => return engine.send(now, command),
                Command::Close(link) => engine.close(now, link),
                Command::Foreign => engine.ask_firmware(),
            }
            Ok(())
        });
        if let Err(refusal) = result {
            engine.refuse(refusal);
        }
        if let Some(on) = echo {
            self.reader.set_echo(on);
        }
        // The embedding program still has to read the line of its own command.
        if !matches!(self.engine.running, Running::Firmware) {
            self.reader.release();
        }
    }
}

impl Engine<'_> {
    /// Discards input up to the end of a line, and answers the line's first byte.
    pub(super) fn discard_input(&mut self, input: &[u8]) -> usize {
        let mut taken = 0;
        let terminator = self.config.terminator;
        for &byte in input {
            if terminator.discards_line(byte) {
                // As at any other time; what follows is a new line.
                self.discard = Discard::new();
                taken += 1;
                continue;
            }
            if !self.discard.in_line {
                if self.output.owes_busy() >= usize::from(MAX_BUSY) {
                    break;
                }
                self.reply(Reply::Busy);
            }
            let ends = terminator.ends_line(self.discard.last, byte);
            self.discard = Discard { in_line: !ends, last: byte };
            taken += 1;
        }
        taken
    }
}
