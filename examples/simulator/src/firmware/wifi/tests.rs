//! Modes and networks, byte for byte.

use crate::firmware::testing::{new, refuses, reply, says};
use crate::firmware::{Air, Firmware};
use wsat::Dialect;
use wsat::device::Answer;

const OK: &str = "\r\nOK\r\n";
const JOINED: &str = "WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n";
const RESTARTED: &str = "\r\nOK\r\n\r\nready\r\n";

#[test]
fn mode() {
    let mut firmware = new();
    let mut says = |line: &str| says(&mut firmware, line);
    assert_eq!(says("AT+CWMODE?"), "+CWMODE:1\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWMODE=?"), "+CWMODE:(0-3)\r\n\r\nOK\r\n");
    for mode in 0..=3 {
        assert_eq!(says(&format!("AT+CWMODE={mode}")), OK);
        assert_eq!(says("AT+CWMODE?"), format!("+CWMODE:{mode}\r\n\r\nOK\r\n"));
    }
    assert_eq!(says("AT+CWMODE=0,0"), OK);
}

#[test]
fn a_network_is_joined_and_left() {
    let mut firmware = new();
    let mut says = |line: &str| says(&mut firmware, line);
    assert_eq!(says("AT+CWJAP?"), "No AP\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:0,\"\"\r\n\r\nOK\r\n");
    assert_eq!(says(r#"AT+CWJAP="a\"b","12345678""#), JOINED);
    let network = "+CWJAP:\"a\"b\",\"02:00:00:00:00:01\",1,-50,0,1,3,0,1\r\n\r\nOK\r\n";
    assert_eq!(says("AT+CWJAP?"), network);
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:2,\"a\"b\"\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWQAP"), "\r\nOK\r\nWIFI DISCONNECT\r\n");
    assert_eq!(says("AT+CWJAP?"), "No AP\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:4,\"a\"b\"\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWQAP"), OK);
    // The last configuration, in both ways to ask for it.
    assert_eq!(says("AT+CWJAP"), JOINED);
    assert_eq!(says("AT+CWJAP=,"), format!("WIFI DISCONNECT\r\n{JOINED}"));
    assert_eq!(says("AT+CWJAP?"), network);
}

