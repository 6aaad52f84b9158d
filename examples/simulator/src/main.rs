//! `wsat-sim`: an ESP-AT module on a PC. The library beside this file does the work; here are its start
//! and the exit statuses.

mod arguments;

use arguments::{Arguments, Serial, Task};
use clap::Parser as _;
use std::io::{self, Write as _};
use std::process::ExitCode;
use wsat_sim::{Simulator, demo, transcript};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.task {
        Some(Task::Demo) => return status(demo::run(&mut io::stdout())),
        Some(Task::Run { files }) => {
            return status(transcript::run(files, &mut io::stdout()).unwrap_or(false));
        }
        None => {}
    }
    match serve(&arguments) {
        Ok(status) => status.into(),
        Err(failure) => {
            say(&failure);
            ExitCode::FAILURE
        }
    }
}

const fn status(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the module. The error is a sentence for the user.
fn serve(arguments: &Arguments) -> Result<u8, String> {
    let cannot_run = |error: io::Error| format!("cannot run: {error}");
    let mut simulator = Simulator::new(arguments.options()?).map_err(cannot_run)?;
    // First, so that a module's first command finds it; but it is told after the port.
    let echo = match &arguments.echo_server {
        None => None,
        Some(at) => Some(
            at.resolve()
                .and_then(|address| simulator.start_echo_server(address))
                .map_err(|error| format!("cannot run the echo server at {at}: {error}"))?,
        ),
    };
    let (port, name) = match &arguments.serial {
        Serial::Stdio => (simulator.add_stdio(), "stdio".to_owned()),
        Serial::Pty => (simulator.add_pty(), "a pty".to_owned()),
        Serial::Tcp(at) => {
            (at.resolve().and_then(|address| simulator.add_tcp(address)), at.to_string())
        }
    };
    let port = port.map_err(|error| format!("cannot have the AT port on {name}: {error}"))?;
    say(&format!("AT port on {port}"));
    if let Some(echo) = echo {
        say(&format!("echo server at ws://{echo}/"));
    }
    simulator.run().map_err(cannot_run)
}

/// A line on stderr, which may be closed.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "wsat-sim: {text}");
}
