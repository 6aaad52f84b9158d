//! A WebSocket server that sends every message back: text and binary, whole, up to 16 MiB.
//!
//! `cargo run --release -p wsat --example echo_server -- HOST:PORT`

pub(crate) mod blocking;
mod listening;

use blocking::{Endpoint, Patience, Transport};
use rfc6455::{Answer, DEFAULT_HEADER_LIMIT, RequestMemory, RequestReader, Role};
use std::{
    env,
    fmt::Display,
    io::{self, Write},
    net::{TcpListener, TcpStream},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};
use wsat::rfc6455;

const USAGE: &str = "\
usage: echo_server HOST:PORT
Sends every WebSocket message back. Port 0 picks a free one; the address is printed.
example: echo_server 127.0.0.1:9001";

pub(crate) const PATIENCE: Patience = Patience {
    handshake: Duration::from_secs(10),
    // Whoever has nothing to say stays connected.
    silence: None,
    write: Duration::from_secs(10),
    close: Duration::from_secs(1),
};

type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match arguments.iter().map(|text| text.to_str()).collect::<Vec<_>>()[..] {
        [Some("-h" | "--help")] => println!("{USAGE}"),
        [Some(at)] if !at.starts_with('-') => match listen(at) {
            Ok(listener) => serve(&listener, PATIENCE),
            Err(error) => {
                log(error);
                return ExitCode::FAILURE;
            }
        },
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn listen(at: &str) -> Result<TcpListener, String> {
    let listener = listening::listen(at)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("ws://{address}/");
    Ok(listener)
}

/// Says what went wrong. That nobody can hear it is no reason to stop, which `eprintln!` would.
fn log(line: impl Display) {
    let _ = writeln!(io::stderr(), "echo_server: {line}");
}

/// Serves any number of connections, for ever: one that fails does not end the others.
pub(crate) fn serve(listener: &TcpListener, patience: Patience) {
    loop {
        let (stream, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            Err(error) => {
                log(format_args!("cannot take a connection: {error}"));
                // If descriptors have run out, trying at once would not help.
                thread::sleep(Duration::from_millis(100));
                continue;
            }
        };
        let echo = move || {
            if let Err(error) = echo(stream, patience) {
                log(format_args!("{peer}: {error}"));
            }
        };
        // Unlike `thread::spawn` this does not panic when there is no thread to be had. The stream is
        // dropped then.
        if let Err(error) = thread::Builder::new().spawn(echo) {
            log(format_args!("{peer}: dropped, no thread for it: {error}"));
        }
    }
}

fn echo(stream: TcpStream, patience: Patience) -> Result<(), Error> {
    let mut endpoint = accept(Transport::new(stream, patience))?;
    while let Some(message) = endpoint.receive()? {
        endpoint.send(&message)?;
    }
    match endpoint.fault() {
        Some(fault) => Err(format!("closed with {}: {fault}", fault.close_code().get()).into()),
        None => Ok(()),
    }
}

/// The opening handshake (RFC 6455 4.2). A client that wants something else is told so.
fn accept(mut transport: Transport) -> Result<Endpoint, Error> {
    let until = Some(Instant::now() + transport.patience().handshake);
    let mut reader = RequestReader::new(RequestMemory::new(), DEFAULT_HEADER_LIMIT);
    let mut input = [0; 4096];
    loop {
        let n = transport.read(&mut input, until).map_err(in_handshake)?;
        if n == 0 {
            return Err(in_handshake("the client left").into());
        }
        let (taken, verdict) = reader.feed(&input[..n]);
        let Some(verdict) = verdict else { continue };
        let answer = match verdict {
            Ok(()) => reader.accept(b"")?,
            Err(rejection) => Answer::reject(rejection),
        };
        let mut out = vec![0; answer.encoded_len()];
        answer.write(0, &mut out);
        transport.write_all(&out, until).map_err(in_handshake)?;
        if let Err(rejection) = verdict {
            transport.end();
            return Err(format!("rejected with status {}: {rejection}", answer.status()).into());
        }
        return Ok(Endpoint::new(transport, Role::Server, &input[taken..n]));
    }
}

fn in_handshake(error: impl Display) -> String {
    format!("inside the opening handshake: {error}")
}
