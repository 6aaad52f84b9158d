//! The addresses of the module (Wi-Fi AT Commands, TCP-IP AT Commands). They are made up: links are
//! opened from the PC's own.

use super::{Firmware, Reply};
use wsat::at_syntax::Params;

/// The MAC addresses of the station, 0, and of its access point, 1. The second lowest bit of the first octet says that
/// they are made up (IEEE 802: locally administered).
fn mac(firmware: &Firmware, interface: u32) -> String {
    let [a, b, c, d] = firmware.number.wrapping_mul(2).wrapping_add(2 + interface).to_be_bytes();
    format!("02:00:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

/// The access point's, which is every network's.
pub(super) const BSSID: &str = "02:00:00:00:00:01";

/// Address, gateway and mask of a station that has joined a network, and of one that has not.
const JOINED: [&str; 3] = ["192.168.1.2", "192.168.1.1", "255.255.255.0"];
const ALONE: [&str; 3] = ["0.0.0.0"; 3];
/// That of every ESP32's SoftAP.
const SOFT_AP: &str = "192.168.4.1";

const fn station(firmware: &Firmware) -> [&'static str; 3] {
    if firmware.wifi.is_joined() { JOINED } else { ALONE }
}

/// AT+CIPSTAMAC, Query Command
pub(super) fn query_mac(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    Reply::ok(format!("+CIPSTAMAC:\"{}\"\r\n", mac(firmware, 0)))
}

/// AT+CIPSTA, Query Command. The lines of IPv6 come with `AT+CIPV6=1` only.
pub(super) fn query_station(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    if !firmware.wifi.is_station() {
        return Reply::error("the station's address takes AT+CWMODE=1 or 3");
    }
    let lines = ["ip", "gateway", "netmask"].into_iter().zip(station(firmware));
    let text: String =
        lines.map(|(name, value)| format!("+CIPSTA:{name}:\"{value}\"\r\n")).collect();
    Reply::ok(text)
}

/// AT+CIFSR, Execute Command: the interfaces that the mode has, as its page orders them. Decided: a
/// station without a network says 0.0.0.0.
pub(super) fn all(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    let mut text = String::new();
    if firmware.wifi.is_soft_ap() {
        let mac = mac(firmware, 1);
        text += &format!("+CIFSR:APIP,\"{SOFT_AP}\"\r\n+CIFSR:APMAC,\"{mac}\"\r\n");
    }
    if firmware.wifi.is_station() {
        let [ip, ..] = station(firmware);
        let mac = mac(firmware, 0);
        text += &format!("+CIFSR:STAIP,\"{ip}\"\r\n+CIFSR:STAMAC,\"{mac}\"\r\n");
    }
    Reply::ok(text)
}

#[cfg(test)]
mod tests {
    use crate::firmware::testing::{new, refuses, says};

    const AP: &str = "+CIFSR:APIP,\"192.168.4.1\"\r\n+CIFSR:APMAC,\"02:00:00:00:00:03\"\r\n";
    const MAC: &str = "+CIFSR:STAMAC,\"02:00:00:00:00:02\"\r\n";

    #[test]
    fn the_interfaces_of_each_mode() {
        let mut firmware = new();
        let mut says = |line: &str| says(&mut firmware, line);
        let alone = "+CIFSR:STAIP,\"0.0.0.0\"\r\n";
        assert_eq!(says("AT+CIFSR"), format!("{alone}{MAC}\r\nOK\r\n"));
        says("AT+CWJAP=\"n\",\"\"");
        let joined = "+CIFSR:STAIP,\"192.168.1.2\"\r\n";
        assert_eq!(says("AT+CIFSR"), format!("{joined}{MAC}\r\nOK\r\n"));
        says("AT+CWMODE=3");
        assert_eq!(says("AT+CIFSR"), format!("{AP}{joined}{MAC}\r\nOK\r\n"));
        says("AT+CWMODE=2");
        assert_eq!(says("AT+CIFSR"), format!("{AP}\r\nOK\r\n"));
        says("AT+CWMODE=0");
        assert_eq!(says("AT+CIFSR"), "\r\nOK\r\n");
    }

    #[test]
    fn the_station() {
        let mut firmware = new();
        let mut told = |line| says(&mut firmware, line);
        assert_eq!(
            told("AT+CIPSTA?"),
            "+CIPSTA:ip:\"0.0.0.0\"\r\n+CIPSTA:gateway:\"0.0.0.0\"\r\n\
             +CIPSTA:netmask:\"0.0.0.0\"\r\n\r\nOK\r\n"
        );
        told("AT+CWJAP=\"n\",\"\"");
        assert_eq!(
            told("AT+CIPSTA?"),
            "+CIPSTA:ip:\"192.168.1.2\"\r\n+CIPSTA:gateway:\"192.168.1.1\"\r\n\
             +CIPSTA:netmask:\"255.255.255.0\"\r\n\r\nOK\r\n"
        );
        assert_eq!(told("AT+CIPSTAMAC?"), "+CIPSTAMAC:\"02:00:00:00:00:02\"\r\n\r\nOK\r\n");
        told("AT+CWMODE=2");
        refuses(&mut firmware, &["AT+CIPSTA?", "AT+CIPSTA=\"1.2.3.4\"", "AT+CIFSR?"]);
    }
}
