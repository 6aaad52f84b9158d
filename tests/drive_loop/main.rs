//! The README's drive loop, word for word, between a host and a WebSocket server that is not ours, over real
//! TCP.

#[allow(dead_code, unreachable_pub, reason = "it is the text of the README")]
mod turn;

use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant as Clock},
};
use turn::{Board, Link, turn};
use wsat::Instant;
use wsat::device::{Config, Conn, Device, Refusal, Storage, Target};

const WINDOW: usize = 2048;
/// Nobody has asked for it (RFC 6455 5.5.3).
const PONG: [u8; 2] = [0x8A, 0];

/// Real sockets and a serial line in memory.
struct Desk {
    typed: Vec<u8>,
    printed: Vec<u8>,
    sockets: [Option<(Conn, Option<TcpStream>)>; 3],
    windows: [Vec<u8>; 3],
    /// Connections neither come up nor fail.
    unreachable: bool,
    /// The peer of link 0 sends Pongs without end.
    flooded: bool,
    logged: Vec<Refusal>,
}

impl Board for Desk {
    fn typed(&self) -> &[u8] {
        &self.typed
    }
    fn drop_typed(&mut self, n: usize) {
        self.typed.drain(..n);
    }
    fn print(&mut self, bytes: &[u8]) {
        self.printed.extend_from_slice(bytes);
    }
    fn connect(&mut self, conn: Conn, target: Target<'_>) {
        let stream = match self.unreachable {
            true => None,
            false => TcpStream::connect((target.host, target.port)).ok(),
        };
        if let Some(stream) = &stream {
            stream.set_nonblocking(true).unwrap();
        }
        self.windows[conn.link()].clear();
        self.sockets[conn.link()] = Some((conn, stream));
    }
    fn close(&mut self, conn: Conn) {
        assert_eq!(self.sockets[conn.link()].take().unwrap().0, conn);
    }
    fn sockets(&mut self) -> [Option<(Conn, Link)>; 3] {
        let mut links = [None, None, None];
        for ((socket, window), link) in
            self.sockets.iter_mut().zip(&mut self.windows).zip(&mut links)
        {
            let Some((conn, stream)) = socket else { continue };
            let state = match stream {
                Some(_) if self.flooded => {
                    while window.len() + PONG.len() <= WINDOW {
                        window.extend(PONG);
                    }
                    Link::Connected
                }
                _ if self.unreachable => Link::Connecting,
                Some(stream) => receive(stream, window),
                None => Link::Ended,
            };
            *link = Some((*conn, state));
        }
        links
    }
    fn window(&self, link: usize) -> &[u8] {
        &self.windows[link]
    }
    fn drop_window(&mut self, link: usize, n: usize) {
        self.windows[link].drain(..n);
    }
    fn room(&self, link: usize) -> usize {
        // A socket of this test always has room for as little as it sends.
        if self.sockets[link].as_ref().is_some_and(|(_, stream)| stream.is_some()) {
            256
        } else {
            0
        }
    }
    fn send(&mut self, link: usize, bytes: &[u8]) {
        if let Some((_, Some(stream))) = &mut self.sockets[link] {
            // A failure shows when the socket is read.
            let _ = stream.write_all(bytes);
        }
    }
    fn log(&mut self, why: Refusal) {
        self.logged.push(why);
    }
}

fn receive(stream: &mut TcpStream, window: &mut Vec<u8>) -> Link {
    let mut buffer = [0; WINDOW];
    let room = WINDOW - window.len();
    if room == 0 {
        return Link::Connected;
    }
    match stream.read(&mut buffer[..room]) {
        Ok(0) => Link::Ended,
        Ok(n) => {
            window.extend_from_slice(&buffer[..n]);
            Link::Connected
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => Link::Connected,
        Err(_) => Link::Ended,
    }
}

/// A host at its terminal.
struct Session {
    device: Device<'static>,
    desk: Desk,
    started: Clock,
}

impl Session {
    fn new() -> Self {
        let storage = Box::leak(Box::new(Storage::<256, 8192, 256>::new()));
        let device = Device::new(Config::default(), storage.lend([WINDOW; 3]));
        let desk = Desk {
            typed: Vec::new(),
            printed: Vec::new(),
            sockets: [const { None }; 3],
            windows: [const { Vec::new() }; 3],
            unreachable: false,
            flooded: false,
            logged: Vec::new(),
        };
        Self { device, desk, started: Clock::now() }
    }

    /// Types this and waits until exactly this is printed.
    #[track_caller]
    fn expect(&mut self, typed: impl AsRef<[u8]>, printed: impl AsRef<[u8]>) {
        self.desk.typed.extend_from_slice(typed.as_ref());
        let limit = Clock::now() + Duration::from_secs(20);
        let printed = printed.as_ref();
        while self.desk.printed.len() < printed.len() && Clock::now() < limit {
            let now = Instant::from_millis(self.started.elapsed().as_millis() as u64);
            turn(&mut self.device, &mut self.desk, &mut rand::rng(), now);
            thread::sleep(Duration::from_millis(1));
        }
        let got = std::mem::take(&mut self.desk.printed);
        assert!(got == printed, "{}\nnot\n{}", got.escape_ascii(), printed.escape_ascii());
    }
}

/// Sends every message back, until the other side closes.
fn echo_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let mut socket = tungstenite::accept(stream.unwrap()).unwrap();
                while let Ok(message) = socket.read() {
                    if message.is_text() || message.is_binary() {
                        socket.send(message).unwrap();
                    }
                }
            });
        }
    });
    port
}

