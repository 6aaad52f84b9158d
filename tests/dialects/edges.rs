//! Corners where rules meet.

use crate::support::Bench;
use crate::{bench, bench_with};
use wsat::device::{Answer, Config, Device, Refusal, Serial, Storage};
use wsat::{Dialect, Instant, Quirks, rfc6455};

const P: &str = "\r\nOK\r\n\r\n>";

// rules: SEND-09, SEND-26
#[test]
fn a_text_that_was_withdrawn_leaves_nothing_behind() {
    let mut c = Config::new(Dialect::V4_2);
    c.check_text = true;
    let mut b = bench_with(c);
    b.open(0);
    b.peers[0].room = Some(0);
    b.host("AT+WSSEND=0,3,1,100,0\r\nabc").expect(P).at(100).expect("\r\nERROR\r\n");
    b.peers[0].room = None;
    b.host(b"AT+WSSEND=0,1,2,,0\r\n\xff").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    b.host(b"AT+WSSEND=0,1,0\r\n\xff").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
}

// rules: SEND-09, SEND-20
#[test]
fn a_final_part_that_was_withdrawn_is_still_owed() {
    let mut c = Config::new(Dialect::V4_2);
    c.check_text = true;
    let mut b = bench_with(c);
    b.open(0);
    b.host(b"AT+WSSEND=0,1,1,,0\r\n\xc3").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    b.peers[0].room = Some(0);
    b.host(b"AT+WSSEND=0,1,0,100\r\n\xa9").expect(P).at(100).expect("\r\nERROR\r\n");
    b.peers[0].room = None;
    b.host(b"AT+WSSEND=0,1,0\r\n\x28").expect("\r\nOK\r\n\r\n>\r\nERROR\r\n");
}

// rules: QUIRK-05
#[test]
fn a_byte_that_a_quirk_loses_begins_no_line() {
    let mut c = Config::new(Dialect::V3_1);
    c.quirks = Quirks::ZERO_LENGTH_PROMPT;
    let mut b = bench_with(c);
    b.open(0);
    b.host("AT+WSSEND=0,0\r\n").expect(P).eof(0).expect("+WS_DISCONNECTED:0\r\n");
    b.host("x").expect("\r\nbusy p...\r\n\r\nERROR\r\n");
    b.host("AT+WSOPEN=1,\"ws://h\"\r\n").expect("");
    b.host("AT\r\n").expect("\r\nbusy p...\r\n");
}

// rules: BASIC-07
#[test]
fn an_error_code_stands_behind_the_firmwares_text() {
    let mut b = bench(Dialect::V3_1);
    b.host("AT+SYSLOG=1\r\n").expect("\r\nOK\r\n");
    b.host("AT+FOO\r\n");
    let now = b.instant();
    b.device.handle_text(b"hint\r\n");
    b.device.handle_answer(now, Answer::NoSuchCommand).unwrap();
    b.drain().expect("hint\r\nERR CODE:0x01090000\r\n\r\nERROR\r\n");
}

// rules: LINE-18
#[test]
fn what_is_wrong_with_a_parameter_goes_before_their_count() {
    let mut b = bench(Dialect::V3_1);
    b.host("AT+SYSLOG=1\r\n").expect("\r\nOK\r\n");
    b.host("AT+WSSEND=x,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\r\n")
        .expect("ERR CODE:0x01080000\r\n\r\nERROR\r\n");
}

// rules: LINE-17, LINE-19
#[test]
fn what_a_dialect_lacks_goes_before_the_count() {
    let mut b = bench(Dialect::V3_1);
    b.host("AT+SYSLOG=1\r\n").expect("\r\nOK\r\n");
    b.host("AT+WSDATAFMT=0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\r\n")
        .expect("ERR CODE:0x01090000\r\n\r\nERROR\r\n");
}

// rules: FMT-07
#[test]
fn an_empty_frame_is_something_that_the_peer_sends() {
    let mut b = bench(Dialect::V4_2);
    b.host("AT+WSDATAFMT=0,2,48\r\n").expect("\r\nOK\r\n").open(0);
    b.peer(0, b"\x01\x03one").expect("+WS_DATA:0,3,one");
    b.host("AT\r\n");
    b.at(900).peer(0, b"\x00\x00").at(1500).expect("");
}

