//! An asynchronous host: from power-on to a text that comes back through a WebSocket.
//!
//! The module is behind a TCP port here: a simulated one, or a serial server.
//!
//! `cargo run --example host_async -- HOST:PORT URI [SSID PASSWORD]`
//!
//! [`Module`] knows of no runtime: its line is any of embedded-io-async, and [`Clock`] is two functions.
//!
//! Any future here may be dropped at any time, as one that waits for a deadline is, and nothing is lost if
//! `read` and `write` of the line lose nothing then: a socket of tokio does not, nor does a UART with a
//! buffer of its own. A UART whose DMA goes straight into the caller's memory needs such a buffer first.

pub(crate) mod console;

use console::{Arguments, Error, show};
use embedded_io_adapters::tokio_1::FromTokio;
use embedded_io_async::{Read, Write};
use std::cell::Cell;
use std::ops::Range;
use std::process::ExitCode;
use std::time::{self, Duration};
use std::{env, io};
use tokio::net::TcpStream;
use wsat::host::{Config, Event, Failure, Host, Join, Open, Request, SendData, Storage, ToModule};
use wsat::{Instant, LinkId};

const USAGE: &str = "\
usage: host_async HOST:PORT URI [SSID PASSWORD]
Joins a Wi-Fi network, opens a WebSocket, sends a text and prints what comes back.
A module without Wi-Fi to find: wsat-sim --serial tcp:127.0.0.1:4000 --echo-server 127.0.0.1:9001
example: host_async 127.0.0.1:4000 ws://127.0.0.1:9001/";

/// How long the text may take to come back, in milliseconds.
const ECHO_MS: u32 = 10_000;

const TEXT: &str = "Hello from the other end of the serial line";

/// Time, as the runtime has it.
pub(crate) trait Clock {
    fn now(&self) -> Instant;
    /// What the future gives; `None` if it has given nothing when it is `deadline`. Then it is dropped.
    async fn by<F: Future>(&self, deadline: Option<Instant>, future: F) -> Option<F::Output>;
}

/// A module: its host, where it is, and what is on its way. That outlives a request, and a future that
/// was dropped.
struct Module<'m, R, W, C> {
    host: Host<'m>,
    rx: R,
    tx: W,
    clock: &'m C,
    input: [u8; 256],
    /// What the host has not taken yet.
    rest: Range<usize>,
    output: [u8; 64],
    /// What the line has not taken yet.
    unsent: Range<usize>,
}

type OnEvent<'a> = dyn FnMut(&Event<'_>) + 'a;

impl<R: Read, W: Write, C: Clock> Module<'_, R, W, C> {
    /// Carries out a request. If this is dropped, it goes on with the next [`turn`](Self::turn).
    async fn run(
        &mut self,
        request: &Request<'_>,
        on_event: &mut OnEvent<'_>,
    ) -> Result<(), Error> {
        self.host.begin(self.clock.now(), request)?;
        loop {
            if let Some(result) = self.turn(on_event).await? {
                return result.map_err(|failure| Error::failed(request, failure));
            }
        }
    }

    /// Hears, or writes, or waits. The result is that of a request that has ended.
    async fn turn(
        &mut self,
        on_event: &mut OnEvent<'_>,
    ) -> Result<Option<Result<(), Failure>>, Error> {
        let now = self.clock.now();
        if self.unsent.is_empty()
            && let ToModule::Bytes(n) = self.host.poll_module(now, &mut self.output)
        {
            self.unsent = 0..n;
        }
        // Also if nothing is left to be told: time and requests cause events, too.
        let (taken, event) = self.host.feed(now, &self.input[self.rest.clone()]);
        self.rest.start += taken;
        match event {
            Some(Event::Finished(result)) => return Ok(Some(result)),
            Some(event) => on_event(&event),
            None if taken == 0 => self.wait().await?,
            None => {}
        }
        Ok(None)
    }

    /// Waits for the line to take or bring something, or until it is time.
    async fn wait(&mut self) -> Result<(), Error> {
        let deadline = self.host.poll_deadline();
        if !self.unsent.is_empty() {
            let write = self.tx.write(&self.output[self.unsent.clone()]);
            match self.clock.by(deadline, write).await {
                Some(n) => self.unsent.start += n.map_err(Error::other)?,
                None => self.host.handle_time(self.clock.now()),
            }
            return Ok(());
        }
        let flush_and_read = async {
            self.tx.flush().await.map_err(Error::other)?;
            self.rx.read(&mut self.input).await.map_err(Error::other)
        };
        match self.clock.by(deadline, flush_and_read).await.transpose()? {
            Some(0) => return Err(Error::other("the port has ended")),
            Some(n) => self.rest = 0..n,
            None => self.host.handle_time(self.clock.now()),
        }
        Ok(())
    }
}

/// From power-on to the end of the session.
pub(crate) async fn talk(
    (rx, tx): (impl Read, impl Write),
    clock: &impl Clock,
    uri: &str,
    wifi: Option<(&str, &str)>,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let mut storage = Storage::<512, 256>::new();
    let host = Host::new(Config::default(), storage.lend());
    let (input, output) = ([0; 256], [0; 64]);
    let mut module = Module { host, rx, tx, clock, input, rest: 0..0, output, unsent: 0..0 };
    let echoed = Cell::new(0);
    let on_event = &mut |event: &Event<'_>| echoed.set(echoed.get() + show(event, out));
    if let Some((ssid, password)) = wifi {
        module.run(&Request::Station, on_event).await?;
        module.run(&Join::new(ssid.as_bytes(), password.as_bytes()).into(), on_event).await?;
    }
    // The module may have it open since before a reset of ours.
    module.run(&Request::Close(LinkId::L0), on_event).await?;
    module.run(&Open::new(LinkId::L0, uri.as_bytes()).into(), on_event).await?;
    module.run(&SendData::text(LinkId::L0, TEXT.as_bytes()).into(), on_event).await?;
    let until = clock.now().after(ECHO_MS);
    let echo = async {
        while echoed.get() < TEXT.len() {
            module.turn(on_event).await?;
        }
        Ok(())
    };
    let silence = || Err(Error::other("the server does not send the text back"));
    clock.by(Some(until), echo).await.unwrap_or_else(silence)?;
    module.run(&Request::Close(LinkId::L0), on_event).await
}

/// The clock of tokio.
struct Tokio {
    power_on: time::Instant,
}

impl Clock for Tokio {
    fn now(&self) -> Instant {
        // Milliseconds of half a billion years.
        Instant::from_millis(u64::try_from(self.power_on.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    async fn by<F: Future>(&self, deadline: Option<Instant>, future: F) -> Option<F::Output> {
        let Some(deadline) = deadline else { return Some(future.await) };
        let left = Duration::from_millis(deadline.since(self.now()));
        tokio::time::timeout(left, future).await.ok()
    }
}

/// The whole program, but for its arguments.
pub(crate) fn talk_at(
    address: &str,
    uri: &str,
    wifi: Option<(&str, &str)>,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Error::other)?.block_on(async {
        let stream = TcpStream::connect(address)
            .await
            .map_err(|error| Error::Other(format!("cannot connect to {address}: {error}")))?;
        let (rx, tx) = stream.into_split();
        let line = (FromTokio::new(rx), FromTokio::new(tx));
        talk(line, &Tokio { power_on: time::Instant::now() }, uri, wifi, out).await
    })
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
