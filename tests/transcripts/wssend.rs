//! `AT+WSSEND`: the data phase, frames, fragments, what is refused and what goes wrong.

use crate::support::Bench;
use wsat::device::{Config, Device, Refusal, Storage};

#[test]
fn text_goes_out_in_one_frame() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,5\r\n").expect("\r\nOK\r\n\r\n>");
    bench.host("Hel").expect("").expect_sent(0, &[]);
    bench.host("lo").expect("\r\nSEND OK\r\n").expect_sent(0, &[(0x81, b"Hello")]);
}

#[test]
fn payload_is_raw_and_not_echoed() {
    let mut bench = Bench::new();
    bench.open(1).host("ATE1\r\nAT+WSSEND=1,10,2\r\n");
    bench.expect("\r\nOK\r\nAT+WSSEND=1,10,2\r\n\r\nOK\r\n\r\n>");
    bench.host(b"\\,\"\0\r\nAT\r\n").expect("\r\nSEND OK\r\n");
    bench.expect_sent(1, &[(0x82, b"\\,\"\0\r\nAT\r\n")]);
    bench.host("AT\r\n").expect("AT\r\n\r\nOK\r\n");
}

#[test]
fn each_opcode() {
    let mut bench = Bench::new();
    bench.open(0);
    for opcode in (0..16).filter(|opcode| *opcode != 8) {
        bench.host(format!("AT+WSSEND=0,2,{opcode}\r\n")).expect("\r\nOK\r\n\r\n>");
        bench.host("hi").expect("\r\nSEND OK\r\n").expect_sent(0, &[(0x80 | opcode, b"hi")]);
    }
}

#[test]
fn length_zero_needs_no_prompt() {
    let mut bench = Bench::new();
    bench
        .open(0)
        .host("AT+WSSEND=0,0\r\n")
        .expect("\r\nSEND OK\r\n")
        .expect_sent(0, &[(0x81, b"")]);
    bench.host("AT+WSSEND=0,0,9\r\n").expect("\r\nSEND OK\r\n").expect_sent(0, &[(0x89, b"")]);
}

#[test]
fn more_than_the_buffer_size_goes_out_in_fragments() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,10,10,4\r\n").expect("\r\nOK\r\n").open(0);
    bench.host("AT+WSSEND=0,10,2\r\n").host("abcdefghij").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x02, b"abcd"), (0x00, b"efgh"), (0x80, b"ij")]);
    bench.host("AT+WSSEND=0,8,1\r\n").host("abcdefgh").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x01, b"abcd"), (0x80, b"efgh")]);
    // Control frames are never fragmented; reserved opcodes go out whole or not at all.
    bench.host("AT+WSSEND=0,5,9\r\nabcde").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x89, b"abcde")]);
    bench.host("AT+WSSEND=0,4,3\r\nabcd").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x83, b"abcd")]);
    bench.host("AT+WSSEND=0,5,3\r\n").expect("\r\nERROR\r\n");
}

#[test]
fn every_frame_has_its_own_mask() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,10,10,1\r\n").open_after_ok();
    bench.host("AT+WSSEND=0,8\r\n12345678");
    let sent = std::mem::take(&mut bench.peers[0].sent);
    let (frames, _) = crate::support::frames_of(&sent);
    assert_eq!(frames.len(), 8);
    for (at, frame) in frames.iter().enumerate() {
        assert!(!frames[..at].iter().any(|before| before.key == frame.key), "{frames:?}");
    }
}

impl Bench {
    fn open_after_ok(&mut self) -> &mut Self {
        self.expect("\r\nOK\r\n").open(0)
    }
}

#[test]
fn a_ping_and_a_pong_go_between_fragments_but_not_into_one() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,1,10,4\r\n").open_after_ok();
    // The transport takes the first fragment's header, 6 bytes, and one octet of its payload.
    bench.peers[0].room = Some(7);
    bench.host("AT+WSSEND=0,8\r\nabcdefgh").expect("\r\nOK\r\n\r\n>");
    bench.peer(0, b"\x89\x01x").at(1000);
    bench.peers[0].room = None;
    bench.drain().expect("\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x01, b"abcd"), (0x8A, b"x"), (0x89, b""), (0x80, b"efgh")]);
}

