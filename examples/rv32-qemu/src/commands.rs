//! The commands that are this module's and not the device's: `AT+GMR` and `AT+RST`.

use wsat::Instant;
use wsat::at_syntax::{Form, Name};
use wsat::device::{Answer, Device, FirmwareCommand};

use crate::drive::{Hold, Program};
use crate::uart::Uart;

const fn execute(name: &'static str) -> FirmwareCommand {
    FirmwareCommand { name, test: false, query: false, set: false, execute: true }
}

/// For `AT+CMD?`.
pub const COMMANDS: &[FirmwareCommand] = &[execute("+GMR"), execute("+RST")];

/// The answer of `AT+GMR`.
pub const VERSION: &str = concat!(
    "AT version:",
    env!("CARGO_PKG_VERSION"),
    "\r\nBin version:",
    env!("CARGO_PKG_NAME"),
    "\r\n"
);

/// What is left to be done about a command.
#[derive(Default)]
enum Next {
    #[default]
    Nothing,
    /// This text and `OK`.
    Say(&'static [u8]),
    /// Once everything is printed. What the host has sent behind it is a line of the restarted module.
    Restart,
}

/// They, and a log by semihosting.
#[derive(Default)]
pub struct Commands(Next);

impl Commands {
    /// Hands over as much text as the device has room for; it has room again when it has printed some.
    fn say(&mut self, mut text: &'static [u8], device: &mut Device<'_>, now: Instant) -> bool {
        let taken = device.handle_text(text);
        text = &text[taken..];
        self.0 = if text.is_empty() { Next::Nothing } else { Next::Say(text) };
        if text.is_empty() {
            // It waits for an answer, or this would not be a command's.
            let _ = device.handle_answer(now, Answer::Ok);
        }
        taken > 0
    }
}

impl Program for Commands {
    fn holds(&self) -> Hold {
        match self.0 {
            Next::Nothing => Hold::Nothing,
            Next::Say(_) => Hold::Host,
            // Peers that send without end would keep `OK` from being the last that is printed.
            Next::Restart => Hold::All,
        }
    }

    fn command(&mut self, device: &mut Device<'_>, now: Instant) {
        let Some(command) = device.command() else { return };
        let is = |name| command.name.is(Name::Extended(name));
        let answer = match (is(b"GMR"), is(b"RST"), command.form) {
            // What is answered at once keeps no line of the host waiting.
            (true, _, Form::Execute) => {
                self.say(VERSION.as_bytes(), device, now);
                return;
            }
            (_, true, Form::Execute) => {
                self.0 = Next::Restart;
                Answer::Ok
            }
            (false, false, _) => Answer::NoSuchCommand,
            _ => Answer::Error,
        };
        let _ = device.handle_answer(now, answer);
    }

    fn turn(&mut self, device: &mut Device<'_>, _: &Uart, at_rest: bool, now: Instant) -> bool {
        match self.0 {
            Next::Say(text) => self.say(text, device, now),
            Next::Restart if at_rest => {
                device.restart();
                self.0 = Next::Nothing;
                true
            }
            Next::Nothing | Next::Restart => false,
        }
    }

    fn log(&mut self, why: &dyn core::fmt::Debug) {
        semihosting::println!("module: {why:?}");
    }
}
