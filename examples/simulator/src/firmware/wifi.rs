//! The mode of the radio, and the network that the station is in (Wi-Fi AT Commands).
//!
//! Links can be opened without a network: what is said here makes no difference to them.

#[cfg(test)]
mod tests;

use super::address::BSSID;
use super::air::{Air, Refused};
use super::{Firmware, Reply};
use wsat::at_syntax::{ParamError, Params, Text};

const CONNECTED: &[u8] = b"WIFI CONNECTED\r\nWIFI GOT IP\r\n";
const DISCONNECTED: &[u8] = b"WIFI DISCONNECT\r\n";

const NO_STATION: &str = "this takes AT+CWMODE=1 or 3";
const JOIN_GRAMMAR: &str = "the grammar is AT+CWJAP=[<\"ssid\">],[<\"pwd\">][,<\"bssid\">][,<pci_en>]\
    [,<reconn_interval>][,<listen_interval>][,<scan_mode>][,<jap_timeout>][,<pmf>]";

/// Bytes in the name of a network (IEEE 802.11).
const SSID: usize = 32;
/// AT+CWJAP, Parameters: `<pwd>`, at most 63 bytes.
const PASSWORD: usize = 63;

/// How a network is to be joined: what `AT+CWJAP` says.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Target {
    name: Vec<u8>,
    password: Vec<u8>,
    bssid: Option<Vec<u8>>,
    /// `<pci_en>`, `<reconn_interval>`, `<listen_interval>`, `<scan_mode>`, `<jap_timeout>`, `<pmf>`
    options: [i64; 6],
}

/// What can be kept in flash.
#[derive(Clone, Debug)]
struct Settings {
    /// 0 off, 1 station, 2 access point, 3 both.
    mode: i64,
    target: Option<Target>,
}

/// A new module's. Decided: the page does not say which mode that is.
const FACTORY: Settings = Settings { mode: 1, target: None };

/// The station's state, as far as `<state>` of AT+CWSTATE tells it from others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Idle = 0,
    Joined = 2,
    Left = 4,
}

/// The radio.
#[derive(Debug)]
pub(super) struct Wifi {
    now: Settings,
    stored: Settings,
    /// `AT+CWAUTOCONN`, which is always in flash.
    auto: bool,
    state: State,
    air: Air,
}

impl Wifi {
    pub(super) const fn new(air: Air) -> Self {
        Self { now: FACTORY, stored: FACTORY, auto: true, state: State::Idle, air }
    }

    pub(super) const fn is_station(&self) -> bool {
        matches!(self.now.mode, 1 | 3)
    }

    pub(super) const fn is_soft_ap(&self) -> bool {
        matches!(self.now.mode, 2 | 3)
    }

    pub(super) const fn is_joined(&self) -> bool {
        matches!(self.state, State::Joined)
    }

    /// AT+CWAUTOCONN: the stored network is joined at power-up. Returns what that prints.
    pub(super) fn restart(&mut self) -> Vec<u8> {
        (self.now, self.state) = (self.stored.clone(), State::Idle);
        if self.auto { self.join_stored() } else { Vec::new() }
    }

    /// Forgets what is in flash. Returns what leaving the network prints.
    pub(super) fn restore(&mut self) -> Vec<u8> {
        (self.stored, self.auto) = (FACTORY, true);
        self.part(State::Idle)
    }

    fn join_stored(&mut self) -> Vec<u8> {
        let Some(target) = self.stored.target.clone() else { return Vec::new() };
        if !self.is_station() || self.try_join(target).is_err() {
            return Vec::new();
        }
        CONNECTED.to_vec()
    }

    fn try_join(&mut self, target: Target) -> Result<(), Refused> {
        let admitted = self.air.admits(&target.name, &target.password);
        self.state = if admitted.is_ok() { State::Joined } else { State::Left };
        self.now.target = Some(target);
        admitted
    }

    /// Returns what leaving the network prints, if the station is in one.
    fn part(&mut self, state: State) -> Vec<u8> {
        let lines = if self.is_joined() { DISCONNECTED } else { b"" };
        self.state = state;
        lines.to_vec()
    }
}

