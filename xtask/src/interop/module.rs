//! A module to work with: `wsat-sim` or another one, and `wsat::host` that drives it over its serial line.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{self, Duration};

use wsat::host::{Config, Data, Event, Failure, Host, Open, Request, Storage, ToModule};
use wsat::rfc6455::Opcode;
use wsat::{Dialect, Instant, LinkId};

use super::LIMIT;
use super::certificates::Certificates;
use super::peers::Visit;
use super::process::{Listen, Process};
use crate::Outcome;

/// The program. Every host that connects finds a freshly booted module.
#[derive(Debug)]
pub(crate) struct Simulator {
    address: String,
    process: Process,
}

impl Simulator {
    pub(crate) fn start(
        program: &Path,
        certificates: Option<&Certificates>,
        log: &Path,
    ) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.args(["--serial", "tcp:127.0.0.1:0", "--dialect", "4.2"]);
        if let Some(made) = certificates {
            command.args(["--tls", "verify", "--ca"]).arg(&made.authority);
        }
        let process = Process::start(&mut command, Listen::Stderr, log)?;
        let address = process
            .first("wsat-sim: AT port on ", LIMIT)
            .map_err(|error| format!("wsat-sim: {error}"))?;
        Ok(Self { address, process })
    }

    /// A serial line of its own to a freshly booted module.
    pub(crate) fn line(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect(&self.address)
            .map_err(|error| format!("wsat-sim cannot be reached ({error})"))?;
        let set = stream.set_nodelay(true);
        set.map_err(|error| format!("the serial line has no limits ({error})"))?;
        Ok(stream)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.process.log.clone()
    }
}

/// A serial line to a module.
pub(crate) trait Line: Read + Write + Debug {
    fn set_read_timeout(&self, limit: Duration) -> io::Result<()>;
    fn set_write_timeout(&self, limit: Duration) -> io::Result<()>;
}

impl Line for TcpStream {
    fn set_read_timeout(&self, limit: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(limit))
    }
    fn set_write_timeout(&self, limit: Duration) -> io::Result<()> {
        self.set_write_timeout(Some(limit))
    }
}

impl Line for UnixStream {
    fn set_read_timeout(&self, limit: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(limit))
    }
    fn set_write_timeout(&self, limit: Duration) -> io::Result<()> {
        self.set_write_timeout(Some(limit))
    }
}

/// What a module has told of its links.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Told {
    Connected(LinkId),
    Disconnected(LinkId),
    Closed(LinkId),
}

/// What has come on one link.
#[derive(Default, Debug)]
pub(crate) struct Received {
    /// All octets that no message was made of.
    pub(crate) octets: Vec<u8>,
    /// Messages, where the heads of records say what belongs together.
    pub(crate) messages: Vec<(Opcode, Vec<u8>)>,
    opcode: Option<Opcode>,
}

/// A module, its host, and all that has come of it.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) host: Host<'static>,
    stream: Box<dyn Line>,
    power_on: time::Instant,
    /// What is left of what was read.
    rest: Vec<u8>,
    log: File,
    booted: bool,
    pub(crate) told: Vec<Told>,
    pub(crate) received: [Received; 3],
}

impl Module {
    /// Waits for a module that boots, and gets in step with it. `log`: where its serial line is written down.
    pub(crate) fn boot(line: impl Line + 'static, log: &Path) -> Result<Self, String> {
        let stream: Box<dyn Line> = Box::new(line);
        let set = stream.set_write_timeout(LIMIT);
        set.map_err(|error| format!("the serial line has no limits ({error})"))?;
        // For good: some hundred bytes a module.
        let storage: &'static mut Storage<512, 256> = Box::leak(Box::default());
        let mut module = Self {
            host: Host::new(Config::new(Dialect::V4_2), storage.lend()),
            stream,
            power_on: time::Instant::now(),
            rest: Vec::new(),
            log: File::create(log)
                .map_err(|error| format!("{} cannot be written ({error})", log.display()))?,
            booted: false,
            told: Vec::new(),
            received: Default::default(),
        };
        module.wait_for("the module is ready", LIMIT, |module| module.booted)?;
        module.run(&Request::Start)?;
        Ok(module)
    }

    /// Carries out a request.
    pub(crate) fn run(&mut self, request: &Request<'_>) -> Outcome {
        self.run_with(request, &[])
    }

    /// Carries out a request whose payload is streamed.
    pub(crate) fn run_with(&mut self, request: &Request<'_>, payload: &[u8]) -> Outcome {
        self.finish(request, payload)?.map_err(|failure| format!("{request:?}: {failure}"))
    }

    /// Makes a request that may fail, and says how.
    pub(crate) fn try_to(&mut self, request: &Request<'_>) -> Result<Result<(), Failure>, String> {
        self.finish(request, &[])
    }

    fn finish(
        &mut self,
        request: &Request<'_>,
        mut payload: &[u8],
    ) -> Result<Result<(), Failure>, String> {
        self.host
            .begin(self.now(), request)
            .map_err(|refused| format!("{request:?}: {refused}"))?;
        loop {
            if let Some(result) = self.turn(&mut payload, None)? {
                return Ok(result);
            }
        }
    }

    /// Opens a link for a visit, which the peer reports.
    pub(crate) fn open(&mut self, link: LinkId, visit: &Visit<'_>) -> Outcome {
        self.run(&Open::new(link, visit.uri.as_bytes()).into())?;
        visit.expect("opened", "")?;
        if !self.forget(Told::Connected(link)) {
            return Err("expected +WS_CONNECTED behind AT+WSOPEN, got none".to_owned());
        }
        Ok(())
    }

