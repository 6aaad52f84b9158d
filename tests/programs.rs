//! The example programs against tungstenite.

#![allow(clippy::duplicate_mod, reason = "each program brings what they share")]

#[path = "../examples/autobahn_client.rs"]
#[allow(dead_code, reason = "its main")]
mod autobahn_client;
#[path = "../examples/echo_server.rs"]
#[allow(dead_code, reason = "its main")]
mod echo_server;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
};
use tungstenite::{
    Message, accept_hdr, client,
    handshake::server::{Request, Response},
    protocol::{CloseFrame, frame::coding::CloseCode},
};

fn echo_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || echo_server::serve(&listener));
    address
}

#[test]
fn the_echo_server_sends_everything_back() {
    let address = echo_server();
    let stream = TcpStream::connect(address).unwrap();
    let (mut socket, _) = client(format!("ws://{address}/"), stream).unwrap();
    let long: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 253) as u8).collect();
    for message in [
        Message::text(""),
        Message::text("Hällo, Wörld"),
        Message::binary(Vec::new()),
        Message::binary(long),
        Message::text("x".repeat(70_000)),
    ] {
        socket.send(message.clone()).unwrap();
        assert!(socket.read().unwrap() == message);
    }
    socket.send(Message::Ping("p".into())).unwrap();
    assert_eq!(socket.read().unwrap(), Message::Pong("p".into()));
    let frame = CloseFrame { code: CloseCode::Away, reason: "bye".into() };
    socket.close(Some(frame)).unwrap();
    let Message::Close(Some(frame)) = socket.read().unwrap() else { panic!() };
    assert_eq!((frame.code, frame.reason.as_str()), (CloseCode::Away, ""));
    assert!(socket.read().is_err(), "the server ends the transport");
}

#[test]
fn what_is_no_opening_handshake_is_told_so() {
    let address = echo_server();
    for (request, status) in [
        // A browser that was sent here; RFC 7231 6.5.15 has the status for it.
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 426 "),
        (
            "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        ("nonsense\r\n\r\n", "HTTP/1.1 400 "),
        (
            "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n",
            "HTTP/1.1 426 ",
        ),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        // A reset behind the answer is fine.
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.starts_with(status), "{request:?} {answer:?}");
        if status.contains("426") {
            assert!(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{answer}");
        }
    }
}

/// The suite's server: one connection after another, and what each was for.
fn fuzzing_server() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, paths) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut path = String::new();
            #[allow(clippy::result_large_err, reason = "tungstenite's type")]
            let note = |request: &Request, response: Response| {
                path = request.uri().to_string();
                Ok(response)
            };
            let mut socket = accept_hdr(stream.unwrap(), note).unwrap();
            if path.starts_with("/getCaseCount") {
                socket.send(Message::text("2")).unwrap();
            } else if path.starts_with("/runCase") {
                for message in [Message::text("case"), Message::binary(vec![0; 100_000])] {
                    socket.send(message.clone()).unwrap();
                    assert!(socket.read().unwrap() == message);
                }
                socket.close(None).unwrap();
            }
            while socket.read().is_ok() {}
            sender.send(path).unwrap();
        }
    });
    (address, paths)
}

#[test]
fn the_autobahn_client_runs_every_case_and_asks_for_the_report() {
    let (address, paths) = fuzzing_server();
    assert_eq!(autobahn_client::run(&format!("ws://{address}"), "wsat").unwrap(), 2);
    let expected = [
        "/getCaseCount",
        "/runCase?case=1&agent=wsat",
        "/runCase?case=2&agent=wsat",
        "/updateReports?agent=wsat",
    ];
    for path in expected {
        assert_eq!(paths.recv().unwrap(), path);
    }
}
