//! Reconnection after a loss.

use crate::support::Bench;
use wsat::device::{Config, Refusal};
use wsat::rfc6455::Fault;

#[test]
fn a_lost_link_is_tried_again_every_ten_seconds_without_end() {
    let mut bench = Bench::new();
    bench.open(0).at(1_000).eof(0).expect("+WS_DISCONNECTED:0\r\n").expect_actions("o0 c0");
    bench.at(10_999).expect_actions("").at(11_000).expect_actions("o0");
    bench.host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,1,\"ws://peer0/\"\r\n\r\nOK\r\n");
    // The loss is reported once, however many attempts fail.
    let mut now = 11_000;
    for _ in 0..500 {
        bench.eof(0).expect("").expect_actions("c0");
        now += 10_000;
        bench.at(now).expect("").expect_actions("o0");
    }
    bench.accept(0).expect("+WS_CONNECTED:0\r\n");
    bench.eof(0).expect("+WS_DISCONNECTED:0\r\n");
}

#[test]
fn an_attempt_has_the_timeout_of_the_open_command() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h/x\",\"chat\",2000\r\n").accept(0);
    bench.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").eof(0).expect("+WS_DISCONNECTED:0\r\n");
    bench.at(10_000).expect_actions("o0 c0 o0").at(11_999).expect_actions("");
    bench.at(12_000).expect_actions("c0").expect("").at(22_000).expect_actions("o0");
    // And its URI and subprotocol.
    let request = bench.up(0).request(0);
    assert!(request.starts_with("GET /x HTTP/1.1\r\nHost: h\r\n"), "{request}");
    assert!(request.contains("\r\nSec-WebSocket-Protocol: chat\r\n"), "{request}");
}

#[test]
fn a_retry_uses_the_settings_of_its_open_command() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,10,10,2\r\n").expect("\r\nOK\r\n").open(0);
    bench.host("AT+WSCFG=0,10,10,1\r\n").expect("\r\nOK\r\n").eof(0).at(10_000).accept(0);
    bench.expect("+WS_DISCONNECTED:0\r\n+WS_CONNECTED:0\r\n");
    bench.peer(0, b"\x81\x03abc").expect("+WS_DATA:0,2,ab\r\n+WS_DATA:0,1,c\r\n");
}

#[test]
fn the_delay_can_be_set() {
    let mut config = Config::default();
    config.retry_delay_ms = 250;
    let mut bench = Bench::with_config(config);
    bench.drain().host("ATE0\r\n").expect("\r\nready\r\nATE0\r\n\r\nOK\r\n").open(0).eof(0);
    bench.at(249).expect_actions("o0 c0").at(250).expect_actions("o0");
}

#[test]
fn facts_about_an_earlier_attempt_are_ignored() {
    let mut bench = Bench::new();
    bench.open(0);
    let old = bench.peers[0].conn.unwrap();
    bench.eof(0).at(10_000).accept(0).expect("+WS_DISCONNECTED:0\r\n+WS_CONNECTED:0\r\n");
    let now = bench.instant();
    bench.device.handle_eof(now, old);
    assert_eq!(bench.device.handle_peer(now, old, b"\x88\x00", &[]), 0);
    bench.drain().expect("").host("AT+WSOPEN?\r\n");
    bench.expect("+WSOPEN:0,2,\"ws://peer0/\"\r\n\r\nOK\r\n");
}

#[test]
fn a_blocked_serial_line_does_not_keep_a_lost_link_from_coming_back() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.serial_blocked = true;
    bench.eof(0).at(10_000).expect_actions("o0 c0 o0").eof(0).at(20_000).expect_actions("c0 o0");
    bench.accept(0).peer(0, b"\x89\x01a").expect_sent(0, &[(0x8A, b"a")]);
    // But a second loss has to wait until the first is printed: output that waits is bounded.
    bench.at(25_000).eof(0).at(60_000).expect_actions("c0");
    assert_eq!(bench.device.poll_deadline(), None, "nothing to do for the clock meanwhile");
    bench.serial_blocked = false;
    bench.drain();
    bench.expect("+WS_DISCONNECTED:0\r\n+WS_CONNECTED:0\r\n+WS_DISCONNECTED:0\r\n");
    bench.at(60_000).expect_actions("o0");
}

#[test]
fn an_attempt_waits_while_a_record_is_in_the_links_window() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x05hel").eof(0).at(20_000).expect_actions("o0 c0");
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,3,hel\r\n+WS_DISCONNECTED:0\r\n").expect_actions("o0");
}

#[test]
fn the_embedding_program_learns_why() {
    let mut bench = Bench::new();
    bench.open(0).open(1).peer(1, b"\x83\x00").eof(0);
    assert_eq!(bench.device.poll_failure(), Some((0, Refusal::Transport)));
    assert_eq!(bench.device.poll_failure(), Some((1, Refusal::Peer(Fault::ReservedOpcode))));
    assert_eq!(bench.device.poll_failure(), None);
    bench.at(10_000).up(0).peer(0, "HTTP/1.1 503 Busy\r\n\r\n");
    let Some((0, Refusal::Handshake(_))) = bench.device.poll_failure() else { panic!() };
    // An end in order is none.
    bench.at(20_000).accept(1).peer(1, b"\x88\x00").eof(1);
    assert_eq!(bench.device.poll_failure(), None);
}
