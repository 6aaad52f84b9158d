//! The session of ESP-AT's page "WebSocket AT Examples", and every other command once, in plain bytes: what is typed and
//! what has to be printed, nothing less and nothing more.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use super::machine::Machine;
use crate::Outcome;
use crate::interop::peers::{Peer, Scheme};
use crate::interop::{LIMIT, sha1_of};

const OK: &str = "\r\nOK\r\n";
const PROMPT: &str = "\r\nOK\r\n\r\n>";
const SENT: &str = "\r\nSEND OK\r\n";

pub(crate) fn run(machine: &mut Machine, peer: &Peer) -> Outcome {
    let mut terminal = Terminal::new(machine)?;
    let visit = peer.visit(Scheme::Ws, "/echo")?;
    let uri = &visit.uri;
    terminal.expect("\r\nready\r\n")?;
    terminal.says("AT\r\n", &format!("AT\r\n{OK}"))?;
    terminal.says("ATE0\r\n", &format!("ATE0\r\n{OK}"))?;
    let version =
        concat!("AT version:", env!("CARGO_PKG_VERSION"), "\r\nBin version:rv32-qemu\r\n");
    terminal.says("AT+GMR\r\n", &format!("{version}{OK}"))?;
    terminal.says("AT+NOSUCH\r\n", "\r\nERROR\r\n")?;

    // As on the page; there, echo is on, and the server is another.
    terminal.says(format!("AT+WSOPEN=0,\"{uri}\"\r\n"), &format!("+WS_CONNECTED:0\r\n{OK}"))?;
    visit.expect("opened", "")?;
    terminal.says("AT+WSSEND=0,4\r\n", PROMPT)?;
    terminal.says("test", SENT)?;
    visit.expect("message", &format!("text 4 {}", sha1_of(b"test")))?;
    terminal.expect("+WS_DATA:0,4,test\r\n")?;

    terminal.says("AT+WSOPEN?\r\n", &format!("+WSOPEN:0,2,\"{uri}\"\r\n{OK}"))?;
    let octets = b"\x00\x01\r\n>\xfe\xff";
    terminal.says("AT+WSSEND=0,7,2,5000\r\n", PROMPT)?;
    terminal.says(octets, SENT)?;
    visit.expect("message", &format!("binary 7 {}", sha1_of(octets)))?;
    terminal.expect([b"+WS_DATA:0,7,", &octets[..], b"\r\n"].concat())?;
    terminal.says("AT+WSCLOSE=0\r\n", OK)?;
    visit.expect_closed("1000")?;
    terminal.says("AT+WSOPEN?\r\n", OK)?;

    // Nobody listens there.
    terminal.says("AT+WSOPEN=1,\"ws://10.0.2.2:1/\"\r\n", "\r\nERROR\r\n")?;
    // A name, and TLS: this firmware has neither.
    terminal.says("AT+WSOPEN=1,\"ws://localhost/\"\r\n", "\r\nERROR\r\n")?;
    terminal.says("AT+WSOPEN=1,\"wss://10.0.2.2/\"\r\n", "\r\nERROR\r\n")?;
    // A reset, with a link open. Echo is on again.
    let visit = peer.visit(Scheme::Ws, "/echo")?;
    let open = format!("AT+WSOPEN=2,\"{}\"\r\n", visit.uri);
    terminal.says(&open, &format!("+WS_CONNECTED:2\r\n{OK}"))?;
    terminal.says("AT+RST\r\n", &format!("{OK}\r\nready\r\n"))?;
    visit.expect_closed("1006")?;
    terminal.says("AT+WSOPEN?\r\n", &format!("AT+WSOPEN?\r\n{OK}"))?;
    // What is typed behind a reset is a line of the restarted module.
    terminal.says(
        "ATE0\r\nAT+RST\r\nAT+GMR\r\n",
        &format!("ATE0\r\n{OK}{OK}\r\nready\r\nAT+GMR\r\n{version}{OK}"),
    )
}

/// The serial line, byte for byte.
struct Terminal {
    line: UnixStream,
    log: File,
}

impl Terminal {
    fn new(machine: &mut Machine) -> Result<Self, String> {
        let line = machine.take_line()?;
        let log = machine.serial_log();
        let log = File::create(&log)
            .map_err(|error| format!("{} cannot be written ({error})", log.display()))?;
        line.set_write_timeout(Some(LIMIT))
            .map_err(|error| format!("the serial line has no limit ({error})"))?;
        Ok(Self { line, log })
    }

    /// Types something, and waits for what has to come.
    fn says(&mut self, typed: impl AsRef<[u8]>, answer: &str) -> Outcome {
        let typed = typed.as_ref();
        let _ = writeln!(self.log, "host   {}", typed.escape_ascii());
        self.line
            .write_all(typed)
            .map_err(|error| format!("the serial line takes nothing ({error})"))?;
        self.expect(answer).map_err(|error| format!("behind `{}`: {error}", typed.escape_ascii()))
    }

    /// Waits for exactly these bytes.
    fn expect(&mut self, expected: impl AsRef<[u8]>) -> Outcome {
        let expected = expected.as_ref();
        let until = Instant::now() + LIMIT;
        let mut came = Vec::new();
        while came.len() < expected.len() && expected.starts_with(&came) {
            let left = until.saturating_duration_since(Instant::now());
            let mut bytes = vec![0; expected.len() - came.len()];
            let set =
                self.line.set_read_timeout(Some(left.max(std::time::Duration::from_millis(1))));
            match set.and_then(|()| self.line.read(&mut bytes)) {
                Ok(0) => break,
                Ok(n) => came.extend_from_slice(&bytes[..n]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    break;
                }
                Err(error) => return Err(format!("the serial line cannot be read ({error})")),
            }
        }
        let _ = writeln!(self.log, "module {}", came.escape_ascii());
        if came == expected {
            return Ok(());
        }
        Err(format!(
            "expected on the serial line\n        {}\n    within {} s, got\n        {}",
            expected.escape_ascii(),
            LIMIT.as_secs(),
            came.escape_ascii()
        ))
    }
}
