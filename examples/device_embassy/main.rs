//! The device under embassy: a task for each direction of the UART and for each socket, and one for time.
//!
//! `cargo run --example device_embassy [HOST:PORT]`, then a host at that port; see `docs/porting.md`.
//!
//! The tasks run on one executor, so a mutex that costs nothing shares the device; nobody holds it while
//! waiting. A step that got something done rings a bell, and every task that found nothing to do looks
//! again. All is `static`, nothing is allocated, and lines and sockets are any of embedded-io-async. What
//! stands in [`pc`] is another on a board: there [`pc::connect`] is `dns_query`, `TcpSocket::connect` and
//! `split` of embassy-net.

#[path = "../listening/mod.rs"]
mod listening;
mod pc;
mod shared;

use core::future::pending;
use embassy_executor::{Executor, Spawner};
use embassy_futures::select::{Either, select};
use embassy_futures::yield_now;
use embassy_time::Timer;
use embedded_io_async::{Read, Write};
use heapless::String;
use shared::{Ear, Module, Shared, WINDOW, now, switch_on};
use static_cell::StaticCell;
use std::{io, process::ExitCode};
use wsat::device::{Config, Conn};

/// Of the UART: the host's bytes.
async fn hear(shared: &'static Shared, mut rx: impl Read) {
    let mut ear = shared.ear();
    let mut bytes = [0; 64];
    while let Ok(n @ 1..) = rx.read(&mut bytes).await {
        let mut rest = &bytes[..n];
        while !rest.is_empty() {
            match shared.step(|module| module.device.handle_host(now(), rest)) {
                0 => ear.changed().await,
                taken => rest = &rest[taken..],
            }
        }
    }
    shared.over.signal(());
}

/// Of the UART: the bytes for the host.
async fn print(shared: &'static Shared, mut tx: impl Write) {
    let mut ear = shared.ear();
    let mut out = [0; 64];
    loop {
        match shared.step(|module| module.print(&mut out)) {
            0 => ear.changed().await,
            // As long as the host takes. If it has left, the other task knows.
            n => _ = tx.write_all(&out[..n]).await,
        }
    }
}

/// Time, and what the device asks for.
async fn act(shared: &'static Shared) {
    let mut ear = shared.ear();
    loop {
        while shared.step(|module| usize::from(shared.act(module))) > 0 {}
        let deadline = shared.with(|module| module.device.poll_deadline());
        // Not left to the bell and the alarm: where the bell rings without end, it would always be first.
        if deadline.is_some_and(|at| at <= now()) {
            // Facts go before time: whoever has received something has a turn.
            yield_now().await;
            shared.step(|module| {
                module.device.handle_time(now());
                1
            });
            continue;
        }
        let alarm = async {
            match deadline {
                Some(at) => Timer::at(embassy_time::Instant::from_millis(at.as_millis())).await,
                None => pending().await,
            }
        };
        select(ear.changed(), alarm).await;
    }
}

/// Of a link: one connection after the other.
async fn connections(shared: &'static Shared, link: usize) {
    let mut ears = [shared.ear(), shared.ear()];
    let mut wanted = None;
    loop {
        let next = shared.wanted[link].wait();
        wanted = match wanted {
            None => next.await,
            // Whatever the connection is at, it ends when the device wants another, or none. A socket of a
            // PC tells its peer when it is dropped; one of embassy-net has to be aborted and flushed here.
            Some(conn) => match select(connection(shared, conn, &mut ears), next).await {
                Either::First(never) => never,
                Either::Second(wanted) => wanted,
            },
        };
    }
}

/// One connection, until it is not wanted any more.
async fn connection(shared: &'static Shared, conn: Conn, [a, b]: &mut [Ear; 2]) -> ! {
    let address = shared.with(|module| {
        let target = module.device.target(conn).filter(|target| !target.secure)?;
        Some((String::<256>::try_from(target.host).ok()?, target.port))
    });
    // A TLS library, such as embedded-tls, would go between this and the lanes.
    if let Some((host, port)) = address
        && let Some((rx, tx)) = pc::connect(&host, port).await
    {
        shared.step(|module| {
            module.device.handle_up(now(), conn);
            1
        });
        select(receive(shared, conn, rx, a), send(shared, conn, tx, b)).await;
    }
    // All that was received has been offered.
    shared.step(|module| {
        module.device.handle_eof(now(), conn);
        1
    });
    pending().await
}

/// Of a socket: the peer's bytes, to their end.
async fn receive(shared: &Shared, conn: Conn, mut rx: impl Read, ear: &mut Ear) {
    let mut bytes = [0; 256];
    loop {
        let room = shared.with(|module| WINDOW - module.links[conn.link()].window.len());
        // Reading into no room would give 0, as the end does.
        if room == 0 {
            ear.changed().await;
            continue;
        }
        let most = room.min(bytes.len());
        let Ok(n @ 1..) = rx.read(&mut bytes[..most]).await else { return };
        shared.step(|module| {
            let link = &mut module.links[conn.link()];
            // The link may have another connection by now, and this one just not have heard of it.
            if link.conn != Some(conn) {
                return 0;
            }
            link.window.extend_from_slice(&bytes[..n]).expect("there is room");
            n
        });
        // A socket that always has something does not keep the other tasks waiting.
        yield_now().await;
    }
}

/// Of a socket: the bytes for the peer.
async fn send(shared: &Shared, conn: Conn, mut tx: impl Write, ear: &mut Ear) {
    let mut out = [0; 256];
    loop {
        let give = |module: &mut Module| module.device.poll_peer(conn, &mut rand::rng(), &mut out);
        let n = shared.step(give);
        if n == 0 {
            ear.changed().await;
        } else if tx.write_all(&out[..n]).await.is_ok() && tx.flush().await.is_ok() {
            let sent = |module: &mut Module| {
                module.device.handle_sent(now(), conn, n).expect("that much was given");
                n
            };
            shared.step(sent);
        } else {
            // It shows when what had arrived before it is read.
            pending::<()>().await;
        }
    }
}

#[embassy_executor::task]
async fn hear_task(shared: &'static Shared, rx: pc::Rx) {
    hear(shared, rx).await;
}

#[embassy_executor::task]
async fn print_task(shared: &'static Shared, tx: pc::Tx) {
    print(shared, tx).await;
}

#[embassy_executor::task]
async fn act_task(shared: &'static Shared) {
    act(shared).await;
}

#[embassy_executor::task(pool_size = 3)]
async fn link_task(shared: &'static Shared, link: usize) {
    connections(shared, link).await;
}

fn spawn(spawner: Spawner, shared: &'static Shared, (rx, tx): (pc::Rx, pc::Tx)) {
    spawner.spawn(hear_task(shared, rx).expect("there is one"));
    spawner.spawn(print_task(shared, tx).expect("there is one"));
    spawner.spawn(act_task(shared).expect("there is one"));
    for link in 0..3 {
        spawner.spawn(link_task(shared, link).expect("there are three"));
    }
}

/// Drives the one device of this program until its host leaves.
pub(crate) fn serve(port: std::net::TcpStream, config: Config) -> io::Result<()> {
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    port.set_nonblocking(true)?;
    let interrupts = pc::start()?;
    let _entered = pc::enter(&interrupts);
    let line = pc::split(tokio::net::TcpStream::from_std(port)?)?;
    let shared = switch_on(config);
    let executor = EXECUTOR.init_with(Executor::new);
    executor.run_until(|spawner| spawn(spawner, shared, line), || shared.over.signaled());
    Ok(())
}

fn main() -> ExitCode {
    listening::module("", |port| serve(port, Config::default()))
}
