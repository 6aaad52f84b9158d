//! The ping schedule and the pong timeout.

use crate::support::Bench;

#[test]
fn a_ping_every_interval_from_the_moment_of_connection() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,3,60\r\n").expect("\r\nOK\r\n").at(500).open(0);
    bench.at(3_499).expect_sent(0, &[]).at(3_500).expect_sent(0, &[(0x89, b"")]);
    // Traffic does not move it.
    bench.at(5_000).peer(0, b"\x8a\x00\x81\x01a").expect("+WS_DATA:0,1,a\r\n");
    bench.at(6_499).expect_sent(0, &[]).at(6_500).expect_sent(0, &[(0x89, b"")]);
}

#[test]
fn at_most_one_ping_waits_and_missed_ones_are_not_made_up() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,1,60\r\n").expect("\r\nOK\r\n").open(0);
    bench.peers[0].room = Some(0);
    bench.at(5_500);
    bench.peers[0].room = None;
    bench.drain().expect_sent(0, &[(0x89, b"")]);
    bench.at(5_999).expect_sent(0, &[]).at(6_000).expect_sent(0, &[(0x89, b"")]);
}

#[test]
fn a_clock_that_is_told_late_keeps_the_schedule() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,3,60\r\n").expect("\r\nOK\r\n").open(0);
    bench.now = 3_700;
    bench.device.handle_time(bench.instant());
    bench.drain().expect_sent(0, &[(0x89, b"")]);
    assert_eq!(bench.device.poll_deadline(), Some(wsat::Instant::from_millis(6_000)));
}

#[test]
fn no_pong_in_time_ends_the_connection_without_a_close() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,3,5\r\n").expect("\r\nOK\r\n").open(0);
    // Due at 3000; the timeout runs from there, not from the Ping at 6000.
    bench.at(7_999).expect("").at(8_000).expect("+WS_DISCONNECTED:0\r\n").expect_actions("o0 c0");
    bench.expect_sent(0, &[(0x89, b""), (0x89, b"")]);
    bench.host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,3,\"ws://peer0/\"\r\n\r\nOK\r\n");
}

#[test]
fn any_pong_clears_the_timeout() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,3,5\r\n").expect("\r\nOK\r\n").open(0);
    bench.at(7_999).peer(0, b"\x8a\x03odd").at(13_999).expect("");
    bench.at(14_000).expect("+WS_DISCONNECTED:0\r\n");
}

#[test]
fn at_equal_times_the_timeout_comes_before_the_ping() {
    let mut bench = Bench::new();
    bench
        .host("AT+WSCFG=0,5,5\r\n")
        .expect("\r\nOK\r\n")
        .open(0)
        .at(5_000)
        .expect_sent(0, &[(0x89, b"")]);
    bench.at(10_000).expect("+WS_DISCONNECTED:0\r\n").expect_sent(0, &[]);
}

#[test]
fn the_timeout_stands_still_while_our_own_serial_line_hides_pongs() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,3,5\r\n").expect("\r\nOK\r\n").open(0);
    bench.at(4_000);
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x01a\x8a\x00").at(60_000);
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,1,a\r\n");
    // The Pong behind the record has been seen now: the next Ping is unanswered from 63 s on.
    bench.at(62_999).expect("").at(67_999).expect("").at(68_000).expect("+WS_DISCONNECTED:0\r\n");
}

#[test]
fn and_goes_on_where_it_stood() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,3,5\r\n").expect("\r\nOK\r\n").open(0);
    // One second of five has gone by when the record comes.
    bench.at(4_000);
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x01a").at(60_000);
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,1,a\r\n");
    bench.at(63_999).expect("").at(64_000).expect("+WS_DISCONNECTED:0\r\n");
}

#[test]
fn a_ping_of_the_hosts_starts_no_timeout() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,7200,1\r\n").expect("\r\nOK\r\n").open(0);
    bench.host("AT+WSSEND=0,0,9\r\n").expect("\r\nSEND OK\r\n").at(100_000).expect("");
}

#[test]
fn of_several_pings_at_least_the_latest_is_answered() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(2);
    // The answer to the first is begun when the other two arrive.
    bench.peer(0, b"\x89\x01a").peer(0, b"\x89\x01b\x89\x01c\x8a\x01z");
    bench.peers[0].room = None;
    bench.drain().expect_sent(0, &[(0x8A, b"a"), (0x8A, b"c")]);
}

#[test]
fn an_empty_frame_does_not_stretch_the_timeout() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,1,5\r\n").expect("\r\nOK\r\n").open(0);
    bench.at(1_500).peer(0, b"\x81\x00").expect("+WS_DATA:0,0,\r\n");
    bench.at(5_999).expect("").at(6_000).expect("+WS_DISCONNECTED:0\r\n");
}

#[test]
fn without_configuration_the_times_are_those_of_the_page() {
    // <ping_intv_sec> 10, <ping_timeout_sec> 120.
    let mut bench = Bench::new();
    bench.open(0).at(9_999).expect_sent(0, &[]).at(10_000).expect_sent(0, &[(0x89, b"")]);
    bench.at(129_999).expect("").at(130_000).expect("+WS_DISCONNECTED:0\r\n");
}

#[test]
fn nothing_is_due_at_the_end_of_time() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.now = u64::MAX;
    bench.device.handle_time(bench.instant());
    bench.drain();
    assert_eq!(bench.device.poll_deadline(), None);
}