// rules: CLOSE-04
#[test]
fn a_lost_link_that_lingers_is_dropped_by_wsclose() {
    // fault leaves Lost with lingering transport, WSCLOSE drops it; then WSOPEN at once
    let mut b = bench(Dialect::V4_2);
    b.open(0).peers[0].room = Some(0);
    b.peer(0, b"\x83").expect("+WS_DISCONNECTED:0\r\n");
    b.host("AT+WSCLOSE=0\r\n").expect("\r\nOK\r\n").expect_actions("o0 c0");
    b.peers[0].room = None;
    b.open(0);
}

// rules: FMT-09
#[test]
fn a_new_connection_begins_with_a_new_record() {
    let mut b = bench(Dialect::V4_2);
    b.host("AT+WSDATAFMT=0,2,63\r\n").expect("\r\nOK\r\n").open(0);
    b.peer(0, b"\x01\x01a").eof(0).at(10_000).accept(0);
    b.printed.clear();
    b.host("AT+WSDATAFMT=0,0,48\r\n").expect("\r\nOK\r\n");
    b.peer(0, b"\x81\x01b").expect("+WS_DATA:0,1,b\r\n");
}

// rules: OPEN-10
#[test]
fn a_tab_is_no_part_of_a_credential() {
    let mut b = bench(Dialect::V3_3);
    b.host("AT+WSOPEN=0,\"ws://h\",,,\"a\tb\"\r\n").expect("\r\nERROR\r\n");
}

// rules: PING-02
#[test]
fn missed_pings_do_not_move_the_others() {
    let mut b = bench(Dialect::V4_2);
    b.open(0);
    b.device.handle_time(Instant::from_millis(35_000));
    assert_eq!(b.device.poll_deadline().map(Instant::as_millis), Some(40_000));
}

// rules: SEND-26
#[test]
fn text_is_checked_over_its_parts() {
    let mut c = Config::new(Dialect::V4_2);
    c.check_text = true;
    let mut b = bench_with(c);
    b.open(0);
    b.host(b"AT+WSSEND=0,1,1,,0\r\n\xc3").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    b.host(b"AT+WSSEND=0,1,0\r\n\x28").expect("\r\nOK\r\n\r\n>\r\nERROR\r\n");
    b.host(b"AT+WSSEND=0,1,0,,0\r\n\xa9").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    b.host(b"AT+WSSEND=0,0,0\r\n").expect("\r\nSEND OK\r\n");
    b.host(b"AT+WSSEND=0,1,2\r\n\xff").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
}

// rules: QUIRK-15
#[test]
fn the_hosts_own_close_is_reported_at_its_end_under_the_quirk() {
    let mut c = Config::new(Dialect::V3_1);
    c.quirks = Quirks::CLOSED_WHEN_READ;
    let mut b = bench_with(c);
    b.open(0).host("AT+WSSEND=0,0,8\r\n").expect("\r\nSEND OK\r\n");
    b.peer(0, b"\x88\x00").expect("+WS_CLOSED:0\r\n");
}

// rules: STATE-03
#[test]
fn a_retry_waits_for_the_old_transport() {
    let mut c = Config::new(Dialect::V3_1);
    c.retry_delay_ms = 0;
    let mut b = bench_with(c);
    b.open(0).peer(0, b"\x83").expect("+WS_DISCONNECTED:0\r\n");
    b.at(999).expect_actions("o0").expect_sent(0, &[(0x88, b"\x03\xea")]);
    b.at(1000).expect_actions("c0 o0");
}

// rules: FMT-07
#[test]
fn echo_alone_is_something_that_waits() {
    let mut b = bench(Dialect::V4_2);
    b.host("AT+WSDATAFMT=0,2,48\r\n").expect("\r\nOK\r\n").open(0);
    b.host("ATE1\r\n").expect("\r\nOK\r\n");
    b.peer(0, b"\x01\x03one").expect("+WS_DATA:0,3,one").host("A").at(999).expect("");
    b.at(1000).expect("\r\nA");
}

// rules: FMT-01
#[test]
fn the_default_format_is_that_of_before() {
    for line in ["AT+WSDATAFMT=0\r\n", "AT+WSDATAFMT=0,0\r\n", "AT+WSDATAFMT=0,,\r\n"] {
        let mut b = bench(Dialect::V4_2);
        b.host("AT+WSDATAFMT=0,1,63\r\n").host(line).expect("\r\nOK\r\n\r\nOK\r\n").open(0);
        b.peer(0, b"\x81\x02hi").expect("+WS_DATA:0,2,hi\r\n");
    }
}

