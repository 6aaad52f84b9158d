//! `AT+WSDATAFMT`: heads, and records over more than a chunk (WebSocket AT Commands, AT+WSDATAFMT).

use crate::bench;
use crate::support::Bench;
use wsat::Dialect;

/// Link 0 open with this buffer size and format.
fn open(buffer: usize, format: &str) -> Bench {
    let mut bench = bench(Dialect::V4_2);
    bench.host(format!("AT+WSCFG=0,7200,7200,{buffer}\r\nAT+WSDATAFMT=0,{format}\r\n"));
    bench.expect("\r\nOK\r\n\r\nOK\r\n").open(0);
    bench
}

// rules: FMT-02
#[test]
fn each_bit_is_a_field() {
    for (mask, head, tail) in [
        (1, "1,", ""),
        (2, "0,", ""),
        (4, "5,", ""),
        (8, "0,", ""),
        (16, "5,", ""),
        (32, "", "\r\n"),
        (48, "5,", "\r\n"),
        (63, "1,0,5,0,5,", "\r\n"),
        (31, "1,0,5,0,5,", ""),
    ] {
        let mut bench = open(100, &format!("0,{mask}"));
        bench.peer(0, b"\x01\x05hello").expect(&format!("+WS_DATA:0,{head}hello{tail}"));
    }
}

// rules: FMT-03
#[test]
fn level_0_is_a_record_a_chunk() {
    let mut bench = open(4, "0,63");
    bench.peer(0, b"\x82\x0aabcdefghij").expect(
        "+WS_DATA:0,2,1,10,0,4,abcd\r\n+WS_DATA:0,2,1,10,4,4,efgh\r\n+WS_DATA:0,2,1,10,8,2,ij\r\n",
    );
    bench
        .peer(0, b"\x01\x01a\x00\x02bc\x80\x00")
        .expect("+WS_DATA:0,1,0,1,0,1,a\r\n+WS_DATA:0,0,0,2,0,2,bc\r\n+WS_DATA:0,0,1,0,0,0,\r\n");
}

// rules: FMT-04
#[test]
fn level_1_is_a_record_a_frame() {
    let mut bench = open(4, "1,63");
    bench.peer(0, b"\x82\x0aabcdefghij").expect("+WS_DATA:0,2,1,10,0,10,abcdefghij\r\n");
    bench.peer(0, b"\x01\x05abcde\x80\x02fg");
    bench.expect("+WS_DATA:0,1,0,5,0,5,abcde\r\n+WS_DATA:0,0,1,2,0,2,fg\r\n");
    bench.peer(0, b"\x81\x00").expect("+WS_DATA:0,1,1,0,0,0,\r\n");
    // In pieces: the head comes with the first chunk, the tail with the last.
    bench.peer(0, b"\x82\x06abc").expect("");
    bench.peer(0, b"d").expect("+WS_DATA:0,2,1,6,0,6,abcd");
    bench.peer(0, b"e").expect("").peer(0, b"f").expect("ef\r\n");
}

// rules: FMT-05
#[test]
fn level_2_is_a_record_a_message() {
    let mut bench = open(100, "2,63");
    bench.peer(0, b"\x81\x05hello").expect("+WS_DATA:0,1,1,5,0,5,hello\r\n");
    bench.peer(0, b"\x01\x03one").expect("+WS_DATA:0,1,0,3,0,3,one");
    bench.peer(0, b"\x00\x03two\x89\x00").expect("two").expect_sent(0, &[(0x8A, b"")]);
    bench.peer(0, b"\x00\x00").expect("").peer(0, b"\x80\x00").expect("\r\n");
    bench
        .peer(0, b"\x01\x00")
        .expect("+WS_DATA:0,1,0,0,0,0,")
        .peer(0, b"\x80\x01x")
        .expect("x\r\n");
    bench.peer(0, b"\x81\x00").expect("+WS_DATA:0,1,1,0,0,0,\r\n");
}

// rules: FMT-06, LINE-22
#[test]
fn nothing_stands_between_head_and_tail() {
    let mut bench = open(100, "2,63");
    bench.open(1);
    bench.peer(0, b"\x01\x03one").expect("+WS_DATA:0,1,0,3,0,3,one");
    // Lines are taken and carried out; their answers, and the other links, wait.
    bench.host("AT+WSSEND=1,2\r\n").expect("");
    bench.peer(1, b"\x81\x02hi").expect("");
    bench.peer(0, b"\x80\x03two");
    bench.expect("two\r\n\r\nOK\r\n\r\n>+WS_DATA:1,2,hi\r\n");
    bench.host("xy").expect("\r\nSEND OK\r\n").expect_sent(1, &[(0x81, b"xy")]);
}

// rules: FMT-07
#[test]
fn a_record_that_keeps_others_waiting_ends_after_a_second() {
    let mut bench = open(2, "1,63");
    bench.at(5000).peer(0, b"\x82\x06ab").expect("+WS_DATA:0,2,1,6,0,6,ab");
    // Nothing waits: it may take any time.
    bench.at(60_000).expect("");
    // Something does, and the peer has sent nothing for long: it is ended at once, always with a line end.
    bench.host("AT\r\n").at(60_001).expect("\r\n\r\nOK\r\n");
    // What is left begins a new record, whose head says so.
    bench.peer(0, b"cd").expect("+WS_DATA:0,2,1,6,2,4,cd");
    bench.at(61_000).host("AT\r\n").expect("").at(61_000).peer(0, b"e").at(61_999).expect("");
    bench.at(62_000).expect("\r\n\r\nOK\r\n").peer(0, b"f").expect("+WS_DATA:0,2,1,6,4,2,ef\r\n");
}

