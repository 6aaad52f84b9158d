//! TLS is the transport's: what AT+WSCFG says is handed on, and what is missing is said.

use crate::bench;
use wsat::Dialect;
use wsat::device::{Missing, Refusal};

// rules: CFG-03, CFG-08
#[test]
fn the_modes_say_which_numbers_count() {
    for (mode, certificate, authority) in
        [(0, None, None), (1, Some(5), None), (2, None, Some(7)), (3, Some(5), Some(7))]
    {
        let mut bench = bench(Dialect::V4_1);
        let numbers = if mode == 0 { "" } else { ",5,7" };
        bench.host(format!("AT+WSCFG=0,10,10,1024,{mode}{numbers}\r\n")).expect("\r\nOK\r\n");
        bench.host("AT+WSOPEN=0,\"wss://h\"\r\n").expect_actions("o0");
        let target = bench.device.target(bench.peers[0].conn.unwrap()).unwrap();
        assert!(target.secure);
        assert_eq!((target.tls.certificate, target.tls.authority), (certificate, authority));
    }
}

// rules: OPEN-14
#[test]
fn what_is_missing_is_printed_before_error() {
    for (missing, text) in [
        (Missing::Certificate, "NO CERT FOUND"),
        (Missing::PrivateKey, "NO PRVT_KEY FOUND"),
        (Missing::Authority, "NO CA FOUND"),
    ] {
        let mut bench = bench(Dialect::V4_1);
        bench.host("AT+WSOPEN=0,\"wss://h\"\r\n").expect_actions("o0");
        let (now, conn) = (bench.instant(), bench.peers[0].conn.unwrap());
        bench.device.handle_failed(now, conn, missing);
        bench.drain().expect(&format!("{text}\r\n\r\nERROR\r\n")).expect_actions("c0");
        assert_eq!(bench.device.poll_refusal(), Some(Refusal::Missing(missing)));
        bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
        // Of an attempt after a loss nothing is printed.
        bench.open(0).eof(0).expect("+WS_DISCONNECTED:0\r\n");
        bench.at(10_000).expect_actions("o0 c0 o0");
        let (now, conn) = (bench.instant(), bench.peers[0].conn.unwrap());
        bench.device.handle_failed(now, conn, missing);
        bench.drain().expect("");
    }
}
