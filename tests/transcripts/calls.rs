//! Calls of the embedding program, byte by byte and in an order of their own.

use crate::support::Bench;
use wsat::at_syntax::{Form, Name};
use wsat::device::{Action, Answer, CallError, Refusal, Serial};

#[test]
fn a_command_of_the_firmware_is_read_and_answered() {
    let mut bench = Bench::new();
    bench.host("at+cwmode=1,\"x\"\r\n").expect("").expect_actions("!");
    let command = bench.device.command().unwrap();
    assert!(command.name.is(Name::Extended(b"CWMODE")));
    assert_eq!(command.form, Form::Set);
    let mut params = command.params();
    assert_eq!(params.next().integer(0, 3), Ok(1));
    assert!(params.next().string().unwrap().eq_bytes(b"x"));
    assert!(bench.device.is_busy());
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
    assert_eq!(bench.device.poll_action(), Some(Action::Command));
    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    bench.drain().expect("\r\nOK\r\n\r\nOK\r\n");
}

#[test]
fn a_reason_is_told_once() {
    let mut bench = Bench::new();
    bench.host("x".repeat(300)).host("\r\n").expect("\r\nERROR\r\n");
    assert_eq!(bench.device.poll_refusal(), Some(Refusal::LineTooLong));
    assert_eq!(bench.device.poll_refusal(), None);
}

#[test]
fn no_more_can_be_sent_than_was_given() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].holds = true;
    bench.host("AT+WSSEND=0,5\r\nHello").peer(0, b"\x89\x00");
    let conn = bench.peers[0].conn.unwrap();
    let now = bench.instant();
    bench.device.handle_sent(now, conn, 11).unwrap();
    // Only the Pong's six bytes are left.
    assert_eq!(bench.device.handle_sent(now, conn, 7), Err(CallError::TooMany));
    bench.device.handle_sent(now, conn, 6).unwrap();
    bench.drain().expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
}

#[test]
fn a_window_may_be_a_ring() {
    let mut bench = Bench::new();
    bench.open(0);
    let conn = bench.peers[0].conn.unwrap();
    let now = bench.instant();
    // A text of which one character lies across the wrap.
    assert_eq!(bench.device.handle_peer(now, conn, b"\x81\x04a\xc3", b"\xa4b"), 2);
    let mut out = [0; 64];
    let head = bench.device.poll_host(now, &mut out);
    assert_eq!(head, Serial::Bytes(13));
    assert_eq!(&out[..13], b"+WS_DATA:0,4,");
    assert_eq!(bench.device.poll_host(now, &mut out), Serial::Relay { conn, len: 4 });
    bench.device.handle_relayed(now, conn, 2).unwrap();
    assert_eq!(bench.device.poll_host(now, &mut out), Serial::Relay { conn, len: 2 });
    assert!(bench.device.handle_relayed(now, conn, 3).is_err());
    bench.device.handle_relayed(now, conn, 2).unwrap();
    assert_eq!(bench.device.poll_host(now, &mut out), Serial::Bytes(2));
    // A header that lies across the wrap.
    assert_eq!(bench.device.handle_peer(now, conn, b"\x81", b"\x01a"), 2);
}

#[test]
fn an_end_that_is_told_before_the_rest_of_the_window_is_offered() {
    let mut bench = Bench::new();
    bench.open(0);
    let conn = bench.peers[0].conn.unwrap();
    let now = bench.instant();
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x01a\x88\x00");
    let mut out = [0; 64];
    assert_eq!(bench.device.poll_host(now, &mut out), Serial::Bytes(13));
    bench.device.handle_relayed(now, conn, 1).unwrap();
    bench.peers[0].window.remove(0);
    // The Close is still in the window.
    bench.device.handle_eof(now, conn);
    bench.serial_blocked = false;
    bench.drain().expect("\r\n+WS_CLOSED:0\r\n");
}
