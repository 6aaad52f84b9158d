//! Which command and which parameter is there since when.

use crate::bench;
use wsat::Dialect::{self, V3_1, V3_3, V4_1, V4_2};

const ALL: [Dialect; 4] = [V3_1, V3_3, V4_1, V4_2];

/// OK from this dialect on, and before it ERROR.
#[track_caller]
fn since(first: Dialect, line: &str) {
    for dialect in ALL {
        let mut bench = bench(dialect);
        let answer = if dialect >= first { "\r\nOK\r\n" } else { "\r\nERROR\r\n" };
        bench.host(format!("{line}\r\n")).expect(answer);
    }
}

// rules: LINE-14, LINE-19, CFG-01, CFG-02, OPEN-01, SEND-01, FMT-01
#[test]
fn commands_and_parameters() {
    since(V3_1, "AT+WSCFG=0,10,10,8192");
    since(V4_2, "AT+WSCFG=0,10,10,8193");
    since(V4_2, "AT+WSCFG=0,10,10,16384");
    since(V4_1, "AT+WSCFG=0,10,10,1024,0");
    since(V4_1, "AT+WSCFG=0,10,10,,3,0,255");
    since(V3_3, "AT+WSHEAD?");
    since(V3_3, "AT+WSHEAD=0");
    since(V4_2, "AT+WSDATAFMT=0");
    since(V4_2, "AT+WSDATAFMT=2,,");
    since(V4_2, "AT+WSDATAFMT=1,2,63");
    since(V3_1, "AT+SYSLOG=0");
    for dialect in ALL {
        let mut bench = bench(dialect);
        bench.host("AT+WSOPEN=0,\"ws://h\",,,\"Basic x\"\r\n");
        bench.expect(if dialect >= V3_3 { "" } else { "\r\nERROR\r\n" });
        bench.expect_actions(if dialect >= V3_3 { "o0" } else { "" });
    }
    for dialect in ALL {
        let mut bench = bench(dialect);
        bench.open(1).host("AT+WSSEND=1,0,,,1\r\n");
        bench.expect(if dialect >= V4_2 { "\r\nSEND OK\r\n" } else { "\r\nERROR\r\n" });
    }
}

// rules: LINE-09, LINE-15, CFG-01, CFG-04, HEAD-01, FMT-01, BASIC-04
#[test]
fn ranges() {
    let mut bench = bench(V4_2);
    for line in [
        "AT+WSCFG=0,10,10,16385",
        "AT+WSCFG=0,10,10,1024,4,0,0",
        "AT+WSCFG=0,10,10,1024,1,256,0",
        // With a mode both numbers are required, and with 0 they are not allowed.
        "AT+WSCFG=0,10,10,1024,1",
        "AT+WSCFG=0,10,10,1024,1,0",
        "AT+WSCFG=0,10,10,1024,2,,0",
        "AT+WSCFG=0,10,10,1024,0,0,0",
        "AT+WSCFG=0,10,10,1024,,0,0",
        "AT+WSDATAFMT",
        "AT+WSDATAFMT=",
        "AT+WSDATAFMT=3",
        "AT+WSDATAFMT=0,3",
        "AT+WSDATAFMT=0,0,0",
        "AT+WSDATAFMT=0,0,64",
        "AT+WSDATAFMT=0,0,1,1",
        "AT+WSDATAFMT?",
        "AT+WSHEAD",
        "AT+WSHEAD=",
        "AT+WSHEAD=-1",
        "AT+WSHEAD=1,1",
        "AT+SYSLOG=2",
        "AT+SYSLOG=",
        "AT+SYSLOG",
        "AT+CMD",
        "AT+CMD=1",
        "AT+CMD=?",
    ] {
        bench.host(format!("{line}\r\n")).expect("\r\nERROR\r\n").expect_actions("");
    }
    bench.host("AT+WSDATAFMT=0,0,1\r\nAT+WSDATAFMT=0,2,63\r\n").expect("\r\nOK\r\n\r\nOK\r\n");
}
