//! `busy p...`: input while a command is being carried out.

use crate::support::Bench;
use wsat::at_syntax::Terminator;
use wsat::device::Config;

#[test]
fn lines_while_opening_are_answered_busy_once_each() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").expect("");
    bench.host("A").expect("\r\nbusy p...\r\n").host("T\r").expect("").host("\n").expect("");
    bench.host("AT\r\nAT\r\n").expect("\r\nbusy p...\r\n\r\nbusy p...\r\n");
    bench.accept(0).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
    bench.host("AT\r\n").expect("\r\nOK\r\n");
}

#[test]
fn when_the_command_ends_the_next_byte_begins_a_new_line() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\nAT+WSOP").expect("\r\nbusy p...\r\n");
    bench.eof(0).expect("\r\nERROR\r\n").host("AT\r\n").expect("\r\nOK\r\n");
    // And so does the first one of the next command that lasts.
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\nA").expect("\r\nbusy p...\r\n");
}

#[test]
fn discarded_input_is_not_echoed() {
    let mut bench = Bench::with_config(Config::default());
    bench.serial_side();
    bench.expect("\r\nready\r\n");
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\nAT\r\n");
    bench.expect("AT+WSOPEN=0,\"ws://h\"\r\n\r\nbusy p...\r\n");
}

#[test]
fn bytes_beyond_the_payload_count_as_input_while_busy() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSSEND=0,2\r\n").expect("\r\nOK\r\n\r\n>");
    // The host ends its payload with a line end that it did not announce.
    bench
        .host("hi\r\n")
        .expect("\r\nbusy p...\r\n\r\nSEND OK\r\n")
        .expect_sent(0, &[(0x81, b"hi")]);
    bench.host("AT\r\n").expect("\r\nOK\r\n");
}

#[test]
fn a_host_that_does_not_stop_typing_loses_no_answer() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").expect("");
    bench.serial_blocked = true;
    bench.type_in("AT\r\n".repeat(100).as_bytes());
    assert!(!bench.typed.is_empty(), "what cannot be answered yet is not taken");
    bench.serial_blocked = false;
    bench.drain().expect(&"\r\nbusy p...\r\n".repeat(100));
}

#[test]
fn closing_is_busy_too() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSCLOSE=0\r\nAT\r\n").expect("\r\nbusy p...\r\n");
    bench.at(1_000).expect("\r\nOK\r\n");
}

#[test]
fn a_nul_begins_a_new_line_here_too() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n\0\0").expect("");
    bench.host("A\0\0B\r\n").expect("\r\nbusy p...\r\n\r\nbusy p...\r\n");
}

#[test]
fn lines_may_end_with_another_byte() {
    let mut config = Config::default();
    config.terminator = Terminator::Byte(b'\n');
    let mut bench = Bench::with_config(config);
    bench.drain().host("ATE0\n").expect("\r\nready\r\nATE0\n\r\nOK\r\n");
    bench.host("AT+WSOPEN=0,\"ws://h\"\nA\nB\n").expect("\r\nbusy p...\r\n\r\nbusy p...\r\n");
}