// rules: FMT-08, FMT-10
#[test]
fn a_line_end_whatever_the_mask_if_it_ends_before_its_time() {
    // Whole: as the mask says.
    let mut bench = open(2, "1,16");
    bench.peer(0, b"\x82\x03abc").expect("+WS_DATA:0,3,abc");
    // The connection is lost, with a part of a chunk, or without.
    bench.peer(0, b"\x82\x08abcde").expect("+WS_DATA:0,8,abcd");
    bench.eof(0).expect("e\r\n+WS_DISCONNECTED:0\r\n");
    let mut bench = open(2, "1,16");
    bench.peer(0, b"\x82\x08ab").eof(0).expect("+WS_DATA:0,8,ab\r\n+WS_DISCONNECTED:0\r\n");
    // The peer closes inside a message.
    let mut bench = open(100, "2,16");
    bench.peer(0, b"\x01\x02ab\x88\x00").expect("+WS_DATA:0,2,ab\r\n");
    bench.eof(0).expect("+WS_CLOSED:0\r\n");
    // It breaks a rule.
    let mut bench = open(100, "2,16");
    bench.peer(0, b"\x01\x02ab\x83").expect("+WS_DATA:0,2,ab\r\n+WS_DISCONNECTED:0\r\n");
    // The host closes: at once.
    let mut bench = open(2, "1,16");
    bench.peer(0, b"\x82\x08ab").host("AT+WSCLOSE=0\r\n").expect("+WS_DATA:0,8,ab\r\n");
    // Data that arrives meanwhile is still reported.
    bench.peer(0, b"cdefgh\x88\x00").expect("+WS_DATA:0,6,cdefgh\r\nOK\r\n");
}

/// For a driver that offers no more: whatever is on its way goes first.
// rules: FMT-08
#[test]
fn the_embedding_program_may_end_it() {
    let mut bench = open(2, "1,16");
    assert!(!bench.device.abort_record());
    bench.peer(0, b"\x82\x06ab").expect("+WS_DATA:0,6,ab");
    assert!(bench.device.abort_record());
    assert!(!bench.device.abort_record());
    bench.at(1).expect("\r\n");
    // Other output is no record.
    bench.host("AT\r\n");
    assert!(!bench.device.abort_record());
    bench.expect("\r\nOK\r\n").peer(0, b"cd").expect("+WS_DATA:0,4,cd");
}

// rules: FMT-09
#[test]
fn a_format_is_kept_and_what_has_begun_keeps_its_own() {
    let mut bench = open(2, "1,17");
    bench.peer(0, b"\x02\x04ab").host("AT+WSDATAFMT=0,0,63\r\n").expect("+WS_DATA:0,2,4,ab");
    bench.peer(0, b"cd").expect("cd\r\nOK\r\n");
    bench.peer(0, b"\x80\x01e").expect("+WS_DATA:0,0,1,1,0,1,e\r\n");
    // It survives the link's close, and is of this link alone.
    bench.peer(0, b"\x88\x00").eof(0).expect("+WS_CLOSED:0\r\n").open(0).open(1);
    bench.peer(0, b"\x81\x01f").expect("+WS_DATA:0,1,1,1,0,1,f\r\n");
    bench.peer(1, b"\x81\x01g").expect("+WS_DATA:1,1,g\r\n");
    // What is left of a message keeps its level.
    let mut bench = open(100, "2,16");
    bench.peer(0, b"\x01\x01a").host("AT+WSDATAFMT=0,0,48\r\n").expect("+WS_DATA:0,1,a");
    bench.peer(0, b"\x00\x01b").expect("b").peer(0, b"\x80\x01c").expect("c\r\nOK\r\n");
    bench.peer(0, b"\x81\x01d").expect("+WS_DATA:0,1,d\r\n");
}

// rules: FMT-06
#[test]
fn nor_does_an_echo_or_a_report() {
    let mut bench = open(100, "2,63");
    bench.open(1).host("ATE1\r\n").expect("\r\nOK\r\n");
    bench.peer(0, b"\x01\x03one").expect("+WS_DATA:0,1,0,3,0,3,one");
    bench.host("AT\r\n").expect("").eof(1).expect("");
    bench.peer(0, b"\x80\x03two").expect("two\r\nAT\r\n\r\nOK\r\n+WS_DISCONNECTED:1\r\n");
}

// rules: FMT-05
#[test]
fn a_message_has_the_level_of_when_it_began_and_the_next_one_its_own() {
    let mut bench = open(100, "2,63");
    bench.peer(0, b"\x01\x01a").host("AT+WSDATAFMT=0,0,63\r\n").peer(0, b"\x80\x01b");
    assert_eq!(bench.printed.windows(8).filter(|part| part == b"+WS_DATA").count(), 1);
    bench.printed.clear();
    bench.peer(0, b"\x01\x01c\x80\x01d");
    bench.expect("+WS_DATA:0,1,0,1,0,1,c\r\n+WS_DATA:0,0,1,1,0,1,d\r\n");
}
