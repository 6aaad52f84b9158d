//! Commands of the embedding program, and its reset.

use crate::support::Bench;
use wsat::at_syntax::{Form, Name};
use wsat::device::{Answer, CallError};

#[test]
fn a_command_that_is_not_the_devices_own_is_the_firmwares() {
    let mut bench = Bench::new();
    bench.host("at+cwmode=1,\"x\"\r\n").expect("").expect_actions("!");
    let command = bench.device.command().unwrap();
    assert!(command.name.is(Name::Extended(b"CWMODE")));
    assert_eq!(command.form, Form::Set);
    let mut params = command.params();
    assert_eq!(params.next().integer(0, 3), Ok(1));
    assert!(params.next().string().unwrap().eq_bytes(b"x"));
    // Meanwhile the module is busy.
    assert!(bench.device.is_busy());
    bench.host("AT\r\n").expect("\r\nbusy p...\r\n");
    let now = bench.instant();
    bench.device.handle_answer(now, Answer::Ok).unwrap();
    bench.drain().expect("\r\nOK\r\n");
    assert!(!bench.device.is_busy());
    assert_eq!(bench.device.command(), None);
    assert_eq!(bench.device.handle_answer(now, Answer::Ok), Err(CallError::NoCommand));
    assert_eq!(bench.device.handle_text(b"x"), 0);
}

#[test]
fn a_command_that_is_answered_at_once_keeps_nobody_busy() {
    let mut bench = Bench::new();
    bench.type_in(b"AT+GMR\r\nAT\r\n");
    assert_eq!(bench.typed, b"AT\r\n", "it waits until the command is known to last");
    assert_eq!(bench.device.poll_action(), Some(wsat::device::Action::Command));
    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    bench.drain().expect("\r\nOK\r\n\r\nOK\r\n");
}

#[test]
fn text_and_result_are_one_unit() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+GMR\r\n").expect_actions("o0 !");
    assert_eq!(bench.device.handle_text(b"one\r\n"), 5);
    bench.drain().expect("one\r\n").peer(0, b"\x81\x02hi").eof(0).expect("");
    assert_eq!(bench.device.handle_text(b"two\r\n"), 5);
    bench.drain().expect("two\r\n");
    bench.device.handle_answer(bench.instant(), Answer::Error).unwrap();
    bench.drain().expect("\r\nERROR\r\n+WS_DATA:0,2,hi\r\n+WS_DISCONNECTED:0\r\n");
}

#[test]
fn text_may_be_longer_than_the_memory() {
    let mut bench = Bench::new();
    bench.host("AT+GMR\r\n").expect_actions("!");
    let text = "0123456789abcde\n".repeat(1000);
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let n = bench.device.handle_text(rest);
        assert!(n > 0);
        rest = &rest[n..];
        bench.serial_side();
    }
    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    bench.drain().expect(&format!("{text}\r\nOK\r\n"));
}

#[test]
fn a_restart_closes_everything_and_says_ready() {
    let mut bench = Bench::new();
    bench.open(0).open(2).eof(2).expect("+WS_DISCONNECTED:2\r\n").host("AT+WSSEND=0,5\r\nhe");
    bench.expect("\r\nOK\r\n\r\n>").expect_actions("o0 o2 c2");
    bench.device.restart();
    bench.drain().expect("\r\nready\r\n").expect_actions("c0");
    bench.host("AT\r\n").expect("AT\r\n\r\nOK\r\n").at(100_000).expect("").expect_actions("");
    bench.host("ATE0\r\n").expect("ATE0\r\n\r\nOK\r\n").open(0);
    // Settings are forgotten, too.
    bench.host("AT+WSCFG=1,10,10,1\r\n").expect("\r\nOK\r\n");
    bench.device.restart();
    bench.drain().host("ATE0\r\n").expect("\r\nready\r\nATE0\r\n\r\nOK\r\n");
    bench.open(1).peer(1, b"\x81\x02hi").expect("+WS_DATA:1,2,hi\r\n");
}

#[test]
fn the_next_line_waits_until_the_text_is_printed() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+GMR\r\n");
    bench.serial_blocked = true;
    assert_eq!(bench.device.handle_text(b"version\r\n"), 9);
    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    bench.host("AT+WSSEND=0,4\r\nabcd").expect("");
    bench.serial_blocked = false;
    bench.drain().expect("version\r\n\r\nOK\r\n\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x81, b"abcd")]);
}
