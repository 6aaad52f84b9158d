//! A host on a serial port: from power-on to a text that comes back through a WebSocket.
//!
//! `cargo run --example host_blocking -- PORT URI [SSID PASSWORD]`
//!
//! On a microcontroller [`Uart`] is another, and [`talk`] is `main`; [`Module`] stays as it is.

pub(crate) mod console;

use console::{Arguments, Error, show};
use serialport::SerialPort;
use std::cell::Cell;
use std::io::{self, ErrorKind, Read as _, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::time::{self, Duration};
use std::{env, slice};
use wsat::host::{Config, Event, Failure, Host, Join, Open, Request, SendData, Storage, ToModule};
use wsat::{Instant, LinkId};

const USAGE: &str = "\
usage: host_blocking PORT URI [SSID PASSWORD]
Joins a Wi-Fi network, opens a WebSocket, sends a text and prints what comes back.
A module without Wi-Fi to find: wsat-sim --serial pty --echo-server 127.0.0.1:0
examples:
  host_blocking /dev/ttyUSB0 ws://192.168.1.2:9001/ network password
  host_blocking /dev/pts/5 ws://127.0.0.1:9001/";

/// An ESP-AT module talks at this speed unless it was told otherwise.
const BAUD: u32 = 115_200;
/// How long the port may take not a single byte.
const WRITE: Duration = Duration::from_secs(10);
/// How long the module may say nothing while it is asked nothing.
const SILENCE: Duration = Duration::from_secs(10);

const TEXT: &str = "Hello from the other end of the serial line";

/// What a board has: a serial line and a clock.
pub(crate) trait Uart {
    fn now(&self) -> Instant;
    /// Returns when all of it is on its way.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// What has come, at once or as soon as there is any; nothing when it is `until`.
    fn read(&mut self, bytes: &mut [u8], until: Option<Instant>) -> io::Result<usize>;
}

/// A module: its host, where it is, and what it has printed that the host has not taken yet. That outlives
/// a request.
struct Module<'m, U> {
    host: Host<'m>,
    uart: U,
    bytes: [u8; 256],
    rest: Range<usize>,
}

type OnEvent<'a> = dyn FnMut(&Event<'_>) + 'a;

impl<U: Uart> Module<'_, U> {
    /// Carries out a request.
    fn run(&mut self, request: &Request<'_>, on_event: &mut OnEvent<'_>) -> Result<(), Error> {
        self.host.begin(self.uart.now(), request)?;
        loop {
            if let Some(result) = self.turn(on_event)? {
                return result.map_err(|failure| Error::failed(request, failure));
            }
        }
    }

    /// Writes, hears, or waits, if there is nothing to be written or heard. The result is that of a request
    /// that has ended.
    fn turn(&mut self, on_event: &mut OnEvent<'_>) -> Result<Option<Result<(), Failure>>, Error> {
        let mut out = [0; 64];
        while let ToModule::Bytes(n) = self.host.poll_module(self.uart.now(), &mut out) {
            self.uart.write(&out[..n]).map_err(Error::other)?;
        }
        // Also if nothing is left to be told: time and requests cause events, too.
        let (taken, event) = self.host.feed(self.uart.now(), &self.bytes[self.rest.clone()]);
        self.rest.start += taken;
        match event {
            Some(Event::Finished(result)) => return Ok(Some(result)),
            Some(event) => on_event(&event),
            None if taken == 0 => self.wait().map_err(Error::other)?,
            None => {}
        }
        Ok(None)
    }

    /// Waits for bytes, or until it is time. It is never time while there are bytes.
    fn wait(&mut self) -> io::Result<()> {
        self.rest = 0..self.uart.read(&mut self.bytes, self.host.poll_deadline())?;
        if self.rest.is_empty() {
            self.host.handle_time(self.uart.now());
        }
        Ok(())
    }
}

/// From power-on to the end of the session.
pub(crate) fn talk(
    uart: impl Uart,
    uri: &str,
    wifi: Option<(&str, &str)>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut storage = Storage::<512, 256>::new();
    let host = Host::new(Config::default(), storage.lend());
    let mut module = Module { host, uart, bytes: [0; 256], rest: 0..0 };
    let echoed = Cell::new(0);
    let on_event = &mut |event: &Event<'_>| echoed.set(echoed.get() + show(event, out));
    if let Some((ssid, password)) = wifi {
        module.run(&Request::Station, on_event)?;
        module.run(&Join::new(ssid.as_bytes(), password.as_bytes()).into(), on_event)?;
    }
    // The module may have it open since before a reset of ours.
    module.run(&Request::Close(LinkId::L0), on_event)?;
    module.run(&Open::new(LinkId::L0, uri.as_bytes()).into(), on_event)?;
    module.run(&SendData::text(LinkId::L0, TEXT.as_bytes()).into(), on_event)?;
    while echoed.get() < TEXT.len() {
        module.turn(on_event)?;
    }
    module.run(&Request::Close(LinkId::L0), on_event)
}

/// A serial port of a PC.
struct Port {
    serial: Box<dyn SerialPort>,
    power_on: time::Instant,
}

impl Port {
    fn open(path: &str) -> Result<Self, Error> {
        let serial = serialport::new(path, BAUD).open().map_err(|error| {
            Error::Other(format!("cannot open {path}: {error}{}", advice(error.kind())))
        })?;
        Ok(Self { serial, power_on: time::Instant::now() })
    }
}

fn advice(kind: serialport::ErrorKind) -> &'static str {
    match kind {
        serialport::ErrorKind::Io(ErrorKind::PermissionDenied) => {
            "; on Linux its users are often those in the group dialout"
        }
        serialport::ErrorKind::Io(ErrorKind::NotFound) | serialport::ErrorKind::NoDevice => {
            "; is it plugged in, and used by nobody else?"
        }
        _ => "",
    }
}

impl Uart for Port {
    fn now(&self) -> Instant {
        // Milliseconds of half a billion years.
        Instant::from_millis(u64::try_from(self.power_on.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.serial.set_timeout(WRITE)?;
        // One by one: there is a limit to how long it waits for room for a byte, but none for the next.
        bytes.iter().try_for_each(|byte| self.serial.write_all(slice::from_ref(byte))).map_err(
            |error| match error.kind() {
                ErrorKind::TimedOut => io::Error::other("the port does not take what is written"),
                _ => error,
            },
        )
    }

    fn read(&mut self, bytes: &mut [u8], until: Option<Instant>) -> io::Result<usize> {
        let wait = until.map_or(SILENCE, |until| Duration::from_millis(until.since(self.now())));
        self.serial.set_timeout(wait)?;
        match self.serial.read(bytes) {
            Ok(0) => Err(io::Error::other("the port has ended")),
            Err(error) if error.kind() == ErrorKind::TimedOut && until.is_none() => {
                Err(io::Error::other("the module says nothing any more"))
            }
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                Ok(0)
            }
            result => result,
        }
    }
}

/// The whole program, but for its arguments.
pub(crate) fn talk_at(
    path: &str,
    uri: &str,
    wifi: Option<(&str, &str)>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    talk(Port::open(path)?, uri, wifi, out)
}

fn main() -> ExitCode {
    let Some(Arguments { port, uri, wifi }) = Arguments::of(env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let wifi = wifi.as_ref().map(|(ssid, password)| (ssid.as_str(), password.as_str()));
    match talk_at(&port, &uri, wifi, &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
