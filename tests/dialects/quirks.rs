//! Each quirk, off and on. Off is what ESP-AT's pages say; on is what `wsat::Quirks` says of it.

use crate::bench_with;
use crate::support::Bench;
use wsat::device::Config;
use wsat::{Dialect, Quirks};

fn config(quirks: Quirks) -> Config {
    let mut config = Config::new(Dialect::V4_2);
    config.quirks = quirks;
    config
}

/// The same with the quirk off and on.
fn off_and_on(quirk: Quirks, session: impl Fn(Bench, bool)) {
    session(bench_with(config(Quirks::DOCUMENTED)), false);
    session(bench_with(config(quirk)), true);
    // All others make no difference to it.
    session(bench_with(config(Quirks::DOCUMENTED | quirk)), true);
}

const PROMPT: &str = "\r\nOK\r\n\r\n>";

// rules: QUIRK-18
#[test]
fn the_presets_are_the_documented_columns() {
    assert!(Quirks::DOCUMENTED.is_empty());
    let only_old = Quirks::ZERO_LENGTH_PROMPT;
    let only_new = Quirks::DATAFMT_THREE_FIELDS
        | Quirks::FINAL_CONTINUATION_DROPPED
        | Quirks::FREE_WHEN_CLOSE_READ;
    assert_eq!(Quirks::FIRMWARE_3_2, Quirks::all() - only_new);
    assert_eq!(Quirks::FIRMWARE_LATEST, Quirks::all() - only_old);
    assert_eq!(Quirks::all().bits(), (1 << 17) - 1);
}

// rules: QUIRK-01
#[test]
fn cfg_forgotten() {
    off_and_on(Quirks::CFG_FORGOTTEN, |mut bench, on| {
        // A buffer of 1 byte shows whether it is still configured.
        let configure = |bench: &mut Bench| {
            bench.host("AT+WSCFG=0,10,10,1\r\n").expect("\r\nOK\r\n");
        };
        let probe = |bench: &mut Bench| {
            bench.open(0).peer(0, b"\x82\x02ab");
            bench.expect(if on {
                "+WS_DATA:0,2,ab\r\n"
            } else {
                "+WS_DATA:0,1,a\r\n+WS_DATA:0,1,b\r\n"
            });
        };
        configure(&mut bench);
        bench.host("AT+WSCLOSE=0\r\n").expect("\r\nOK\r\n");
        probe(&mut bench);
        bench.host("AT+WSCFG=0,10,10,1\r\n").peer(0, b"\x88\x00").eof(0);
        bench.expect("\r\nOK\r\n+WS_CLOSED:0\r\n");
        probe(&mut bench);
        bench.host("AT+WSCLOSE=0\r\n").peer(0, b"\x88\x00").expect("\r\nOK\r\n");
        configure(&mut bench);
        bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").eof(0).expect("\r\nERROR\r\n");
        probe(&mut bench);
    });
}

// rules: QUIRK-02
#[test]
fn empty_optional_rejected() {
    off_and_on(Quirks::EMPTY_OPTIONAL_REJECTED, |mut bench, on| {
        let answer = |ok: &'static str| if on { "\r\nERROR\r\n" } else { ok };
        // Not one of the commands that the quirk is about.
        bench.host("AT+WSDATAFMT=0,,\r\n").expect("\r\nOK\r\n");
        bench.host("AT+WSCFG=0,10,10,\r\n").expect(answer("\r\nOK\r\n"));
        bench.host("AT+WSCFG=0,10,10,1024,\r\n").expect(answer("\r\nOK\r\n"));
        bench.open(1);
        bench.host("AT+WSSEND=1,0,,5000\r\n").expect(answer("\r\nSEND OK\r\n"));
        bench.host("AT+WSSEND=1,0,1,,1\r\n").expect(answer("\r\nSEND OK\r\n"));
        bench.actions.clear();
        bench.host("AT+WSOPEN=0,\"ws://h\",,,\"x\"\r\n").expect(answer(""));
        bench.expect_actions(if on { "" } else { "o0" });
        // Left off, or a string: as documented.
        bench.host("AT+WSCFG=2,10,10\r\n").expect(if on {
            "\r\nOK\r\n"
        } else {
            "\r\nbusy p...\r\n"
        });
    });
}

// rules: QUIRK-03
#[test]
fn datafmt_three_fields() {
    off_and_on(Quirks::DATAFMT_THREE_FIELDS, |mut bench, on| {
        for (line, ok) in
            [("0", !on), ("0,1", !on), ("0,1,63", true), ("0,,", true), ("0,1,63,", false)]
        {
            let answer = if ok { "\r\nOK\r\n" } else { "\r\nERROR\r\n" };
            bench.host(format!("AT+WSDATAFMT={line}\r\n")).expect(answer);
        }
    });
}

