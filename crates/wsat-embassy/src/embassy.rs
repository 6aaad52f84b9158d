//! embassy: TCP and DNS of embassy-net, the clock of embassy-time.

use crate::{Clock, ConnectError, Connector, Endpoint, Session};
use embassy_futures::select::{Either, select};
use embassy_net::dns::DnsQueryType;
use embassy_net::tcp::{Error, TcpSocket, TcpWriter};
use embassy_net::{IpAddress, Stack};
use embassy_time::{Duration, Timer, with_timeout};
use embedded_io_async::{ErrorType, Write};
use wsat::Instant;

/// How long a reset may take to get out: longer only if nobody knows where the peer is.
const RESET: Duration = Duration::from_secs(1);
/// How often a connection's network is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// The clock of embassy-time.
#[derive(Clone, Copy, Default, Debug)]
pub struct EmbassyClock;

impl Clock for EmbassyClock {
    fn now(&self) -> Instant {
        Instant::from_millis(embassy_time::Instant::now().as_millis())
    }

    async fn wait_until(&self, at: Instant) {
        Timer::at(embassy_time::Instant::from_millis(at.as_millis())).await;
    }
}

/// The connections of a link, each until its end or that of the network: a socket of embassy-net at a time, in memory that is lent to it. A stack for three links has room for three
/// such sockets, besides its own.
pub struct TcpLink<'d, 'm> {
    stack: Stack<'d>,
    rx: &'m mut [u8],
    tx: &'m mut [u8],
}

impl<'d, 'm> TcpLink<'d, 'm> {
    /// `rx` is what may be under way from the peer while the link's window is full, `tx` what may be under way to it: a segment or
    /// more. With an empty one nothing is ever received, or sent, and an attempt to connect ends with its time.
    pub const fn new(stack: Stack<'d>, rx: &'m mut [u8], tx: &'m mut [u8]) -> Self {
        Self { stack, rx, tx }
    }
}

impl core::fmt::Debug for TcpLink<'_, '_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TcpLink").finish_non_exhaustive()
    }
}

impl Connector for TcpLink<'_, '_> {
    async fn connect<S: Session>(
        &mut self,
        to: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError> {
        if to.tls().is_some() {
            return Err(ConnectError::NoTls);
        }
        // A query that is dropped is cancelled.
        let address = match select(look_up(self.stack, to.host()), session.closed()).await {
            Either::First(found) => found.ok_or(ConnectError::Name)?,
            Either::Second(()) => return Ok(()),
        };
        let mut socket = TcpSocket::new(self.stack, self.rx, self.tx);
        // The device's messages are whole: nothing is gained by waiting for more.
        socket.set_nagle_enabled(false);
        match select(socket.connect((address, to.port())), session.closed()).await {
            Either::First(Ok(())) => {}
            Either::First(Err(_)) => return Err(ConnectError::Refused),
            Either::Second(()) => {
                reset(&mut socket).await;
                return Ok(());
            }
        }
        let (rx, tx) = socket.split();
        match select(session.serve(rx, Tx(tx)), gone(self.stack)).await {
            Either::First(()) => farewell(&mut socket, session).await,
            Either::Second(()) => reset(&mut socket).await,
        }
        Ok(())
    }
}

/// Waits until there is no network, or no address in it: TCP would go on sending for minutes. A connection whose address is not
/// the module's any more is ended by smoltcp, which looks whenever this does.
async fn gone(stack: Stack<'_>) {
    // To wait for a change of the stack's state is left to others: it wakes one task, and two that wait would wake each other without
    // end.
    while stack.is_link_up() && stack.is_config_up() {
        Timer::after(LOOK).await;
    }
}

/// The first address that the host has, of the kinds that the stack can use.
async fn look_up(stack: Stack<'_>, host: &str) -> Option<IpAddress> {
    // An IPv6 address is one only as the answer to that question, and no name has a colon.
    let kinds: &[DnsQueryType] = match (host.contains(':'), cfg!(feature = "ipv6")) {
        (false, false) => &[DnsQueryType::A],
        (false, true) => &[DnsQueryType::A, DnsQueryType::Aaaa],
        (true, true) => &[DnsQueryType::Aaaa],
        (true, false) => &[],
    };
    for kind in kinds {
        if let Ok(found) = stack.dns_query(host, *kind).await
            && let Some(address) = found.first()
        {
            return Some(*address);
        }
    }
    None
}

/// Ends in order: behind what was written, and with both ends knowing.
async fn farewell(socket: &mut TcpSocket<'_>, session: &impl Session) {
    socket.close();
    let in_order = async {
        let mut rest = [0; 64];
        if socket.flush().await.is_ok() {
            // Until the peer has ended its side, too. What it still sends nobody wants.
            while let Ok(1..) = socket.read(&mut rest).await {}
        }
    };
    if let Either::Second(()) = select(in_order, session.hurried()).await {
        reset(socket).await;
    }
}

/// Ends at once. The socket has to stay until the reset is sent, or the peer would not hear of it.
async fn reset(socket: &mut TcpSocket<'_>) {
    socket.abort();
    _ = with_timeout(RESET, socket.flush()).await;
}

/// What is written is sent anyway; to wait until the peer has it would cost a round trip each time.
struct Tx<'a>(TcpWriter<'a>);

impl ErrorType for Tx<'_> {
    type Error = Error;
}

impl Write for Tx<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.0.write(bytes).await
    }

    async fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}
