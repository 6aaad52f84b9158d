//! Each of the examples that drive a device, in the same session.

#![allow(clippy::duplicate_mod, reason = "each program brings what they share")]

#[path = "../../examples/device_blocking/main.rs"]
#[allow(dead_code, reason = "its main")]
mod device_blocking;
#[path = "../../examples/device_embassy/main.rs"]
#[allow(dead_code, reason = "its main")]
mod device_embassy;
#[path = "../../examples/device_interrupts/main.rs"]
#[allow(dead_code, reason = "its main")]
mod device_interrupts;
#[path = "../../examples/device_smoltcp/main.rs"]
#[allow(dead_code, reason = "its main")]
mod device_smoltcp;
#[path = "../../examples/device_tokio.rs"]
#[allow(dead_code, reason = "its main")]
mod device_tokio;
mod host;
mod session;

use session::{Driver, play};
use std::{io, net::TcpStream, thread};
use wsat::device::Config;

/// Each of the examples.
const DRIVERS: [Driver; 5] = [
    Driver::new("blocking", device_blocking::serve),
    Driver::new("tokio", tokio),
    Driver::new("embassy", device_embassy::serve),
    // In the network of its gateway.
    Driver { loopback: "10.0.2.2", ..Driver::new("smoltcp", device_smoltcp::serve) },
    Driver::new("interrupts", device_interrupts::serve),
];

fn tokio(port: TcpStream, config: Config) -> io::Result<()> {
    port.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        device_tokio::drive(tokio::net::TcpStream::from_std(port)?, config).await
    })
}

/// All at a time, since most of a session is waiting.
#[test]
fn each_driver_gets_through_the_session() {
    let start = |driver: &'static Driver| {
        let thread = thread::Builder::new().name(driver.name.to_owned());
        (driver.name, thread.spawn(|| play(driver)).unwrap())
    };
    let sessions: Vec<_> = DRIVERS.iter().map(start).collect();
    let ended = sessions.into_iter().map(|(name, session)| (name, session.join().is_ok()));
    let failed: Vec<_> = ended.filter(|(_, is_ok)| !is_ok).map(|(name, _)| name).collect();
    assert!(failed.is_empty(), "of the drivers, these failed: {failed:?}");
}
