//! The servers that sessions are with: started, waited for, and asked what they have seen.

use std::cell::RefCell;
use std::fmt;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::certificates::Certificates;
use super::process::{Listen, Process};
use super::{LIMIT, tools};
use crate::Outcome;
use crate::cargo::{read, root};

/// `ws` or `wss`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scheme {
    Ws,
    Wss,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ws => "ws",
            Self::Wss => "wss",
        })
    }
}

/// A server for both schemes.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: String,
    /// Codes that it sends in a Close; `None`: it sends an empty one.
    pub(crate) codes: Vec<Option<u16>>,
    /// The loopback address of this machine, as the module sees it.
    address: &'static str,
    plain: u16,
    secure: Option<u16>,
    /// What reports: itself, or the server behind it.
    server: Box<dyn Server>,
    /// Of the server, that nobody has asked for.
    reports: RefCell<Vec<String>>,
    proxy: Option<Process>,
}

/// What runs behind a peer.
pub(crate) trait Server: fmt::Debug {
    /// Its next report; `None`: none until then. The error is that none will come.
    fn line(&self, until: Instant) -> Result<Option<String>, String>;
    /// It answers nothing any more, until it is resumed.
    fn pause(&self);
    fn resume(&self);
    fn log(&self) -> PathBuf;
}

impl Server for Process {
    fn line(&self, until: Instant) -> Result<Option<String>, String> {
        self.line(until)
    }
    fn pause(&self) {
        self.pause();
    }
    fn resume(&self) {
        self.resume();
    }
    fn log(&self) -> PathBuf {
        self.log.clone()
    }
}

/// One visit to a peer: a URI, and what the peer says of it.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    peer: &'a Peer,
    id: u32,
    pub(crate) uri: String,
}

/// Every code that RFC 6455 7.4 and its registry let an endpoint send, as far as ours takes them, and both ends of the free range.
const CODES: [u16; 14] =
    [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999];

/// Starts all three.
pub(crate) fn start(
    dir: &Path,
    logs: &Path,
    certificates: Option<&Certificates>,
) -> Result<Vec<Peer>, String> {
    let files: Vec<_> =
        certificates.iter().flat_map(|made| [made.server.clone(), made.key.clone()]).collect();
    let codes = CODES.map(Some).to_vec();
    let first = websockets(dir, &logs.join("websockets.log"), &files)?;
    let (node, modules, ws) = tools::ws(&dir.join("npm"))?;
    let nginx = tools::nginx()?;

    let mut command = Command::new(node);
    command.arg(root().join("interop/ws_server.js")).args(&files).env("NODE_PATH", modules);
    let with_empty = [codes.clone(), vec![None]].concat();
    let second = Peer::listening(&ws, &mut command, &logs.join("ws.log"), &with_empty)?;

    let mut third = websockets(dir, &logs.join("websockets-behind-nginx.log"), &[])?;
    third.name = "nginx, websockets".to_owned();
    third.go_behind(&nginx, &dir.join("nginx"), &logs.join("nginx.log"), certificates)?;
    Ok(vec![first, second, third])
}

/// Starts PyPI `websockets`; `files`: certificate and key, or none.
pub(crate) fn websockets(dir: &Path, log: &Path, files: &[PathBuf]) -> Result<Peer, String> {
    let (python, name) = tools::websockets(&dir.join("venv"))?;
    let mut command = Command::new(python);
    command.arg("-u").arg(root().join("interop/websockets_server.py")).args(files);
    Peer::listening(&name, &mut command, log, &CODES.map(Some))
}

impl Peer {
    /// A server that runs already and is reached without TLS. It sends every code in a Close, and none.
    pub(crate) fn running(name: &str, port: u16, server: impl Server + 'static) -> Self {
        let codes = [CODES.map(Some).to_vec(), vec![None]].concat();
        Self::new(name, codes, (port, None), Box::new(server))
    }

    fn new(
        name: &str,
        codes: Vec<Option<u16>>,
        (plain, secure): (u16, Option<u16>),
        server: Box<dyn Server>,
    ) -> Self {
        let (name, reports) = (name.to_owned(), RefCell::default());
        Self { name, codes, address: "127.0.0.1", plain, secure, server, reports, proxy: None }
    }

    /// For a module that is not on this machine's own network.
    pub(crate) fn seen_at(mut self, address: &'static str) -> Self {
        self.address = address;
        self
    }

    /// A server that says on which ports it listens.
    fn listening(
        name: &str,
        command: &mut Command,
        log: &Path,
        codes: &[Option<u16>],
    ) -> Result<Self, String> {
        let server = Process::start(command, Listen::Stdout, log)?;
        let said = server.first("listening ", LIMIT).map_err(|error| format!("{name}: {error}"))?;
        let mut ports = said.split(' ').filter_map(|port| port.parse().ok());
        let plain = ports.next().ok_or_else(|| format!("{name} says no port: {said}"))?;
        Ok(Self::new(name, codes.to_vec(), (plain, ports.next()), Box::new(server)))
    }

