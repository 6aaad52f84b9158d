//! `wsat-sim`: an ESP-AT module on a PC. The library beside this file does the work; here are the
//! command line and the exit statuses.

use clap::{Parser, Subcommand, ValueEnum};
use std::io::{self, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use wsat::device::Config;
use wsat::{Dialect, Quirks};
use wsat_sim::{Simulator, demo, transcript};

/// An ESP-AT module on a PC: it takes AT commands and opens real WebSocket connections.
///
/// The AT port (stdio, a pty or TCP) carries what a module would print, beginning with "ready", and
/// nothing else. All that is for you comes on stderr. A line to the module ends with CR LF; LF alone
/// is a byte of the line.
///
/// Any Wi-Fi network can be joined, and none has to be. The clock is the PC's. What is stored
/// survives AT+RST, until the host leaves.
#[derive(Parser, Debug)]
#[command(name = "wsat-sim", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Arguments {
    /// Where the AT port is.
    ///
    /// stdio: standard input and output; at the end of the input the last command is finished, then
    /// the program ends, without waiting for data of a server. On a terminal every key goes to the
    /// module as it is, but Enter sends CR LF (also within data) and Ctrl-C ends the program.
    ///
    /// pty: a pseudo terminal, opened like a serial device; its path is printed. Each time it is
    /// opened, a freshly booted module is there. Leave it in raw mode: with echo on, the module hears
    /// itself.
    ///
    /// tcp:HOST:PORT: one TCP client after another, each finds a freshly booted module; the next one
    /// waits until the first has gone. Port 0 picks a free port, which is printed.
    #[arg(long, value_name = "stdio|pty|tcp:HOST:PORT", default_value = "stdio")]
    serial: Serial,

    /// Also run a WebSocket server that sends every message back. Port 0 picks a free port, which is
    /// printed.
    #[arg(long, value_name = "HOST:PORT")]
    echo_server: Option<HostPort>,

    /// Whose AT commands: 3.1 are those of ESP-AT v3.1.0 to v3.2.1, 3.3 of v3.3.0 to v4.0.0, 4.1 of v4.1.0 to
    /// v5.0.1, 4.2 those that are documented since.
    #[arg(long, value_enum, default_value = "3.1")]
    dialect: Generation,
    /// Behave as the documentation says, or as published firmware does.
    #[arg(long, value_enum, default_value = "documented")]
    quirks: Behaviour,

    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand, Debug)]
enum Task {
    /// Play a session against the echo server and print it: exits 0 if every answer was the
    /// expected one
    Demo,
    /// Play transcripts, *.at files of sessions: exits 0 if the module did what is written, 1 if it did not
    Run {
        /// The files
        #[arg(required = true, value_name = "FILE.at")]
        files: Vec<PathBuf>,
    },
}

const EXAMPLES: &str = "\
Examples:
  wsat-sim demo
      Watch a session.
  wsat-sim run tests/transcripts/*.at
      Hold the module to sessions that are written down.
  wsat-sim --echo-server 127.0.0.1:9001
      Type AT commands, for example: AT+WSOPEN=0,\"ws://127.0.0.1:9001/\"
      then AT+WSSEND=0,5 and, after the >, five characters.
  printf 'AT+GMR\\r\\n' | wsat-sim
      Run commands from a script. One that opens, sends or closes has to wait for each answer,
      or the module is busy.
  wsat-sim --serial pty
      Let a program that wants a serial device talk to the module, for example
      picocom --omap crcrlf /dev/pts/N
  wsat-sim --serial tcp:127.0.0.1:4000
      The same over TCP, for example: nc -C 127.0.0.1 4000 (-C sends CR LF for Enter)

Exit status: 0 at the end of the input, 1 for a failure, 2 for a command line that cannot be
carried out, 130 for Ctrl-C on a terminal.";

/// `--serial`
#[derive(Clone, Debug)]
enum Serial {
    Stdio,
    Pty,
    Tcp(HostPort),
}

impl FromStr for Serial {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "stdio" => Ok(Self::Stdio),
            None if text == "pty" => Ok(Self::Pty),
            Some(("tcp", address)) => address.parse().map(Self::Tcp),
            _ => Err("expected stdio, pty or tcp:HOST:PORT".to_owned()),
        }
    }
}

/// `HOST:PORT`; an IPv6 address in brackets.
#[derive(Clone, Debug)]
struct HostPort(String);

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.rsplit_once(':') {
            Some((host, port))
                if !host.is_empty()
                    && host.starts_with('[') == host.ends_with(']')
                    && (host.starts_with('[') || !host.contains(':'))
                    && port.parse::<u16>().is_ok() =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err("expected HOST:PORT, for example 127.0.0.1:4000 or [::1]:0".to_owned()),
        }
    }
}

impl HostPort {
    /// Its first address.
    fn resolve(&self) -> io::Result<SocketAddr> {
        self.0
            .to_socket_addrs()?
            .next()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the name has no address"))
    }
}

/// `--dialect`
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Generation {
    #[value(name = "3.1")]
    V3_1,
    #[value(name = "3.3")]
    V3_3,
    #[value(name = "4.1")]
    V4_1,
    #[value(name = "4.2")]
    V4_2,
}

impl Generation {
    const fn dialect(self) -> Dialect {
        match self {
            Self::V3_1 => Dialect::V3_1,
            Self::V3_3 => Dialect::V3_3,
            Self::V4_1 => Dialect::V4_1,
            Self::V4_2 => Dialect::V4_2,
        }
    }
}

/// `--quirks`
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Behaviour {
    /// What ESP-AT's documentation says.
    Documented,
    /// What published firmware v3.1 to v3.2 does.
    #[value(name = "firmware-3.2")]
    Firmware3_2,
    /// What the latest published firmware does.
    FirmwareLatest,
}

impl Behaviour {
    const fn quirks(self) -> Quirks {
        match self {
            Self::Documented => Quirks::DOCUMENTED,
            Self::Firmware3_2 => Quirks::FIRMWARE_3_2,
            Self::FirmwareLatest => Quirks::FIRMWARE_LATEST,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.task {
        Some(Task::Demo) => return status(demo::run(&mut io::stdout())),
        Some(Task::Run { files }) => {
            return status(transcript::run(files, &mut io::stdout()).unwrap_or(false));
        }
        None => {}
    }
    let mut config = Config::new(arguments.dialect.dialect());
    config.quirks = arguments.quirks.quirks();
    match serve(&arguments, config) {
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
fn serve(arguments: &Arguments, config: Config) -> Result<u8, String> {
    let cannot_run = |error: io::Error| format!("cannot run: {error}");
    let mut simulator = Simulator::new(config).map_err(cannot_run)?;
    // First, so that a module's first command finds it; but it is told after the port.
    let echo = match &arguments.echo_server {
        None => None,
        Some(at) => Some(
            at.resolve()
                .and_then(|address| simulator.start_echo_server(address))
                .map_err(|error| format!("cannot run the echo server at {}: {error}", at.0))?,
        ),
    };
    let (port, name) = match &arguments.serial {
        Serial::Stdio => (simulator.add_stdio(), "stdio"),
        Serial::Pty => (simulator.add_pty(), "a pty"),
        Serial::Tcp(at) => {
            (at.resolve().and_then(|address| simulator.add_tcp(address)), at.0.as_str())
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