#[test]
fn what_is_refused_gives_no_prompt() {
    let mut bench = Bench::new();
    bench.host("AT+WSSEND=0,5\r\n").expect("\r\nERROR\r\n").open(0);
    for line in [
        "AT+WSSEND=1,5",
        "AT+WSSEND=3,5",
        "AT+WSSEND=0",
        "AT+WSSEND=0,",
        "AT+WSSEND=0,-1",
        "AT+WSSEND=0,8193",
        "AT+WSSEND=0,5,16",
        "AT+WSSEND=0,5,-1",
        "AT+WSSEND=0,5,1,60001",
        "AT+WSSEND=0,5,1,1000,1",
        // RFC 6455 5.5: control frames carry at most 125 octets; a Close, none or at least two.
        "AT+WSSEND=0,126,9",
        "AT+WSSEND=0,126,10",
        "AT+WSSEND=0,126,8",
        "AT+WSSEND=0,126,11",
        "AT+WSSEND=0,1,8",
    ] {
        bench.host(format!("{line}\r\n")).expect("\r\nERROR\r\n");
    }
    bench.host("AT+WSSEND=0,8192,,60000\r\n").expect("\r\nOK\r\n\r\n>");
    bench.host("x".repeat(8192)).expect("\r\nSEND OK\r\n");
}

#[test]
fn send_ok_waits_for_the_transport() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(10);
    bench.host("AT+WSSEND=0,5\r\nHello").expect("\r\nOK\r\n\r\n>");
    bench.at(9_999).expect("");
    bench.peers[0].room = Some(1);
    bench.drain().expect("\r\nSEND OK\r\n");
}

#[test]
fn what_the_driver_holds_is_not_sent() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].holds = true;
    bench.host("AT+WSSEND=0,5\r\nHello").expect("\r\nOK\r\n\r\n>");
    // A Pong behind the payload is not waited for.
    bench.peer(0, b"\x89\x00").expect("");
    let conn = bench.peers[0].conn.unwrap();
    bench.device.handle_sent(bench.instant(), conn, 10).unwrap();
    bench.drain().expect("");
    bench.device.handle_sent(bench.instant(), conn, 1).unwrap();
    bench.drain().expect("\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x81, b"Hello"), (0x8A, b"")]);
    assert!(bench.device.handle_sent(bench.instant(), conn, 7).is_err(), "only the Pong is left");
}

#[test]
fn a_timeout_before_the_first_byte_withdraws_the_frame() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(0);
    bench.host("AT+WSSEND=0,5,1,700\r\nHello").expect("\r\nOK\r\n\r\n>");
    bench.at(699).expect("").at(700).expect("\r\nERROR\r\n");
    bench.peers[0].room = None;
    bench.host("AT+WSSEND=0,2\r\nhi").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x81, b"hi")]);
}

#[test]
fn a_timeout_inside_a_frame_drops_the_connection() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(3);
    bench.host("AT+WSSEND=0,5,1,700\r\nHello").expect("\r\nOK\r\n\r\n>");
    bench.at(700).expect("+WS_DISCONNECTED:0\r\n\r\nERROR\r\n").expect_actions("o0 c0");
}

#[test]
fn a_timeout_of_zero_wants_everything_taken_at_once() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,2,1,0\r\nhi").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.peers[0].room = Some(0);
    bench.host("AT+WSSEND=0,2,1,0\r\nhi").at(0).expect("\r\nOK\r\n\r\n>\r\nERROR\r\n");
}

#[test]
fn the_wait_for_payload_has_no_limit() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,7200,7200\r\n").open_after_ok().host("AT+WSSEND=0,2\r\n");
    bench.at(7_000_000).expect("\r\nOK\r\n\r\n>").host("hi").expect("\r\nSEND OK\r\n");
}

#[test]
fn a_link_lost_in_the_data_phase_is_reported_at_once() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,5\r\nHe").expect("\r\nOK\r\n\r\n>");
    bench.eof(0).expect("+WS_DISCONNECTED:0\r\n");
    bench.host("ll").expect("").host("o").expect("\r\nERROR\r\n");
    bench.host("AT\r\n").expect("\r\nOK\r\n");
}

