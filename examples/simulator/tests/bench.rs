//! Modules on a bench: what servers do, what time does, and a host library in a test of its own.

use std::time::Duration;
use tungstenite::Message;
use wsat::device::Config;
use wsat::host::{Event, Host, Open, Request, SendData, Storage, ToModule};
use wsat::{Dialect, Instant, LinkId};
use wsat_sim::{Behaviour, Bench};

const SECOND: Duration = Duration::from_secs(1);

/// A module with echo off.
fn bench() -> Bench {
    let mut bench = Bench::new(Config::default());
    bench.send(b"ATE0\r\n");
    assert_eq!(bench.receive(), b"\r\nready\r\nATE0\r\n\r\nOK\r\n");
    bench
}

/// The module prints exactly this in answer to that.
#[track_caller]
fn answers(bench: &mut Bench, line: &str, expected: &str) {
    bench.send(line.as_bytes());
    assert_eq!(String::from_utf8(bench.receive()).unwrap(), expected, "{line}");
}

fn open(bench: &mut Bench) {
    answers(bench, "AT+WSOPEN=0,\"ws://h/\"\r\n", "+WS_CONNECTED:0\r\n\r\nOK\r\n");
}

#[test]
fn servers_that_refuse_and_servers_that_say_nothing() {
    let mut bench = bench();
    bench.server(0).behave(Behaviour::Refuse);
    answers(&mut bench, "AT+WSOPEN=0,\"ws://h/\"\r\n", "\r\nERROR\r\n");
    bench.server(0).behave(Behaviour::Silent);
    answers(&mut bench, "AT+WSOPEN=0,\"wss://h/\"\r\n", "");
    assert_eq!(bench.server(0).target(), "tls h:443");
    assert_eq!(bench.next_deadline(), Some(15 * SECOND));
    bench.advance(15 * SECOND);
    assert_eq!(bench.receive(), b"\r\nERROR\r\n");
    assert_eq!(bench.now(), 15 * SECOND);
}

#[test]
fn messages_of_a_server_and_for_it() {
    let mut bench = bench();
    bench.server(0).behave(Behaviour::Listen);
    open(&mut bench);
    answers(&mut bench, "AT+WSSEND=0,2,2\r\n", "\r\nOK\r\n\r\n>");
    answers(&mut bench, "hi", "\r\nSEND OK\r\n");
    assert_eq!(bench.server(0).received(), [Message::binary(&b"hi"[..])]);
    assert!(bench.server(0).send(Message::text("one")));
    bench.server(0).send_bytes(b"\x89\x01p\x82\x01x");
    assert_eq!(bench.receive(), b"+WS_DATA:0,3,one\r\n+WS_DATA:0,1,x\r\n");
    assert_eq!(bench.server(0).received(), [Message::Pong(b"p"[..].into())]);
    assert!(bench.server(0).close(1001, "bye"));
    assert_eq!(bench.receive(), b"+WS_CLOSED:0\r\n");
    assert!(!bench.server(0).is_open());
    assert!(!bench.server(0).send(Message::text("nobody")));
    // A frame that none may send: the connection is lost.
    open(&mut bench);
    bench.server(0).send_bytes(b"\x83\x00");
    assert_eq!(bench.receive(), b"+WS_DISCONNECTED:0\r\n");
}

#[test]
fn a_server_that_is_only_half_there() {
    let mut bench = bench();
    answers(&mut bench, "AT+WSCFG=0,1,3\r\n", "\r\nOK\r\n");
    open(&mut bench);
    bench.server(0).stall(true);
    bench.advance(3 * SECOND);
    assert_eq!(bench.receive(), b"");
    // The first Ping was due after a second, and three more have passed.
    bench.advance(SECOND);
    assert_eq!(bench.receive(), b"+WS_DISCONNECTED:0\r\n");
    bench.server(0).stall(false);
    bench.advance(10 * SECOND);
    assert_eq!(bench.receive(), b"+WS_CONNECTED:0\r\n");
}

