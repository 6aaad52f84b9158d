//! The commands that are not the core's: one table of them, and how a line finds its answer.
//!
//! An ESP32 has a radio, a clock, a version and a reset button, of which the core knows nothing. It hands
//! such lines out as `Action::Command`, and this folder is the example of how to answer them. Answers are
//! those of ESP-AT's pages "Wi-Fi AT Commands", "TCP-IP AT Commands" and "Basic AT Commands", each rule with
//! its heading; "decided" is what they leave open.

mod address;
mod air;
mod clock;
mod reply;
mod system;
mod uart;
mod wifi;

pub(crate) use air::Air;
pub(crate) use reply::Reply;

use clock::Clock;
use uart::Uart;
use wifi::Wifi;
use wsat::Dialect;
use wsat::at_syntax::{Form, Name, Params, Statement};
use wsat::device::FirmwareCommand;

/// Carries out one form of a command; of the parameters only a set command has any.
type Handler = fn(&mut Firmware, Params<'_>) -> Reply;

/// A command, and what carries out each of its forms.
struct Row {
    /// As `AT+CMD?` lists it.
    name: &'static str,
    test: Option<Handler>,
    query: Option<Handler>,
    set: Option<Handler>,
    execute: Option<Handler>,
}

const fn row(name: &'static str) -> Row {
    Row { name, test: None, query: None, set: None, execute: None }
}

/// All of them. What is answered and what is listed both come from here.
const TABLE: &[Row] = &[
    Row { execute: Some(system::version), ..row("+GMR") },
    Row { execute: Some(system::restart), ..row("+RST") },
    Row { execute: Some(system::restore), ..row("+RESTORE") },
    Row { query: Some(system::query_store), set: Some(system::set_store), ..row("+SYSSTORE") },
    Row { query: Some(uart::query_current), set: Some(uart::set_current), ..row("+UART_CUR") },
    Row { query: Some(uart::query_default), set: Some(uart::set_default), ..row("+UART_DEF") },
    Row {
        test: Some(wifi::test_mode),
        query: Some(wifi::query_mode),
        set: Some(wifi::set_mode),
        ..row("+CWMODE")
    },
    Row { query: Some(wifi::query_state), ..row("+CWSTATE") },
    Row {
        query: Some(wifi::query_network),
        set: Some(wifi::join),
        execute: Some(wifi::join_again),
        ..row("+CWJAP")
    },
    Row { execute: Some(wifi::leave), ..row("+CWQAP") },
    Row { query: Some(wifi::query_auto), set: Some(wifi::set_auto), ..row("+CWAUTOCONN") },
    Row { query: Some(address::query_mac), ..row("+CIPSTAMAC") },
    Row { query: Some(address::query_station), ..row("+CIPSTA") },
    Row { execute: Some(address::all), ..row("+CIFSR") },
    Row { query: Some(clock::query_config), set: Some(clock::configure), ..row("+CIPSNTPCFG") },
    Row { query: Some(clock::query_time), ..row("+CIPSNTPTIME") },
];

/// The table for `AT+CMD?`.
pub(crate) const COMMANDS: &[FirmwareCommand] = &{
    let none = FirmwareCommand { name: "", test: false, query: false, set: false, execute: false };
    let mut list = [none; TABLE.len()];
    let mut i = 0;
    while i < list.len() {
        let Row { name, test, query, set, execute } = &TABLE[i];
        list[i] = FirmwareCommand {
            name,
            test: test.is_some(),
            query: query.is_some(),
            set: set.is_some(),
            execute: execute.is_some(),
        };
        i += 1;
    }
    list
};

/// What is around the core. A part of it is kept in flash and so survives a restart.
#[derive(Debug)]
pub(crate) struct Firmware {
    /// Which of several modules this is, from 0.
    number: u32,
    dialect: Dialect,
    /// `AT+SYSSTORE`
    store: bool,
    wifi: Wifi,
    uart: Uart,
    clock: Clock,
}

impl Firmware {
    /// As it comes out of the box.
    pub(crate) fn new(number: u32, dialect: Dialect, air: Air) -> Self {
        let (wifi, uart, clock) = (Wifi::new(air), Uart::new(), Clock::new());
        Self { number, dialect, store: true, wifi, uart, clock }
    }

    /// Carries out one command.
    pub(crate) fn carry_out(&mut self, statement: &Statement<'_>) -> Reply {
        let Name::Extended(name) = statement.name else { return Reply::unknown() };
        let is_named = |row: &&Row| {
            row.name.strip_prefix('+').is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(name))
        };
        let Some(row) = TABLE.iter().find(is_named) else { return Reply::unknown() };
        let handler = match statement.form {
            Form::Test => row.test,
            Form::Query => row.query,
            Form::Set => row.set,
            Form::Execute => row.execute,
        };
        handler.map_or_else(
            || Reply::error("the command has no such form"),
            |handler| handler(self, statement.params()),
        )
    }

    /// What a restart does: of the settings only those in flash are left. Returns what the module
    /// prints behind `ready`.
    pub(crate) fn restart(&mut self) -> Vec<u8> {
        // Decided: the pages name 1 as the default, and say nothing of keeping it.
        self.store = true;
        self.uart.restart();
        self.clock.restart();
        self.wifi.restart()
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A firmware alone, answering lines.

    use super::{Air, Firmware, Reply, Statement};
    use wsat::Dialect;
    use wsat::device::Answer;

    pub(crate) fn new() -> Firmware {
        Firmware::new(0, Dialect::V3_1, Air::default())
    }

    pub(crate) fn reply(firmware: &mut Firmware, line: &str) -> Reply {
        firmware.carry_out(&Statement::parse(line.as_bytes()).unwrap())
    }

    /// All that a line brings to the AT port, after its echo.
    pub(crate) fn says(firmware: &mut Firmware, line: &str) -> String {
        let Reply { text, answer, after, restart, .. } = reply(firmware, line);
        let result = if answer == Answer::Ok { "\r\nOK\r\n" } else { "\r\nERROR\r\n" };
        let booted = if restart {
            [b"\r\nready\r\n".to_vec(), firmware.restart()].concat()
        } else {
            Vec::new()
        };
        String::from_utf8([&text, result.as_bytes(), &after, &booted].concat()).unwrap()
    }

    #[track_caller]
    pub(crate) fn refuses(firmware: &mut Firmware, lines: &[&str]) {
        for line in lines {
            let reply = reply(firmware, line);
            assert_eq!((reply.text.as_slice(), reply.answer), (&b""[..], Answer::Error), "{line}");
            assert!(!reply.reason.is_empty(), "{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{new, refuses, reply, says};
    use super::{COMMANDS, TABLE};
    use wsat::device::Answer;

    #[test]
    fn every_form_that_is_listed_is_known_and_no_other() {
        assert_eq!(COMMANDS.len(), TABLE.len());
        let without = "the command has no such form";
        for command in COMMANDS {
            let forms = [
                ("=?", command.test),
                ("?", command.query),
                ("=", command.set),
                ("", command.execute),
            ];
            for (form, listed) in forms {
                let reply = reply(&mut new(), &format!("AT{}{form}", command.name));
                assert_eq!(reply.reason != without, listed, "{}{form}", command.name);
                assert_ne!(reply.answer, Answer::NoSuchCommand);
            }
        }
    }

    #[test]
    fn names_in_any_case() {
        assert_eq!(says(&mut new(), "at+cwmode?"), "+CWMODE:1\r\n\r\nOK\r\n");
        refuses(&mut new(), &["AT+GMR?", "AT+RST=1", "at+cifsr?"]);
    }

    #[test]
    fn what_is_not_in_the_table_is_not_known() {
        for line in ["AT+CWLAP", "AT+CWMOD?", "AT+CWMODES?", "ATI", "ATGMR"] {
            assert_eq!(reply(&mut new(), line).answer, Answer::NoSuchCommand, "{line}");
        }
    }
}
