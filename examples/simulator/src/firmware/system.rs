//! Version, restart, and what is stored (Basic AT Commands).

use super::{Firmware, Reply};
use wsat::Dialect;
use wsat::at_syntax::Params;

/// The first firmware with this grammar, as `AT+GMR` names it.
const fn first_release(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V3_3 => "3.3.0.0",
        Dialect::V4_1 => "4.1.0.0",
        // No release has it yet: the next after those that lack it.
        Dialect::V4_2 => "5.1.0.0",
        _ => "3.1.0.0",
    }
}

/// AT+GMR: `<AT version info>`, `<SDK version info>`, `<compile time>`, `<Bin version>`. Decided: what a
/// simulator has none of says so.
pub(super) fn version(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    Reply::ok(format!(
        "AT version:{}(wsat-sim {program})\r\n\
         SDK version:none(no ESP-IDF: a simulator on a PC)\r\n\
         compile time:none\r\n\
         Bin version:{program}(wsat-sim)\r\n",
        first_release(firmware.dialect),
        program = env!("CARGO_PKG_VERSION"),
    ))
}

/// AT+RST, Execute Command
pub(super) fn restart(_: &mut Firmware, _: Params<'_>) -> Reply {
    Reply { restart: true, ..Reply::ok("") }
}

/// AT+RESTORE, Notes: all parameters in flash are as in a new module, and it restarts. That the network
/// is left before `OK` is in a log of v2.1.
pub(super) fn restore(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    firmware.uart.restore();
    Reply { restart: true, ..Reply::ok(firmware.wifi.restore()) }
}

/// AT+SYSSTORE, Query Command
pub(super) fn query_store(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    Reply::ok(format!("+SYSSTORE:{}\r\n", u8::from(firmware.store)))
}

/// `AT+SYSSTORE=<store_mode>`
pub(super) fn set_store(firmware: &mut Firmware, mut params: Params<'_>) -> Reply {
    let mode = params.next().integer(0, 1);
    let (Ok(mode), Ok(())) = (mode, params.finish()) else {
        return Reply::error("the grammar is AT+SYSSTORE=<0-1>");
    };
    firmware.store = mode == 1;
    Reply::ok("")
}

#[cfg(test)]
mod tests {
    use crate::firmware::testing::{new, refuses, reply, says};
    use crate::firmware::{Air, Firmware};
    use wsat::Dialect;

    const OK: &str = "\r\nOK\r\n";
    const RESTARTED: &str = "\r\nOK\r\n\r\nready\r\n";

    #[test]
    fn version_names_the_firmware_of_the_dialect() {
        for (dialect, version) in [
            (Dialect::V3_1, "3.1.0.0"),
            (Dialect::V3_3, "3.3.0.0"),
            (Dialect::V4_1, "4.1.0.0"),
            (Dialect::V4_2, "5.1.0.0"),
        ] {
            let mut firmware = Firmware::new(0, dialect, Air::default());
            let text = String::from_utf8(reply(&mut firmware, "AT+GMR").text).unwrap();
            let lines: Vec<_> = text.split_inclusive("\r\n").collect();
            assert!(lines[0].starts_with(&format!("AT version:{version}(")), "{text}");
            let begins = ["AT version:", "SDK version:", "compile time", "Bin version:"];
            assert_eq!(lines.len(), begins.len());
            for (line, begin) in lines.iter().zip(begins) {
                assert!(line.starts_with(begin) && line.ends_with("\r\n"), "{line}");
            }
        }
    }

    #[test]
    fn settings_are_stored_unless_the_host_says_otherwise() {
        let mut firmware = new();
        let mut says = |line: &str| says(&mut firmware, line);
        assert_eq!(says("AT+SYSSTORE?"), "+SYSSTORE:1\r\n\r\nOK\r\n");
        assert_eq!(says("AT+CWMODE=3"), OK);
        assert_eq!(says("AT+SYSSTORE=0"), OK);
        assert_eq!(says("AT+SYSSTORE?"), "+SYSSTORE:0\r\n\r\nOK\r\n");
        assert_eq!(says("AT+CWMODE=2"), OK);
        // Query commands tell what holds now (AT+SYSSTORE, Notes).
        assert_eq!(says("AT+CWMODE?"), "+CWMODE:2\r\n\r\nOK\r\n");
        assert_eq!(says("AT+RST"), RESTARTED);
        assert_eq!(says("AT+CWMODE?"), "+CWMODE:3\r\n\r\nOK\r\n");
        assert_eq!(says("AT+SYSSTORE?"), "+SYSSTORE:1\r\n\r\nOK\r\n");
    }

    #[test]
    fn restoring_forgets_everything() {
        let mut firmware = new();
        let mut says = |line: &str| says(&mut firmware, line);
        assert_eq!(says("AT+CWAUTOCONN=0"), OK);
        assert_eq!(says("AT+UART_DEF=9600,8,1,0,0"), OK);
        assert!(says("AT+CWJAP=\"n\",\"\"").ends_with(OK));
        assert_eq!(says("AT+CWMODE=3"), OK);
        assert_eq!(says("AT+RESTORE"), format!("WIFI DISCONNECT\r\n{RESTARTED}"));
        assert_eq!(says("AT+CWMODE?"), "+CWMODE:1\r\n\r\nOK\r\n");
        assert_eq!(says("AT+CWJAP?"), "No AP\r\n\r\nOK\r\n");
        assert_eq!(says("AT+CWAUTOCONN?"), "+CWAUTOCONN:1\r\n\r\nOK\r\n");
        assert_eq!(says("AT+UART_CUR?"), "+UART_CUR:115200,8,1,0,0\r\n\r\nOK\r\n");
        assert_eq!(says("AT+RST"), RESTARTED);
    }

    #[test]
    fn refusals() {
        let lines = ["AT+SYSSTORE", "AT+SYSSTORE=", "AT+SYSSTORE=2", "AT+SYSSTORE=1,1"];
        refuses(&mut new(), &lines);
        refuses(&mut new(), &["AT+RST?", "AT+RESTORE=1", "AT+GMR=?"]);
    }
}
