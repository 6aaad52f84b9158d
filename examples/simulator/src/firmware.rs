//! The commands that are not the core's: what the firmware around it answers.
//!
//! An ESP32 has a radio, a version and a reset button, of which the core knows nothing. It hands
//! such lines out as `Action::Command`, and this file is the example of how to answer them.

use wsat::Dialect;
use wsat::at_syntax::{Form, Name, Param, Statement};
use wsat::device::{Answer, FirmwareCommand};

const UNKNOWN: &str = "neither the core nor the simulator knows this command";

/// The answer to one command.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Complete lines, printed before the result.
    pub(crate) text: Vec<u8>,
    /// The result.
    pub(crate) answer: Answer,
    /// Why it is an error, for the person at the console.
    pub(crate) reason: &'static str,
    /// Whether the module restarts once all of it is printed.
    pub(crate) restart: bool,
}

impl Reply {
    fn ok(text: impl Into<Vec<u8>>) -> Self {
        Self { text: text.into(), answer: Answer::Ok, reason: "", restart: false }
    }

    fn error(reason: &'static str) -> Self {
        Self { answer: Answer::Error, reason, ..Self::ok("") }
    }

    fn unknown() -> Self {
        Self { answer: Answer::NoSuchCommand, ..Self::error(UNKNOWN) }
    }
}

/// Bytes in the name of a network (IEEE 802.11).
const SSID: usize = 32;

/// Its commands, for `AT+CMD?`.
pub(crate) const COMMANDS: &[FirmwareCommand] = &[
    FirmwareCommand { name: "+GMR", test: false, query: false, set: false, execute: true },
    FirmwareCommand { name: "+RST", test: false, query: false, set: false, execute: true },
    FirmwareCommand { name: "+CWMODE", test: true, query: true, set: true, execute: false },
    FirmwareCommand { name: "+CWJAP", test: false, query: true, set: true, execute: false },
];

/// The first firmware with this grammar, as `AT+GMR` names it.
const fn version(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V3_3 => "3.3.0.0",
        Dialect::V4_1 => "4.1.0.0",
        // No release has it yet: the next after those that lack it.
        Dialect::V4_2 => "5.1.0.0",
        _ => "3.1.0.0",
    }
}

/// What such commands change. It survives `AT+RST`, as the flash of a module does.
#[derive(Debug)]
pub(crate) struct Firmware {
    /// `AT+CWMODE`: 0 off, 1 station, 2 access point, 3 both.
    wifi_mode: i64,
    /// The name of the network that was joined. There is no radio: every network is there, has any
    /// password, and makes no difference, for links can be opened without one.
    network: Option<Vec<u8>>,
    dialect: Dialect,
}

impl Firmware {
    pub(crate) const fn new(dialect: Dialect) -> Self {
        Self { wifi_mode: 1, network: None, dialect }
    }

    /// Carries out one command.
    pub(crate) fn carry_out(&mut self, statement: &Statement<'_>) -> Reply {
        let Name::Extended(name) = statement.name else { return Reply::unknown() };
        match (name.to_ascii_uppercase().as_slice(), statement.form) {
            (b"GMR", Form::Execute) => Reply::ok(format!(
                "AT version:{}(wsat-sim {})\r\nSDK version:none(no ESP-IDF: a simulator on a PC)\r\n",
                version(self.dialect),
                env!("CARGO_PKG_VERSION"),
            )),
            (b"RST", Form::Execute) => Reply { restart: true, ..Reply::ok("") },
            (b"CWMODE", Form::Query) => Reply::ok(format!("+CWMODE:{}\r\n", self.wifi_mode)),
            (b"CWMODE", Form::Test) => Reply::ok("+CWMODE:(0-3)\r\n"),
            (b"CWMODE", Form::Set) => self.set_wifi_mode(statement),
            (b"CWJAP", Form::Query | Form::Set) if !self.is_station() => {
                Reply::error("joining a network takes AT+CWMODE=1 or 3")
            }
            (b"CWJAP", Form::Query) => Reply::ok(self.joined()),
            (b"CWJAP", Form::Set) => self.join(statement),
            (b"GMR" | b"RST" | b"CWMODE" | b"CWJAP", _) => {
                Reply::error("the command has no such form")
            }
            _ => Reply::unknown(),
        }
    }

    /// `AT+CWMODE=<mode>[,<auto_connect>]`
    fn set_wifi_mode(&mut self, statement: &Statement<'_>) -> Reply {
        let mut params = statement.params();
        let mode = params.next().integer(0, 3);
        let auto_connect: Param<'_> = params.next();
        match (mode, auto_connect.integer_or(1, 0, 1), params.finish()) {
            (Ok(mode), Ok(_), Ok(())) => {
                self.wifi_mode = mode;
                if !self.is_station() {
                    self.network = None;
                }
                Reply::ok("")
            }
            _ => Reply::error("the grammar is AT+CWMODE=<0-3>[,<0-1>]"),
        }
    }

    const fn is_station(&self) -> bool {
        matches!(self.wifi_mode, 1 | 3)
    }

