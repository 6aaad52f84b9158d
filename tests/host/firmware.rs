use wsat::host::{
    Config, Event, Failure, Host, Join, JoinError, Open, Request, SendData, Storage, ToModule,
};
use wsat::{Dialect, Instant, LinkId};

/// A UART, with a buffer of what it has received, and a clock.
pub(crate) trait Board {
    fn now(&self) -> Instant;
    fn write(&mut self, bytes: &[u8]);
    fn received(&self) -> &[u8];
    fn drop_received(&mut self, n: usize);
    fn wait(&mut self, until: Option<Instant>); // … or until something is received
    fn is_on(&self) -> bool;
    fn show(octets: &[u8]);
    fn log(why: JoinError);
}

pub(crate) fn run(board: &mut impl Board) -> Result<(), Failure> {
    let mut storage = Storage::<512, 256>::new(); // statements and messages, lines
    let mut host = Host::new(Config::new(Dialect::V3_1), storage.lend()); // right for any module
    for request in [
        Request::Station,
        Join::new(b"my network", b"my password").into(),
        Request::Close(LinkId::L0), // the module may have it open since before a reset of ours
        Open::new(LinkId::L0, b"ws://192.168.1.2:9001/").into(),
        SendData::text(LinkId::L0, b"Hello").into(),
    ] {
        host.begin(board.now(), &request).expect("it can be said, and nothing else runs");
        while turn(&mut host, board)?.is_none() {}
    }
    while board.is_on() {
        turn(&mut host, board).ok(); // data comes unasked
    }
    Ok(())
}

fn turn<B: Board>(host: &mut Host<'_>, board: &mut B) -> Result<Option<()>, Failure> {
    let mut out = [0; 64];
    while let ToModule::Bytes(n) = host.poll_module(board.now(), &mut out) {
        board.write(&out[..n]);
    }
    let (taken, event) = host.feed(board.now(), board.received());
    let (nothing, mut finished) = (taken == 0 && event.is_none(), None);
    match event {
        Some(Event::Finished(result)) => finished = Some(result),
        Some(Event::Data(data)) => B::show(data.octets),
        Some(Event::Answer(line)) => JoinError::of(&line).into_iter().for_each(B::log),
        _ => {} // Connected, Disconnected, Closed, …
    }
    board.drop_received(taken);
    if nothing {
        board.wait(host.poll_deadline());
        if board.received().is_empty() {
            host.handle_time(board.now());
        }
    }
    finished.transpose()
}
