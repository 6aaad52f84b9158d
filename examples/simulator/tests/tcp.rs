//! The AT port over TCP, against WebSocket servers over real TCP.

mod common;

use common::{ERROR, LIMIT, OK, READY, SENT, Sim, connect, server};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::channel;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, accept};

const TCP: [&str; 2] = ["--serial", "tcp:127.0.0.1:0"];
const TCP_AND_ECHO: [&str; 4] = ["--serial", "tcp:127.0.0.1:0", "--echo-server", "127.0.0.1:0"];

#[test]
fn a_session_against_the_echo_server() {
    let sim = Sim::start(&TCP_AND_ECHO);
    let (mut host, _) = sim.client();
    let uri = sim.said("wsat-sim: echo server at ");
    host.begin();
    host.command("AT+WSCFG=0,30,60,4096", OK);
    for link in 0..3 {
        host.open(link, &format!("{uri}{link}"));
    }
    host.command(
        "AT+WSOPEN?",
        &format!(
            "+WSOPEN:0,2,\"{uri}0\"\r\n+WSOPEN:1,2,\"{uri}1\"\r\n+WSOPEN:2,2,\"{uri}2\"\r\n{OK}"
        ),
    );
    host.data(0, "", "text, with ä".as_bytes());
    host.record(0, "text, with ä".as_bytes());
    let binary: Vec<u8> = (0..=255).collect();
    host.data(1, ",2", &binary);
    host.record(1, &binary);
    host.command("AT+WSSEND=2,0,2,5000", SENT);
    host.record(2, b"");
}

/// The longest that one command may send, out in eight fragments and back in eight records.
#[test]
fn the_longest_message() {
    let sim = Sim::start(&TCP_AND_ECHO);
    let (mut host, _) = sim.client();
    let uri = sim.said("wsat-sim: echo server at ");
    host.begin();
    host.open(0, &uri);
    let long: Vec<u8> = (0..8192_u32).map(|i| (i % 251) as u8).collect();
    host.data(0, ",2", &long);
    for piece in long.chunks(1024) {
        host.record(0, piece);
    }
    // A timeout of 0 asks for all of it at once, which an idle socket can take.
    host.data(0, ",2,0", &long);
    for piece in long.chunks(1024) {
        host.record(0, piece);
    }
    host.command("AT+WSCLOSE=0", OK);
    host.command("AT+WSOPEN?", OK);
}

#[test]
fn a_message_larger_than_every_buffer() {
    let message: Vec<u8> = (0..100 * 1024_u32).map(|i| (i * 7 % 253) as u8).collect();
    let sent = message.clone();
    let address = server(move |stream| {
        let mut socket = accept(stream).unwrap();
        socket.send(Message::binary(sent)).unwrap();
        socket.send(Message::text("after it")).unwrap();
        // Until the module has closed.
        while socket.read().is_ok() {}
    });
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    host.open(0, &format!("ws://{address}/"));
    for piece in message.chunks(1024) {
        host.record(0, piece);
    }
    host.record(0, b"after it");
    host.command("AT+WSCLOSE=0", OK);
}

/// A host that does not read holds up the server that sends, not the module's other links.
#[test]
fn a_host_that_does_not_read() {
    const COUNT: usize = 400;
    let (begun, has_begun) = channel();
    let flooding = server(move |stream| {
        let mut socket = accept(stream).unwrap();
        begun.send(()).unwrap();
        for i in 0..COUNT {
            socket.send(Message::binary(vec![i as u8; 16 * 1024])).unwrap();
        }
        while socket.read().is_ok() {}
    });
    let (ponged, was_ponged) = channel();
    let pinging = server(move |stream| {
        let mut socket = accept(stream).unwrap();
        has_begun.recv_timeout(LIMIT).unwrap();
        for _ in 0..20 {
            socket.send(Message::Ping("are you there".into())).unwrap();
            assert!(matches!(socket.read().unwrap(), Message::Pong(_)));
        }
        ponged.send(()).unwrap();
        while socket.read().is_ok() {}
    });
    let sim = Sim::start(&TCP);
    // Not a `Host`, which reads all the time.
    let mut port = TcpStream::connect(sim.said("wsat-sim: AT port on ")).unwrap();
    port.set_read_timeout(Some(LIMIT)).unwrap();
    let exchange = |mut port: &TcpStream, line: &str, expected: &str| {
        port.write_all(line.as_bytes()).unwrap();
        let mut bytes = vec![0; expected.len()];
        port.read_exact(&mut bytes).unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    };
    exchange(&port, "ATE0\r\n", &format!("{READY}ATE0\r\n{OK}"));
    for (link, address) in [(1, pinging), (0, flooding)] {
        let line = format!("AT+WSOPEN={link},\"ws://{address}/\"\r\n");
        exchange(&port, &line, &format!("+WS_CONNECTED:{link}\r\n{OK}"));
    }
    was_ponged.recv_timeout(LIMIT).unwrap();
    for i in 0..COUNT * 16 {
        exchange(&port, "", "+WS_DATA:0,1024,");
        let data = vec![(i / 16) as u8; 1024];
        let mut bytes = [0; 1026];
        port.read_exact(&mut bytes).unwrap();
        assert!(bytes[..1024] == data && bytes[1024..] == *b"\r\n", "record {i}");
    }
}