#[test]
fn every_parameter_of_joining() {
    let mut firmware = new();
    let mut says = |line: &str| says(&mut firmware, line);
    // The examples of AT+CWJAP.
    assert_eq!(says(r#"AT+CWJAP="ab\\\,c","0123456789\"\\""#), JOINED);
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:2,\"ab\\,c\"\r\n\r\nOK\r\n");
    let again = format!("WIFI DISCONNECT\r\n{JOINED}");
    assert_eq!(says(r#"AT+CWJAP="abc","0123456789","ca:d7:19:d8:a6:44""#), again);
    assert_eq!(
        says("AT+CWJAP?"),
        "+CWJAP:\"abc\",\"ca:d7:19:d8:a6:44\",1,-50,0,1,3,0,1\r\n\r\nOK\r\n"
    );
    assert_eq!(says(r#"AT+CWJAP="abc","0123456789",,,,,,,3"#), again);
    assert_eq!(says(r#"AT+CWJAP="abc","",,1,7200,100,1,600,0"#), again);
    assert_eq!(
        says("AT+CWJAP?"),
        "+CWJAP:\"abc\",\"02:00:00:00:00:01\",1,-50,1,7200,100,1,0\r\n\r\nOK\r\n"
    );
    assert_eq!(says(r#"AT+CWJAP="open","#), again);
}

#[test]
fn a_mode_without_station_ends_it() {
    for mode in ["0", "2"] {
        let mut firmware = new();
        let mut told = |line: &str| says(&mut firmware, line);
        assert_eq!(told("AT+CWJAP=\"n\",\"\""), JOINED);
        // The station stays one.
        assert_eq!(told("AT+CWMODE=3"), OK);
        assert_eq!(told(&format!("AT+CWMODE={mode}")), "WIFI DISCONNECT\r\n\r\nOK\r\n");
        refuses(&mut firmware, &["AT+CWJAP?", "AT+CWJAP=\"n\",\"\"", "AT+CWJAP", "AT+CWQAP"]);
        let mut told = |line: &str| says(&mut firmware, line);
        assert_eq!(told("AT+CWMODE=1,0"), OK);
        assert_eq!(told("AT+CWJAP?"), "No AP\r\n\r\nOK\r\n");
        assert_eq!(told(&format!("AT+CWMODE={mode}")), OK);
        assert_eq!(told("AT+CWMODE=1"), "\r\nOK\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n");
    }
}

#[test]
fn a_stored_network_is_joined_after_a_restart() {
    let mut firmware = new();
    let mut says = |line: &str| says(&mut firmware, line);
    assert_eq!(says("AT+CWAUTOCONN?"), "+CWAUTOCONN:1\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWJAP=\"n\",\"\""), JOINED);
    let joined = format!("{RESTARTED}WIFI CONNECTED\r\nWIFI GOT IP\r\n");
    assert_eq!(says("AT+RST"), joined);
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:2,\"n\"\r\n\r\nOK\r\n");
    assert_eq!(says("AT+SYSSTORE=0"), OK);
    // Neither of the two is stored.
    assert_eq!(says("AT+CWJAP=\"other\",\"\""), format!("WIFI DISCONNECT\r\n{JOINED}"));
    assert_eq!(says("AT+CWMODE=3"), OK);
    assert_eq!(says("AT+RST"), joined);
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:2,\"n\"\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWMODE?"), "+CWMODE:1\r\n\r\nOK\r\n");
    assert_eq!(says("AT+CWAUTOCONN=0"), OK);
    assert_eq!(says("AT+RST"), RESTARTED);
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:0,\"n\"\r\n\r\nOK\r\n");
    assert_eq!(says("AT+RESTORE"), RESTARTED);
    assert_eq!(says("AT+CWJAP"), "+CWJAP:3\r\n\r\nERROR\r\n");
}

#[test]
fn networks_that_are_declared() {
    let air = Air::default();
    air.add(b"home", b"secret");
    let mut firmware = Firmware::new(0, Dialect::V3_1, air);
    let mut says = |line: &str| says(&mut firmware, line);
    assert_eq!(says("AT+CWJAP=\"home\",\"Secret\""), "+CWJAP:2\r\n\r\nERROR\r\n");
    assert_eq!(says("AT+CWJAP=\"away\",\"secret\""), "+CWJAP:3\r\n\r\nERROR\r\n");
    assert_eq!(says("AT+CWJAP?"), "No AP\r\n\r\nOK\r\n");
    assert_eq!(says("AT+RST"), RESTARTED);
    assert_eq!(says("AT+CWJAP=\"home\",\"secret\""), JOINED);
    let left = "WIFI DISCONNECT\r\n+CWJAP:3\r\n\r\nERROR\r\n";
    assert_eq!(says("AT+CWJAP=\"away\",\"\""), left);
    assert_eq!(says("AT+CWSTATE?"), "+CWSTATE:4,\"away\"\r\n\r\nOK\r\n");
    let refused = reply(&mut firmware, "AT+CWJAP");
    assert_eq!((refused.answer, refused.reason), (Answer::Error, "there is no such network"));
}

#[test]
fn refusals() {
    refuses(
        &mut new(),
        &["AT+CWMODE=4", "AT+CWMODE=-1", "AT+CWMODE=", "AT+CWMODE=1,2", "AT+CWMODE=1,1,1"],
    );
    refuses(&mut new(), &["AT+CWMODE", "AT+CWSTATE", "AT+CWQAP?", "AT+CWAUTOCONN=2"]);
    refuses(
        &mut new(),
        &[
            "AT+CWJAP=\"a\"",
            "AT+CWJAP=",
            "AT+CWJAP=\"\",\"b\"",
            "AT+CWJAP=,\"b\"",
            "AT+CWJAP=a,b",
            "AT+CWJAP=\"a\",\"b\",1",
            "AT+CWJAP=\"a\",\"b\",\"ca:d7:19:d8:a6\"",
            "AT+CWJAP=\"a\",\"b\",\"ca:d7:19:d8:a6:4g\"",
            "AT+CWJAP=\"a\",\"b\",,2",
            "AT+CWJAP=\"a\",\"b\",,,7201",
            "AT+CWJAP=\"a\",\"b\",,,,0",
            "AT+CWJAP=\"a\",\"b\",,,,,2",
            "AT+CWJAP=\"a\",\"b\",,,,,,2",
            "AT+CWJAP=\"a\",\"b\",,,,,,,4",
            "AT+CWJAP=\"a\",\"b\",,,,,,,3,1",
        ],
    );
    let (name, password) = ("n".repeat(33), "p".repeat(64));
    refuses(&mut new(), &[&format!("AT+CWJAP=\"{name}\",\"\"")]);
    refuses(&mut new(), &[&format!("AT+CWJAP=\"n\",\"{password}\"")]);
    let longest = format!("AT+CWJAP=\"{}\",\"{}\"", &name[1..], &password[1..]);
    assert_eq!(says(&mut new(), &longest), JOINED);
}
