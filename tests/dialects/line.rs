//! The line syntax as the device has it, and what it prints of it (AT Command Set, AT Command Types).

use crate::bench;
use wsat::Dialect;
use wsat::device::Answer;

// rules: LINE-16
#[test]
fn integers_as_they_may_be_written() {
    let mut bench = bench(Dialect::V3_1);
    bench.host("AT+SYSLOG=1\r\n").expect("\r\nOK\r\n");
    for timeout in ["60", "0060", "0x3c", "0X3C", "0x003C"] {
        bench.host(format!("AT+WSCFG=0,30,{timeout}\r\n")).expect("\r\nOK\r\n");
    }
    // What cannot be read has a code, what is out of the range has none.
    for timeout in ["-", "0x", "+60", " 60", "60 ", "6e1", "4294967296", "-2147483649", "-0x1"] {
        bench.host(format!("AT+WSCFG=0,30,{timeout}\r\n"));
        bench.expect("ERR CODE:0x01080002\r\n\r\nERROR\r\n");
    }
    for timeout in ["0", "7201", "-1", "-2147483648", "4294967295", "0xFFFFFFFF"] {
        bench.host(format!("AT+WSCFG=0,30,{timeout}\r\n")).expect("\r\nERROR\r\n");
    }
}

// rules: LINE-18
#[test]
fn parameters_come_before_their_count_and_the_count_before_the_link() {
    let mut bench = bench(Dialect::V3_1);
    bench.open(0).host("AT+SYSLOG=1\r\n").expect("\r\nOK\r\n").expect_actions("o0");
    // The first that fails: parameter 1, of which only the code tells, then a range, then the count.
    bench.host("AT+WSSEND=0,x,y\r\n").expect("ERR CODE:0x01080001\r\n\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,9999,y\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSSEND=0,1,y,1,1\r\n").expect("ERR CODE:0x01080002\r\n\r\nERROR\r\n");
    for (line, reason) in [
        ("AT+WSSEND=1,1,1,1,1", "parameter 4: one parameter too many"),
        ("AT+WSSEND=1,1,1,1", "the link is not connected"),
        ("AT+WSOPEN=0,\"ws://h\",,180001", "parameter 3: out of range"),
        ("AT+WSOPEN=0,\"ws://h\"", "the link is in use"),
    ] {
        bench.host(format!("{line}\r\n")).expect("\r\nERROR\r\n").expect_actions("");
        assert_eq!(bench.device.poll_refusal().unwrap().to_string(), reason, "{line}");
    }
}

// rules: LINE-20
#[test]
fn the_bytes_of_every_answer() {
    // `ready` is in `bench`.
    let mut bench = bench(Dialect::V3_1);
    bench.host("AT\r\n").expect("\r\nOK\r\n");
    bench.host("A\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+SYSLOG=1\r\nA\r\nAT+SYSLOG?\r\n");
    bench.expect("\r\nOK\r\nERR CODE:0x01030000\r\n\r\nERROR\r\n+SYSLOG:1\r\n\r\nOK\r\n");
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\nA").expect("ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n");
    bench.accept(0).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
    bench.host("AT+WSSEND=0,1\r\n").expect("\r\nOK\r\n\r\n>");
    bench.host("x").expect("\r\nSEND OK\r\n");
    bench.eof(0).expect("+WS_DISCONNECTED:0\r\n");
}

// rules: LINE-12, LINE-23
#[test]
fn strings_are_printed_as_they_are_meant() {
    let mut bench = bench(Dialect::V3_3);
    bench.host("AT+WSOPEN=0,\"ws://h/a\\,b?c\\d\"\r\n").expect_actions("o0");
    bench.accept(0).host("AT+WSOPEN?\r\n");
    bench.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n+WSOPEN:0,2,\"ws://h/a,b?cd\"\r\n\r\nOK\r\n");
    // Nor is a header escaped.
    bench.host("AT+WSHEAD=8\r\nX: \",\\\"1AT+WSHEAD?\r\n");
    bench.expect("\r\nOK\r\n\r\n>\r\nOK\r\n+WSHEAD:0,\"X: \",\\\"1\"\r\n\r\nOK\r\n");
}

// rules: BUSY-04, BASIC-10
#[test]
fn a_restart_that_the_host_asks_for_is_the_firmwares() {
    let mut bench = bench(Dialect::V3_1);
    bench.host("AT+RST\r\n").expect("").expect_actions("!");
    bench.host("AT\r\n").expect("\r\nbusy p...\r\n");
    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    bench.drain().expect("\r\nOK\r\n");
    // While busy it is busy like any line.
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\nAT+RST\r\n").expect("\r\nbusy p...\r\n");
    bench.accept(0).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").expect_actions("o0");
    // And in a data phase it is payload.
    bench.host("AT+WSSEND=0,8\r\nAT+RST\r\n").expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n");
    bench.expect_sent(0, &[(0x81, b"AT+RST\r\n")]).expect_actions("");
}

// rules: LINE-06, LINE-21
#[test]
fn each_echo_stands_just_before_its_answer() {
    let mut bench = bench(Dialect::V3_1);
    // However slow the serial line is.
    for piece in [1, 3, 64] {
        bench.serial_piece = piece;
        bench.host("ATE1\r\nAT\r\nA\r\nATE0\r\nAT\r\nA\r\n");
        bench.expect(
            "\r\nOK\r\nAT\r\n\r\nOK\r\nA\r\n\r\nERROR\r\nATE0\r\n\r\nOK\r\n\r\nOK\r\n\r\nERROR\r\n",
        );
    }
}
