//! Where the example programs listen: at a TCP port of this PC.

use std::env;
use std::io::{self, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

/// A listener, or why there is none and what to do about it.
pub(crate) fn listen(at: &str) -> Result<TcpListener, String> {
    TcpListener::bind(at)
        .map_err(|error| format!("cannot listen at {at}: {error}{}", advice(&error)))
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::AddrInUse => "; stop what listens there, or take port 0 for a free one",
        ErrorKind::AddrNotAvailable => "; take an address of this machine, such as 127.0.0.1",
        ErrorKind::PermissionDenied => "; take a port from 1024 up",
        ErrorKind::InvalidInput => "; say HOST:PORT, such as 127.0.0.1:9001",
        _ => "",
    }
}

/// The whole `main` of a module whose AT port is the program's argument, HOST:PORT: it serves one host,
/// until that leaves. `note` is said with the address.
#[allow(dead_code, reason = "echo_server is no module")]
pub(crate) fn module(note: &str, serve: impl FnOnce(TcpStream) -> io::Result<()>) -> ExitCode {
    let at = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3333".to_owned());
    let run = |listener: TcpListener| {
        println!("AT port at {}{note}", listener.local_addr()?);
        serve(listener.accept()?.0)
    };
    let served = listen(&at).and_then(|listener| run(listener).map_err(|error| error.to_string()));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}