#[test]
fn more_than_the_module_can_print() {
    let mut bench = bench();
    open(&mut bench);
    let long = "x".repeat(100_000);
    bench.server(0).send(Message::text(long.clone()));
    let printed = String::from_utf8(bench.receive()).unwrap();
    let octets: String =
        printed.split("\r\n").map(|record| record.split(',').nth(2).unwrap_or_default()).collect();
    assert!(octets == long, "{} octets of {}", octets.len(), long.len());
}

#[test]
fn power_off_and_on() {
    let mut bench = bench();
    open(&mut bench);
    bench.switch_off_and_on(Config::new(Dialect::V4_2));
    assert!(!bench.server(0).is_open());
    answers(&mut bench, "ATE0\r\n", "\r\nready\r\nATE0\r\n\r\nOK\r\n");
    answers(&mut bench, "AT+WSDATAFMT=0\r\n", "\r\nOK\r\n");
}

/// A host library under test: here ours. It talks to the bench, and waits by letting its time pass.
fn carry_out(host: &mut Host<'_>, bench: &mut Bench, request: &Request<'_>) -> Vec<u8> {
    let now = |bench: &Bench| Instant::from_millis(bench.now().as_millis() as u64);
    host.begin(now(bench), request).unwrap();
    let mut data = Vec::new();
    loop {
        let mut out = [0; 64];
        while let ToModule::Bytes(n) = host.poll_module(now(bench), &mut out) {
            bench.send(&out[..n]);
        }
        let printed = bench.receive();
        let mut rest = &printed[..];
        let mut finished = false;
        loop {
            let (taken, event) = host.feed(now(bench), rest);
            rest = &rest[taken..];
            match event {
                Some(Event::Finished(result)) => {
                    assert_eq!(result, Ok(()));
                    finished = true;
                }
                Some(Event::Data(piece)) => data.extend_from_slice(piece.octets),
                None if rest.is_empty() => break,
                _ => {}
            }
        }
        if finished {
            return data;
        }
        if printed.is_empty() {
            let until = host.poll_deadline().unwrap().as_millis();
            let time = Duration::from_millis(until).saturating_sub(bench.now());
            bench.advance(time);
            host.handle_time(now(bench));
        }
    }
}

#[test]
fn a_host_library_without_waiting() {
    let mut bench = Bench::new(Config::default());
    let mut storage = Storage::<512, 256>::new();
    let mut host = Host::new(wsat::host::Config::default(), storage.lend());
    carry_out(&mut host, &mut bench, &Open::new(LinkId::L2, b"ws://h/").into());
    let data = carry_out(&mut host, &mut bench, &SendData::text(LinkId::L2, b"Hello").into());
    assert_eq!(data, b"Hello");
    carry_out(&mut host, &mut bench, &Request::Close(LinkId::L2));
    assert_eq!(bench.server(2).received().len(), 2, "the text and the Close");
    assert!(bench.now() < SECOND);
}

#[test]
fn hours_of_many_modules_in_a_moment() {
    let mut benches: Vec<_> = (0..50).map(|_| bench()).collect();
    for bench in &mut benches {
        open(bench);
        bench.advance(3600 * SECOND);
        assert_eq!(bench.receive(), b"");
        // A Ping every ten seconds.
        assert_eq!(bench.server(0).received().len(), 360);
    }
}

/// WebSocket AT Commands, AT+WSDATAFMT: a record goes from its head to its end. What the firmware says of
/// itself (AT+CIPSNTPCFG, Note) is none of it, and comes behind the answer that it belongs to.
#[test]
fn messages_of_the_firmware_stay_out_of_records() {
    let mut bench = Bench::new(Config::new(Dialect::V4_2));
    bench.send(b"ATE0\r\n");
    drop(bench.receive());
    open(&mut bench);
    answers(&mut bench, "AT+WSDATAFMT=0,2,48\r\n", "\r\nOK\r\n");
    // The first frame of a message; what there is of it looks like a line.
    bench.server(0).send_bytes(b"\x02\x03ab\n");
    assert_eq!(bench.receive(), b"+WS_DATA:0,3,ab\n");
    answers(&mut bench, "AT+CIPSNTPCFG=1,0\r\n", "");
    bench.advance(SECOND);
    assert_eq!(bench.receive(), b"\r\n\r\nOK\r\n+TIME_UPDATED\r\n");
}

