//! The commands around the core, in the real program: what is printed when, and what a restart keeps.

mod common;

use common::{ERROR, Host, OK, READY, Sim};
use std::net::TcpStream;

const JOINED: &str = "WIFI CONNECTED\r\nWIFI GOT IP\r\n";
const UPDATED: &str = "+TIME_UPDATED\r\n";

fn start() -> (Sim, Host<TcpStream>) {
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0", "--echo-server", "127.0.0.1:0"]);
    let (mut host, _) = sim.client();
    host.begin();
    (sim, host)
}

#[test]
fn messages_come_behind_their_answer_and_before_the_next() {
    let (_sim, mut host) = start();
    host.send("AT+CIPSNTPCFG=1,0\r\nAT\r\nAT+CIPSNTPCFG=1,8\r\nAT+CIPSNTPCFG=0\r\nAT+N");
    host.expect(format!("{OK}{UPDATED}{OK}{OK}{UPDATED}{OK}"));
    host.command("ONE", ERROR);
    host.command("AT+CWJAP=\"n\",\"\"", &format!("{JOINED}{OK}"));
    host.send("AT+CWQAP\r\nAT+CWSTATE?\r\n");
    host.expect(format!("{OK}WIFI DISCONNECT\r\n+CWSTATE:4,\"n\"\r\n{OK}"));
}

#[test]
fn a_restart_keeps_what_is_stored() {
    let (sim, mut host) = start();
    let uri = sim.said("wsat-sim: echo server at ");
    host.command("AT+CWMODE=3", OK);
    host.command("AT+CWJAP=\"n\",\"\"", &format!("{JOINED}{OK}"));
    host.open(0, &uri);
    host.command("AT+SYSSTORE=0", OK);
    host.command("AT+CWMODE=1", OK);
    host.command("AT+RST", &format!("{OK}{READY}{JOINED}"));
    host.send("ATE0\r\n");
    host.expect(format!("ATE0\r\n{OK}"));
    host.command("AT+CWMODE?", &format!("+CWMODE:3\r\n{OK}"));
    host.command("AT+WSOPEN?", OK);
    let left = "WIFI DISCONNECT\r\n";
    host.command("AT+RESTORE", &format!("{left}{OK}{READY}"));
    host.command("AT+CWMODE?", &format!("AT+CWMODE?\r\n+CWMODE:1\r\n{OK}"));
}

/// Every line of the table is also in the list.
#[test]
fn the_list_of_commands() {
    let (_sim, mut host) = start();
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0", "--dialect", "3.3"]);
    let (mut newer, _) = sim.client();
    newer.begin();
    newer.send("AT+CMD?\r\nAT+NONE\r\n");
    let mut list = String::new();
    while !list.ends_with(ERROR) {
        let more = newer.output.read(1);
        assert!(!more.is_empty(), "{list}");
        list.push_str(&String::from_utf8(more).unwrap());
    }
    for (command, forms) in [
        ("GMR", "0,0,0,1"),
        ("RST", "0,0,0,1"),
        ("RESTORE", "0,0,0,1"),
        ("SYSSTORE", "0,1,1,0"),
        ("UART_CUR", "0,1,1,0"),
        ("UART_DEF", "0,1,1,0"),
        ("CWMODE", "1,1,1,0"),
        ("CWSTATE", "0,1,0,0"),
        ("CWJAP", "0,1,1,1"),
        ("CWQAP", "0,0,0,1"),
        ("CWAUTOCONN", "0,1,1,0"),
        ("CIPSTAMAC", "0,1,0,0"),
        ("CIPSTA", "0,1,0,0"),
        ("CIFSR", "0,0,0,1"),
        ("CIPSNTPCFG", "0,1,1,0"),
        ("CIPSNTPTIME", "0,1,0,0"),
    ] {
        assert!(list.contains(&format!(",\"AT+{command}\",{forms}\r\n")), "{command} in {list}");
    }
    // A dialect that has no such list answers the commands all the same.
    host.command("AT+CWAUTOCONN?", &format!("+CWAUTOCONN:1\r\n{OK}"));
}

#[test]
fn the_serial_line_has_no_speed() {
    let (sim, mut host) = start();
    host.command("AT+UART_CUR=9600,8,1,0,0", OK);
    assert!(sim.said("wsat-sim: the settings of the serial line ").ends_with("no baud rate"));
    host.command("AT+UART_CUR=9601,8,1,0,0", OK);
    host.command("AT+UART_CUR?", &format!("+UART_CUR:9601,8,1,0,0\r\n{OK}"));
    // Said once: the next thing that is said is another.
    host.command("AT+UART_CUR=1", ERROR);
    assert!(sim.said("wsat-sim: ").starts_with("ERROR because the grammar is <80-5000000>"));
}