#[test]
fn a_session_over_tcp() {
    let uri = format!("ws://127.0.0.1:{}/", echo_server());
    let mut session = Session::new();
    session.expect("ATE0\r\n", "\r\nready\r\nATE0\r\n\r\nOK\r\n");
    for link in 0..3 {
        let connected = format!("+WS_CONNECTED:{link}\r\n\r\nOK\r\n");
        session.expect(format!("AT+WSOPEN={link},\"{uri}\"\r\n"), connected);
    }
    session.expect(
        "AT+WSOPEN?\r\n",
        format!(
            "+WSOPEN:0,2,\"{uri}\"\r\n+WSOPEN:1,2,\"{uri}\"\r\n+WSOPEN:2,2,\"{uri}\"\r\n\r\nOK\r\n"
        ),
    );
    session.expect("AT+WSSEND=1,5\r\n", "\r\nOK\r\n\r\n>");
    session.expect("Hello", "\r\nSEND OK\r\n+WS_DATA:1,5,Hello\r\n");
    // 8192 octets: eight fragments out, eight records back.
    let data: Vec<u8> = (0..8192_u32).map(|n| (n * 7 % 256) as u8).collect();
    let mut back = b"\r\nSEND OK\r\n".to_vec();
    for chunk in data.chunks(1024) {
        back.extend_from_slice(b"+WS_DATA:2,1024,");
        back.extend_from_slice(chunk);
        back.extend_from_slice(b"\r\n");
    }
    session.expect("AT+WSSEND=2,8192,2\r\n", "\r\nOK\r\n\r\n>");
    session.expect(&data, &back);
    // A Close of the host's own, and the command.
    session.expect("AT+WSSEND=0,2,8\r\n", "\r\nOK\r\n\r\n>");
    session.expect(b"\x03\xe8", "\r\nSEND OK\r\n+WS_CLOSED:0\r\n");
    session.expect("AT+WSCLOSE=1\r\n", "\r\nOK\r\n");
    session.expect("AT+GMR\r\n", "\r\nERROR\r\n");
    session.expect("AT+WSOPEN?\r\n", format!("+WSOPEN:2,2,\"{uri}\"\r\n\r\nOK\r\n"));
}

#[test]
fn a_deadline_is_acted_upon_in_the_turn_that_it_calls_for() {
    let mut session = Session::new();
    let at = Instant::from_millis;
    session.desk.typed = b"ATE0\r\nAT+WSOPEN=0,\"ws://127.0.0.1:1/\",,500\r\n".to_vec();
    session.desk.unreachable = true;
    turn(&mut session.device, &mut session.desk, &mut rand::rng(), at(0));
    assert_eq!(session.device.poll_deadline(), Some(at(500)));
    assert!(!session.desk.printed.ends_with(b"ERROR\r\n"));
    turn(&mut session.device, &mut session.desk, &mut rand::rng(), at(500));
    assert!(session.desk.printed.ends_with(b"\r\nERROR\r\n"));
    assert!(session.desk.sockets[0].is_none());
}

#[test]
fn traffic_without_end_does_not_stop_the_clock() {
    let mut session = Session::new();
    session.expect("ATE0\r\n", "\r\nready\r\nATE0\r\n\r\nOK\r\n");
    let uri = format!("ws://127.0.0.1:{}/", echo_server());
    session.expect(format!("AT+WSOPEN=0,\"{uri}\"\r\n"), "+WS_CONNECTED:0\r\n\r\nOK\r\n");
    (session.desk.unreachable, session.desk.flooded) = (true, true);
    session.desk.typed = b"AT+WSOPEN=1,\"ws://127.0.0.1:1/\",,500\r\n".to_vec();
    let mut at = |ms: u64| {
        let now = Instant::from_millis(60_000 + ms);
        let more = turn(&mut session.device, &mut session.desk, &mut rand::rng(), now);
        assert!(more, "there are Pongs that nobody has read");
        session.desk.printed.escape_ascii().to_string()
    };
    assert_eq!(at(0), "");
    assert_eq!(at(499), "");
    at(500);
    assert!(at(500).ends_with("\\r\\nERROR\\r\\n"));
}

#[test]
fn each_error_has_its_reason() {
    let mut session = Session::new();
    session.desk.typed = b"ATE0\r\nAT+WSHEAD=1\r\nAT+WSSEND=0,1\r\nAT+GMR\r\n".to_vec();
    turn(&mut session.device, &mut session.desk, &mut rand::rng(), Instant::ZERO);
    let reasons = [Refusal::Dialect, Refusal::NotConnected, Refusal::Firmware];
    assert_eq!(session.desk.logged, reasons);
}

#[test]
fn nobody_there() {
    let mut session = Session::new();
    session.expect("ATE0\r\n", "\r\nready\r\nATE0\r\n\r\nOK\r\n");
    // A port that is not given to whoever asks for any.
    session.expect("AT+WSOPEN=0,\"ws://127.0.0.1:1/\"\r\n", "\r\nERROR\r\n");
    session.expect("AT+WSOPEN?\r\n", "\r\nOK\r\n");
}

#[test]
fn the_loop_is_the_one_in_the_readme() {
    let code = include_str!("turn.rs").replace("pub ", "");
    let readme = include_str!("../../README.md");
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(tidy(readme).contains(&tidy(&code)), "README.md shows another loop than turn.rs");
}
