//! The client under test of the Autobahn test suite: runs every case of its fuzzing server, and asks for
//! the report.
//!
//! `cargo run --release -p wsat --example autobahn_client -- ws://HOST:PORT AGENT`

pub(crate) mod blocking;

use blocking::{Endpoint, Patience, Transport, left};
use rfc6455::{DEFAULT_HEADER_LIMIT, Key, Request, Response, Role, Uri};
use std::{
    env,
    fmt::Write,
    io,
    net::{TcpStream, ToSocketAddrs},
    process::ExitCode,
    time::{Duration, Instant},
};
use wsat::rfc6455;

const USAGE: &str = "\
usage: autobahn_client ws://HOST:PORT AGENT
Runs every case of the Autobahn test suite's fuzzing server, which writes the report for AGENT.
example: autobahn_client ws://127.0.0.1:9001 rfc6455";

pub(crate) const PATIENCE: Patience = Patience {
    handshake: Duration::from_secs(10),
    // A case that says nothing more does not keep the others from being run.
    silence: Some(Duration::from_secs(60)),
    write: Duration::from_secs(10),
    close: Duration::from_secs(1),
};

/// The server writes the report before it ends the connection on which it was asked for it.
const REPORT_WAIT: Duration = Duration::from_secs(60);

type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match arguments.iter().map(|text| text.to_str()).collect::<Vec<_>>()[..] {
        [Some("-h" | "--help")] => println!("{USAGE}"),
        [Some(server), Some(agent)] => match run(server, agent, PATIENCE) {
            Ok(Outcome { cases, not_opened: 0 }) => println!("{cases} cases run; {REPORT}"),
            Ok(Outcome { cases, not_opened }) => {
                eprintln!("{not_opened} of {cases} cases not run, see above; {REPORT}");
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("autobahn_client: {error}");
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

const REPORT: &str = "the report is where the server's outdir says";
const ADVICE: &str = "Does the suite's server listen there? (wstest -m fuzzingserver)";

/// What came of a run. How good the cases went is the server's to say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) cases: u32,
    /// Cases among them for which there was no connection.
    pub(crate) not_opened: u32,
}

/// Runs every case and asks for the report.
pub(crate) fn run(server: &str, agent: &str, patience: Patience) -> Result<Outcome, Error> {
    check(server).map_err(|error| format!("{server}: {error}"))?;
    let server = server.trim_end_matches('/');
    let agent = percent_encoded(agent);
    let cases = case_count(&format!("{server}/getCaseCount"), patience)
        .map_err(|error| format!("{error}\n{ADVICE}"))?;
    let mut not_opened = 0;
    for case in 1..=cases {
        match connect(&format!("{server}/runCase?case={case}&agent={agent}"), patience) {
            // A case may end in any way, a broken connection among them.
            Ok(endpoint) => {
                if let Err(error) = echo(endpoint) {
                    eprintln!("case {case}: {error}");
                }
            }
            Err(error) => {
                not_opened += 1;
                eprintln!("case {case}: not run: {error}");
            }
        }
    }
    let patience = Patience { close: REPORT_WAIT, ..patience };
    connect(&format!("{server}/updateReports?agent={agent}"), patience)
        .and_then(|endpoint| Ok(finish(endpoint)?))
        .map_err(|error| format!("{cases} cases run, but no report: {error}"))?;
    Ok(Outcome { cases, not_opened })
}

/// Whether the paths of the suite can be put behind it.
fn check(server: &str) -> Result<(), Error> {
    if Uri::parse(server.as_bytes())?.is_secure() {
        return Err("wss:// needs TLS, which this example does not have; use ws://".into());
    }
    if server.contains(['?', '#']) {
        return Err("a query or fragment cannot be part of it; use ws://HOST:PORT".into());
    }
    Ok(())
}

fn case_count(uri: &str, patience: Patience) -> Result<u32, Error> {
    let mut endpoint = connect(uri, patience)?;
    let count = endpoint.receive().map_err(|error| format!("{uri}: {error}"))?;
    let count = count.ok_or_else(|| format!("{uri}: no answer before the connection ended"))?;
    // It is known by now, whatever becomes of the connection.
    let _ = finish(endpoint);
    let text = String::from_utf8_lossy(&count.payload);
    let text: String = text.trim().chars().take(40).collect();
    Ok(text.parse().map_err(|_| format!("{uri}: {text:?} is not a number of cases"))?)
}

fn echo(mut endpoint: Endpoint) -> io::Result<()> {
    while let Some(message) = endpoint.receive()? {
        endpoint.send(&message)?;
    }
    Ok(())
}

/// Closes (RFC 6455 7.1.2).
fn finish(mut endpoint: Endpoint) -> io::Result<()> {
    endpoint.close()?;
    while endpoint.receive()?.is_some() {}
    Ok(())
}

/// Opens a connection; an error says where to.
fn connect(uri: &str, patience: Patience) -> Result<Endpoint, Error> {
    open(uri, patience).map_err(|error| format!("{uri}: {error}").into())
}

/// The opening handshake (RFC 6455 4.1).
fn open(uri: &str, patience: Patience) -> Result<Endpoint, Error> {
    let uri = Uri::parse(uri.as_bytes())?;
    let until = Instant::now() + patience.handshake;
    let mut transport = Transport::new(dial(&uri, until)?, patience);
    let key = Key::new(rand::random());
    let request = Request::new(uri, key);
    let mut out = vec![0; request.encoded_len()];
    request.write(0, &mut out);
    transport.write_all(&out, Some(until))?;

    let mut response = Response::new(key.accept(), DEFAULT_HEADER_LIMIT);
    let mut input = [0; 4096];
    loop {
        let n = transport.read(&mut input, Some(until))?;
        if n == 0 {
            response.end()?;
        }
        let (taken, verdict) = response.feed(b"", &input[..n]);
        if let Some(verdict) = verdict {
            verdict?;
            return Ok(Endpoint::new(transport, Role::Client, &input[taken..n]));
        }
    }
}

fn dial(uri: &Uri<'_>, until: Instant) -> io::Result<TcpStream> {
    let mut result = Err(io::Error::other("the host has no address"));
    for address in (uri.host(), uri.port()).to_socket_addrs()? {
        result = TcpStream::connect_timeout(&address, left(until)?);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// As it may stand in a query (RFC 3986 2.1 and 2.3).
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(byte.into());
            }
            _ => write!(encoded, "%{byte:02X}").expect("a String takes everything"),
        }
    }
    encoded
}
