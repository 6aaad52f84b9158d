//! `AT+WSCLOSE`: from every state a link can be in.

use crate::support::Bench;

#[test]
fn a_connected_link_exchanges_closes() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSCLOSE=0\r\n").expect("");
    bench.expect_sent(0, &[(0x88, b"\x03\xe8")]).expect_actions("o0");
    bench.peer(0, b"\x88\x02\x03\xe8").expect("\r\nOK\r\n").expect_actions("c0");
    bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n").open(0);
}

#[test]
fn a_silent_peer_has_one_second() {
    let mut bench = Bench::new();
    bench.open(0).at(50).host("AT+WSCLOSE=0\r\n");
    bench.at(1_049).expect("").at(1_050).expect("\r\nOK\r\n").expect_actions("o0 c0");
}

#[test]
fn the_second_counts_from_the_command_also_when_the_close_cannot_be_written() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(0);
    bench.host("AT+WSCLOSE=0\r\n").at(999).expect("").at(1_000).expect("\r\nOK\r\n");
    bench.expect_sent(0, &[]);
}

#[test]
fn data_that_arrives_meanwhile_is_still_reported() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSCLOSE=0\r\n").peer(0, b"\x81\x02hi\x88\x02\x03\xe8");
    bench.expect("+WS_DATA:0,2,hi\r\n\r\nOK\r\n");
    // A record that is cut short, too.
    bench.open(0).host("AT+WSCLOSE=0\r\n").peer(0, b"\x81\x05hel").eof(0);
    bench.expect("+WS_DATA:0,3,hel\r\n\r\nOK\r\n");
}

#[test]
fn a_transport_that_ends_is_as_good() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSCLOSE=0\r\n").eof(0).expect("\r\nOK\r\n").at(60_000).expect("");
}

#[test]
fn a_link_that_is_not_in_use() {
    let mut bench = Bench::new();
    bench.host("AT+WSCLOSE=0\r\n").expect("\r\nOK\r\n").expect_actions("");
    bench.host("AT+WSCLOSE=3\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSCLOSE=-1\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSCLOSE=0,0\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSCLOSE=\r\n").expect("\r\nERROR\r\n");
}

#[test]
fn a_retry_delay_and_a_half_open_attempt_are_dropped_at_once() {
    let mut bench = Bench::new();
    bench.open(0).eof(0).expect("+WS_DISCONNECTED:0\r\n");
    bench.host("AT+WSCLOSE=0\r\n").expect("\r\nOK\r\n").at(60_000).expect_actions("o0 c0");
    bench
        .open(0)
        .eof(0)
        .at(70_000)
        .up(0)
        .expect("+WS_DISCONNECTED:0\r\n")
        .expect_actions("o0 c0 o0");
    bench.host("AT+WSCLOSE=0\r\n").expect("\r\nOK\r\n").expect_actions("c0");
    bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
}

#[test]
fn while_the_peer_closes_there_is_no_report() {
    // Our answer is not written yet: it is waited for.
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(0);
    bench.peer(0, b"\x88\x02\x03\xe9").host("AT+WSCLOSE=0\r\n").expect("");
    bench.peers[0].room = None;
    bench.drain().expect("\r\nOK\r\n").expect_sent(0, &[(0x88, b"\x03\xe9")]);
    // It is written: there is nothing to wait for.
    bench.open(0).peer(0, b"\x88\x00").host("AT+WSCLOSE=0\r\n").expect("\r\nOK\r\n");
    bench.at(10_000).expect("");
}

#[test]
fn after_a_close_of_the_hosts_own_no_second_one_is_sent() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,2,8\r\n\x03\x01").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x88, b"\x03\x01")]);
    bench.host("AT+WSCLOSE=0\r\n").at(999).expect("").at(1_000).expect("\r\nOK\r\n");
    bench.expect_sent(0, &[]);
}

#[test]
fn a_protocol_error_ends_the_wait_when_our_close_is_written() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSCLOSE=0\r\n").peer(0, b"\x83\x00").expect("\r\nOK\r\n");
}

#[test]
fn pings_are_answered_until_the_peers_close() {
    // RFC 6455 5.5.2: a Ping is answered "unless it already received a Close frame".
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(0);
    bench.peer(0, b"\x89\x01a").host("AT+WSCLOSE=0\r\n");
    bench.peers[0].room = None;
    bench.drain().expect_sent(0, &[(0x8A, b"a"), (0x88, b"\x03\xe8")]);
    bench.peer(0, b"\x89\x01b").expect_sent(0, &[(0x8A, b"b")]);
    bench.peer(0, b"\x89\x01c\x88\x02\x03\xe8").expect("\r\nOK\r\n").expect_sent(0, &[]);
}

#[test]
fn a_ping_does_not_get_into_a_close_that_is_being_written() {
    for ping in [&b"\x89\x02\x03\xed"[..], b"\x89\x00"] {
        let mut bench = Bench::new();
        bench.open(0);
        // Only the header of the Close.
        bench.peers[0].room = Some(6);
        bench.host("AT+WSCLOSE=0\r\n").peer(0, ping);
        bench.peers[0].room = None;
        bench.drain().expect_sent(0, &[(0x88, b"\x03\xe8"), (0x8A, &ping[2..])]);
    }
}
