//! The settings of the serial line, which are remembered and do nothing else (Basic AT Commands).

use super::{Firmware, Reply};
use wsat::at_syntax::Params;

const GRAMMAR: &str =
    "the grammar is <80-5000000>,<data bits 5-8>,<stop bits 1-3>,<parity 0-2>,<flow control 0-3>";

/// AT+UART_CUR, Parameters: baud rate, data bits, stop bits, parity, flow control, each with its range.
const RANGES: [(i64, i64); 5] = [(80, 5_000_000), (5, 8), (1, 3), (0, 2), (0, 3)];

/// What they are in a new module.
const FACTORY: [i64; 5] = [115_200, 8, 1, 0, 0];

/// The settings now, and those in flash.
#[derive(Debug)]
pub(super) struct Uart {
    current: [i64; 5],
    stored: [i64; 5],
    /// The person at the console was told that they do nothing.
    told: bool,
}

impl Uart {
    pub(super) const fn new() -> Self {
        Self { current: FACTORY, stored: FACTORY, told: false }
    }

    pub(super) const fn restart(&mut self) {
        self.current = self.stored;
    }

    pub(super) const fn restore(&mut self) {
        self.stored = FACTORY;
    }
}

fn line(name: &str, settings: [i64; 5]) -> Reply {
    let [baud_rate, data, stop, parity, flow] = settings;
    Reply::ok(format!("+{name}:{baud_rate},{data},{stop},{parity},{flow}\r\n"))
}

/// AT+UART_CUR, Query Command. A module may answer a rate that is a little off: this one has no clock to
/// divide.
pub(super) fn query_current(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    line("UART_CUR", firmware.uart.current)
}

/// AT+UART_DEF, Query Command
pub(super) fn query_default(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    line("UART_DEF", firmware.uart.stored)
}

/// `AT+UART_CUR=<baudrate>,<databits>,<stopbits>,<parity>,<flow control>`: not saved in flash.
pub(super) fn set_current(firmware: &mut Firmware, params: Params<'_>) -> Reply {
    set(firmware, params, false)
}

/// `AT+UART_DEF=…`: saved in flash, whatever AT+SYSSTORE says, which does not name it. Decided: it holds
/// from now on too.
pub(super) fn set_default(firmware: &mut Firmware, params: Params<'_>) -> Reply {
    set(firmware, params, true)
}

fn set(firmware: &mut Firmware, mut params: Params<'_>, stored: bool) -> Reply {
    let mut settings = [0; 5];
    for (setting, (min, max)) in settings.iter_mut().zip(RANGES) {
        let Ok(value) = params.next().integer(min, max) else { return Reply::error(GRAMMAR) };
        *setting = value;
    }
    if params.finish().is_err() {
        return Reply::error(GRAMMAR);
    }
    let uart = &mut firmware.uart;
    uart.current = settings;
    if stored {
        uart.stored = settings;
    }
    let note = "the settings of the serial line are remembered, but change nothing: this AT port has \
                no baud rate";
    let told = std::mem::replace(&mut uart.told, true);
    Reply { note: (!told).then_some(note), ..Reply::ok("") }
}

#[cfg(test)]
mod tests {
    use crate::firmware::testing::{new, refuses, reply, says};

    const OK: &str = "\r\nOK\r\n";

    #[test]
    fn current_settings_last_until_a_restart() {
        let mut firmware = new();
        let mut says = |line: &str| says(&mut firmware, line);
        assert_eq!(says("AT+UART_CUR?"), "+UART_CUR:115200,8,1,0,0\r\n\r\nOK\r\n");
        assert_eq!(says("AT+UART_CUR=921600,7,3,2,3"), OK);
        assert_eq!(says("AT+UART_CUR?"), "+UART_CUR:921600,7,3,2,3\r\n\r\nOK\r\n");
        assert_eq!(says("AT+UART_DEF?"), "+UART_DEF:115200,8,1,0,0\r\n\r\nOK\r\n");
        says("AT+RST");
        assert_eq!(says("AT+UART_CUR?"), "+UART_CUR:115200,8,1,0,0\r\n\r\nOK\r\n");
    }

    #[test]
    fn default_settings_last() {
        let mut firmware = new();
        let mut says = |line: &str| says(&mut firmware, line);
        assert_eq!(says("AT+UART_DEF=9600,8,1,0,0"), OK);
        assert_eq!(says("AT+UART_CUR?"), "+UART_CUR:9600,8,1,0,0\r\n\r\nOK\r\n");
        assert_eq!(says("AT+UART_CUR=80,5,1,1,1"), OK);
        says("AT+RST");
        assert_eq!(says("AT+UART_CUR?"), "+UART_CUR:9600,8,1,0,0\r\n\r\nOK\r\n");
        assert_eq!(says("AT+UART_DEF?"), "+UART_DEF:9600,8,1,0,0\r\n\r\nOK\r\n");
    }

    #[test]
    fn the_person_at_the_console_is_told_once() {
        let mut firmware = new();
        assert!(reply(&mut firmware, "AT+UART_CUR=115200,8,1,0,3").note.is_some());
        assert!(reply(&mut firmware, "AT+UART_CUR=115200,8,1,0,3").note.is_none());
        assert!(reply(&mut firmware, "AT+UART_DEF=115200,8,1,0,3").note.is_none());
    }

    #[test]
    fn each_parameter_has_its_range() {
        for name in ["UART_CUR", "UART_DEF"] {
            for values in ["80,5,1,0,0", "5000000,8,3,2,3"] {
                assert_eq!(says(&mut new(), &format!("AT+{name}={values}")), OK);
            }
            for values in [
                "79,8,1,0,0",
                "5000001,8,1,0,0",
                "9600,4,1,0,0",
                "9600,9,1,0,0",
                "9600,8,0,0,0",
                "9600,8,4,0,0",
                "9600,8,1,3,0",
                "9600,8,1,0,4",
                "9600,8,1,0",
                "9600,8,1,0,0,0",
                "9600,,1,0,0",
            ] {
                refuses(&mut new(), &[&format!("AT+{name}={values}")]);
            }
        }
    }
}