// rules: QUIRK-04
#[test]
fn prompt_first() {
    off_and_on(Quirks::PROMPT_FIRST, |mut bench, on| {
        // Not in use: no prompt in any case.
        bench.host("AT+WSSEND=0,2\r\n").expect("\r\nERROR\r\n");
        bench.open(0).eof(0).expect("+WS_DISCONNECTED:0\r\n");
        bench.host("AT+WSSEND=0,2\r\n").expect(if on { PROMPT } else { "\r\nERROR\r\n" });
        if on {
            bench.host("h").expect("").host("i").expect("\r\nERROR\r\n");
        }
        bench.host("AT\r\n").expect("\r\nOK\r\n");
    });
}

// rules: QUIRK-05
#[test]
fn zero_length_prompt() {
    off_and_on(Quirks::ZERO_LENGTH_PROMPT, |mut bench, on| {
        bench.open(0).host("AT+WSSEND=0,0\r\n");
        if on {
            bench.expect(PROMPT).expect_sent(0, &[]);
            bench.host("x").expect("\r\nbusy p...\r\n\r\nSEND OK\r\n");
        } else {
            bench.expect("\r\nSEND OK\r\n");
        }
        bench.expect_sent(0, &[(0x81, b"")]).host("AT\r\n").expect("\r\nOK\r\n");
    });
}

// rules: QUIRK-06
#[test]
fn disconnected_before_open_error() {
    off_and_on(Quirks::DISCONNECTED_BEFORE_OPEN_ERROR, |mut bench, on| {
        bench.at(1000).host("AT+WSOPEN=0,\"ws://h\"\r\n").eof(0);
        if on {
            bench.expect("+WS_DISCONNECTED:0\r\n").at(5999).host("AT\r\n");
            bench.expect("\r\nbusy p...\r\n").at(6000);
        }
        bench.expect("\r\nERROR\r\n").host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
    });
}

// rules: QUIRK-07
#[test]
fn disconnected_every_retry() {
    off_and_on(Quirks::DISCONNECTED_EVERY_RETRY, |mut bench, on| {
        bench.open(0).eof(0).expect("+WS_DISCONNECTED:0\r\n");
        for n in 1..4 {
            bench.at(n * 10_000).eof(0).expect(if on { "+WS_DISCONNECTED:0\r\n" } else { "" });
        }
    });
}

// rules: QUIRK-08
#[test]
fn retry_delay_15s() {
    off_and_on(Quirks::RETRY_DELAY_15S, |mut bench, on| {
        bench.open(0).eof(0);
        bench.actions.clear();
        let delay = if on { 15_000 } else { 10_000 };
        bench.at(delay - 1).expect_actions("").at(delay).expect_actions("o0");
    });
}

// rules: QUIRK-09
#[test]
fn no_close_on_wsclose() {
    off_and_on(Quirks::NO_CLOSE_ON_WSCLOSE, |mut bench, on| {
        bench.open(0).host("AT+WSCLOSE=0\r\n");
        if on {
            bench.expect("\r\nOK\r\n").expect_sent(0, &[]).expect_actions("o0 c0");
        } else {
            bench.expect("").expect_sent(0, &[(0x88, b"\x03\xe8")]);
        }
    });
}

// rules: QUIRK-10
#[test]
fn empty_close_reply() {
    off_and_on(Quirks::EMPTY_CLOSE_REPLY, |mut bench, on| {
        bench.open(0).peer(0, b"\x88\x02\x03\xe9");
        bench.expect_sent(0, &[(0x88, if on { b"" } else { b"\x03\xe9" })]);
        // The host's own is not a reply.
        bench.open(1).host("AT+WSCLOSE=1\r\n").expect_sent(1, &[(0x88, b"\x03\xe8")]);
    });
}

// rules: QUIRK-11
#[test]
fn ping_when_idle() {
    off_and_on(Quirks::PING_WHEN_IDLE, |mut bench, on| {
        bench.open(0).at(6000).peer(0, b"\x81\x02hi");
        bench.at(10_000).expect_sent(0, if on { &[] } else { &[(0x89, b"")] });
        if on {
            bench.at(15_999).expect_sent(0, &[]).at(16_000).expect_sent(0, &[(0x89, b"")]);
        }
    });
}

// rules: QUIRK-12
#[test]
fn host_port_always() {
    off_and_on(Quirks::HOST_PORT_ALWAYS, |mut bench, on| {
        bench.host("AT+WSOPEN=0,\"ws://h\"\r\n");
        let request = bench.up(0).request(0);
        assert!(request.contains(if on { "\r\nHost: h:80\r\n" } else { "\r\nHost: h\r\n" }));
    });
}

