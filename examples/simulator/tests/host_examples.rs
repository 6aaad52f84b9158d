//! The example hosts against this module, and against modules that do nothing of what is expected.

#![allow(clippy::duplicate_mod, reason = "each program brings what they share")]

mod common;
#[path = "../../host_async.rs"]
#[allow(dead_code, reason = "its main")]
mod host_async;
#[path = "../../host_blocking.rs"]
#[allow(dead_code, reason = "its main")]
mod host_blocking;

use common::{LIMIT, NOBODY, Sim, server};
use embedded_io_adapters::tokio_1::FromTokio;
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Action, OptionalActions, tcflow, tcgetattr, tcsetattr};
use std::fs::File;
use std::future::poll_fn;
use std::io::{Read, Write};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use std::{io, thread};
use tokio::net::TcpStream;

const URI: &str = "ws://127.0.0.1:1/";
const WIFI: Option<(&str, &str)> = Some(("a \"network\"", "pass\\word"));
const TEXT: &str = "Hello from the other end of the serial line";

/// What a program prints, and how it ends.
type Outcome = (String, Result<(), String>);
/// A program: of its port, the URI and the network.
type Talk = fn(&str, &str, Option<(&str, &str)>) -> Outcome;

fn blocking(path: &str, uri: &str, wifi: Option<(&str, &str)>) -> Outcome {
    let mut out = Vec::new();
    let result = host_blocking::talk_at(path, uri, wifi, &mut out);
    (String::from_utf8(out).unwrap(), result.map_err(|error| error.to_string()))
}

fn asynchronous(address: &str, uri: &str, wifi: Option<(&str, &str)>) -> Outcome {
    let mut out = Vec::new();
    let result = host_async::talk_at(address, uri, wifi, &mut out);
    (String::from_utf8(out).unwrap(), result.map_err(|error| error.to_string()))
}

/// A serial line with this module at its end; returns the host's end.
fn pty(module: impl FnOnce(File) + Send + 'static) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let path = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    // Nothing is echoed by the line itself, also before the host has opened it.
    let mut modes = tcgetattr(&master).unwrap();
    modes.make_raw();
    tcsetattr(&master, OptionalActions::Now, &modes).unwrap();
    thread::spawn(move || module(File::from(master)));
    path
}

fn tcp(module: impl FnOnce(std::net::TcpStream) + Send + 'static) -> String {
    server(module).to_string()
}

#[track_caller]
fn fails((out, result): Outcome, printed: &str, begin: &str) {
    assert_eq!(out, printed);
    let error = result.unwrap_err();
    assert!(error.starts_with(begin), "{error}");
}

#[test]
fn both_talk_through_the_module() {
    for (serial, talk) in [("pty", blocking as Talk), ("tcp:127.0.0.1:0", asynchronous)] {
        let run = |uri: Option<&str>, wifi| {
            let sim = Sim::start(&["--serial", serial, "--echo-server", "127.0.0.1:0"]);
            let port = sim.said("wsat-sim: AT port on ");
            let echo = sim.said("wsat-sim: echo server at ");
            talk(&port, uri.unwrap_or(&echo), wifi)
        };
        let started = "the module has started\n";
        let echoed = format!("link 0 is connected\n{TEXT}\n");
        let joined = "WIFI CONNECTED\nWIFI GOT IP\n";
        assert_eq!(run(None, WIFI), (format!("{started}{joined}{echoed}"), Ok(())));
        assert_eq!(run(None, None), (format!("{started}{echoed}"), Ok(())));
        let refused = "cannot open the link: the module answered ERROR";
        fails(run(Some(&format!("ws://{NOBODY}/")), None), started, refused);
        fails(run(Some("http://h/"), None), started, "the URI is malformed: ");
    }
}

/// A module that prints its answer to a message, and what the server says to it, in one piece. `join` is
/// its answer to who wants to join a network.
fn scripted(mut port: impl Read + Write, join: &str) {
    let mut say = |text: String, taken: usize| {
        port.write_all(text.as_bytes()).unwrap();
        let mut bytes = vec![0; taken];
        port.read_exact(&mut bytes).unwrap();
        bytes
    };
    let mut line = say("\r\nready\r\n".to_owned(), 1);
    let mut closed = 0;
    loop {
        while !line.ends_with(b"\r\n") {
            line.extend(say(String::new(), 1));
        }
        let echo = String::from_utf8(std::mem::take(&mut line)).unwrap();
        let answer = match echo.trim_end().split_once('=').unwrap_or((&echo, "")) {
            ("AT+CWJAP", _) => join,
            ("AT+WSOPEN", _) => "+WS_CONNECTED:0\r\n\r\nOK\r\n",
            ("AT+WSSEND", _) => {
                let text = say(format!("{echo}\r\nOK\r\n\r\n>"), TEXT.len());
                assert_eq!(text, TEXT.as_bytes());
                let data = format!("+WS_DATA:0,{},{TEXT}\r\n", TEXT.len());
                line = say(format!("\r\nSEND OK\r\n{data}"), 1);
                continue;
            }
            // The first is for what was open before.
            ("AT+WSCLOSE", _) if closed == 0 => {
                closed += 1;
                "\r\nOK\r\n"
            }
            ("AT+WSCLOSE", _) => {
                port.write_all(format!("{echo}\r\nOK\r\n").as_bytes()).unwrap();
                // Until the host leaves.
                let _ = port.read(&mut [0]);
                return;
            }
            _ => "\r\nOK\r\n",
        };
        line = say(format!("{echo}{answer}"), 1);
    }
}