/// Decided: no page has a test command for it, the firmware's list of commands does.
pub(super) fn test_mode(_: &mut Firmware, _: Params<'_>) -> Reply {
    Reply::ok("+CWMODE:(0-3)\r\n")
}

/// AT+CWMODE, Query Command
pub(super) fn query_mode(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    Reply::ok(format!("+CWMODE:{}\r\n", firmware.wifi.now.mode))
}

/// `AT+CWMODE=<mode>[,<auto_connect>]`. AT+CWMODE, Parameters: a station that was none before joins the
/// network in flash, unless `<auto_connect>` is 0. Decided: the messages of that come behind `OK`, as it takes a
/// while; a station that is none any more has left its network before `OK`.
pub(super) fn set_mode(firmware: &mut Firmware, mut params: Params<'_>) -> Reply {
    let (mode, auto) = (params.next().integer(0, 3), params.next().integer_or(1, 0, 1));
    let (Ok(mode), Ok(auto), Ok(())) = (mode, auto, params.finish()) else {
        return Reply::error("the grammar is AT+CWMODE=<0-3>[,<0-1>]");
    };
    let (wifi, store) = (&mut firmware.wifi, firmware.store);
    let was_station = wifi.is_station();
    wifi.now.mode = mode;
    if store {
        wifi.stored.mode = mode;
    }
    match (was_station, wifi.is_station()) {
        (true, false) => Reply::ok(wifi.part(State::Idle)),
        (false, true) if auto == 1 => Reply::ok("").then(wifi.join_stored()),
        _ => Reply::ok(""),
    }
}

/// `+CWSTATE:<state>,<"ssid">` (AT+CWSTATE, Query Command)
pub(super) fn query_state(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    let Wifi { state, now, .. } = &firmware.wifi;
    let name = now.target.as_ref().map_or(&b""[..], |target| &target.name);
    Reply::ok([format!("+CWSTATE:{},\"", *state as u8).as_bytes(), name, b"\"\r\n"].concat())
}

/// `+CWJAP:<ssid>,<bssid>,<channel>,<rssi>,<pci_en>,<reconn_interval>,<listen_interval>,<scan_mode>,<pmf>`
/// (AT+CWJAP, Query Command). Decided: a name is printed as it is, without escapes; without a network it
/// is `No AP`, as users report it.
pub(super) fn query_network(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    let wifi = &firmware.wifi;
    if !wifi.is_station() {
        return Reply::error(NO_STATION);
    }
    let Some(target) = wifi.now.target.as_ref().filter(|_| wifi.is_joined()) else {
        return Reply::ok("No AP\r\n");
    };
    let [pci, reconnect, listen, scan, _, pmf] = target.options;
    let bssid = target.bssid.as_deref().unwrap_or(BSSID.as_bytes());
    let rest = format!("\",1,-50,{pci},{reconnect},{listen},{scan},{pmf}\r\n");
    Reply::ok([b"+CWJAP:\"", target.name.as_slice(), b"\",\"", bssid, rest.as_bytes()].concat())
}

/// `AT+CWJAP=[<ssid>],[<pwd>][,<bssid>]…`
pub(super) fn join(firmware: &mut Firmware, params: Params<'_>) -> Reply {
    match target(params) {
        Ok(Some(target)) => join_network(firmware, target),
        // AT+CWJAP, Notes: without name and password, the last configuration is used.
        Ok(None) => join_again(firmware, params),
        Err(reason) => Reply::error(reason),
    }
}

/// AT+CWJAP, Execute Command: the last configuration. Decided: without one there is no such network.
pub(super) fn join_again(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    match firmware.wifi.now.target.clone() {
        Some(target) => join_network(firmware, target),
        None if firmware.wifi.is_station() => refused(Vec::new(), Refused::NoSuchNetwork),
        None => Reply::error(NO_STATION),
    }
}

