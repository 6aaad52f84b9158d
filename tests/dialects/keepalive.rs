//! Pings and time, where more than one thing happens at a time.

use crate::bench;
use wsat::{Dialect, Instant};

// rules: PING-04, PING-06
#[test]
fn at_equal_times_what_was_received_counts_first() {
    let mut bench = bench(Dialect::V3_1);
    bench.host("AT+WSCFG=0,3,5\r\n").expect("\r\nOK\r\n").open(0).at(7_999).expect("");
    // The timeout of the Ping of 3 s is over at 8 s; the Pong comes at 8 s, too.
    bench.now = 8_000;
    bench.peer(0, b"\x8a\x00").at(8_000).expect("");
    // Without one it is over then, and the Ping of that moment is not sent.
    bench.at(13_999).expect("").at(14_000).expect("+WS_DISCONNECTED:0\r\n");
}

// rules: PING-02
#[test]
fn a_clock_that_is_told_very_late_sends_one_ping() {
    let mut bench = bench(Dialect::V3_1);
    bench.host("AT+WSCFG=0,1,60\r\n").expect("\r\nOK\r\n").open(0);
    bench.now = 10_500;
    bench.device.handle_time(bench.instant());
    bench.drain().expect_sent(0, &[(0x89, b"")]);
    assert!(bench.device.poll_deadline() > Some(Instant::from_millis(10_500)));
    bench.at(10_999).expect_sent(0, &[]).at(11_500).expect_sent(0, &[(0x89, b"")]);
}

// rules: PING-10, STATE-11
#[test]
fn a_ping_that_the_peers_close_overtakes_is_not_answered() {
    let mut bench = bench(Dialect::V3_1);
    bench.open(0);
    bench.peers[0].room = Some(0);
    bench.peer(0, b"\x89\x01x\x88\x02\x03\xe8\x89\x01y");
    bench.peers[0].room = None;
    bench.drain().expect_sent(0, &[(0x88, b"\x03\xe8")]);
}
