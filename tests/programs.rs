//! The example programs against tungstenite.

#![allow(clippy::duplicate_mod, reason = "each program brings what they share")]

#[path = "../examples/autobahn_client.rs"]
#[allow(dead_code, reason = "its main")]
mod autobahn_client;
#[path = "../examples/echo_server.rs"]
#[allow(dead_code, reason = "its main")]
mod echo_server;

use autobahn_client::blocking::Patience as ClientPatience;
use echo_server::blocking::{Patience as ServerPatience, Transport};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{
    Message, WebSocket, client,
    protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
};

/// Far more than anything here takes, and an end to what hangs.
const LIMIT: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(300);
const MIB: usize = 1024 * 1024;

fn echo_server() -> SocketAddr {
    impatient_echo_server(echo_server::PATIENCE)
}

fn impatient_echo_server(patience: ServerPatience) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || echo_server::serve(&listener, patience));
    address
}

fn stream_to(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.set_write_timeout(Some(LIMIT)).unwrap();
    stream
}

/// A connection to the echo server, with limits on messages that are not tungstenite's own.
fn socket_to(address: SocketAddr) -> WebSocket<TcpStream> {
    let (socket, _) = client(format!("ws://{address}/"), stream_to(address)).unwrap();
    let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    WebSocket::from_raw_socket(socket.get_ref().try_clone().unwrap(), Role::Client, Some(config))
}

/// Reads to the end, which a reset is not.
fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).expect("the end, not a reset");
    octets
}

/// Writes Pings, and reads nothing, until the other side ends the connection.
fn flood(stream: &mut TcpStream, ping: &[u8]) {
    let flood = ping.repeat(1000);
    stream.set_write_timeout(Some(SHORT)).unwrap();
    let begun = Instant::now();
    loop {
        match stream.write(&flood) {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
        assert!(begun.elapsed() < LIMIT, "held for ever");
    }
}

#[test]
fn the_echo_server_sends_everything_back() {
    let address = echo_server();
    let mut socket = socket_to(address);
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
        let mut stream = stream_to(address);
        stream.write_all(request.as_bytes()).unwrap();
        // RFC 6455 7.1.1: nothing that is sent behind it, read or not, keeps the answer from arriving.
        stream.write_all(&vec![b'x'; 100 * 1024]).unwrap();
        let answer = String::from_utf8(read_to_end(&mut stream)).unwrap();
        assert!(answer.ends_with("\r\n\r\n"), "{request:?} {answer:?}");
        assert!(answer.starts_with(status), "{request:?} {answer:?}");
        if status.contains("426") {
            assert!(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{answer}");
        }
    }
}

#[test]
fn a_message_may_have_16_mib_and_no_more() {
    let mut socket = socket_to(echo_server());
    let message = Message::binary(vec![0x5A; 16 * MIB]);
    socket.send(message.clone()).unwrap();
    assert!(socket.read().unwrap() == message);
    socket.send(Message::binary(vec![0x5A; 16 * MIB + 1])).unwrap();
    let Message::Close(Some(frame)) = socket.read().unwrap() else { panic!() };
    assert_eq!(frame.code, CloseCode::Size);
}

#[test]
fn the_close_that_names_a_fault_can_be_read_by_who_goes_on_sending() {
    let mut socket = socket_to(echo_server());
    let stream = socket.get_mut();
    // RFC 6455 5.2: RSV1 without an extension.
    stream.write_all(b"\xC2\x80\0\0\0\0").unwrap();
    stream.write_all(&vec![0; MIB]).unwrap();
    assert_eq!(read_to_end(stream), b"\x88\x02\x03\xEA"); // 1002
}

#[test]
fn who_sends_without_end_behind_a_fault_is_not_heard_for_ever() {
    let mut socket = socket_to(echo_server());
    let stream = socket.get_mut();
    stream.write_all(b"\xC2\x80\0\0\0\0").unwrap();
    flood(stream, &[0; 100]);
}

#[test]
fn the_echo_server_is_not_held_by_who_reads_nothing() {
    let address = impatient_echo_server(ServerPatience { write: SHORT, ..echo_server::PATIENCE });
    let mut socket = socket_to(address);
    flood(socket.get_mut(), &[&b"\x89\xFD\0\0\0\0"[..], &[b'p'; 125]].concat());
    // The others are served.
    let mut socket = socket_to(address);
    socket.send(Message::text("still there")).unwrap();
    assert_eq!(socket.read().unwrap(), Message::text("still there"));
}

/// A transport that has more to write than sockets hold, and its peer.
fn written_to(patience: ServerPatience, until: Option<Instant>) -> (TcpStream, impl FnOnce()) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = stream_to(listener.local_addr().unwrap());
    let mut transport = Transport::new(listener.accept().unwrap().0, patience);
    let write = move || {
        let begun = Instant::now();
        let error = transport.write_all(&vec![0; 64 * MIB], until).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(begun.elapsed() < LIMIT / 3);
    };
    (peer, write)
}

#[test]
fn a_deadline_holds_inside_a_write() {
    let patience = ServerPatience { write: LIMIT, ..echo_server::PATIENCE };
    let (_peer, write) = written_to(patience, Some(Instant::now() + SHORT));
    write();
}

#[test]
fn who_reads_a_little_now_and_then_does_not_hold_a_write() {
    let patience = ServerPatience { write: SHORT, ..echo_server::PATIENCE };
    let (mut peer, write) = written_to(patience, None);
    thread::spawn(move || {
        while matches!(peer.read(&mut [0; 64 * 1024]), Ok(1..)) {
            thread::sleep(SHORT / 10);
        }
    });
    write();
}

