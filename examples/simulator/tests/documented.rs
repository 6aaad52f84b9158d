//! The two sessions of ESP-AT's page "WebSocket AT Examples", line for line as they stand there, in the
//! real program. Only the server's address is ours.

mod common;
#[path = "common/tls.rs"]
mod tls;

use common::{Host, OK, PROMPT, SENT, Sim};
use std::net::TcpStream;
use tls::{Authority, Folder, Server};

/// The lines of "WebSocket Connection over TCP" and "… over TLS" that come before the server's address,
/// and what the page has as their answers: with the blank line that each answer of a module begins with.
const JOINING: [(&str, &str); 2] = [
    ("AT+CWMODE=1", OK),
    (r#"AT+CWJAP="espressif","1234567890""#, "WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"),
];

fn start(arguments: &[&str]) -> (Sim, Host<TcpStream>, String) {
    let serial = ["--serial", "tcp:127.0.0.1:0", "--echo-server", "127.0.0.1:0"];
    let sim = Sim::start(&[&serial, arguments].concat());
    let (mut host, _) = sim.client();
    let uri = sim.said("wsat-sim: echo server at ");
    host.expect("\r\nready\r\n");
    (sim, host, uri)
}

/// A line as whoever types it sees it: with its echo.
fn type_in(host: &mut Host<TcpStream>, line: &str, answer: &str) {
    host.command(line, &format!("{line}\r\n{answer}"));
}

#[test]
fn over_tcp() {
    for dialect in ["3.1", "3.3", "4.1", "4.2"] {
        let (_sim, mut host, uri) = start(&["--dialect", dialect]);
        for (line, answer) in JOINING {
            type_in(&mut host, line, answer);
        }
        // The page's URI has no path either.
        let uri = uri.trim_end_matches('/');
        let opened = format!("+WS_CONNECTED:0\r\n{OK}");
        type_in(&mut host, &format!("AT+WSOPEN=0,\"{uri}\""), &opened);
        type_in(&mut host, "AT+WSSEND=0,4", PROMPT);
        host.send("test");
        host.expect(SENT);
        host.expect("+WS_DATA:0,4,test\r\n");
    }
}

/// With the server verified and the module's own certificate shown, both of number 0.
#[test]
fn over_tls() {
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let (server, module) = (authority.sign("127.0.0.1"), authority.sign("module.example"));
    let address = Server::new(&server).asking(&authority).echo();
    let certificate = folder.file("module.pem", module.certificate());
    let certificate = format!("0={certificate},{}", folder.file("module.key", module.key()));
    let ca = format!("0={}", folder.file("ca.pem", authority.pem()));
    let options = ["--dialect", "4.1", "--tls", "as-module", "--ca", &ca, "--cert", &certificate];
    let (_sim, mut host, _) = start(&options);
    for (line, answer) in JOINING {
        type_in(&mut host, line, answer);
    }
    let servers = r#"AT+CIPSNTPCFG=1,8,"cn.ntp.org.cn","ntp.sjtu.edu.cn""#;
    type_in(&mut host, servers, &format!("{OK}+TIME_UPDATED\r\n"));
    type_in(&mut host, "AT+CIPSNTPTIME?", "+CIPSNTPTIME:");
    // "Mon Oct 18 20:12:27 2021": today it is another one, but as long.
    let time = String::from_utf8(host.output.read(24)).unwrap();
    let year: i32 = time.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(year >= 2025, "{time}");
    assert_eq!(time.split_whitespace().nth(3).unwrap().split(':').count(), 3, "{time}");
    host.expect(format!("\r\n{OK}"));
    type_in(&mut host, "AT+WSCFG=0,30,60,4096,3,0,0", OK);
    let opened = format!("+WS_CONNECTED:0\r\n{OK}");
    type_in(&mut host, &format!("AT+WSOPEN=0,\"wss://{address}\""), &opened);
    type_in(&mut host, "AT+WSSEND=0,4", PROMPT);
    host.send("test");
    host.expect(SENT);
    host.expect("+WS_DATA:0,4,test\r\n");
}