// rules: PING-03
#[test]
fn the_pong_timeout_runs_from_when_the_ping_was_due() {
    let mut b = bench(Dialect::V4_2);
    b.host("AT+WSCFG=0,10,5\r\n").expect("\r\nOK\r\n").open(0);
    b.device.handle_time(Instant::from_millis(14_000));
    assert_eq!(b.device.poll_deadline().map(Instant::as_millis), Some(15_000));
}

// rules: HEAD-06, STATE-03
#[test]
fn a_retry_whose_request_is_impossible_fails_at_once() {
    let mut b = bench(Dialect::V3_3);
    b.host("AT+WSOPEN=0,\"ws://h\",,5000,\"A\"\r\n")
        .accept(0)
        .expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
    b.eof(0).expect("+WS_DISCONNECTED:0\r\n");
    b.device.poll_failure();
    b.host("AT+WSHEAD=16\r\nAuthorization: x").expect("\r\nOK\r\n\r\n>\r\nOK\r\n");
    b.actions.clear();
    let refused = Refusal::Request(rfc6455::RequestError::ReservedHeader);
    b.at(10_000).expect_actions("").expect("");
    assert_eq!((b.device.poll_failure(), b.device.link_state(0)), (Some((0, refused)), Some(3)));
    // When the headers fit again, so does the next attempt.
    b.host("AT+WSHEAD=0\r\n").expect("\r\nOK\r\n").at(20_000).expect_actions("o0");
    b.accept(0).expect("+WS_CONNECTED:0\r\n");
    assert_eq!([0, 1, 2, 3].map(|link| b.device.link_state(link)), [Some(2), None, None, None]);
}

// rules: STATE-09
#[test]
fn a_frame_whose_length_a_record_cannot_say_is_too_big() {
    let mut b = bench(Dialect::V4_2);
    b.open(0).peer(0, b"\x82\x7f\x00\x00\x00\x01\x00\x00\x00\x00");
    b.expect("+WS_DISCONNECTED:0\r\n").expect_sent(0, &[(0x88, b"\x03\xf1")]);
}

// rules: FMT-08
#[test]
fn the_end_of_a_record_is_its_own_and_not_the_next_ones() {
    // A record that is cut short, and the next one of the link before its tail is printed.
    let mut b = bench(Dialect::V4_2);
    b.host("AT+WSCFG=0,7200,7200,4\r\nAT+WSDATAFMT=0,1,16\r\n")
        .expect("\r\nOK\r\n\r\nOK\r\n")
        .open(0);
    b.peer(0, b"\x82\x08abcd").expect("+WS_DATA:0,8,abcd").host("AT\r\n");
    b.serial_blocked = true;
    b.at(1000).peer(0, b"efgh");
    b.serial_blocked = false;
    b.drain().expect("\r\n\r\nOK\r\n+WS_DATA:0,4,efgh");
    // A format that is set while a tail is half printed.
    let mut b = bench(Dialect::V4_2);
    b.open(0).serial_piece = 1;
    b.peers[0].window.extend_from_slice(b"\x81\x01x");
    b.offer(0);
    let (now, conn) = (b.instant(), b.peers[0].conn.unwrap());
    let mut out = [0; 1];
    while b.device.poll_host(now, &mut out) != (Serial::Relay { conn, len: 1 }) {}
    b.device.handle_relayed(now, conn, 1).unwrap();
    b.peers[0].window.clear();
    assert_eq!((b.device.poll_host(now, &mut out), out), (Serial::Bytes(1), *b"\r"));
    b.host("AT+WSDATAFMT=0,0,16\r\n").peer(0, b"\x81\x01y");
    b.expect("\n\r\nOK\r\n+WS_DATA:0,1,y");
}

// rules: FMT-07
#[test]
fn a_second_line_ends_an_open_record() {
    let mut b = bench(Dialect::V4_2);
    b.host("AT+WSDATAFMT=0,2,48\r\n").expect("\r\nOK\r\n").open(0);
    b.peer(0, b"\x01\x03one").expect("+WS_DATA:0,3,one");
    // The first waits for the record's tail, for as long as the peer goes on …
    b.host("AT\r\n").at(900).peer(0, b"\x00\x01t").expect("t").at(1800).expect("");
    // … and the next one does not let it: a peer cannot silence the AT port.
    b.host("AT+WSCLOSE=0\r\n").expect("\r\n\r\nOK\r\n");
    b.peer(0, b"\x88\x00").expect("\r\nOK\r\n");
}