    /// `AT+CWJAP=<"ssid">,<"pwd">`: the parameters that the page has behind these are not known here.
    fn join(&mut self, statement: &Statement<'_>) -> Reply {
        let mut params = statement.params();
        let (ssid, password) = (params.next().string(), params.next().string());
        match (ssid, password, params.finish()) {
            (Ok(ssid), Ok(_), Ok(())) if (1..=SSID).contains(&ssid.len()) => {
                self.network = Some(ssid.bytes().collect());
                Reply::ok("WIFI CONNECTED\r\nWIFI GOT IP\r\n")
            }
            _ => Reply::error("the grammar is AT+CWJAP=<\"ssid\">,<\"password\">"),
        }
    }

    /// The answer to `AT+CWJAP?`: name, address, channel and signal of the access point.
    fn joined(&self) -> Vec<u8> {
        match &self.network {
            Some(ssid) => {
                [b"+CWJAP:\"", ssid.as_slice(), b"\",\"02:00:00:00:00:01\",1,-50\r\n"].concat()
            }
            None => b"No AP\r\n".to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Dialect, Firmware, Statement};

    fn answers(firmware: &mut Firmware, line: &str) -> (String, Answer) {
        let reply = firmware.carry_out(&Statement::parse(line.as_bytes()).unwrap());
        (String::from_utf8(reply.text).unwrap(), reply.answer)
    }

    #[test]
    fn wifi_mode_is_kept() {
        let mut firmware = Firmware::new(Dialect::V3_1);
        assert_eq!(answers(&mut firmware, "AT+CWMODE?"), ("+CWMODE:1\r\n".into(), Answer::Ok));
        assert_eq!(answers(&mut firmware, "AT+CWMODE=3"), (String::new(), Answer::Ok));
        assert_eq!(answers(&mut firmware, "at+cwmode?"), ("+CWMODE:3\r\n".into(), Answer::Ok));
        assert_eq!(answers(&mut firmware, "AT+CWMODE=0,0"), (String::new(), Answer::Ok));
    }

    #[test]
    fn a_network_is_joined_and_left() {
        let mut firmware = Firmware::new(Dialect::V3_1);
        let ok = |text: &str| (text.to_owned(), Answer::Ok);
        let mut says = |line| answers(&mut firmware, line);
        assert_eq!(says("AT+CWJAP?"), ok("No AP\r\n"));
        let joined = ok("WIFI CONNECTED\r\nWIFI GOT IP\r\n");
        assert_eq!(says(r#"AT+CWJAP="a\"b","12345678""#), joined);
        let network = ok("+CWJAP:\"a\"b\",\"02:00:00:00:00:01\",1,-50\r\n");
        assert_eq!(says("AT+CWJAP?"), network);
        assert_eq!(says("AT+CWMODE=3"), ok(""));
        assert_eq!(says("AT+CWJAP?"), network);
        for mode in ["AT+CWMODE=0", "AT+CWMODE=2"] {
            assert_eq!(says(mode), ok(""));
            assert_eq!(says("AT+CWJAP?").1, Answer::Error);
            assert_eq!(says(r#"AT+CWJAP="open","""#).1, Answer::Error);
        }
        assert_eq!(says("AT+CWMODE=1"), ok(""));
        assert_eq!(says("AT+CWJAP?"), ok("No AP\r\n"));
        assert_eq!(says(r#"AT+CWJAP="open","""#), joined);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for line in ["AT+CWMODE=4", "AT+CWMODE=", "AT+CWMODE=1,2", "AT+CWMODE=1,1,1", "AT+CWMODE"] {
            assert_eq!(answers(&mut Firmware::new(Dialect::V3_1), line).1, Answer::Error, "{line}");
        }
        for line in ["AT+CWJAP", "AT+CWJAP=\"a\"", "AT+CWJAP=\"\",\"b\"", "AT+CWJAP=\"a\",\"b\",1"]
        {
            assert_eq!(answers(&mut Firmware::new(Dialect::V3_1), line).1, Answer::Error, "{line}");
        }
        for line in ["AT+GMR?", "AT+RST=1"] {
            assert_eq!(answers(&mut Firmware::new(Dialect::V3_1), line).1, Answer::Error, "{line}");
        }
        for line in ["AT+CWLAP", "ATI"] {
            assert_eq!(
                answers(&mut Firmware::new(Dialect::V3_1), line).1,
                Answer::NoSuchCommand,
                "{line}"
            );
        }
    }

    #[test]
    fn version_lines_are_complete() {
        let (text, answer) = answers(&mut Firmware::new(Dialect::V3_1), "AT+GMR");
        assert!(text.starts_with("AT version:") && text.ends_with("\r\n"));
        assert!(text.contains("\r\nSDK version:"));
        assert_eq!(answer, Answer::Ok);
        for (dialect, version) in
            [(Dialect::V3_1, "3.1."), (Dialect::V3_3, "3.3."), (Dialect::V4_1, "4.1.")]
        {
            let (text, _) = answers(&mut Firmware::new(dialect), "AT+GMR");
            assert!(text.starts_with(&format!("AT version:{version}")), "{text}");
        }
    }
}
