//! Lines, echo, results (AT Command Set, AT Command Types).

use crate::support::Bench;
use wsat::device::Config;

#[test]
fn a_module_says_ready_and_echoes() {
    let mut bench = Bench::with_config(Config::default());
    bench.serial_side();
    bench.expect("\r\nready\r\n");
    bench.host("AT\r\n").expect("AT\r\n\r\nOK\r\n");
    bench.host("ate0\r\n").expect("ate0\r\n\r\nOK\r\n");
    bench.host("AT\r\n").expect("\r\nOK\r\n");
    bench.host("ATE1\r\n").expect("\r\nOK\r\n");
    bench.host("at\r\n").expect("at\r\n\r\nOK\r\n");
}

#[test]
fn several_lines_in_one_read_are_carried_out_in_turn() {
    let mut bench = Bench::with_config(Config::default());
    bench.serial_side();
    bench.expect("\r\nready\r\n");
    bench
        .host("AT\r\nAT+WSOPEN?\r\nATX\r\n")
        .expect("AT\r\n\r\nOK\r\nAT+WSOPEN?\r\n\r\nOK\r\nATX\r\n")
        .expect_actions("!");
}

#[test]
fn what_is_no_statement_is_an_error() {
    let mut bench = Bench::new();
    for line in ["", " AT", "A", "AT+WS OPEN?", "+WSOPEN?", "AT+WSCLOSE", "AT+WSCFG?"] {
        bench.host(format!("{line}\r\n")).expect("\r\nERROR\r\n");
    }
    // The forms that a command lacks.
    for line in ["AT=1", "AT?", "ATE0?", "AT+WSOPEN", "AT+WSOPEN=?", "AT+WSSEND?", "AT+WSCLOSE=?"] {
        bench.host(format!("{line}\r\n")).expect("\r\nERROR\r\n");
    }
    // Commands of later dialects.
    bench.host("AT+WSHEAD=10\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSDATAFMT=0\r\n").expect("\r\nERROR\r\n");
}

#[test]
fn more_than_sixteen_parameters_are_an_error_for_everybody() {
    let mut bench = Bench::new();
    let sixteen = "AT+FOO=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1";
    bench.host(format!("{sixteen},1\r\n")).expect("\r\nERROR\r\n").expect_actions("");
    bench.host(format!("{sixteen}\r\n")).expect("").expect_actions("!");
}

#[test]
fn one_error_for_a_line_that_is_too_long_and_the_next_line_works() {
    let mut bench = Bench::new();
    // 256 bytes with the terminator are the limit.
    let uri = "a".repeat(256 - "AT+WSCLOSE=0,\r\n".len());
    let longest = format!("AT+WSCLOSE=0,{uri}\r\n");
    assert_eq!(longest.len(), 256);
    bench.host(&longest).expect("\r\nERROR\r\n");
    assert!(format!("{}", bench.device.poll_refusal().unwrap()).contains("parameter"));
    bench.host(format!("A{longest}AT\r\n")).expect("\r\nERROR\r\n\r\nOK\r\n");
    assert_eq!(bench.device.poll_refusal(), Some(wsat::device::Refusal::LineTooLong));
    assert_eq!(bench.device.poll_refusal(), None);
    bench.host("x".repeat(3000)).expect("").host("\r\nAT\r\n").expect("\r\nERROR\r\n\r\nOK\r\n");
}

#[test]
fn a_nul_discards_what_is_pending_of_a_line() {
    let mut bench = Bench::new();
    bench.host("AT+WSCLO\0AT\r\n").expect("\r\nOK\r\n");
    bench.host("x".repeat(300)).host("\0AT\r\n").expect("\r\nOK\r\n");
}

#[test]
fn a_lone_cr_or_lf_ends_no_line() {
    let mut bench = Bench::new();
    bench.host("AT\rAT\nAT\r").expect("").host("\n").expect("\r\nERROR\r\n");
}

#[test]
fn a_report_may_stand_between_two_bytes_of_an_echo() {
    let mut bench = Bench::with_config(Config::default());
    bench.serial_side();
    bench.expect("\r\nready\r\n");
    bench.host("AT+WSOPEN=0,\"ws://h/\"\r\n").expect("AT+WSOPEN=0,\"ws://h/\"\r\n");
    bench.accept(0).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
    bench.host("AT+WS").expect("AT+WS");
    bench.peer(0, b"\x81\x02hi").expect("+WS_DATA:0,2,hi\r\n");
    bench.host("OPEN?\r\n").expect("OPEN?\r\n+WSOPEN:0,2,\"ws://h/\"\r\n\r\nOK\r\n");
}

#[test]
fn echo_and_reports_take_turns() {
    let mut bench = Bench::new();
    bench.open(0).host("ATE1\r\n").expect("\r\nOK\r\n");
    bench.serial_piece = 1;
    bench.serial_blocked = true;
    bench.host("abc").peer(0, b"\x81\x02hi\x81\x02ho");
    bench.serial_blocked = false;
    bench.drain().expect("a+WS_DATA:0,2,hi\r\nbc+WS_DATA:0,2,ho\r\n");
    // Neither keeps the other away, however much there is of it.
    bench.serial_blocked = true;
    bench.host("d".repeat(1000)).peer(0, b"\x81\x02hi");
    bench.serial_blocked = false;
    bench.drain();
    assert!(bench.printed.starts_with(b"d+WS_DATA:0,2,hi\r\nddd"));
}
