//! What the tests of the program share: the program as a child process, its AT port, servers.
//!
//! Nothing here waits for a fixed time: everything is read until it is there, and [`LIMIT`] is only
//! how long a test may take before it has failed.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(unreachable_pub, reason = "a module of test programs")]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take.
pub const LIMIT: Duration = Duration::from_secs(30);

pub const READY: &str = "\r\nready\r\n";
pub const OK: &str = "\r\nOK\r\n";
pub const ERROR: &str = "\r\nERROR\r\n";
pub const PROMPT: &str = "\r\nOK\r\n\r\n>";
pub const SENT: &str = "\r\nSEND OK\r\n";

/// The program, running. It is ended when this is dropped.
pub struct Sim {
    pub child: Child,
    lines: Receiver<String>,
}

impl Sim {
    /// Starts it with stdin and stdout as pipes.
    pub fn start(arguments: &[&str]) -> Self {
        Self::spawn(command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()))
    }

    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = lines(child.stderr.take().unwrap());
        Self { child, lines }
    }

    /// What follows `prefix` in the next line on stderr that has it.
    pub fn said(&self, prefix: &str) -> String {
        let end = Instant::now() + LIMIT;
        let mut others = Vec::new();
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => match line.strip_prefix(prefix) {
                    Some(rest) => return rest.to_owned(),
                    None => others.push(line),
                },
                Err(error) => panic!("no line with {prefix:?} ({error}), but {others:#?}"),
            }
        }
    }

    /// A TCP client of the AT port. Only for the first one: it reads the address from stderr.
    pub fn client(&self) -> (Host<TcpStream>, SocketAddr) {
        let address = self.said("wsat-sim: AT port on ").parse().unwrap();
        (connect(address), address)
    }

    /// Waits for the end of the program.
    pub fn status(&mut self) -> ExitStatus {
        wait(&mut self.child)
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wsat-sim"));
    command.args(arguments);
    command
}

pub fn wait(child: &mut Child) -> ExitStatus {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < end, "the program does not end");
        thread::park_timeout(Duration::from_millis(5));
    }
}

fn lines(stderr: ChildStderr) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// What a module prints, read on a thread of its own, so that a test can give up waiting.
pub struct Output {
    pieces: Receiver<Vec<u8>>,
    got: Vec<u8>,
}

impl Output {
    pub fn new(mut from: impl Read + Send + 'static) -> Self {
        let (sender, pieces) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n) = from.read(&mut bytes) {
                if n == 0 || sender.send(bytes[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { pieces, got: Vec::new() }
    }

    /// The next bytes; fewer if no more come.
    pub fn read(&mut self, count: usize) -> Vec<u8> {
        let end = Instant::now() + LIMIT;
        while self.got.len() < count {
            match self.pieces.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.got.extend(bytes),
                Err(_) => break,
            }
        }
        let count = count.min(self.got.len());
        self.got.drain(..count).collect()
    }

    /// Everything up to the end, which has to come.
    pub fn rest(mut self) -> Vec<u8> {
        loop {
            match self.pieces.recv_timeout(LIMIT) {
                Ok(bytes) => self.got.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => return self.got,
                Err(RecvTimeoutError::Timeout) => panic!("the port does not end"),
            }
        }
    }
}

/// The host at an AT port.
pub struct Host<W> {
    pub port: W,
    pub output: Output,
}

pub fn connect(address: SocketAddr) -> Host<TcpStream> {
    let stream = TcpStream::connect(address).unwrap();
    Host::new(stream.try_clone().unwrap(), stream)
}

impl<W: Write> Host<W> {
    pub fn new(from: impl Read + Send + 'static, port: W) -> Self {
        Self { port, output: Output::new(from) }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.port.write_all(bytes.as_ref()).unwrap();
        self.port.flush().unwrap();
    }

    /// The next bytes that the module prints are these.
    #[track_caller]
    pub fn expect(&mut self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let got = self.output.read(expected.len());
        assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(expected));
    }

    /// Boots into a session without echo.
    #[track_caller]
    pub fn begin(&mut self) {
        self.expect(READY);
        self.send("ATE0\r\n");
        self.expect(format!("ATE0\r\n{OK}"));
    }

    /// A line and the whole answer to it.
    #[track_caller]
    pub fn command(&mut self, line: &str, answer: &str) {
        self.send(format!("{line}\r\n"));
        self.expect(answer);
    }

    #[track_caller]
    pub fn open(&mut self, link: u8, uri: &str) {
        let connected = format!("+WS_CONNECTED:{link}\r\n{OK}");
        self.command(&format!("AT+WSOPEN={link},\"{uri}\""), &connected);
    }

    /// `AT+WSSEND` with these further parameters, and its data.
    #[track_caller]
    pub fn data(&mut self, link: u8, more: &str, data: &[u8]) {
        self.command(&format!("AT+WSSEND={link},{}{more}", data.len()), PROMPT);
        self.send(data);
        self.expect(SENT);
    }

    #[track_caller]
    pub fn record(&mut self, link: u8, data: &[u8]) {
        let head = format!("+WS_DATA:{link},{},", data.len());
        self.expect([head.as_bytes(), data, b"\r\n"].concat());
    }
}

/// A server that serves one connection with the given function.
pub fn server(serve: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        serve(stream);
    });
    address
}

/// An address at which nobody listens: no machine that tests run on has a port multiplexer (RFC 1078), and ports
/// that are given to whoever asks for any are not as low.
pub const NOBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);
