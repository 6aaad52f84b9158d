//! `<fin>` and text that is checked.

use crate::{bench, bench_with};
use wsat::Dialect;
use wsat::device::{Config, Refusal};

// rules: SEND-20
#[test]
fn a_message_in_parts() {
    let mut bench = bench(Dialect::V4_2);
    bench.open(0);
    let ok = "\r\nOK\r\n\r\n>\r\nSEND OK\r\n";
    bench.host("AT+WSSEND=0,3,1,,0\r\none").expect(ok).expect_sent(0, &[(0x01, b"one")]);
    // Inside it a new message is refused, a Ping is not.
    bench.host("AT+WSSEND=0,3,1\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,3,2,,0\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,1,3\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,1,9\r\np").expect(ok).expect_sent(0, &[(0x89, b"p")]);
    bench.host("AT+WSSEND=0,3,0,,0\r\ntwo").expect(ok).expect_sent(0, &[(0x00, b"two")]);
    bench.host("AT+WSSEND=0,0,0\r\n").expect("\r\nSEND OK\r\n").expect_sent(0, &[(0x80, b"")]);
    // Ended: there is nothing to continue.
    bench.host("AT+WSSEND=0,3,0\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,1,2\r\nb").expect(ok).expect_sent(0, &[(0x82, b"b")]);
}

// rules: SEND-16, SEND-20
#[test]
fn fragments_of_a_part_end_without_fin() {
    let mut bench = bench(Dialect::V4_2);
    bench.host("AT+WSCFG=0,10,10,2\r\n").expect("\r\nOK\r\n").open(0);
    bench.host("AT+WSSEND=0,3,2,,0\r\nabc").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x02, b"ab"), (0x00, b"c")]);
    bench.host("AT+WSSEND=0,3,0\r\ndef").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x00, b"de"), (0x80, b"f")]);
}

// rules: SEND-22, SEND-25
#[test]
fn control_and_reserved_frames_are_whole() {
    let mut bench = bench(Dialect::V4_2);
    bench.open(0);
    for opcode in [3, 7, 8, 9, 10, 11, 15] {
        bench.host(format!("AT+WSSEND=0,2,{opcode},,0\r\n")).expect("\r\nERROR\r\n");
    }
}

// rules: SEND-21
#[test]
fn a_reconnection_forgets_a_message_that_was_begun() {
    let mut bench = bench(Dialect::V4_2);
    bench.open(0).host("AT+WSSEND=0,3,1,,0\r\none").eof(0).at(10_000).accept(0);
    bench.printed.clear();
    bench.host("AT+WSSEND=0,3,0\r\n").expect("\r\nERROR\r\n");
    bench.peers[0].sent.clear();
    bench.host("AT+WSSEND=0,2\r\nhi").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x81, b"hi")]);
}

// rules: SEND-19
#[test]
fn before_fin_opcode_0_is_sent_as_asked() {
    for dialect in [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1] {
        let mut bench = bench(dialect);
        bench.open(0).host("AT+WSSEND=0,2,0\r\nhi").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
        bench.expect_sent(0, &[(0x80, b"hi")]);
    }
}

// rules: SEND-26
#[test]
fn text_is_checked_if_that_was_chosen() {
    let mut config = Config::new(Dialect::V4_2);
    for check in [false, true] {
        config.check_text = check;
        let mut bench = bench_with(config);
        bench.open(0).host(b"AT+WSSEND=0,2,1\r\n\xc3\x28");
        bench.expect(if check {
            "\r\nOK\r\n\r\n>\r\nERROR\r\n"
        } else {
            "\r\nOK\r\n\r\n>\r\nSEND OK\r\n"
        });
        assert_eq!(bench.device.poll_refusal(), check.then_some(Refusal::NotUtf8));
        bench.peers[0].sent.clear();
        // Binary is not, and nothing is wrong with the connection.
        bench.host(b"AT+WSSEND=0,2,2\r\n\xc3\x28").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
        bench.expect_sent(0, &[(0x82, b"\xc3\x28")]);
        // A character over two parts.
        bench.host(b"AT+WSSEND=0,2,1,,0\r\na\xc3").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
        bench.host(b"AT+WSSEND=0,1,0\r\n\xa4").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
        bench.expect_sent(0, &[(0x01, b"a\xc3"), (0x80, b"\xa4")]);
        // One that never ends.
        bench.host(b"AT+WSSEND=0,1,1\r\n\xc3");
        bench.expect(if check {
            "\r\nOK\r\n\r\n>\r\nERROR\r\n"
        } else {
            "\r\nOK\r\n\r\n>\r\nSEND OK\r\n"
        });
    }
}
