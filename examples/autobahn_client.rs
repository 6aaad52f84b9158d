//! The client under test of the Autobahn test suite: runs every case of its fuzzing server, and asks for
//! the report.
//!
//! `cargo run --release -p wsat --example autobahn_client -- ws://HOST:PORT AGENT`

mod blocking;

use blocking::{Endpoint, Message};
use rfc6455::{Key, Request, Response, Role, Uri};
use std::{
    env,
    error::Error,
    io::{Read, Write},
    net::TcpStream,
    process::ExitCode,
};
use wsat::rfc6455;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [server, agent] = &arguments[..] else {
        eprintln!("usage: autobahn_client ws://HOST:PORT AGENT");
        return ExitCode::from(2);
    };
    match run(server.trim_end_matches('/'), agent) {
        Ok(cases) => {
            println!("{cases} cases run; the report is the server's");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("autobahn_client: {server}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs every case; returns how many there are.
pub(crate) fn run(server: &str, agent: &str) -> Result<u32, Box<dyn Error>> {
    let count = connect(&format!("{server}/getCaseCount"))?
        .receive()?
        .ok_or("the server did not say how many cases there are")?;
    let count: u32 = String::from_utf8(count.payload)?.trim().parse()?;
    for case in 1..=count {
        let mut endpoint = connect(&format!("{server}/runCase?case={case}&agent={agent}"))?;
        // A case may end in any way, a broken connection among them: the server judges it.
        if let Err(error) = echo(&mut endpoint) {
            eprintln!("case {case}: {error}");
        }
    }
    let mut endpoint = connect(&format!("{server}/updateReports?agent={agent}"))?;
    endpoint.close()?;
    while endpoint.receive()?.is_some() {}
    Ok(count)
}

fn echo(endpoint: &mut Endpoint) -> std::io::Result<()> {
    while let Some(message) = endpoint.receive()? {
        let message: Message = message;
        endpoint.send(&message)?;
    }
    Ok(())
}

/// Opens a connection (RFC 6455 4.1).
fn connect(uri: &str) -> Result<Endpoint, Box<dyn Error>> {
    let uri = Uri::parse(uri.as_bytes())?;
    if uri.is_secure() {
        return Err("wss:// needs TLS, which this example does not have".into());
    }
    let mut stream = TcpStream::connect((uri.host(), uri.port()))?;
    let key = Key::new(rand::random());
    let request = Request::new(uri, key);
    let mut out = vec![0; request.encoded_len()];
    request.write(0, &mut out);
    stream.write_all(&out)?;

    let mut response = Response::new(key.accept(), rfc6455::DEFAULT_HEADER_LIMIT);
    let mut input = [0; 4096];
    loop {
        let n = stream.read(&mut input)?;
        if n == 0 {
            return Err("the server ended the connection inside the opening handshake".into());
        }
        let (taken, verdict) = response.feed(b"", &input[..n]);
        if let Some(verdict) = verdict {
            verdict?;
            return Ok(Endpoint::new(stream, Role::Client, &input[taken..n]));
        }
    }
}
