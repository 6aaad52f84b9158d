//! A WebSocket server that sends every message back: text and binary, whole, up to 16 MiB.
//!
//! `cargo run --release -p wsat --example echo_server -- HOST:PORT`

mod blocking;

use blocking::Endpoint;
use rfc6455::{Answer, DEFAULT_HEADER_LIMIT, RequestMemory, RequestReader, Role};
use std::{
    env,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    process::ExitCode,
    thread,
    time::Duration,
};
use wsat::rfc6455;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [at] = &arguments[..] else {
        eprintln!("usage: echo_server HOST:PORT (port 0 picks a free one)");
        return ExitCode::from(2);
    };
    let listener = TcpListener::bind(at.as_str());
    match listener.and_then(|listener| Ok((listener.local_addr()?, listener))) {
        Ok((address, listener)) => {
            println!("ws://{address}/");
            serve(&listener);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("echo_server: cannot listen at {at}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves any number of connections, for ever.
pub(crate) fn serve(listener: &TcpListener) {
    for stream in listener.incoming() {
        // One connection that fails is no reason to end the others.
        let stream = match stream {
            Ok(stream) => stream,
            Err(error) => {
                eprintln!("echo_server: {error}");
                thread::sleep(Duration::from_millis(100));
                continue;
            }
        };
        thread::spawn(move || {
            if let Err(error) = echo(stream) {
                eprintln!("echo_server: {error}");
            }
        });
    }
}

fn echo(stream: TcpStream) -> io::Result<()> {
    let Some(mut endpoint) = accept(stream)? else { return Ok(()) };
    while let Some(message) = endpoint.receive()? {
        endpoint.send(&message)?;
    }
    Ok(())
}

/// The opening handshake (RFC 6455 4.2). `None`: the client wanted something else, and has been told.
fn accept(mut stream: TcpStream) -> io::Result<Option<Endpoint>> {
    // A client that says nothing does not keep its thread for ever.
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = RequestReader::new(RequestMemory::new(), DEFAULT_HEADER_LIMIT);
    let mut input = [0; 4096];
    loop {
        let n = stream.read(&mut input)?;
        if n == 0 {
            return Ok(None);
        }
        let (taken, verdict) = reader.feed(&input[..n]);
        let (answer, accepted) = match verdict {
            None => continue,
            Some(Ok(())) => (reader.accept(b"").map_err(io::Error::other)?, true),
            Some(Err(rejection)) => (Answer::reject(rejection), false),
        };
        let mut out = vec![0; answer.encoded_len()];
        answer.write(0, &mut out);
        stream.write_all(&out)?;
        return Ok(accepted.then(|| Endpoint::new(stream, Role::Server, &input[taken..n])));
    }
}