// rules: SEND-15
#[test]
fn the_time_for_the_payload_begins_when_the_prompt_is_printed() {
    let mut config = Config::new(Dialect::V3_1);
    config.payload_timeout_ms = Some(500);
    let mut b = bench_with(config);
    b.open(0).serial_blocked = true;
    b.host("AT+WSSEND=0,2\r\n").at(600);
    b.serial_blocked = false;
    b.drain().expect(P).at(1099).host("hi").expect("\r\nSEND OK\r\n");
}

// rules: HEAD-07
#[test]
fn clearing_the_headers_does_not_prolong_an_attempt() {
    let mut b = bench(Dialect::V3_3);
    b.host("AT+WSHEAD=4\r\nX: 1").expect("\r\nOK\r\n\r\n>\r\nOK\r\n");
    b.host("AT+WSOPEN=0,\"ws://h\",,5000\r\n").accept(0).eof(0).at(10_000);
    b.actions.clear();
    b.peers[0].room = Some(9);
    b.up(0).at(14_000).host("AT+WSHEAD=0\r\n").expect_actions("c0 o0");
    b.at(14_999).expect_actions("").at(15_000).expect_actions("c0");
}

// rules: HEAD-07
#[test]
fn clearing_the_headers_leaves_requests_alone_that_are_whole_or_not_begun() {
    for (room, has_header) in [(Some(0), false), (None, true)] {
        let mut b = bench(Dialect::V3_3);
        b.host("AT+WSHEAD=4\r\nX: 1").expect("\r\nOK\r\n\r\n>\r\nOK\r\n");
        b.host("AT+WSOPEN=0,\"ws://h\"\r\n").accept(0).eof(0).at(10_000).actions.clear();
        b.peers[0].room = room;
        b.up(0).host("AT+WSHEAD=0\r\n").expect_actions("");
        b.peers[0].room = None;
        assert_eq!(b.drain().request(0).contains("X: 1"), has_header);
    }
}

// rules: HEAD-06, HEAD-07
#[test]
fn clearing_the_headers_does_not_break_an_attempt_whose_request_is_written() {
    for later in ["", "AT+WSHEAD=2\r\nY:"] {
        let mut b = bench(Dialect::V3_3);
        b.host("AT+WSHEAD=4\r\nX: 1").expect("\r\nOK\r\n\r\n>\r\nOK\r\n");
        b.open(0).eof(0).expect("+WS_DISCONNECTED:0\r\n").at(10_000);
        let response = b.up(0).response(0);
        b.host("AT+WSHEAD=0\r\n").expect("\r\nOK\r\n");
        if !later.is_empty() {
            b.host(later).expect("\r\nOK\r\n\r\n>\r\nOK\r\n");
        }
        b.peer(0, response).expect("+WS_CONNECTED:0\r\n");
    }
}

// rules: STATE-03
#[test]
fn an_attempt_that_fails_at_once_is_not_made_again_at_the_same_moment() {
    let mut c = Config::new(Dialect::V3_1);
    c.retry_delay_ms = 0;
    let mut b = bench_with(c);
    b.open(0).actions.clear();
    // After a loss there is one at once, and behind that each needs a millisecond.
    b.eof(0).expect("+WS_DISCONNECTED:0\r\n").at(0).expect_actions("c0 o0");
    b.eof(0).at(0).expect_actions("c0").at(1).expect_actions("o0");
    b.eof(0).at(1).expect_actions("c0").at(2).expect_actions("o0");
}

// rules: PING-07
#[test]
fn no_pong_is_waited_for_behind_a_close() {
    let mut b = bench(Dialect::V3_1);
    b.host("AT+WSCFG=0,1,1\r\n").expect("\r\nOK\r\n").open(0);
    // The Ping of 1 s and the Close that answers the peer's stay behind a transport that takes nothing.
    b.peers[0].room = Some(0);
    b.at(1500).peer(0, b"\x88\x02\x03\xe8");
    b.printed.clear();
    b.actions.clear();
    // 1 s for the closing handshake, whatever the pong timeout of 2 s says.
    b.at(2499).expect_actions("").at(2500).expect_actions("c0");
}

