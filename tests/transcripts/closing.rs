//! Closing that the peer begins, or that the host begins with opcode 8; protocol errors.

use crate::support::Bench;

#[test]
fn the_peer_closes_in_order() {
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x88\x05\x03\xe9bye").expect("");
    // The answer carries the code and no reason.
    bench.expect_sent(0, &[(0x88, b"\x03\xe9")]);
    bench.host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,0,\"ws://peer0/\"\r\n\r\nOK\r\n");
    bench.host("AT+WSSEND=0,1\r\n").expect("\r\nERROR\r\n");
    bench.eof(0).expect("+WS_CLOSED:0\r\n").expect_actions("o0 c0");
    bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n").at(100_000).expect("").open(0);
}

#[test]
fn an_empty_close_has_an_empty_answer() {
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x88\x00").expect_sent(0, &[(0x88, b"")]);
}

#[test]
fn a_peer_that_does_not_end_the_transport_has_one_second() {
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x88\x00").at(999).expect("").at(1_000).expect("+WS_CLOSED:0\r\n");
    bench.expect_actions("o0 c0");
}

#[test]
fn what_follows_a_close_means_nothing() {
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x88\x00\x81\x02hi\x88\x00\x89\x00").expect("");
    bench.expect_sent(0, &[(0x88, b"")]).eof(0).expect("+WS_CLOSED:0\r\n");
}

#[test]
fn after_the_hosts_close_nothing_more_can_be_sent_but_pongs() {
    let mut bench = Bench::new();
    bench.open(0).host(b"AT+WSSEND=0,4,8\r\n\x03\xe8by").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x88, b"\x03\xe8by")]);
    bench.host("AT+WSSEND=0,1\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,0,9\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,2,\"ws://peer0/\"\r\n\r\nOK\r\n");
    bench.peer(0, b"\x89\x01x\x81\x02hi").expect("+WS_DATA:0,2,hi\r\n");
    bench.expect_sent(0, &[(0x8A, b"x")]);
    // The peer's Close: the transport is closed, the link is free, nothing is retried.
    bench.peer(0, b"\x88\x02\x03\xe8").expect("+WS_CLOSED:0\r\n").expect_actions("o0 c0");
    bench.expect_sent(0, &[]).at(100_000).expect("").expect_actions("");
}

#[test]
fn after_the_hosts_close_a_silent_peer_has_ten_seconds() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,1,1\r\n").expect("\r\nOK\r\n").open(0);
    bench
        .at(500)
        .host(b"AT+WSSEND=0,0,8\r\n")
        .expect("\r\nSEND OK\r\n")
        .expect_sent(0, &[(0x88, b"")]);
    // No Ping after a Close, and no pong timeout.
    assert_eq!(bench.device.poll_deadline(), Some(wsat::Instant::from_millis(10_500)));
    bench.at(10_499).expect("").expect_sent(0, &[]).at(10_500).expect("+WS_CLOSED:0\r\n");
}

#[test]
fn after_the_hosts_close_an_unanswered_ping_means_nothing() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,1,2\r\n").expect("\r\nOK\r\n").open(0).at(1_500);
    bench.expect_sent(0, &[(0x89, b"")]);
    bench.host(b"AT+WSSEND=0,0,8\r\n").expect("\r\nSEND OK\r\n");
    bench.at(11_499).expect("").at(11_500).expect("+WS_CLOSED:0\r\n");
}

#[test]
fn after_the_hosts_close_a_lost_transport_is_closed_too() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,0,8\r\n").expect("\r\nSEND OK\r\n").eof(0);
    bench.expect("+WS_CLOSED:0\r\n").at(100_000).expect("");
}

#[test]
fn a_link_opened_again_waits_until_the_last_record_is_out_of_its_window() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,0,8\r\n").expect("\r\nSEND OK\r\n").expect_actions("o0");
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x05hel").eof(0).host("AT+WSOPEN=0,\"ws://again\"\r\n");
    bench.expect_actions("c0");
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,3,hel\r\n+WS_CLOSED:0\r\n").expect_actions("o0");
    bench.accept(0).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
}