/// The messages of AT+CWJAP, Response. Decided: a network that is left for another one says so first.
fn join_network(firmware: &mut Firmware, target: Target) -> Reply {
    let (wifi, store) = (&mut firmware.wifi, firmware.store);
    if !wifi.is_station() {
        return Reply::error(NO_STATION);
    }
    let mut text = wifi.part(State::Left);
    if store {
        wifi.stored.target = Some(target.clone());
    }
    match wifi.try_join(target) {
        Ok(()) => {
            text.extend(CONNECTED);
            Reply::ok(text)
        }
        Err(why) => refused(text, why),
    }
}

/// `+CWJAP:<error code>`, then `ERROR`.
fn refused(mut text: Vec<u8>, why: Refused) -> Reply {
    text.extend(format!("+CWJAP:{}\r\n", why as u8).bytes());
    let reason = match why {
        Refused::WrongPassword => "the network has another password",
        Refused::NoSuchNetwork => "there is no such network",
    };
    Reply { text, ..Reply::error(reason) }
}

/// The parameters of `AT+CWJAP=`; `None` if name and password are omitted.
fn target(mut params: Params<'_>) -> Result<Option<Target>, &'static str> {
    let name = params.next();
    if !params.remaining() {
        return Err(JOIN_GRAMMAR);
    }
    let password = params.next();
    let read = |mut params: Params<'_>| -> Result<Target, ParamError> {
        let (name, password) = (name.string_or_empty()?, password.string_or_empty()?);
        let bssid = params.next();
        let bssid = if bssid.is_omitted() { None } else { Some(bytes(bssid.string()?)) };
        // AT+CWJAP, Parameters: default and range of each.
        let options = [
            params.next().integer_or(0, 0, 1)?,
            params.next().integer_or(1, 0, 7200)?,
            params.next().integer_or(3, 1, 100)?,
            params.next().integer_or(0, 0, 1)?,
            params.next().integer_or(15, 3, 600)?,
            params.next().integer_or(1, 0, 3)?,
        ];
        params.finish()?;
        Ok(Target { name: bytes(name), password: bytes(password), bssid, options })
    };
    let target = read(params).map_err(|_| JOIN_GRAMMAR)?;
    if target.bssid.as_deref().is_some_and(|bssid| !is_mac(bssid)) {
        return Err("<\"bssid\"> is a MAC address, 6 octets in hexadecimal with colons between");
    }
    if target.password.len() > PASSWORD {
        return Err("a password has at most 63 bytes");
    }
    match (name.is_omitted(), password.is_omitted()) {
        (true, true) => Ok(None),
        (false, _) if (1..=SSID).contains(&target.name.len()) => Ok(Some(target)),
        (false, _) => Err("the name of a network has 1 to 32 bytes"),
        (true, false) => Err(JOIN_GRAMMAR),
    }
}

fn bytes(text: Text<'_>) -> Vec<u8> {
    text.bytes().collect()
}

fn is_mac(text: &[u8]) -> bool {
    let mut octets = text.split(|&byte| byte == b':');
    octets.clone().count() == 6
        && octets.all(|octet| octet.len() == 2 && octet.iter().all(u8::is_ascii_hexdigit))
}

/// AT+CWQAP, Execute Command. The message comes behind `OK`.
pub(super) fn leave(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    let wifi = &mut firmware.wifi;
    if !wifi.is_station() {
        return Reply::error(NO_STATION);
    }
    let state = if wifi.is_joined() { State::Left } else { wifi.state };
    Reply::ok("").then(wifi.part(state))
}

/// AT+CWAUTOCONN, Query Command
pub(super) fn query_auto(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    Reply::ok(format!("+CWAUTOCONN:{}\r\n", u8::from(firmware.wifi.auto)))
}

/// `AT+CWAUTOCONN=<enable>`
pub(super) fn set_auto(firmware: &mut Firmware, mut params: Params<'_>) -> Reply {
    let enable = params.next().integer(0, 1);
    let (Ok(enable), Ok(())) = (enable, params.finish()) else {
        return Reply::error("the grammar is AT+CWAUTOCONN=<0-1>");
    };
    firmware.wifi.auto = enable == 1;
    Reply::ok("")
}