// rules: STATE-12
#[test]
fn as_much_as_can_wait_to_be_printed_is_kept() {
    let mut b = bench(Dialect::V3_1);
    for link in 0..3 {
        b.open(link).eof(link).expect(&format!("+WS_DISCONNECTED:{link}\r\n"));
    }
    b.serial_blocked = true;
    b.at(10_000).accept(0).accept(1).accept(2).peer(2, b"\x88\x00").eof(2).eof(0).eof(1);
    b.at(20_000).accept(0).accept(1).eof(0).eof(1);
    b.host("AT+WSOPEN=2,\"ws://h\"\r\n").host("AT\r\n".repeat(5)).accept(2).eof(2);
    b.at(30_000).accept(2).eof(2);
    b.serial_blocked = false;
    let mut expected = String::new();
    for (report, links) in [
        ("CONNECTED", &[0, 1, 2][..]),
        ("CLOSED", &[2]),
        ("DISCONNECTED", &[0, 1]),
        ("CONNECTED", &[0, 1]),
        ("DISCONNECTED", &[0, 1]),
    ] {
        expected.extend(links.iter().map(|link| format!("+WS_{report}:{link}\r\n")));
    }
    expected += &"\r\nbusy p...\r\n".repeat(4);
    expected += "+WS_CONNECTED:2\r\n\r\nOK\r\n+WS_DISCONNECTED:2\r\n";
    // The fifth line found nothing running.
    expected += "+WS_CONNECTED:2\r\n+WS_DISCONNECTED:2\r\n\r\nOK\r\n";
    b.drain().expect(&expected);
}

// rules: STATE-14
#[test]
fn what_happens_to_a_link_leaves_the_commands_of_the_others_alone() {
    // A send waits on link 1, while link 0 is lost by its end, and then by a fault.
    for end in [true, false] {
        let mut b = bench(Dialect::V3_1);
        b.open(0).open(1).peers[1].room = Some(0);
        b.host("AT+WSSEND=1,2\r\nhi").expect(P);
        if end {
            b.eof(0);
        } else {
            b.peer(0, b"\x83");
        }
        b.expect("+WS_DISCONNECTED:0\r\n").peers[1].room = None;
        b.drain().expect("\r\nSEND OK\r\n").expect_sent(1, &[(0x81, b"hi")]);
    }
    // So does an open, and a close; and a close is of its own link alone.
    let mut b = bench(Dialect::V3_1);
    b.open(0).host("AT+WSOPEN=1,\"ws://h\"\r\n").eof(0).expect("+WS_DISCONNECTED:0\r\n");
    b.accept(1).expect("+WS_CONNECTED:1\r\n\r\nOK\r\n").open(2);
    b.host("AT+WSCLOSE=1\r\n").eof(2).expect("+WS_DISCONNECTED:2\r\n");
    b.peer(1, b"\x88\x00").expect("\r\nOK\r\n");
    let mut b = bench(Dialect::V3_1);
    b.open(0).open(1).host("AT+WSCLOSE=1\r\n").peer(1, b"\x88\x00").expect("\r\nOK\r\n");
    b.host("AT+WSSEND=0,2\r\nhi").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
}

// rules: OPEN-15
#[test]
fn each_of_the_texts_of_a_link_counts() {
    // The bench lends 256 bytes for URI, subprotocol and auth; the line has as many, so it takes a smaller
    // loan.
    let storage = Box::leak(Box::new(Storage::<256, 16, 16>::new()));
    let mut b = Bench::with_device(Device::new(Config::new(Dialect::V3_3), storage.lend([16; 3])));
    b.host("ATE0\r\n").expect("\r\nready\r\nATE0\r\n\r\nOK\r\n");
    for (protocol, auth, fits) in [
        ("a", "bcdefghi", true),
        ("a", "bcdefghij", false),
        ("abcdefghi", "", true),
        ("abcdefghij", "", false),
    ] {
        b.host(format!("AT+WSOPEN=0,\"ws://h/\",\"{protocol}\",,\"{auth}\"\r\n"));
        b.expect(if fits { "" } else { "\r\nERROR\r\n" });
        if fits {
            b.eof(0).expect("\r\nERROR\r\n");
        }
    }
}

// rules: STATE-13, SEND-24
#[test]
fn a_fault_after_the_hosts_own_close_is_its_end() {
    let mut b = bench(Dialect::V3_1);
    b.open(0).host("AT+WSSEND=0,0,8\r\n").expect("\r\nSEND OK\r\n");
    b.peer(0, b"\x83").expect("+WS_CLOSED:0\r\n").expect_sent(0, &[(0x88, b"")]);
}

// rules: OPEN-08
#[test]
fn the_path_is_percent_encoded_too() {
    let mut b = bench(Dialect::V3_1);
    b.host("AT+WSOPEN=0,\"ws://h/\u{e4}?\u{e4}\"\r\n");
    assert!(b.up(0).request(0).starts_with("GET /%C3%A4?%C3%A4 HTTP/1.1\r\n"));
}
