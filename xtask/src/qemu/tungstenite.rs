//! A server in a thread: tungstenite. It does and reports what `interop/websockets_server.py` says of itself.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use sha1::{Digest, Sha1};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::{Error, Message, Utf8Bytes, WebSocket, accept_hdr};

use crate::interop::LIMIT;
use crate::interop::bulk::counted;
use crate::interop::peers::{Peer, Server};
use crate::interop::sha1_hex;

/// How often it looks whether it is paused.
const GLANCE: Duration = Duration::from_millis(20);

/// Starts it. It runs until this process ends.
pub(crate) fn start(log: &Path) -> Result<Peer, String> {
    let cannot = |error: io::Error| format!("tungstenite cannot listen ({error})");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(cannot)?;
    let port = listener.local_addr().map_err(cannot)?.port();
    listener.set_nonblocking(true).map_err(cannot)?;
    let file = File::create(log)
        .map_err(|error| format!("{} cannot be written ({error})", log.display()))?;
    let (sender, lines) = channel();
    let paused = Arc::new(AtomicBool::new(false));
    let visitor = Visitor { paused: paused.clone(), reports: Arc::new(Mutex::new((file, sender))) };
    thread::spawn(move || {
        loop {
            visitor.stand_still();
            match listener.accept() {
                Ok((stream, _)) => {
                    let visitor = visitor.clone();
                    thread::spawn(move || visitor.serve(stream));
                }
                Err(_) => thread::sleep(GLANCE),
            }
        }
    });
    Ok(Peer::running("tungstenite", port, Thread { lines, paused, log: log.to_owned() }))
}

/// The thread, seen from outside.
#[derive(Debug)]
struct Thread {
    lines: Receiver<String>,
    paused: Arc<AtomicBool>,
    log: PathBuf,
}

impl Server for Thread {
    fn line(&self, until: Instant) -> Result<Option<String>, String> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("tungstenite's thread has ended".to_owned()),
        }
    }
    fn pause(&self) {
        self.paused.store(true, Ordering::SeqCst);
    }
    fn resume(&self) {
        self.paused.store(false, Ordering::SeqCst);
    }
    fn log(&self) -> PathBuf {
        self.log.clone()
    }
}

/// Who serves one connection.
#[derive(Clone)]
struct Visitor {
    paused: Arc<AtomicBool>,
    reports: Arc<Mutex<(File, Sender<String>)>>,
}

/// What has come in, until the connection ended with this code.
#[derive(Default)]
struct Sum {
    messages: usize,
    octets: usize,
    digest: Sha1,
    code: Option<u16>,
}

impl Visitor {
    fn stand_still(&self) {
        while self.paused.load(Ordering::SeqCst) {
            thread::sleep(GLANCE);
        }
    }

    fn say(&self, id: &str, report: &str) {
        if let Ok(mut reports) = self.reports.lock() {
            let (file, sender) = &mut *reports;
            let _ = writeln!(file, "{id} {report}");
            let _ = sender.send(format!("{id} {report}"));
        }
    }

    fn serve(&self, stream: TcpStream) {
        let limits = stream.set_nonblocking(false).and_then(|()| {
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(LIMIT))?;
            stream.set_write_timeout(Some(LIMIT))
        });
        let mut asked = String::new();
        #[allow(clippy::result_large_err, reason = "the type of the callback is tungstenite's")]
        let read_path = |request: &Request, response: Response| {
            asked = request.uri().to_string();
            Ok(response)
        };
        let (Ok(()), Ok(mut socket)) = (limits, accept_hdr(stream, read_path)) else { return };
        let id = value(&asked, "id").unwrap_or_default().to_owned();
        self.say(&id, "opened");
        let mut sum = Sum::default();
        // However it ends: what has come until then counts.
        let _ = self.visit(&mut socket, &asked, &id, &mut sum);
        let Sum { messages, octets, digest, code } = sum;
        let digest = sha1_hex(digest);
        self.say(&id, &format!("closed {} {messages} {octets} {digest}", code.unwrap_or(1006)));
    }

    fn visit(
        &self,
        socket: &mut WebSocket<TcpStream>,
        asked: &str,
        id: &str,
        sum: &mut Sum,
    ) -> tungstenite::Result<()> {
        let number = |name| value(asked, name).and_then(|value| value.parse().ok());
        let path = asked.split('?').next().unwrap_or_default();
        match path {
            "/burst" => burst(socket, number("size").unwrap_or(0), number("parts").unwrap_or(1))?,
            "/close" => {
                let code = value(asked, "code").and_then(|code| code.parse::<u16>().ok());
                let reason = Utf8Bytes::default();
                socket.close(code.map(|code| CloseFrame { code: code.into(), reason }))?;
            }
            _ => {}
        }
        socket.get_ref().set_read_timeout(Some(GLANCE))?;
        loop {
            self.stand_still();
            let message = match socket.read() {
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    continue;
                }
                other => other?,
            };
            let kind = match &message {
                Message::Text(_) => "text",
                Message::Binary(_) => "binary",
                Message::Ping(payload) => {
                    let hex: String = payload.iter().map(|octet| format!("{octet:02x}")).collect();
                    self.say(id, &format!("ping {hex}"));
                    continue;
                }
                // RFC 6455 7.1.5: no code is 1005.
                Message::Close(frame) => {
                    sum.code = Some(frame.as_ref().map_or(1005, |frame| frame.code.into()));
                    continue;
                }
                _ => continue,
            };
            let octets = message.clone().into_data();
            sum.messages += 1;
            sum.octets += octets.len();
            sum.digest.update(&octets);
            if path == "/echo" {
                let digest = sha1_hex(Sha1::new_with_prefix(&octets));
                self.say(id, &format!("message {kind} {} {digest}", octets.len()));
                socket.send(message)?;
            }
        }
    }
}

/// One binary message of so many octets in so many frames.
fn burst(socket: &mut WebSocket<TcpStream>, size: usize, parts: usize) -> tungstenite::Result<()> {
    let octets = counted(size);
    let length = size.div_ceil(parts.max(1)).max(1);
    let last = size.div_ceil(length).saturating_sub(1);
    for (number, part) in octets.chunks(length).enumerate() {
        let kind = if number == 0 { Data::Binary } else { Data::Continue };
        let frame = Frame::message(part.to_vec(), OpCode::Data(kind), number == last);
        socket.send(Message::Frame(frame))?;
    }
    Ok(())
}

/// The value of a parameter in a path with a query.
fn value<'a>(asked: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = asked.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