// rules: QUIRK-13
#[test]
fn final_continuation_dropped() {
    off_and_on(Quirks::FINAL_CONTINUATION_DROPPED, |mut bench, on| {
        bench.open(0).host("AT+WSSEND=0,3,1,,0\r\none").expect_sent(0, &[(0x01, b"one")]);
        bench.printed.clear();
        bench.host("AT+WSSEND=0,3,0\r\ntwo");
        if on {
            bench.expect(&format!("{PROMPT}\r\nERROR\r\n")).expect_sent(0, &[(0x80, b"")]);
        } else {
            bench.expect(&format!("{PROMPT}\r\nSEND OK\r\n")).expect_sent(0, &[(0x80, b"two")]);
        }
    });
    // One without data is as it should be.
    off_and_on(Quirks::FINAL_CONTINUATION_DROPPED, |mut bench, _| {
        bench.open(0).host("AT+WSSEND=0,3,1,,0\r\none").expect_sent(0, &[(0x01, b"one")]);
        bench.host("AT+WSSEND=0,0,0\r\n").expect_sent(0, &[(0x80, b"")]);
        assert!(bench.printed.ends_with(b"SEND OK\r\n"));
    });
}

// rules: QUIRK-14
#[test]
fn no_handshake_checks() {
    off_and_on(Quirks::NO_HANDSHAKE_CHECKS, |mut bench, on| {
        bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").up(0);
        let response = String::from_utf8(bench.response(0)).unwrap();
        let response =
            response.replace("Upgrade: websocket\r\n", "Sec-WebSocket-Protocol: mqtt\r\n");
        bench.peer(0, response);
        bench.expect(if on { "+WS_CONNECTED:0\r\n\r\nOK\r\n" } else { "\r\nERROR\r\n" });
        // A wrong Accept fails in any case.
        bench.host("AT+WSOPEN=1,\"ws://h\"\r\n").up(1);
        let response = String::from_utf8(bench.response(1)).unwrap();
        bench.peer(1, response.replace("Accept: ", "Accept: x")).expect("\r\nERROR\r\n");
    });
}

// rules: QUIRK-15
#[test]
fn closed_when_read() {
    off_and_on(Quirks::CLOSED_WHEN_READ, |mut bench, on| {
        let closed = "+WS_CLOSED:0\r\n";
        bench.open(0).peer(0, b"\x88\x00").expect(if on { closed } else { "" });
        bench.host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,0,\"ws://peer0/\"\r\n\r\nOK\r\n");
        bench.eof(0).expect(if on { "" } else { closed });
        bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
    });
}

// rules: QUIRK-16
#[test]
fn free_when_close_read() {
    off_and_on(Quirks::FREE_WHEN_CLOSE_READ, |mut bench, on| {
        let closed = "+WS_CLOSED:0\r\n";
        bench.open(0).peer(0, b"\x88\x02\x03\xe8").expect(if on { closed } else { "" });
        bench.expect_sent(0, &[(0x88, b"\x03\xe8")]);
        if !on {
            return;
        }
        bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
        bench.host("AT+WSSEND=0,1\r\n").expect("\r\nERROR\r\n");
        // It may be opened again at once; the old transport is closed.
        bench.actions.clear();
        bench.open(0).expect_actions("c0 o0");
        // Without that, it goes after its second, or when it ends, silently.
        bench.peer(0, b"\x88\x00").expect(closed);
        bench.actions.clear();
        bench.at(1000).expect("").expect_actions("c0");
    });
}

// rules: QUIRK-17
#[test]
fn chunk_per_read() {
    off_and_on(Quirks::CHUNK_PER_READ, |mut bench, on| {
        bench.open(0).peer(0, b"\x82\x06abcd").expect(if on {
            "+WS_DATA:0,4,abcd\r\n"
        } else {
            ""
        });
        bench.peer(0, b"ef").expect(if on {
            "+WS_DATA:0,2,ef\r\n"
        } else {
            "+WS_DATA:0,6,abcdef\r\n"
        });
    });
}

// rules: QUIRK-18
#[test]
fn a_whole_session_under_each_preset() {
    for quirks in [Quirks::DOCUMENTED, Quirks::FIRMWARE_3_2, Quirks::FIRMWARE_LATEST] {
        for dialect in [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2] {
            let mut config = Config::new(dialect);
            config.quirks = quirks;
            let mut bench = bench_with(config);
            bench
                .open(0)
                .host("AT+WSSEND=0,5\r\nhello")
                .expect(&format!("{PROMPT}\r\nSEND OK\r\n"));
            bench.expect_sent(0, &[(0x81, b"hello")]);
            bench.peer(0, b"\x81\x05world").expect("+WS_DATA:0,5,world\r\n");
            bench.eof(0).expect("+WS_DISCONNECTED:0\r\n").at(15_000).accept(0);
            bench.expect("+WS_CONNECTED:0\r\n").host("AT+WSCLOSE=0\r\n");
            bench.peer(0, b"\x88\x02\x03\xe8").expect("\r\nOK\r\n");
        }
    }
}
