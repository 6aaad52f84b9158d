//! Time servers, time zones and the calendar.

use super::{asctime, offset};
use crate::firmware::testing::{new, refuses, says};
use std::time::{SystemTime, UNIX_EPOCH};

const SET: &str = "\r\nOK\r\n+TIME_UPDATED\r\n";

#[test]
fn configuration() {
    let mut firmware = new();
    let mut says = |line: &str| says(&mut firmware, line);
    let defaults = r#""cn.ntp.org.cn","ntp.sjtu.edu.cn","us.pool.ntp.org""#;
    assert_eq!(says("AT+CIPSNTPCFG?"), format!("+CIPSNTPCFG:0,0,{defaults}\r\n\r\nOK\r\n"));
    assert_eq!(says(r#"AT+CIPSNTPCFG=1,8,"cn.ntp.org.cn","ntp.sjtu.edu.cn""#), SET);
    assert_eq!(
        says("AT+CIPSNTPCFG?"),
        "+CIPSNTPCFG:1,8,\"cn.ntp.org.cn\",\"ntp.sjtu.edu.cn\"\r\n\r\nOK\r\n"
    );
    assert_eq!(says("AT+CIPSNTPCFG=1,-530,\"a\",\"b\",\"c\""), SET);
    assert_eq!(says("AT+CIPSNTPCFG?"), "+CIPSNTPCFG:1,-5,\"a\",\"b\",\"c\"\r\n\r\nOK\r\n");
    // AT+CIPSNTPCFG, Note: 015 is a quarter of an hour, and 0 in the answer.
    assert_eq!(says("AT+CIPSNTPCFG=1,015"), SET);
    assert_eq!(says("AT+CIPSNTPCFG?"), format!("+CIPSNTPCFG:1,0,{defaults}\r\n\r\nOK\r\n"));
    assert_eq!(says("AT+CIPSNTPCFG=0"), "\r\nOK\r\n");
    assert_eq!(says("AT+CIPSNTPCFG?"), format!("+CIPSNTPCFG:0,0,{defaults}\r\n\r\nOK\r\n"));
}

#[test]
fn refusals() {
    refuses(
        &mut new(),
        &[
            "AT+CIPSNTPCFG",
            "AT+CIPSNTPCFG=",
            "AT+CIPSNTPCFG=1",
            "AT+CIPSNTPCFG=2,8",
            "AT+CIPSNTPCFG=1,1500",
            "AT+CIPSNTPCFG=1,-1300",
            "AT+CIPSNTPCFG=1,60",
            "AT+CIPSNTPCFG=1,8,name",
            "AT+CIPSNTPCFG=1,8,\"a\",\"b\",\"c\",\"d\"",
            "AT+CIPSNTPTIME",
        ],
    );
}

/// The time that the firmware tells, and the PC's before and after.
fn told(firmware: &mut crate::firmware::Firmware) -> (String, [i64; 2]) {
    let now =
        || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let before = now();
    let text = says(firmware, "AT+CIPSNTPTIME?");
    let time = text.strip_prefix("+CIPSNTPTIME:").unwrap();
    (time.strip_suffix("\r\n\r\nOK\r\n").unwrap().to_owned(), [before, now()])
}

#[test]
fn it_is_1970_until_a_server_is_configured() {
    let mut firmware = new();
    let (time, _) = told(&mut firmware);
    assert!(time.starts_with("Thu Jan  1 00:00:") && time.ends_with(" 1970"), "{time}");
    says(&mut firmware, "AT+CIPSNTPCFG=1,545");
    let (time, pc) = told(&mut firmware);
    let (begin, end) = (pc[0] + 345 * 60, pc[1] + 345 * 60);
    assert!((begin..=end).any(|second| asctime(second) == time), "{time}");
    // A restart keeps the time and forgets the zone.
    says(&mut firmware, "AT+RST");
    let (time, [begin, end]) = told(&mut firmware);
    assert!((begin..=end).any(|second| asctime(second) == time), "{time}");
}

#[test]
fn time_zones() {
    for (zone, minutes) in [
        (0, 0),
        (8, 8 * 60),
        (14, 14 * 60),
        (15, 15),
        (59, 59),
        (-12, -12 * 60),
        (-13, -13),
        (800, 8 * 60),
        (-500, -5 * 60),
        (-330, -3 * 60 - 30),
        (1245, 12 * 60 + 45),
        (1400, 14 * 60),
    ] {
        assert_eq!(offset(zone), Some(minutes), "{zone}");
    }
    for zone in [60, 99, 160, -60, 1500, -1300] {
        assert_eq!(offset(zone), None, "{zone}");
    }
}

/// Expected values are those of GNU date.
#[test]
fn the_calendar() {
    for (seconds, text) in [
        (1_634_587_947, "Mon Oct 18 20:12:27 2021"),
        (0, "Thu Jan  1 00:00:00 1970"),
        (-1, "Wed Dec 31 23:59:59 1969"),
        (946_684_799, "Fri Dec 31 23:59:59 1999"),
        (1_709_164_800, "Thu Feb 29 00:00:00 2024"),
        (4_107_628_799, "Mon Mar  1 23:59:59 2100"),
    ] {
        assert_eq!(asctime(seconds), text);
    }
}