#[test]
fn an_opening_handshake_has_one_deadline_for_all_of_it() {
    let address =
        impatient_echo_server(ServerPatience { handshake: SHORT, ..echo_server::PATIENCE });
    let mut stream = stream_to(address);
    let begun = Instant::now();
    // A byte now and then: each of them comes in time.
    for byte in b"GET / HTTP/1.1\r\nHost: h\r\n".iter().cycle() {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        assert!(begun.elapsed() < LIMIT, "held for ever");
        thread::sleep(Duration::from_millis(20));
    }
}

const REPORTED: &str = "the report is written";

/// The suite's server: one connection after another, and what each was for. `cases`: what it says to
/// getCaseCount; `run` is one case.
fn fuzzing_server(
    cases: &'static str,
    run: impl Fn(&str, TcpStream) + Send + 'static,
) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("ws://{}", listener.local_addr().unwrap());
    let (sender, paths) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            stream.set_read_timeout(Some(LIMIT)).unwrap();
            let mut seen = [0; 200];
            let n = stream.peek(&mut seen).unwrap();
            let line = String::from_utf8_lossy(&seen[..n]);
            let path = line.split(' ').nth(1).unwrap().to_owned();
            sender.send(path.clone()).unwrap();
            if path.starts_with("/runCase") {
                run(&path, stream);
            } else {
                let mut socket = accept(stream);
                if path == "/getCaseCount" {
                    socket.send(Message::text(cases)).unwrap();
                } else {
                    // Reports take their time.
                    thread::sleep(5 * SHORT);
                    sender.send(REPORTED.to_owned()).unwrap();
                }
                while socket.read().is_ok() {}
            }
        }
    });
    (server, paths)
}

fn accept(stream: TcpStream) -> WebSocket<TcpStream> {
    tungstenite::accept(stream).unwrap()
}

fn echoing_case(_: &str, stream: TcpStream) {
    let mut socket = accept(stream);
    for message in [Message::text("case"), Message::binary(vec![0; 100_000])] {
        socket.send(message.clone()).unwrap();
        assert!(socket.read().unwrap() == message);
    }
    socket.close(None).unwrap();
    while socket.read().is_ok() {}
}

fn next(paths: &Receiver<String>) -> String {
    paths.recv_timeout(LIMIT).unwrap()
}

#[test]
fn the_autobahn_client_runs_every_case_and_asks_for_the_report() {
    let (server, paths) = fuzzing_server("2", echoing_case);
    let outcome = autobahn_client::run(&server, "ws at & co/1", autobahn_client::PATIENCE).unwrap();
    assert_eq!((outcome.cases, outcome.not_opened), (2, 0));
    let expected = [
        "/getCaseCount",
        "/runCase?case=1&agent=ws%20at%20%26%20co%2F1",
        "/runCase?case=2&agent=ws%20at%20%26%20co%2F1",
        "/updateReports?agent=ws%20at%20%26%20co%2F1",
    ];
    for path in expected {
        assert_eq!(next(&paths), path);
    }
}

#[test]
fn a_case_that_fails_does_not_stop_the_run() {
    let (server, paths) = fuzzing_server("6", |path, mut stream| match &path[..15] {
        // Not even a handshake.
        "/runCase?case=1" => drop(stream),
        "/runCase?case=2" => {
            stream.write_all(b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n").unwrap();
        }
        // A handshake that does not end, though something always comes.
        "/runCase?case=3" => {
            for byte in b"HTTP/1.1 101 Switching Protocols\r\nX-".iter().chain([b'x'; 1000].iter())
            {
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
            panic!("held for 20 s");
        }
        // Silence until the client leaves.
        "/runCase?case=4" => while accept(stream.try_clone().unwrap()).read().is_ok() {},
        "/runCase?case=5" => {
            let ping = [&b"\x89\x7D"[..], &[b'p'; 125]].concat();
            flood(accept(stream).get_mut(), &ping);
        }
        _ => echoing_case(path, stream),
    });
    let patience =
        ClientPatience { handshake: SHORT, silence: Some(SHORT), write: SHORT, close: SHORT };
    let outcome = autobahn_client::run(&server, "wsat", patience).unwrap();
    assert_eq!((outcome.cases, outcome.not_opened), (6, 3));
    assert_eq!(next(&paths), "/getCaseCount");
    for case in 1..=6 {
        assert_eq!(next(&paths), format!("/runCase?case={case}&agent=wsat"));
    }
    assert_eq!(next(&paths), "/updateReports?agent=wsat");
    assert_eq!(paths.try_recv().as_deref(), Ok(REPORTED), "left before the report was written");
}

#[test]
fn what_keeps_the_cases_from_being_run_is_said() {
    let error = |server: &str| {
        autobahn_client::run(server, "wsat", autobahn_client::PATIENCE).unwrap_err().to_string()
    };
    let (server, _paths) = fuzzing_server("many", echoing_case);
    let many = error(&server);
    let expected = format!("{server}/getCaseCount: \"many\" is not a number of cases\n");
    assert!(many.starts_with(&expected), "{many}");
    // A port that is not given to whoever asks for any, so nobody listens there.
    let refused = error("ws://127.0.0.1:1");
    assert!(refused.starts_with("ws://127.0.0.1:1/getCaseCount: "), "{refused}");
    assert!(error("wss://h").contains("TLS"));
    assert!(error("h:1").contains("ws://"));
    assert!(error("ws://h/?a=b").contains("query"));
}
