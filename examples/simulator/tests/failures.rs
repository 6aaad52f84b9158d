//! Connections that cannot be made: `ERROR` on the AT port, a line on stderr, and the link is free.

mod common;

use common::{ERROR, LIMIT, NOBODY, OK, READY, Sim, server};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;
use tungstenite::{Message, accept};
use wsat::device::Config;
use wsat_sim::Simulator;

const TCP: [&str; 2] = ["--serial", "tcp:127.0.0.1:0"];

/// Opens a link in vain.
#[track_caller]
fn refused(host: &mut common::Host<TcpStream>, parameters: &str) {
    host.command(&format!("AT+WSOPEN=0,{parameters}"), ERROR);
    host.command("AT+WSOPEN?", OK);
}

#[test]
fn nobody_listens() {
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    refused(&mut host, &format!("\"ws://{NOBODY}/\""));
    let reason = sim.said(&format!("wsat-sim: link 0: cannot connect to {NOBODY}: "));
    assert_eq!(reason, "connection refused");
    sim.said("wsat-sim: ERROR because ");
}

/// A name that never resolves (RFC 6761 6.4). Where the resolver takes its time, the time limit of
/// the command ends it; either way the module goes on.
#[test]
fn the_name_does_not_resolve() {
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    refused(&mut host, "\"ws://nobody.invalid/\",,2000");
    host.command("AT", OK);
}

#[test]
fn names_resolve_and_every_address_is_tried() {
    // `localhost` may have an IPv6 address first, where this server does not listen.
    let address = server(|stream| {
        let mut socket = accept(stream).unwrap();
        socket.send(Message::text("found")).unwrap();
        while socket.read().is_ok() {}
    });
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    host.open(0, &format!("ws://localhost:{}/", address.port()));
    host.record(0, b"found");
    host.command("AT+WSCLOSE=0", OK);
}

#[test]
fn servers_that_are_none() {
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    let answers: [&'static [u8]; 4] = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
          Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
        b"220 mail.example.org ESMTP\r\n",
        b"",
    ];
    for answer in answers {
        let address = server(move |mut stream| {
            let mut bytes = [0; 4096];
            let _ = stream.read(&mut bytes).unwrap();
            stream.write_all(answer).unwrap();
            if !answer.is_empty() {
                // Until the module gives up by itself.
                while stream.read(&mut bytes).is_ok_and(|n| n > 0) {}
            }
        });
        refused(&mut host, &format!("\"ws://{address}/\""));
        sim.said("wsat-sim: ERROR because ");
    }
}

#[test]
fn a_server_that_says_nothing() {
    let address = server(|mut stream| {
        let mut bytes = [0; 4096];
        while stream.read(&mut bytes).is_ok_and(|n| n > 0) {}
    });
    let sim = Sim::start(&TCP);
    let (mut host, _) = sim.client();
    host.begin();
    refused(&mut host, &format!("\"ws://{address}/\",,200"));
    sim.said("wsat-sim: ERROR because ");
}

/// A connection that is lost is made again, through the same loop.
#[test]
fn lost_and_found() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for text in ["first", "second"] {
            let mut socket = accept(listener.accept().unwrap().0).unwrap();
            socket.send(Message::text(text)).unwrap();
        }
    });
    let mut config = Config::default();
    config.retry_delay_ms = 20;
    let mut simulator = Simulator::new(config).unwrap();
    let cable = simulator.add_cable();
    cable.send(format!("ATE0\r\nAT+WSOPEN=0,\"ws://{address}/\"\r\n").as_bytes());
    let expected = format!(
        "{READY}ATE0\r\n{OK}+WS_CONNECTED:0\r\n{OK}+WS_DATA:0,5,first\r\n+WS_DISCONNECTED:0\r\n\
         +WS_CONNECTED:0\r\n+WS_DATA:0,6,second\r\n+WS_DISCONNECTED:0\r\n"
    );
    let end = Instant::now() + LIMIT;
    let mut printed = Vec::new();
    while printed.len() < expected.len() && Instant::now() < end {
        simulator.turn(Some(LIMIT)).unwrap();
        printed.extend(cable.receive());
    }
    assert_eq!(String::from_utf8_lossy(&printed), expected);
}
