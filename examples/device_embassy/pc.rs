//! What a board would have: a UART and a network. Here both are sockets of the operating system. tokio
//! waits for them on a thread of its own, as interrupts do; the tasks run on embassy's executor.

use embedded_io_adapters::tokio_1::FromTokio;
use std::io;
use tokio::net::{TcpStream, tcp};
use tokio::runtime::{Builder, EnterGuard, Handle};

pub(crate) type Rx = FromTokio<tcp::OwnedReadHalf>;
pub(crate) type Tx = FromTokio<tcp::OwnedWriteHalf>;

pub(crate) async fn connect(host: &str, port: u16) -> Option<(Rx, Tx)> {
    match TcpStream::connect((host, port)).await {
        Ok(stream) => split(stream).ok(),
        Err(error) => {
            eprintln!("{host}: {error}");
            None
        }
    }
}

pub(crate) fn split(stream: TcpStream) -> io::Result<(Rx, Tx)> {
    stream.set_nodelay(true)?;
    let (rx, tx) = stream.into_split();
    Ok((FromTokio::new(rx), FromTokio::new(tx)))
}

pub(crate) fn start() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let handle = runtime.handle().clone();
    std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    Ok(handle)
}

pub(crate) fn enter(handle: &Handle) -> EnterGuard<'_> {
    handle.enter()
}
