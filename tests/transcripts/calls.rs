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

/// What is told of a transport that the device has given up means nothing, also when the link has another one.
#[test]
fn facts_of_a_transport_that_was_given_up() {
    let mut bench = Bench::new();
    bench.open(0);
    let old = bench.peers[0].conn.unwrap();
    bench.eof(0).expect("+WS_DISCONNECTED:0\r\n").at(10_000);
    let new = bench.peers[0].conn.expect("another attempt");
    assert_ne!(old, new);
    let now = bench.instant();
    let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
    let mut stale = |bench: &mut Bench| {
        bench.device.handle_up(now, old);
        assert_eq!(bench.device.handle_peer(now, old, b"\x81\x01a", b""), 0);
        assert_eq!(bench.device.handle_sent(now, old, 1000), Ok(()));
        assert_eq!(bench.device.poll_peer(old, &mut rng, &mut [0; 64]), 0);
        assert_eq!(bench.device.target(old), None);
        bench.device.handle_failed(now, old, wsat::device::Missing::Certificate);
        bench.device.handle_eof(now, old);
        bench.drain().expect("");
    };
    stale(&mut bench);
    assert!(bench.peers[0].sent.is_empty(), "the new one is not up");
    bench.accept(0).expect("+WS_CONNECTED:0\r\n");
    stale(&mut bench);
    bench.peer(0, b"\x81\x01b").expect("+WS_DATA:0,1,b\r\n");
}

#[test]
fn no_text_keeps_nothing_waiting() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+GMR\r\n");
    assert_eq!(bench.device.handle_text(b""), 0);
    bench.eof(0).expect("+WS_DISCONNECTED:0\r\n");
    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    bench.drain().expect("\r\nOK\r\n");
}

#[test]
fn nothing_is_sent_behind_the_end_of_a_transport() {
    let mut bench = Bench::new();
    bench.open(0).peers[0].room = Some(0);
    bench.serial_blocked = true;
    // A Pong is due, and a record holds up what else was received.
    bench.peer(0, b"\x89\x01p\x81\x01a").eof(0);
    bench.peers[0].room = None;
    bench.drain().expect_sent(0, &[]);
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,1,a\r\n+WS_DISCONNECTED:0\r\n");
}
