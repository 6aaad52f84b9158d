//! Faults on demand, with real sockets: what each of them does to a session.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use wsat::device::Config;
use wsat_sim::{Cable, Simulator};

const LIMIT: Duration = Duration::from_secs(30);

/// A module with echo off and short times, and a server for it.
struct Session {
    simulator: Simulator,
    cable: Cable,
    server: SocketAddr,
    printed: Vec<u8>,
}

impl Session {
    fn new() -> Self {
        let mut config = Config::default();
        config.retry_delay_ms = 200;
        let mut simulator = Simulator::new(config).unwrap();
        simulator.set_seed(7);
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = simulator.start_echo_server(local).unwrap();
        let cable = simulator.add_cable();
        let mut session = Self { simulator, cable, server, printed: Vec::new() };
        session.says("ATE0\r\n", "\r\nready\r\nATE0\r\n\r\nOK\r\n");
        session
    }

    fn fault(&mut self, line: &str) {
        self.simulator.apply(None, line.parse().unwrap());
    }

    fn turn(&mut self) {
        self.simulator.turn(Some(Duration::from_millis(20))).unwrap();
        self.printed.extend(self.cable.receive());
    }

    /// The module prints exactly this in answer to that.
    #[track_caller]
    fn says(&mut self, line: &str, expected: &str) {
        self.cable.send(line.as_bytes());
        self.prints(expected);
    }

    #[track_caller]
    fn prints(&mut self, expected: &str) {
        let end = Instant::now() + LIMIT;
        while self.printed.len() < expected.len() && Instant::now() < end {
            self.turn();
        }
        let printed = std::mem::take(&mut self.printed);
        assert_eq!(String::from_utf8_lossy(&printed), expected);
    }

    /// Nothing is printed for a while.
    #[track_caller]
    fn is_quiet(&mut self, millis: u64) {
        let end = Instant::now() + Duration::from_millis(millis);
        while Instant::now() < end {
            self.turn();
        }
        assert_eq!(String::from_utf8_lossy(&self.printed), "");
    }

    fn open(&mut self) {
        let line = format!("AT+WSOPEN=0,\"ws://{}/\"\r\n", self.server);
        self.says(&line, "+WS_CONNECTED:0\r\n\r\nOK\r\n");
    }

    fn echo(&mut self) {
        self.says("AT+WSSEND=0,2\r\n", "\r\nOK\r\n\r\n>");
        self.says("hi", "\r\nSEND OK\r\n+WS_DATA:0,2,hi\r\n");
    }
}

#[test]
fn a_serial_line_that_is_slow_and_cut_loses_nothing() {
    let mut session = Session::new();
    session.fault("serial delay 30");
    session.fault("serial cut on");
    let begun = Instant::now();
    session.open();
    session.echo();
    // Three times there and back: 180 ms. Each time is in whole milliseconds, and counts from when a turn began.
    assert!(begun.elapsed() >= Duration::from_millis(170));
    session.fault("serial ok");
    session.echo();
}

#[test]
fn bytes_that_are_lost() {
    let mut session = Session::new();
    session.fault("serial drop 1");
    session.cable.send(b"AT\r\n");
    session.is_quiet(100);
    session.fault("serial ok");
    session.says("AT\r\n", "\r\nOK\r\n");
    session.fault("serial repeat 1");
    session.says("AT\r\n", "\r\r\n\nEERRRROORR\r\r\n\n");
}

#[test]
fn a_reboot() {
    let mut session = Session::new();
    session.open();
    session.fault("reboot");
    session.prints("\r\nready\r\n");
    session.says("AT+WSOPEN?\r\n", "AT+WSOPEN?\r\n\r\nOK\r\n");
}

#[test]
fn connections_that_are_refused_and_reset() {
    let mut session = Session::new();
    session.fault("network 1 refuse");
    session.open();
    session.fault("network refuse");
    session.fault("network 0 reset");
    session.prints("+WS_DISCONNECTED:0\r\n");
    session.is_quiet(500);
    session.fault("network ok");
    session.prints("+WS_CONNECTED:0\r\n");
    session.echo();
}