#[test]
fn the_server_closes_or_is_lost() {
    let closing = server(|stream| {
        let mut socket = accept(stream).unwrap();
        socket.send(Message::text("last words")).unwrap();
        let frame = CloseFrame { code: CloseCode::Away, reason: "bye".into() };
        socket.close(Some(frame)).unwrap();
        while socket.read().is_ok() {}
    });
    let losing = server(|stream| {
        let mut socket = accept(stream).unwrap();
        socket.send(Message::text("gone")).unwrap();
    });
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    host.open(0, &format!("ws://{closing}/"));
    host.record(0, b"last words");
    host.expect("+WS_CLOSED:0\r\n");
    host.open(0, &format!("ws://{losing}/"));
    host.record(0, b"gone");
    host.expect("+WS_DISCONNECTED:0\r\n");
    host.command("AT+WSOPEN?", &format!("+WSOPEN:0,3,\"ws://{losing}/\"\r\n{OK}"));
    host.command("AT+WSCLOSE=0", OK);
}

#[test]
fn the_second_client_finds_a_fresh_module() {
    let sim = Sim::start(&TCP_AND_ECHO);
    let (mut first, address) = sim.client();
    let uri = sim.said("wsat-sim: echo server at ");
    first.begin();
    first.open(0, &uri);
    first.command("AT+CWMODE=3", OK);
    // It waits: the module belongs to the first.
    let mut second = connect(address);
    second.send("AT+WSOPEN?\r\n");
    first.command("AT+CWMODE?", &format!("+CWMODE:3\r\n{OK}"));
    first.port.shutdown(Shutdown::Both).unwrap();
    sim.said("wsat-sim: 127.0.0.1:");
    // Echo is on again, and no link is open.
    second.expect(format!("{READY}AT+WSOPEN?\r\n{OK}"));
    second.command("AT+CWMODE?", &format!("AT+CWMODE?\r\n+CWMODE:1\r\n{OK}"));
}

#[test]
fn a_client_that_only_stops_sending_gets_its_answers() {
    let sim = Sim::start(&TCP_AND_ECHO);
    let (mut host, address) = sim.client();
    let uri = sim.said("wsat-sim: echo server at ");
    let line = format!("AT+WSOPEN=0,\"{uri}\"\r\n");
    host.send(&line);
    host.port.shutdown(Shutdown::Write).unwrap();
    host.expect(format!("{READY}{line}+WS_CONNECTED:0\r\n{OK}"));
    assert_eq!(host.output.rest(), b"");
    connect(address).expect(READY);
}

#[test]
fn restart_closes_the_links() {
    let (ended, has_ended) = channel();
    let address = server(move |stream| {
        let mut socket = accept(stream).unwrap();
        while socket.read().is_ok() {}
        ended.send(()).unwrap();
    });
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    host.open(2, &format!("ws://{address}/"));
    host.command("AT+RST", &format!("{OK}{READY}"));
    has_ended.recv_timeout(LIMIT).unwrap();
    host.command("AT+WSOPEN?", &format!("AT+WSOPEN?\r\n{OK}"));
}

#[test]
fn many_commands_in_one_piece() {
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    host.send("AT\r\n".repeat(2_000));
    host.expect(OK.repeat(2_000));
    host.send("AT+CWMODE?\r\nAT+CWMODE=2\r\nAT+CWMODE?\r\nAT+NONE\r\n".repeat(100));
    let first = format!("+CWMODE:1\r\n{OK}{OK}+CWMODE:2\r\n{OK}{ERROR}");
    let next = format!("+CWMODE:2\r\n{OK}{OK}+CWMODE:2\r\n{OK}{ERROR}");
    host.expect(first + &next.repeat(99));
}

#[test]
fn a_taken_address_is_refused() {
    let sim = Sim::start(&TCP);
    let (_host, address) = sim.client();
    for arguments in
        [["--serial", &format!("tcp:{address}")], ["--echo-server", &address.to_string()]]
    {
        let mut other = Sim::start(&arguments);
        assert_eq!(other.status().code(), Some(1));
        other.said("wsat-sim: cannot ");
    }
}
