//! Many modules, networks, faults and the control port, from the command line.

mod common;

use common::Sim;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Writes, and reads so many bytes.
fn talk(port: &str, text: &str, expected: &str) {
    let mut stream = TcpStream::connect(port).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut printed = vec![0; expected.len()];
    stream.read_exact(&mut printed).unwrap();
    assert_eq!(String::from_utf8_lossy(&printed), expected);
}

#[test]
fn many_in_one_process() {
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0", "--modules", "100"]);
    let ports: Vec<_> = (0..100).map(|_| sim.said("wsat-sim: AT port on ")).collect();
    for port in ports {
        talk(&port, "AT\r\n", "\r\nready\r\nAT\r\n\r\nOK\r\n");
    }
}

/// Each says who it is, to its host and to the person.
#[test]
fn one_is_told_from_the_other() {
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0", "--modules", "2"]);
    let ports: Vec<_> = (0..2).map(|_| sim.said("wsat-sim: AT port on ")).collect();
    for (port, number) in ports.iter().zip(0..) {
        let address = format!("02:00:00:00:00:0{}", 2 + 2 * number);
        let told = format!("AT+CIPSTAMAC?\r\n+CIPSTAMAC:\"{address}\"\r\n\r\nOK\r\n");
        let refused = "AT+NONE\r\n\r\nERROR\r\n";
        let lines = "AT+CIPSTAMAC?\r\nAT+NONE\r\n";
        talk(port, lines, &format!("\r\nready\r\n{told}{refused}"));
        let why = sim.said(&format!("wsat-sim: module {number}: ERROR because "));
        assert_eq!(why, "no such command");
    }
}

#[test]
fn networks_and_faults() {
    let sim = Sim::start(&[
        "--serial",
        "tcp:127.0.0.1:0",
        "--network",
        "home,secret",
        "--fault",
        "serial cut on",
        "--seed",
        "5",
        "--control",
        "127.0.0.1:0",
    ]);
    let port = sim.said("wsat-sim: AT port on ");
    let control = sim.said("wsat-sim: control port on ");
    assert_eq!(sim.said("wsat-sim: the faults' choices follow from --seed "), "5");
    let join = "AT+CWJAP=\"home\",\"wrong\"\r\n";
    talk(&port, join, &format!("\r\nready\r\n{join}+CWJAP:2\r\n\r\nERROR\r\n"));
    talk(&control, "network refuse\nnonsense\n", "ok\nerror: expected serial drop");
}

#[test]
fn what_cannot_be_asked_for() {
    for (arguments, said) in [
        (&["--modules", "2"][..], "stdio is of one module"),
        (&["--modules", "0"], "0 is not in 1..=65535"),
        (&["--fault", "serial drop 2"], "expected a probability from 0 to 1"),
        (&["--serial", "tcp:127.0.0.1:65535", "--modules", "2"], "no more ports"),
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_wsat-sim"))
            .args(arguments)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(said) && !output.status.success(), "{arguments:?}: {stderr}");
    }
}

#[test]
fn what_was_on_a_slow_line_is_not_the_next_hosts() {
    let sim =
        Sim::start(&["--serial", "tcp:127.0.0.1:0", "--fault", "serial delay 600", "--seed", "1"]);
    let port = sim.said("wsat-sim: AT port on ");
    let mut first = TcpStream::connect(&port).unwrap();
    first.write_all(b"AT+GMR\r\n").unwrap();
    // Its answer is on its way.
    std::thread::sleep(Duration::from_millis(900));
    drop(first);
    talk(&port, "AT\r\n", "\r\nready\r\nAT\r\n\r\nOK\r\n");
}
