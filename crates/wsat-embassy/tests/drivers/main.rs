//! The session that every driver of the repository has to get through, here over sockets of this PC: they are a network stack like any
//! other, with a connector of its own.

#[path = "../../../../tests/drivers/host.rs"]
mod host;
#[path = "../../../../tests/drivers/session.rs"]
#[allow(dead_code, reason = "the name of a driver, of which there is one")]
mod session;

use embassy_futures::select::{Either, select};
use embedded_io_adapters::tokio_1::FromTokio;
use session::{Driver, play};
use std::{io, net::TcpStream, time::Duration};
use wsat::Instant;
use wsat::device::Config;
use wsat_embassy::{
    Board, Clock, ConnectError, Connector, End, Endpoint, Memory, Module, NoMessages, NoProgram,
    Session,
};

/// Of one link.
struct Sockets;

impl Connector for Sockets {
    async fn connect<S: Session>(
        &mut self,
        to: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError> {
        if to.tls().is_some() {
            return Err(ConnectError::NoTls);
        }
        let connecting = tokio::net::TcpStream::connect((to.host(), to.port()));
        let stream = match select(connecting, session.closed()).await {
            Either::First(stream) => stream.map_err(|_| ConnectError::Refused)?,
            Either::Second(()) => return Ok(()),
        };
        stream.set_nodelay(true).map_err(|_| ConnectError::Refused)?;
        let (rx, tx) = stream.into_split();
        // The operating system sees to the farewell.
        session.serve(FromTokio::new(rx), FromTokio::new(tx)).await;
        Ok(())
    }
}

struct PcClock(std::time::Instant);

impl Clock for PcClock {
    fn now(&self) -> Instant {
        Instant::from_millis(u64::try_from(self.0.elapsed().as_millis()).unwrap())
    }

    async fn wait_until(&self, at: Instant) {
        tokio::time::sleep_until((self.0 + Duration::from_millis(at.as_millis())).into()).await;
    }
}

fn serve(port: TcpStream, config: Config) -> io::Result<()> {
    port.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (rx, tx) = tokio::net::TcpStream::from_std(port)?.into_split();
        let mut memory = Memory::<2048, 8192>::new();
        let mut board = Board {
            rx: FromTokio::new(rx),
            tx: FromTokio::new(tx),
            links: [Sockets, Sockets, Sockets],
            rng: rand::rng(),
            clock: PcClock(std::time::Instant::now()),
            program: NoProgram,
            messages: NoMessages,
            log: |note| eprintln!("{note}"),
        };
        let end = Module::new(config, &mut memory).run(&mut board).await;
        assert_eq!(end, End::Line);
        Ok(())
    })
}

#[test]
fn the_module_gets_through_the_session() {
    play(&Driver::new("wsat-embassy", serve));
}