    /// Goes on until it is so.
    pub(crate) fn wait_for(
        &mut self,
        what: &str,
        limit: Duration,
        is_so: impl Fn(&Self) -> bool,
    ) -> Outcome {
        let until = time::Instant::now() + limit;
        while !is_so(self) {
            if time::Instant::now() >= until {
                let (told, seconds) = (&self.told, limit.as_secs_f32());
                let octets = self.received.each_ref().map(|link| link.octets.len());
                return Err(format!(
                    "expected that {what} within {seconds} s, got: {told:?}, octets {octets:?}"
                ));
            }
            self.turn(&mut &[][..], Some(until))?;
        }
        Ok(())
    }

    /// Waits for a report.
    pub(crate) fn wait_told(&mut self, told: Told, limit: Duration) -> Outcome {
        self.wait_for(&format!("the module tells {told:?}"), limit, |it| it.told.contains(&told))?;
        self.forget(told);
        Ok(())
    }

    /// Listens for so long.
    pub(crate) fn idle(&mut self, time: Duration) -> Outcome {
        let until = time::Instant::now() + time;
        while time::Instant::now() < until {
            self.turn(&mut &[][..], Some(until))?;
        }
        Ok(())
    }

    /// Takes a report out of those that were told. False: it is not among them.
    fn forget(&mut self, told: Told) -> bool {
        let at = self.told.iter().position(|other| *other == told);
        at.map(|at| self.told.remove(at)).is_some()
    }

    fn now(&self) -> Instant {
        Instant::from_millis(u64::try_from(self.power_on.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Writes, hears, or waits if there is nothing of both. The result is that of a request that has ended.
    fn turn(
        &mut self,
        payload: &mut &[u8],
        until: Option<time::Instant>,
    ) -> Result<Option<Result<(), Failure>>, String> {
        let mut out = [0; 256];
        loop {
            match self.host.poll_module(self.now(), &mut out) {
                ToModule::Bytes(n) => self.write(&out[..n])?,
                ToModule::Payload(left) => {
                    let (now, rest) = payload.split_at(left.min(1024).min(payload.len()));
                    self.write(now)?;
                    *payload = rest;
                    let told = self.host.handle_payload(self.now(), now.len());
                    told.map_err(|error| format!("handle_payload: {error}"))?;
                    if now.is_empty() {
                        break;
                    }
                }
                ToModule::Idle => break,
            }
        }
        let now = self.now();
        let (taken, event) = self.host.feed(now, &self.rest);
        let nothing = taken == 0 && event.is_none();
        let mut finished = None;
        match event {
            Some(Event::Finished(result)) => finished = Some(result),
            Some(Event::Data(data)) => self.received[usize::from(data.link.number())].take(&data),
            Some(Event::Connected(link)) => self.told.push(Told::Connected(link)),
            Some(Event::Disconnected(link)) => self.told.push(Told::Disconnected(link)),
            Some(Event::Closed(link)) => self.told.push(Told::Closed(link)),
            Some(Event::Ready) if !self.booted => self.booted = true,
            // Nothing was damaged, and nobody else is there: a report is of nothing else.
            Some(event) => return Err(format!("unexpected of the host: {event:?}")),
            None => {}
        }
        self.rest.drain(..taken);
        if nothing {
            self.wait(until)?;
        }
        Ok(finished)
    }

    fn write(&mut self, bytes: &[u8]) -> Outcome {
        self.write_down("host  ", bytes);
        self.stream
            .write_all(bytes)
            .map_err(|error| format!("the serial line takes nothing ({error})"))
    }

    /// Waits for bytes, or until it is time for the host.
    fn wait(&mut self, until: Option<time::Instant>) -> Outcome {
        let of_host =
            self.host.poll_deadline().map(|at| Duration::from_millis(at.since(self.now())));
        let ours = until.map(|until| until.saturating_duration_since(time::Instant::now()));
        let wait = of_host.into_iter().chain(ours).min().unwrap_or(LIMIT);
        let mut bytes = [0; 4096];
        let read = self
            .stream
            .set_read_timeout(wait.max(Duration::from_millis(1)))
            .and_then(|()| self.stream.read(&mut bytes));
        match read {
            Ok(0) => return Err("the module has ended the serial line".to_owned()),
            Ok(n) => {
                self.write_down("module", &bytes[..n]);
                self.rest.extend_from_slice(&bytes[..n]);
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                self.host.handle_time(self.now());
            }
            Err(error) => return Err(format!("the serial line cannot be read ({error})")),
        }
        Ok(())
    }

    /// A line of the log: when, who, how much, and its beginning.
    fn write_down(&mut self, who: &str, bytes: &[u8]) {
        let shown = bytes[..bytes.len().min(160)].escape_ascii();
        let millis = self.power_on.elapsed().as_millis();
        let _ = writeln!(self.log, "{millis:6} {who} {:5} {shown}", bytes.len());
    }
}

impl Received {
    fn take(&mut self, data: &Data<'_>) {
        self.octets.extend_from_slice(data.octets);
        let head = data.head;
        let Some(opcode) = head.opcode else { return };
        let first = *self.opcode.get_or_insert(opcode);
        let end = head.payload_offset.zip(head.data_len).map(|(offset, len)| offset + len);
        if data.last && head.fin == Some(true) && end == head.payload_len {
            self.messages.push((first, std::mem::take(&mut self.octets)));
            self.opcode = None;
        }
    }
}
