//! The commands that are this module's own: `AT+GMR` and `AT+RST`.

use rv32_qemu::commands::VERSION;
use wsat::at_syntax::{Form, Name, Statement};
use wsat::device::Answer;
use wsat_embassy::{Outcome, Port, Program};

pub(crate) struct Firmware;

pub(crate) enum Command {
    Version,
    Restart,
}

impl Program for Firmware {
    type Command = Command;

    fn read(&mut self, statement: &Statement<'_>) -> Result<Command, Answer> {
        let command = match statement.name {
            name if name.is(Name::Extended(b"GMR")) => Command::Version,
            name if name.is(Name::Extended(b"RST")) => Command::Restart,
            _ => return Err(Answer::NoSuchCommand),
        };
        if statement.form == Form::Execute { Ok(command) } else { Err(Answer::Error) }
    }

    async fn carry_out(&mut self, command: Command, port: &Port<'_>) -> Outcome {
        match command {
            Command::Version => {
                port.text(VERSION).await;
                Outcome::Ok
            }
            Command::Restart => Outcome::Restart,
        }
    }
}
