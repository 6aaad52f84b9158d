//! A data phase that is given up.

use crate::{bench, bench_with};
use wsat::Dialect;
use wsat::device::{Config, Refusal, Wait};

// rules: SEND-15
#[test]
fn the_embedding_program_may_end_it() {
    let mut bench = bench(Dialect::V3_3);
    bench.open(0);
    for line in ["AT+WSSEND=0,5\r\n", "AT+WSHEAD=5\r\n"] {
        assert!(!bench.device.abort_payload());
        bench.host(line).host("ab").expect("\r\nOK\r\n\r\n>");
        assert!(bench.device.abort_payload());
        bench.drain().expect("\r\nERROR\r\n").expect_sent(0, &[]);
        assert_eq!(bench.device.poll_refusal(), Some(Refusal::Aborted));
        // What comes late is a line.
        bench.host("cde\r\nAT\r\n").expect("\r\nERROR\r\n\r\nOK\r\n");
    }
    bench.host("AT+WSHEAD?\r\n").expect("\r\nOK\r\n");
}

// rules: SEND-15
#[test]
fn it_may_have_a_time_limit() {
    let mut config = Config::new(Dialect::V3_1);
    config.payload_timeout_ms = Some(3000);
    let mut bench = bench_with(config);
    bench.open(0).at(1000).host("AT+WSSEND=0,5\r\n").expect("\r\nOK\r\n\r\n>");
    bench.at(2000).host("ab").at(3999).expect("").at(4000).expect("\r\nERROR\r\n");
    assert_eq!(bench.device.poll_refusal(), Some(Refusal::Timeout(Wait::Payload)));
    bench.host("AT+WSSEND=0,5\r\n").at(6999).host("abcde");
    bench.expect("\r\nOK\r\n\r\n>\r\nSEND OK\r\n").expect_sent(0, &[(0x81, b"abcde")]);
}