#[test]
fn nor_does_it_help_when_the_link_is_back_by_then() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,5\r\nHe").eof(0).at(10_000).accept(0);
    bench.expect("\r\nOK\r\n\r\n>+WS_DISCONNECTED:0\r\n+WS_CONNECTED:0\r\n");
    bench.host("llo").expect("\r\nERROR\r\n").expect_sent(0, &[]);
}

#[test]
fn a_link_lost_while_sending() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].room = Some(3);
    bench.host("AT+WSSEND=0,5\r\nHello").eof(0);
    bench.expect("\r\nOK\r\n\r\n>+WS_DISCONNECTED:0\r\n\r\nERROR\r\n");
}

#[test]
fn data_may_be_reported_inside_the_data_phase() {
    let mut bench = Bench::new();
    bench.open(0).open(1).host("AT+WSSEND=0,5\r\nHe").expect("\r\nOK\r\n\r\n>");
    bench.peer(1, b"\x81\x02hi").expect("+WS_DATA:1,2,hi\r\n");
    bench.peer(0, b"\x81\x02ho").expect("+WS_DATA:0,2,ho\r\n");
    bench.host("llo").expect("\r\nSEND OK\r\n");
}

#[test]
fn a_reserved_control_frame_has_to_fit_into_the_buffer() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,10,10,4\r\n").open_after_ok();
    bench.host("AT+WSSEND=0,5,11\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,4,11\r\nabcd").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
}

#[test]
fn the_window_that_was_lent_bounds_fragments_too() {
    let storage = Box::leak(Box::new(Storage::<64, 6, 64>::new()));
    let mut bench = Bench::with_device(Device::new(Config::default(), storage.lend([3, 9, 9])));
    bench.drain().host("ATE0\r\n").expect("\r\nready\r\nATE0\r\n\r\nOK\r\n").open(0).open(1);
    bench.host("AT+WSSEND=0,6\r\nabcdef").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x01, b"abc"), (0x80, b"def")]);
    bench.peer(0, b"\x81\x04abcd").expect("+WS_DATA:0,3,abc\r\n+WS_DATA:0,1,d\r\n");
    bench.host("AT+WSSEND=1,6\r\nabcdef").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(1, &[(0x81, b"abcdef")]);
    // More than the payload memory.
    bench.host("AT+WSSEND=1,7\r\n").expect("\r\nERROR\r\n");
    assert_eq!(bench.device.poll_refusal(), Some(Refusal::Memory));
}

#[test]
fn fragments_are_of_the_size_that_was_in_force_at_the_open() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,10,10\r\n").open_after_ok();
    bench.host("AT+WSCFG=0,10,10,1\r\nAT+WSSEND=0,1030\r\n");
    bench.expect("\r\nOK\r\n\r\nOK\r\n\r\n>");
    let data = "x".repeat(1030);
    bench.host(&data).expect("\r\nSEND OK\r\n");
    // Left out, <buffer_size> is 1024.
    bench.expect_sent(0, &[(0x01, &data.as_bytes()[..1024]), (0x80, b"xxxxxx")]);
}

#[test]
fn left_out_the_timeout_is_ten_seconds() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,7200,7200\r\n").open_after_ok();
    bench.peers[0].room = Some(0);
    bench.host("AT+WSSEND=0,1\r\nx").expect("\r\nOK\r\n\r\n>");
    bench.at(9_999).expect("").at(10_000).expect("\r\nERROR\r\n");
}

#[test]
fn a_send_whose_last_byte_is_written_is_not_stopped_by_the_peers_close() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.peers[0].holds = true;
    bench.host("AT+WSSEND=0,5\r\nHello").peer(0, b"\x88\x00").expect("\r\nOK\r\n\r\n>");
    let conn = bench.peers[0].conn.unwrap();
    bench.device.handle_sent(bench.instant(), conn, 11).unwrap();
    bench.drain().expect("\r\nSEND OK\r\n");
}