#[test]
fn what_stands_behind_the_end_of_a_request_is_kept() {
    let printed = format!("the module has started\nlink 0 is connected\n{TEXT}\n");
    let module = |port| scripted(port, "");
    assert_eq!(blocking(&pty(module), URI, None), (printed.clone(), Ok(())));
    let module = |port| scripted(port, "");
    assert_eq!(asynchronous(&tcp(module), URI, None), (printed, Ok(())));
}

#[test]
fn why_a_network_was_not_joined_is_said() {
    const WRONG: &str = "+CWJAP:2\r\n\r\nERROR\r\n";
    let printed = "the module has started\nthe password is wrong\n";
    let expected = "cannot join the network: the module answered ERROR";
    let begun = Instant::now();
    // The module waits for more, and is left behind.
    let path = pty(|port| scripted(port, WRONG));
    fails(blocking(&path, URI, WIFI), printed, expected);
    let address = tcp(|port| scripted(port, WRONG));
    fails(asynchronous(&address, URI, WIFI), printed, expected);
    assert!(begun.elapsed() < LIMIT / 3);
}

#[test]
fn a_port_that_is_not_there() {
    fails(blocking("/dev/no-such-port", URI, None), "", "cannot open /dev/no-such-port: ");
    let expected = format!("cannot connect to {NOBODY}: ");
    fails(asynchronous(&NOBODY.to_string(), URI, None), "", &expected);
}

#[test]
fn a_module_that_never_answers() {
    const SILENT: &str = "cannot close the link: no module answers; is it on";
    let reads = |mut port: Box<dyn Read>| _ = io::copy(&mut port, &mut io::sink());
    let path = pty(move |port| reads(Box::new(port)));
    let address = tcp(move |port| reads(Box::new(port)));
    // Not even the line takes anything.
    let stopped = pty(|_port| thread::sleep(LIMIT));
    let line = open(stopped.as_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    tcflow(&line, Action::OOff).unwrap();
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| fails(blocking(&path, URI, None), "", SILENT));
        scope.spawn(|| fails(asynchronous(&address, URI, None), "", SILENT));
        scope.spawn(|| fails(blocking(&stopped, URI, None), "", "the port does not take"));
    });
    // wsat::host: `Config::start_ms` is 20 s.
    assert!(begun.elapsed() < Duration::from_secs(25));
}

#[test]
fn a_port_that_ends() {
    // Whether it is the reading or the writing that fails is a matter of luck.
    let end = |mut port: Box<dyn Read>| _ = port.read_exact(&mut [0; 6]);
    assert!(asynchronous(&tcp(move |port| end(Box::new(port))), URI, None).1.is_err());
    assert!(blocking(&pty(move |port| end(Box::new(port))), URI, None).1.is_err());
}

/// A clock that drops every future which does not give anything at once; but for those that have long.
struct Impatient(Instant);

impl host_async::Clock for Impatient {
    fn now(&self) -> wsat::Instant {
        wsat::Instant::from_millis(self.0.elapsed().as_millis() as u64)
    }

    async fn by<F: Future>(&self, until: Option<wsat::Instant>, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let patient = until.is_none_or(|until| until.since(self.now()) > 5000);
        let first = poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if patient => Poll::Pending,
            Poll::Pending => Poll::Ready(None),
        });
        let output = first.await;
        if output.is_none() {
            tokio::task::yield_now().await;
        }
        output
    }
}

#[test]
fn futures_that_are_dropped_lose_nothing() {
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0", "--echo-server", "127.0.0.1:0"]);
    let (port, uri) = (sim.said("wsat-sim: AT port on "), sim.said("wsat-sim: echo server at "));
    let mut out = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (rx, tx) = TcpStream::connect(port).await.unwrap().into_split();
        let line = (FromTokio::new(rx), FromTokio::new(tx));
        host_async::talk(line, &Impatient(Instant::now()), &uri, WIFI, &mut out).await.unwrap();
    });
    assert!(out.ends_with(format!("link 0 is connected\n{TEXT}\n").as_bytes()));
}
