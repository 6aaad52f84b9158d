//! The commands that are this firmware's and not the device's.

use core::fmt::Write;
use embassy_net::{HardwareAddress, Stack};
use esp_radio::wifi::{Password, Ssid};
use heapless::String;
use wsat::at_syntax::{Form, Name, Params, Statement};
use wsat::device::{Answer, FirmwareCommand};
use wsat_embassy::{Outcome, Port, Program};

use crate::version;
use crate::wifi::{self, Network};

const fn command(name: &'static str, query: bool, set: bool, execute: bool) -> FirmwareCommand {
    FirmwareCommand { name, test: false, query, set, execute }
}

/// For `AT+CMD?`.
pub(crate) const COMMANDS: &[FirmwareCommand] = &[
    command("+GMR", false, false, true),
    command("+RST", false, false, true),
    command("+CWMODE", true, true, false),
    command("+CWJAP", true, true, false),
    command("+CWQAP", false, false, true),
    command("+CIFSR", false, false, true),
];

/// They, over a station.
pub(crate) struct Firmware {
    stack: Stack<'static>,
    /// `AT+CWMODE`: 0, in no network (the radio stays on), or 1, a station. There is no access point.
    is_station: bool,
}

/// A command whose parameters are read.
pub(crate) enum Command {
    Version,
    Restart,
    Mode,
    SetMode(bool),
    Network,
    Join(Network),
    Leave,
    Addresses,
}

impl Firmware {
    pub(crate) const fn new(stack: Stack<'static>) -> Self {
        Self { stack, is_station: true }
    }
}

impl Program for Firmware {
    type Command = Command;

    fn read(&mut self, statement: &Statement<'_>) -> Result<Command, Answer> {
        let Name::Extended(name) = statement.name else { return Err(Answer::NoSuchCommand) };
        let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
        let params = statement.params();
        match statement.form {
            Form::Execute if is(b"GMR") => Ok(Command::Version),
            Form::Execute if is(b"RST") => Ok(Command::Restart),
            Form::Query if is(b"CWMODE") => Ok(Command::Mode),
            Form::Set if is(b"CWMODE") => mode(params).ok_or(Answer::Error),
            Form::Query if is(b"CWJAP") && self.is_station => Ok(Command::Network),
            Form::Set if is(b"CWJAP") && self.is_station => {
                network(params).map(Command::Join).ok_or(Answer::Error)
            }
            Form::Execute if is(b"CWQAP") => Ok(Command::Leave),
            Form::Execute if is(b"CIFSR") => Ok(Command::Addresses),
            _ if COMMANDS.iter().any(|known| is(&known.name.as_bytes()[1..])) => Err(Answer::Error),
            _ => Err(Answer::NoSuchCommand),
        }
    }

    async fn carry_out(&mut self, command: Command, port: &Port<'_>) -> Outcome {
        match command {
            Command::Version => port.text(version::TEXT).await,
            Command::Restart => return Outcome::Restart,
            Command::Mode => {
                port.text(if self.is_station { "+CWMODE:1\r\n" } else { "+CWMODE:0\r\n" }).await;
            }
            Command::SetMode(is_station) => {
                self.is_station = is_station;
                if !is_station {
                    wifi::leave(port).await;
                }
            }
            Command::Network => port.text(joined(port).await).await,
            Command::Join(network) => {
                if let Err(why) = wifi::join(network, port).await {
                    let mut line = String::<16>::new();
                    // A line of 10 bytes.
                    _ = write!(line, "+CWJAP:{}\r\n", why as u8);
                    port.text(line).await;
                    return Outcome::Error;
                }
            }
            Command::Leave => wifi::leave(port).await,
            Command::Addresses => port.text(addresses(self.stack)).await,
        }
        Outcome::Ok
    }
}

/// `AT+CWMODE=<0|1>[,<auto_connect>]`. Nothing is kept in flash, so there is nothing to connect to by itself.
fn mode(mut params: Params<'_>) -> Option<Command> {
    let mode = params.next().integer(0, 1).ok()?;
    params.next().integer_or(1, 0, 1).ok()?;
    params.finish().ok()?;
    Some(Command::SetMode(mode == 1))
}

/// `AT+CWJAP=<"ssid">,<"pwd">`. Of an open network, `<"pwd">` is empty.
fn network(mut params: Params<'_>) -> Option<Network> {
    let (name, password) = (params.next().string().ok()?, params.next().string_or_empty().ok()?);
    params.finish().ok()?;
    // IEEE 802.11: names have up to 32 octets; AT+CWJAP, Parameters: passwords up to 63.
    let (mut octets, mut secret) = ([0; 32], [0; 63]);
    let n = name.write(&mut octets).filter(|n| *n > 0)?;
    let name = Ssid::try_from(&octets[..n]).ok()?;
    let n = password.write(&mut secret)?;
    let password = if n == 0 { None } else { Some(Password::try_from(&secret[..n]).ok()?) };
    Some(Network { name, password })
}

/// `+CWJAP:<"ssid">,<"bssid">,<channel>,<rssi>,<pci_en>,<reconn_interval>,<listen_interval>,<scan_mode>,<pmf>`
/// (AT+CWJAP, Query Command). No password is in it.
async fn joined(port: &Port<'_>) -> String<128> {
    let mut line = String::new();
    let Some(joined) = wifi::look(port).await else {
        _ = line.push_str("No AP\r\n");
        return line;
    };
    // The name has up to 32 bytes, the rest up to 50.
    _ = write!(line, "+CWJAP:\"{}\",\"", joined.name.as_str());
    mac(&mut line, joined.bssid);
    _ = write!(line, "\",{},{},0,1,3,0,0\r\n", joined.channel, joined.rssi);
    line
}

/// `+CIFSR:STAIP,<"ip">` and `+CIFSR:STAMAC,<"mac">` (AT+CIFSR)
fn addresses(stack: Stack<'_>) -> String<96> {
    let mut lines = String::new();
    let address = stack.config_v4().map(|config| config.address.address());
    // Two lines of up to 40 bytes.
    _ = match address {
        Some(address) => write!(lines, "+CIFSR:STAIP,\"{address}\"\r\n"),
        None => lines.write_str("+CIFSR:STAIP,\"0.0.0.0\"\r\n"),
    };
    let HardwareAddress::Ethernet(address) = stack.hardware_address();
    _ = lines.push_str("+CIFSR:STAMAC,\"");
    mac(&mut lines, address.0);
    _ = lines.push_str("\"\r\n");
    lines
}

fn mac(line: &mut impl Write, octets: [u8; 6]) {
    for (octet, separator) in octets.iter().zip(["", ":", ":", ":", ":", ":"]) {
        _ = write!(line, "{separator}{octet:02x}");
    }
}
