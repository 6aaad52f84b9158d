use wsat::host::{Config, Event, Failure, Host, Join, Open, Request, SendData, Storage, ToModule};
use wsat::{Dialect, Instant, LinkId};

/// A UART, with a buffer of what it has received, and a clock.
pub(crate) trait Board {
    fn now(&self) -> Instant;
    fn write(&mut self, bytes: &[u8]);
    fn received(&self) -> &[u8];
    fn drop_received(&mut self, n: usize);
    fn wait(&mut self, until: Option<Instant>); // … or until something is received
}

pub(crate) fn run(board: &mut impl Board) -> Result<(), Failure> {
    let mut storage = Storage::<512, 256>::new();
    let mut host = Host::new(Config::new(Dialect::V3_1), storage.lend());
    for request in [
        Request::Station,
        Join::new(b"my network", b"my password").into(),
        Open::new(LinkId::L0, b"ws://192.168.1.2:9001/").into(),
        SendData::text(LinkId::L0, b"Hello").into(),
    ] {
        carry_out(&mut host, board, &request)?;
    }
    Ok(())
}

fn carry_out(
    host: &mut Host<'_>,
    board: &mut impl Board,
    request: &Request<'_>,
) -> Result<(), Failure> {
    host.begin(board.now(), request).expect("it can be said, and nothing else runs");
    let mut out = [0; 64];
    loop {
        while let ToModule::Bytes(n) = host.poll_module(board.now(), &mut out) {
            board.write(&out[..n]);
        }
        let (taken, event) = host.feed(board.now(), board.received());
        let nothing = taken == 0 && event.is_none();
        let finished = if let Some(Event::Finished(result)) = event { Some(result) } else { None };
        // Here a program looks at the others: `Event::Data`, `Event::Disconnected`, …
        board.drop_received(taken);
        if let Some(result) = finished {
            return result;
        }
        if nothing {
            board.wait(host.poll_deadline());
            if board.received().is_empty() {
                host.handle_time(board.now());
            }
        }
    }
}