#[test]
fn a_connection_that_is_half_open_is_noticed() {
    let mut session = Session::new();
    session.says("AT+WSCFG=0,1,1\r\n", "\r\nOK\r\n");
    session.open();
    session.fault("network half-open");
    // What is sent is taken, and lost.
    session.says("AT+WSSEND=0,2\r\n", "\r\nOK\r\n\r\n>");
    session.says("hi", "\r\nSEND OK\r\n");
    session.prints("+WS_DISCONNECTED:0\r\n");
    session.fault("network ok");
    session.prints("+WS_CONNECTED:0\r\n");
    session.echo();
}

#[test]
fn a_connection_that_stalls_goes_on() {
    let mut session = Session::new();
    session.open();
    session.fault("network stall");
    session.says("AT+WSSEND=0,2,1,300\r\n", "\r\nOK\r\n\r\n>");
    session.says("hi", "\r\nERROR\r\n");
    session.fault("network ok");
    session.echo();
}

#[test]
fn a_network_that_is_slow_and_cut() {
    let mut session = Session::new();
    session.fault("network slow 5");
    session.fault("network cut on");
    // A server's answer of some 130 bytes, one every 5 ms: 650 ms.
    let begun = Instant::now();
    session.open();
    assert!(begun.elapsed() >= Duration::from_millis(500));
    session.echo();
}

#[test]
fn lines_on_the_control_port() {
    let mut session = Session::new();
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let control = session.simulator.start_control(local).unwrap();
    let mut client = TcpStream::connect(control).unwrap();
    session.open();
    client.write_all(b"module 0 network 0 reset\nmodule 1 reboot\nserial dro").unwrap();
    session.prints("+WS_DISCONNECTED:0\r\n+WS_CONNECTED:0\r\n");
    client.write_all(b"p\nreboot\n").unwrap();
    session.prints("\r\nready\r\n");
    client.shutdown(Shutdown::Write).unwrap();
    session.is_quiet(50);
    let mut answers = String::new();
    client.read_to_string(&mut answers).unwrap();
    let mut answers = answers.lines();
    assert_eq!(answers.next(), Some("ok"));
    let none = "error: there are 1 modules, counted from 0, and none is 1";
    assert_eq!(answers.next(), Some(none));
    assert!(answers.next().is_some_and(|line| line.starts_with("error: expected serial drop")));
    assert_eq!(answers.next(), Some("ok"));
    assert_eq!(answers.next(), None);
}

#[test]
fn a_reboot_keeps_what_is_stored() {
    let mut session = Session::new();
    session.says("AT+CWMODE=3\r\n", "\r\nOK\r\n");
    session.fault("reboot");
    session.prints("\r\nready\r\n");
    session.says("AT+CWMODE?\r\n", "AT+CWMODE?\r\n+CWMODE:3\r\n\r\nOK\r\n");
}

#[test]
fn a_line_that_is_well_again_is_so_at_once() {
    let mut session = Session::new();
    session.fault("serial delay 4000000000");
    session.cable.send(b"AT\r\n");
    session.is_quiet(50);
    session.fault("serial ok");
    session.prints("\r\nOK\r\n");
}

/// RFC 793 3.4: a reset is an error to the other side, not the end of what is sent.
#[test]
fn the_peer_sees_a_reset() {
    let mut session = Session::new();
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    session.server = listener.local_addr().unwrap();
    let peer = std::thread::spawn(move || {
        let mut socket = tungstenite::accept(listener.accept().unwrap().0).unwrap();
        socket.read()
    });
    session.open();
    session.fault("network reset");
    session.prints("+WS_DISCONNECTED:0\r\n");
    match peer.join().unwrap() {
        Err(tungstenite::Error::Io(error)) => {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
        other => panic!("{other:?}"),
    }
}
