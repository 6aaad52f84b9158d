//! `AT+WSCFG`: ranges, defaults, and when it takes effect.

use crate::support::Bench;

fn ok(line: &str) {
    Bench::new().host(format!("{line}\r\n")).expect("\r\nOK\r\n");
}

fn error(line: &str) {
    Bench::new().host(format!("{line}\r\n")).expect("\r\nERROR\r\n");
}

#[test]
fn the_example_of_the_page() {
    ok("AT+WSCFG=0,30,60,4096");
}

#[test]
fn each_end_of_each_range_and_one_beyond() {
    ["AT+WSCFG=0,1,1,1", "AT+WSCFG=2,7200,7200,8192", "AT+WSCFG=1,0x1C20,010"]
        .into_iter()
        .for_each(ok);
    ["AT+WSCFG=-1,30,60", "AT+WSCFG=3,30,60"].into_iter().for_each(error);
    ["AT+WSCFG=0,0,60", "AT+WSCFG=0,7201,60"].into_iter().for_each(error);
    ["AT+WSCFG=0,30,0", "AT+WSCFG=0,30,7201"].into_iter().for_each(error);
    ["AT+WSCFG=0,30,60,0", "AT+WSCFG=0,30,60,8193"].into_iter().for_each(error);
}

#[test]
fn only_the_buffer_size_may_be_left_out() {
    ["AT+WSCFG=0,30,60", "AT+WSCFG=0,30,60,"].into_iter().for_each(ok);
    ["AT+WSCFG=0,30", "AT+WSCFG=0,,60", "AT+WSCFG=0,30,", "AT+WSCFG=,30,60", "AT+WSCFG="]
        .into_iter()
        .for_each(error);
    ["AT+WSCFG=0,30,60,4096,", "AT+WSCFG=0,30,60,4096,1"].into_iter().for_each(error);
    ["AT+WSCFG=\"0\",30,60", "AT+WSCFG=0,3o,60", "AT+WSCFG=0, 30,60", "AT+WSCFG=0,+30,60"]
        .into_iter()
        .for_each(error);
}

#[test]
fn a_refused_command_changes_nothing() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=0,30,60,4\r\n").expect("\r\nOK\r\n");
    bench.host("AT+WSCFG=0,30,60,9000\r\n").expect("\r\nERROR\r\n");
    bench.open(0).peer(0, b"\x81\x06abcdef");
    bench.expect("+WS_DATA:0,4,abcd\r\n+WS_DATA:0,2,ef\r\n");
}

#[test]
fn on_an_open_link_it_waits_for_the_next_one() {
    let mut bench = Bench::new();
    bench.open(0).host("AT+WSCFG=0,5,7,3\r\n").expect("\r\nOK\r\n");
    bench.peer(0, b"\x81\x04abcd").expect("+WS_DATA:0,4,abcd\r\n");
    // The default interval is still in force: 10 s.
    bench.at(9_999).expect_sent(0, &[]).at(10_000).expect_sent(0, &[(0x89, b"")]);
    bench.host("AT+WSCLOSE=0\r\n").peer(0, b"\x88\x00").expect("\r\nOK\r\n");
    bench.open(0).peer(0, b"\x81\x04abcd").expect("+WS_DATA:0,3,abc\r\n+WS_DATA:0,1,d\r\n");
    bench.at(14_999).expect_sent(0, &[]).at(15_000).expect_sent(0, &[(0x89, b"")]);
}

#[test]
fn each_link_has_its_own_and_keeps_it_over_closing() {
    let mut bench = Bench::new();
    bench.host("AT+WSCFG=1,30,60,2\r\n").expect("\r\nOK\r\n");
    for _ in 0..2 {
        bench.open(0).open(1);
        bench.peer(0, b"\x82\x03abc").expect("+WS_DATA:0,3,abc\r\n");
        bench.peer(1, b"\x82\x03abc").expect("+WS_DATA:1,2,ab\r\n+WS_DATA:1,1,c\r\n");
        bench.host("AT+WSCLOSE=0\r\n").peer(0, b"\x88\x00").expect("\r\nOK\r\n");
        bench.host("AT+WSCLOSE=1\r\n").peer(1, b"\x88\x00").expect("\r\nOK\r\n");
    }
}