/// A record need not end in CR LF: what comes next does not wait for one.
#[test]
fn messages_of_the_firmware_follow_a_record_without_a_line_end() {
    let mut bench = Bench::new(Config::new(Dialect::V4_2));
    bench.send(b"ATE0\r\n");
    drop(bench.receive());
    open(&mut bench);
    answers(&mut bench, "AT+WSDATAFMT=0,0,16\r\n", "\r\nOK\r\n");
    bench.send(b"AT+CIPSNTPCFG=1,0\r\nAT+WSSEND=0,2\r\n");
    let answer = "\r\nOK\r\n+TIME_UPDATED\r\n\r\nOK\r\n\r\n>";
    assert_eq!(String::from_utf8(bench.receive()).unwrap(), answer);
    answers(&mut bench, "hi", "\r\nSEND OK\r\n+WS_DATA:0,2,hi");
    answers(&mut bench, "AT+CIPSNTPCFG=1,0\r\n", "\r\nOK\r\n+TIME_UPDATED\r\n");
}

/// The line of `AT+GMR` and its answer, as they come over a line that loses bytes in both directions.
fn over_a_bad_line(seed: u64) -> Vec<u8> {
    let mut bench = bench();
    bench.set_seed(seed);
    bench.apply("serial drop 0.1".parse().unwrap());
    bench.send(b"AT+GMR\r\nAT+GMR\r\nAT+GMR\r\nAT+GMR\r\n");
    bench.receive()
}

#[test]
fn a_seed_gives_the_same_faults_again() {
    assert_eq!(over_a_bad_line(1), over_a_bad_line(1));
    assert_ne!(over_a_bad_line(1), over_a_bad_line(2));
}

#[test]
fn a_network_that_fails_on_demand() {
    let mut bench = bench();
    answers(&mut bench, "AT+WSCFG=0,10,5\r\n", "\r\nOK\r\n");
    open(&mut bench);
    // Nothing comes any more: the Ping after 10 s has no Pong after another 5.
    bench.apply("network 0 half-open".parse().unwrap());
    bench.advance(15 * SECOND - Duration::from_millis(1));
    assert_eq!(bench.receive(), b"");
    bench.apply("network ok".parse().unwrap());
    bench.advance(SECOND);
    assert_eq!(bench.receive(), b"+WS_DISCONNECTED:0\r\n");
    bench.advance(10 * SECOND);
    assert_eq!(bench.receive(), b"+WS_CONNECTED:0\r\n");
    bench.apply("network reset".parse().unwrap());
    assert_eq!(bench.receive(), b"+WS_DISCONNECTED:0\r\n");
    bench.apply("network refuse".parse().unwrap());
    answers(&mut bench, "AT+WSOPEN=1,\"ws://h/\"\r\n", "\r\nERROR\r\n");
    // One byte each 100 ms: those of a frame's head, and its two octets.
    bench.apply("network ok".parse().unwrap());
    bench.advance(10 * SECOND);
    assert_eq!(bench.receive(), b"+WS_CONNECTED:0\r\n");
    bench.apply("network slow 100".parse().unwrap());
    bench.apply("network cut on".parse().unwrap());
    bench.server(0).send_bytes(b"\x81\x02hi");
    bench.advance(Duration::from_millis(299));
    assert_eq!(bench.receive(), b"");
    bench.advance(Duration::from_millis(1));
    assert_eq!(bench.receive(), b"+WS_DATA:0,2,hi\r\n");
}
