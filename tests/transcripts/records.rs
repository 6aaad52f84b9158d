//! `+WS_DATA`: chunks, order, and a serial line that does not move.

use crate::support::{Bench, WINDOW};

#[test]
fn text_binary_and_continuation_are_data() {
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x01\x03abc\x80\x02de\x82\x01\xff\x81\x00");
    bench.expect_bytes(
        b"+WS_DATA:0,3,abc\r\n+WS_DATA:0,2,de\r\n+WS_DATA:0,1,\xff\r\n+WS_DATA:0,0,\r\n",
    );
}

#[test]
fn control_frames_are_not_data() {
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x89\x02hi\x8a\x02ho\x01\x01a\x89\x00\x80\x01b");
    bench.expect("+WS_DATA:0,1,a\r\n+WS_DATA:0,1,b\r\n");
    bench.expect_sent(0, &[(0x8A, b"hi"), (0x8A, b"")]);
}

#[test]
fn a_frame_that_fits_is_one_record_however_it_arrives() {
    let mut bench = Bench::new();
    bench.open(0);
    for byte in b"\x82\x05hell" {
        bench.peer(0, [*byte]).expect("");
    }
    bench.peer(0, "o").expect("+WS_DATA:0,5,hello\r\n");
}

#[test]
fn chunks_are_of_the_buffer_size() {
    let mut bench = Bench::new();
    bench.open(0);
    let mut frame = vec![0x82, 126, 0x0B, 0xB8]; // 3000 octets
    frame.extend((0..3000).map(|n| b'a' + (n % 26) as u8));
    bench.peer(0, &frame);
    let mut expected = Vec::new();
    for chunk in frame[4..].chunks(1024) {
        expected.extend_from_slice(format!("+WS_DATA:0,{},", chunk.len()).as_bytes());
        expected.extend_from_slice(chunk);
        expected.extend_from_slice(b"\r\n");
    }
    bench.expect_bytes(&expected);
}

#[test]
fn and_never_larger_than_the_window() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,10,10,8192\r\n").expect("\r\nOK\r\n").open(0);
    let mut frame = vec![0x82, 126, 0x17, 0x70]; // 6000 octets
    frame.resize(4 + 6000, b'x');
    bench.peer(0, &frame);
    let expected = format!(
        "+WS_DATA:0,{WINDOW},{}\r\n+WS_DATA:0,{},{}\r\n",
        "x".repeat(WINDOW),
        6000 - WINDOW,
        "x".repeat(6000 - WINDOW)
    );
    bench.expect(&expected);
}

#[test]
fn what_had_arrived_is_reported_before_the_loss() {
    let mut bench = Bench::new();
    bench.open(0).peer(0, b"\x81\x05hel").expect("").eof(0);
    bench.expect("+WS_DATA:0,3,hel\r\n+WS_DISCONNECTED:0\r\n");
    bench.at(10_000).accept(0).peer(0, b"\x81\x05").eof(0);
    bench.expect("+WS_CONNECTED:0\r\n+WS_DISCONNECTED:0\r\n");
}

#[test]
fn everything_that_arrived_before_the_end_counts() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x01a\x81\x01b\x88\x00").eof(0);
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,1,a\r\n+WS_DATA:0,1,b\r\n+WS_CLOSED:0\r\n");
}

#[test]
fn a_blocked_serial_line_stops_its_link_and_no_other_lane() {
    let mut bench = Bench::new();
    bench.open(0).open(1);
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x01a\x89\x01x");
    assert_eq!(bench.peers[0].window, b"a\x89\x01x", "payload stays in the window");
    bench.expect_sent(0, &[]);
    // Link 1: Pongs, Pings and the answer to a Close go on.
    bench.peer(1, b"\x89\x01y").expect_sent(1, &[(0x8A, b"y")]);
    bench.at(10_000).expect_sent(1, &[(0x89, b"")]).expect_sent(0, &[(0x89, b"")]);
    bench.peer(1, b"\x88\x00").expect_sent(1, &[(0x88, b"")]).at(11_000);
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,1,a\r\n+WS_CLOSED:1\r\n").expect_sent(0, &[(0x8A, b"x")]);
}

#[test]
fn links_take_turns_record_by_record() {
    let mut bench = Bench::new();
    bench.open(0).open(1).open(2);
    bench.serial_blocked = true;
    bench.peer(2, b"\x81\x01a\x81\x01b").peer(0, b"\x81\x01c\x81\x01d").peer(1, b"\x81\x01e");
    bench.serial_blocked = false;
    bench.drain().expect(
        "+WS_DATA:2,1,a\r\n+WS_DATA:0,1,c\r\n+WS_DATA:1,1,e\r\n+WS_DATA:0,1,d\r\n+WS_DATA:2,1,b\r\n",
    );
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
    assert_eq!(head, wsat::device::Serial::Bytes(13));
    assert_eq!(&out[..13], b"+WS_DATA:0,4,");
    assert_eq!(bench.device.poll_host(now, &mut out), wsat::device::Serial::Relay { conn, len: 4 });
    bench.device.handle_relayed(now, conn, 2).unwrap();
    assert_eq!(bench.device.poll_host(now, &mut out), wsat::device::Serial::Relay { conn, len: 2 });
    assert!(bench.device.handle_relayed(now, conn, 3).is_err());
    bench.device.handle_relayed(now, conn, 2).unwrap();
    assert_eq!(bench.device.poll_host(now, &mut out), wsat::device::Serial::Bytes(2));
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
    assert_eq!(bench.device.poll_host(now, &mut out), wsat::device::Serial::Bytes(13));
    bench.device.handle_relayed(now, conn, 1).unwrap();
    bench.peers[0].window.remove(0);
    // The Close is still in the window.
    bench.device.handle_eof(now, conn);
    bench.serial_blocked = false;
    bench.drain().expect("\r\n+WS_CLOSED:0\r\n");
}

#[test]
fn an_end_behind_an_empty_frame_is_noticed_when_its_record_is_printed() {
    let mut bench = Bench::new();
    bench.open(0);
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x00").eof(0);
    bench.serial_blocked = false;
    bench.drain().expect("+WS_DATA:0,0,\r\n+WS_DISCONNECTED:0\r\n").expect_actions("o0 c0");
}
