//! `AT+CMD?` and `AT+SYSLOG` (Basic AT Commands).

use crate::{bench, bench_with};
use wsat::Dialect;
use wsat::device::{Answer, Config, FirmwareCommand};

// rules: BASIC-03
#[test]
fn the_list_of_commands() {
    let mut config = Config::new(Dialect::V3_1);
    config.commands =
        &[FirmwareCommand { name: "+GMR", test: false, query: false, set: false, execute: true }];
    let mut bench = bench_with(config);
    bench.host("AT+CMD?\r\n").expect(
        "+CMD:0,\"AT\",0,0,0,1\r\n\
         +CMD:1,\"ATE0\",0,0,0,1\r\n\
         +CMD:2,\"ATE1\",0,0,0,1\r\n\
         +CMD:3,\"AT+CMD\",0,1,0,0\r\n\
         +CMD:4,\"AT+SYSLOG\",0,1,1,0\r\n\
         +CMD:5,\"AT+WSCFG\",0,0,1,0\r\n\
         +CMD:6,\"AT+WSOPEN\",0,1,1,0\r\n\
         +CMD:7,\"AT+WSSEND\",0,0,1,0\r\n\
         +CMD:8,\"AT+WSCLOSE\",0,0,1,0\r\n\
         +CMD:9,\"AT+GMR\",0,0,0,1\r\n\
         \r\nOK\r\n",
    );
}

// rules: BASIC-03, LINE-19
#[test]
fn later_commands_are_on_the_list_of_later_dialects() {
    for (dialect, head, format) in [
        (Dialect::V3_1, false, false),
        (Dialect::V3_3, true, false),
        (Dialect::V4_1, true, false),
        (Dialect::V4_2, true, true),
    ] {
        let mut bench = bench(dialect);
        bench.host("AT+CMD?\r\n");
        let printed = String::from_utf8(std::mem::take(&mut bench.printed)).unwrap();
        assert_eq!(printed.contains("\"AT+WSHEAD\",0,1,1,0\r\n"), head);
        assert_eq!(printed.contains("\"AT+WSDATAFMT\",0,0,1,0\r\n"), format);
        assert_eq!(printed.lines().count(), 9 + usize::from(head) + usize::from(format) + 2);
    }
}

// rules: BASIC-04, BASIC-05, BASIC-06, BASIC-07, BASIC-08, BASIC-09
#[test]
fn error_codes_only_if_they_are_asked_for() {
    let mut bench = bench(Dialect::V3_1);
    bench.host("AT+SYSLOG?\r\n").expect("+SYSLOG:0\r\n\r\nOK\r\n");
    bench.host("nonsense\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+SYSLOG=1\r\nAT+SYSLOG?\r\n").expect("\r\nOK\r\n+SYSLOG:1\r\n\r\nOK\r\n");
    for (line, code) in [
        // No AT line: also an empty one, and one that is too long.
        ("nonsense", "01030000"),
        ("", "01030000"),
        (&"x".repeat(300), "01030000"),
        // A parameter does not parse, or a required one is missing: which, from 0.
        ("AT+WSCLOSE=", "01080000"),
        ("AT+WSCFG=0,x", "01080001"),
        ("AT+WSCFG=0,10", "01080002"),
        ("AT+WSOPEN=0,ws://h", "01080001"),
        // There is no such command: also one of a later dialect.
        ("AT+WSHEAD=1", "01090000"),
    ] {
        let expected = format!("ERR CODE:0x{code}\r\n\r\nERROR\r\n");
        bench.host(format!("{line}\r\n")).expect(&expected);
    }
    // Range, count and state errors have none, nor has a form that a command lacks.
    for line in ["AT+WSCLOSE=3", "AT+WSCLOSE=0,1", "AT+WSSEND=0,5", "AT+WSCFG?", "AT+WSCFG=0,0,1"] {
        bench.host(format!("{line}\r\n")).expect("\r\nERROR\r\n");
    }
    // The embedding program tells whether there is such a command.
    for (answer, printed) in [
        (Answer::Error, "\r\nERROR\r\n"),
        (Answer::NoSuchCommand, "ERR CODE:0x01090000\r\n\r\nERROR\r\n"),
    ] {
        bench.host("AT+NOSUCH\r\n");
        bench.device.handle_answer(bench.instant(), answer).unwrap();
        bench.drain().expect(printed);
    }
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").host("AT\r\n");
    bench.expect("ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n");
    bench.eof(0).expect("\r\nERROR\r\n");
    bench.host("AT+SYSLOG=0\r\nnonsense\r\n").expect("\r\nOK\r\n\r\nERROR\r\n");
}
