//! `wsat-sim`: an ESP-AT module on a PC. The library beside this file does the work; here are its start
//! and the exit statuses.

mod arguments;

use arguments::{Arguments, Serial, Task};
use clap::Parser as _;
use std::fs::OpenOptions;
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
    for network in &arguments.network {
        let (name, password) = network.split_once(',').unwrap_or((network, ""));
        simulator.add_network(name, password);
    }
    let seed = arguments.seed.unwrap_or_else(rand::random);
    simulator.set_seed(seed);
    if let Some(path) = &arguments.log {
        if arguments.modules > 1 {
            return Err("--log is for one module".to_owned());
        }
        let cannot = |error| format!("cannot write {}: {error}", path.display());
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        simulator.record(file.map_err(cannot)?);
    }
    let ports = ports(arguments, &mut simulator)?;
    for port in ports {
        say(&format!("AT port on {port}"));
    }
    for fault in &arguments.fault {
        simulator.apply(None, *fault);
    }
    if let Some(at) = &arguments.control {
        let control = at.resolve().and_then(|address| simulator.start_control(address));
        let control =
            control.map_err(|error| format!("cannot have the control port at {at}: {error}"))?;
        say(&format!("control port on {control}"));
    }
    if !arguments.fault.is_empty() || arguments.control.is_some() {
        say(&format!("the faults' choices follow from --seed {seed}"));
    }
    if let Some(echo) = echo {
        say(&format!("echo server at ws://{echo}/"));
    }
    simulator.run().map_err(cannot_run)
}

/// The modules' AT ports, by their names.
fn ports(arguments: &Arguments, simulator: &mut Simulator) -> Result<Vec<String>, String> {
    if arguments.modules > 1 && matches!(arguments.serial, Serial::Stdio) {
        return Err("stdio is of one module: give --modules a pty or TCP".to_owned());
    }
    raise_limit();
    let mut ports = Vec::new();
    for number in 0..arguments.modules {
        let (port, name) = match &arguments.serial {
            Serial::Stdio => (simulator.add_stdio(), "stdio".to_owned()),
            Serial::Pty => (simulator.add_pty(), "a pty".to_owned()),
            Serial::Tcp(at) => {
                let port = at.resolve().and_then(|first| {
                    let mut address = first;
                    if first.port() != 0 {
                        let next = first.port().checked_add(number);
                        address.set_port(next.ok_or(io::Error::other("no more ports"))?);
                    }
                    simulator.add_tcp(address)
                });
                (port, at.to_string())
            }
        };
        ports.push(port.map_err(|error| {
            let which = if number > 0 { format!(" of module {number}") } else { String::new() };
            format!("cannot have the AT port{which} on {name}: {error}")
        })?);
    }
    Ok(ports)
}

/// Every port and every connection is a file, and there may be many. If it cannot be raised, the first that is too much says so.
fn raise_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

/// A line on stderr, which may be closed.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "wsat-sim: {text}");
}