/// RFC 6455: each is a protocol error, answered with its code.
#[test]
fn a_protocol_error_answers_with_its_code_and_the_link_is_lost() {
    let cases: &[(&[u8], u16)] = &[
        (b"\x83\x00", 1002),              // reserved opcode
        (b"\xc1\x00", 1002),              // RSV1
        (b"\x81\x81abcdx", 1002),         // masked
        (b"\x09\x00", 1002),              // fragmented Ping
        (b"\x89\x7e\x00\x7e", 1002),      // Ping of 126 octets
        (b"\x80\x00", 1002),              // continues nothing
        (b"\x01\x01a\x81\x01b", 1002),    // begins inside a message
        (b"\x81\x7e\x00\x05hello", 1002), // length not minimal
        (b"\x81\x7f\x00\x00\x00\x00\x00\x00\x01\x00", 1002),
        (b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 1002),
        (b"\x88\x01a", 1002),                // body of one octet
        (b"\x88\x02\x03\xed", 1002),         // 1005 is not for the wire
        (b"\x88\x03\x03\xe8\xff", 1007),     // reason that is not UTF-8
        (b"\x81\x03a\xff", 1007),            // the second octet, before the third is there
        (b"\x01\x02\xe2\x82\x80\x00", 1007), // ends inside a character
    ];
    for (bytes, code) in cases {
        let mut bench = Bench::new();
        bench.open(0).peer(0, bytes);
        let printed = String::from_utf8_lossy(&std::mem::take(&mut bench.printed)).into_owned();
        assert!(printed.ends_with("+WS_DISCONNECTED:0\r\n"), "{} {printed}", bytes.escape_ascii());
        bench.expect_sent(0, &[(0x88, &code.to_be_bytes())]).expect_actions("o0");
        // The peer has a second to end the transport; the link is lost already.
        bench.host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,3,\"ws://peer0/\"\r\n\r\nOK\r\n");
        bench.peer(0, b"\x81\x02hi").at(1_000).expect("").expect_actions("c0");
        bench.at(9_999).expect_actions("").at(10_000).expect_actions("o0");
    }
}

#[test]
fn text_that_turns_out_invalid_is_not_reported() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,10,10,4\r\n").expect("\r\nOK\r\n").open(0);
    // The first chunk is complete and valid; the second is neither.
    bench.peer(0, b"\x81\x08abcdef\xff").expect("+WS_DATA:0,4,abcd\r\n+WS_DISCONNECTED:0\r\n");
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x81\x03ab\xe2").expect("+WS_DISCONNECTED:0\r\n");
}

#[test]
fn a_frame_partly_written_is_completed_before_our_close() {
    for peer in [&b"\x88\x02\x03\xe8"[..], b"\x83\x00"] {
        let mut bench = Bench::new();
        bench.host("AT+WSCFG=0,10,10,4\r\n").expect("\r\nOK\r\n").open(0);
        bench.peers[0].room = Some(7);
        bench.host("AT+WSSEND=0,8\r\nabcdefgh").expect("\r\nOK\r\n\r\n>");
        bench.peer(0, peer);
        let fault = peer[0] == 0x83;
        bench.expect(if fault { "+WS_DISCONNECTED:0\r\n" } else { "" });
        bench.peers[0].room = None;
        bench.drain().expect("\r\nERROR\r\n");
        let code = if fault { b"\x03\xea" } else { b"\x03\xe8" };
        bench.expect_sent(0, &[(0x01, b"abcd"), (0x88, code)]);
        bench.eof(0).expect(if fault { "" } else { "+WS_CLOSED:0\r\n" });
    }
}

#[test]
fn closes_that_cross_are_both_written_whole() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(3);
    bench.host(b"AT+WSSEND=0,2,8\r\n\x03\xe8").expect("\r\nOK\r\n\r\n>");
    bench.peer(0, b"\x88\x02\x03\xe9").expect("");
    bench.peers[0].room = None;
    bench.drain().expect_sent(0, &[(0x88, b"\x03\xe8")]);
    bench.expect("\r\nSEND OK\r\n+WS_CLOSED:0\r\n").expect_actions("o0 c0");
}