    /// Starts nginx in front of it.
    fn go_behind(
        &mut self,
        nginx: &Path,
        dir: &Path,
        log: &Path,
        certificates: Option<&Certificates>,
    ) -> Outcome {
        let (plain, secure) = (free_port()?, free_port()?);
        let tls = certificates.map(|made| {
            format!(
                "listen 127.0.0.1:{secure} ssl; ssl_certificate {}; ssl_certificate_key {};",
                made.server.display(),
                made.key.display()
            )
        });
        let config = read(&root().join("interop/nginx.conf"))?
            .replace("@PLAIN@", &plain.to_string())
            .replace("@SECURE@", tls.as_deref().unwrap_or_default())
            .replace("@BEHIND@", &self.plain.to_string());
        let path = dir.join("nginx.conf");
        std::fs::create_dir_all(dir)
            .and_then(|()| std::fs::write(&path, config))
            .map_err(|error| format!("{} cannot be written ({error})", path.display()))?;
        let mut command = Command::new(nginx);
        // Before it has read its file it would log elsewhere.
        command.arg("-p").arg(dir).arg("-e").arg("stderr").arg("-c").arg(&path);
        let mut proxy = Process::start(&mut command, Listen::Stderr, log)?;
        let until = Instant::now() + LIMIT;
        while TcpStream::connect(("127.0.0.1", plain)).is_err() {
            if proxy.has_ended() || Instant::now() > until {
                return Err(format!("nginx does not listen, see {}", log.display()));
            }
            thread::sleep(Duration::from_millis(20));
        }
        (self.plain, self.secure) = (plain, tls.map(|_| secure));
        self.proxy = Some(proxy);
        Ok(())
    }

    /// A visit to a path with parameters: `/close?code=1000`.
    pub(crate) fn visit(&self, scheme: Scheme, path: &str) -> Result<Visit<'_>, String> {
        static VISITS: AtomicU32 = AtomicU32::new(1);
        let id = VISITS.fetch_add(1, Ordering::Relaxed);
        let mark = if path.contains('?') { '&' } else { '?' };
        let (host, port) = match scheme {
            Scheme::Ws => (self.address, Some(self.plain)),
            // A name to be verified.
            Scheme::Wss => ("localhost", self.secure),
        };
        let port = port.ok_or_else(|| format!("{} has no port for {scheme}", self.name))?;
        let uri = format!("{scheme}://{host}:{port}{path}{mark}id={id}");
        Ok(Visit { peer: self, id, uri })
    }

    /// The server stops answering; a proxy in front of it does not.
    pub(crate) fn pause(&self) {
        self.server.pause();
    }

    /// The server goes on.
    pub(crate) fn resume(&self) {
        self.server.resume();
    }

    /// Where it and what stands before it write.
    pub(crate) fn logs(&self) -> Vec<PathBuf> {
        self.proxy.iter().map(|proxy| proxy.log.clone()).chain([self.server.log()]).collect()
    }
}

impl Visit<'_> {
    /// What the peer reports behind this word, next.
    pub(crate) fn reported(&self, word: &str) -> Result<String, String> {
        let (begin, own) = (format!("{} {word}", self.id), format!("{} ", self.id));
        let mut reports = self.peer.reports.borrow_mut();
        let until = Instant::now() + LIMIT;
        loop {
            if let Some(at) = reports.iter().position(|line| line.starts_with(&begin)) {
                return Ok(reports.remove(at)[begin.len()..].trim().to_owned());
            }
            match self.peer.server.line(until)? {
                Some(line) => reports.push(line),
                None => {
                    reports.retain(|line| line.starts_with(&own));
                    return Err(format!(
                        "expected the peer to report `{word}` within {} s, got {reports:?}",
                        LIMIT.as_secs()
                    ));
                }
            }
        }
    }

    /// Fails unless that is what the peer reports behind this word.
    pub(crate) fn expect(&self, word: &str, expected: &str) -> Outcome {
        let got = self.reported(word)?;
        if got == expected {
            Ok(())
        } else {
            Err(format!("expected the peer to report `{word} {expected}`, got `{word} {got}`"))
        }
    }

    /// Fails unless the peer reports that the module has sent a Close with this code.
    pub(crate) fn expect_closed(&self, code: &str) -> Outcome {
        let got = self.reported("closed")?;
        if got.split(' ').next() == Some(code) {
            Ok(())
        } else {
            Err(format!("expected the peer to report a Close with {code}, got `closed {got}`"))
        }
    }
}

/// A port that was free a moment ago, for programs that cannot choose one.
fn free_port() -> Result<u16, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("there is no free port ({error})"))
}
