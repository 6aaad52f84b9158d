//! The command line of `wsat-sim`: its options, what they mean, and its help.

use clap::{Parser, Subcommand, ValueEnum};
use std::fmt::{self, Display, Formatter};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use wsat::device::Config;
use wsat::{Dialect, Quirks};
use wsat_sim::{Fault, Options, Resolve, Verification};

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
pub(crate) struct Arguments {
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
    pub(crate) serial: Serial,

    /// Also run a WebSocket server that sends every message back. Port 0 picks a free port, which is
    /// printed.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) echo_server: Option<HostPort>,

    /// So many modules in this process, each with a pty of its own, or with a TCP port of its own: consecutive ones from
    /// PORT on, or free ones for port 0.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) modules: u16,

    /// A Wi-Fi network that there is, and its password. Once there is one, AT+CWJAP refuses all others. May be given
    /// several times.
    #[arg(long, value_name = "NAME[,PASSWORD]")]
    pub(crate) network: Vec<String>,

    /// Write each session to a file, as a transcript that `wsat-sim run FILE` plays again. Of one module only.
    #[arg(long, value_name = "FILE.at")]
    pub(crate) log: Option<PathBuf>,

    /// Something that goes wrong from the start: see below. May be given several times.
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<Fault>,
    /// A TCP port for lines of text that have something go wrong, or well again, while the modules run: see below. Port 0
    /// picks a free port, which is printed.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) control: Option<HostPort>,
    /// Every random choice of faults follows from this number. If it is not given it is random, and printed.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,

    /// Whose AT commands: 3.1 are those of ESP-AT v3.1.0 to v3.2.1, 3.3 of v3.3.0 to v4.0.0, 4.1 of v4.1.0 to
    /// v5.0.1, 4.2 those that are documented since.
    #[arg(long, value_enum, default_value = "3.1")]
    dialect: Generation,
    /// Behave as the documentation says, or as published firmware does.
    #[arg(long, value_enum, default_value = "documented")]
    quirks: Behaviour,

    /// Which servers a wss:// link believes.
    ///
    /// verify: those with a certificate of an authority that this system or --ca knows, whatever
    /// AT+WSCFG says. as-module: <auth_mode> decides, as on the chip: with 0 (which it is without AT+WSCFG)
    /// and 1 every server, with 2 and 3 those of the authority <ca_number>.
    #[arg(long, value_enum, default_value = "verify")]
    tls: Believed,
    /// An authority for TLS: a PEM file, and the number that AT+WSCFG calls it by (<ca_number>). Without a
    /// number, the lowest that is free. May be given several times.
    #[arg(long, value_name = "[NUMBER=]FILE")]
    ca: Vec<Numbered>,
    /// What a module shows to a server that asks: PEM files of a certificate and its private key, and the number
    /// that AT+WSCFG calls both by (<pki_number>). May be given several times. Without a key, or with an empty
    /// file, the answer is NO PRVT_KEY FOUND.
    #[arg(long, value_name = "[NUMBER=]CERT[,KEY]")]
    cert: Vec<Numbered>,
    /// Connect to ADDRESS when a URI has HOST and PORT, as curl does; HOST may be *. The port behind the address
    /// is for a local server in place of the real one. May be given several times.
    #[arg(long, value_name = "HOST:PORT:ADDRESS[:PORT]")]
    resolve: Vec<Resolve>,

    #[command(subcommand)]
    pub(crate) task: Option<Task>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Task {
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

impl Arguments {
    /// What the simulator is started with. The error is a sentence for the user.
    pub(crate) fn options(&self) -> Result<Options, String> {
        let mut config = Config::new(self.dialect.dialect());
        config.quirks = self.quirks.quirks();
        let mut options = Options::from(config);
        options.verification = match self.tls {
            Believed::Verify => Verification::Always,
            Believed::AsModule => Verification::AsModule,
        };
        for Numbered { number, files } in &self.ca {
            options.certificates.load_authority(*number, Path::new(files))?;
        }
        for Numbered { number, files } in &self.cert {
            let (certificate, key) = files
                .split_once(',')
                .map_or((files.as_str(), None), |(cert, key)| (cert, Some(key)));
            let key = key.filter(|key| !key.is_empty()).map(Path::new);
            options.certificates.load_certificate(*number, Path::new(certificate), key)?;
        }
        options.resolve.clone_from(&self.resolve);
        Ok(options)
    }
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
  wsat-sim --ca my-ca.pem --resolve demo.example:443:127.0.0.1:8443
      AT+WSOPEN=0,\"wss://demo.example/\" opens at a server of your own, with its certificate verified
      for that name.
  wsat-sim --dialect 4.1 --tls as-module --ca 0=my-ca.pem --cert 1=module.pem,module.key
      AT+WSCFG=0,30,60,4096,3,1,0 has link 0 show the certificate and ask for one of that authority.

  wsat-sim --serial pty --fault 'serial drop 0.001' --control 127.0.0.1:4001
      A line that loses a byte in a thousand; and then, for example:
      echo network 0 stall | nc -N 127.0.0.1 4001

Faults:
  serial drop P, serial repeat P, serial flip P
      Each byte of the serial line, in both directions, is lost, comes twice, or has a bit changed, with
      the probability P, 0 to 1.
  serial delay MS, serial cut on|off
      Each byte takes so long; bytes go over the line one by one.
  reboot
      The module starts anew.
  network [LINK] refuse|stall|half-open|reset
      Nothing can be connected to; nothing goes in or out; what is sent vanishes and nothing comes;
      the connection ends.
  network [LINK] slow MS, network [LINK] cut on|off
      Something moves every so many milliseconds only; bytes come one by one.
  serial ok, network [LINK] ok
      All is well again.
  On the control port a line may begin with module N, counted from 0; else it is for all of them. The
  answer is ok, or error: and why.

Exit status: 0 at the end of the input, 1 for a failure, also of what an option asks for (a file, a
port), 2 for a command line that is not understood, 130 for Ctrl-C on a terminal.";

/// `--serial`
#[derive(Clone, Debug)]
pub(crate) enum Serial {
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
pub(crate) struct HostPort(String);

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

impl Display for HostPort {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HostPort {
    /// Its first address.
    pub(crate) fn resolve(&self) -> io::Result<SocketAddr> {
        self.0
            .to_socket_addrs()?
            .next()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the name has no address"))
    }
}

/// `--ca`, `--cert`: a file, or two, and their number.
#[derive(Clone, Debug)]
struct Numbered {
    number: Option<u8>,
    files: String,
}

impl FromStr for Numbered {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A file's name may have such a sign itself.
        let number =
            text.split_once('=').and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
        let (number, files) = number.map_or((None, text), |(number, rest)| (Some(number), rest));
        if files.is_empty() {
            return Err("expected a file, or NUMBER=FILE with a number from 0 to 255".to_owned());
        }
        Ok(Self { number, files: files.to_owned() })
    }
}

/// `--tls`
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Believed {
    Verify,
    AsModule,
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
