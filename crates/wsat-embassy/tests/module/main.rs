//! The module between a serial line, a network and a clock that are in memory: nothing outside this process, and no waiting.

mod cancelling;
mod commands;
mod flow;
mod host;
mod impostor;
mod line;
mod links;
mod losses;
mod messages;
mod network;
mod pings;
mod pipe;
mod restarting;
mod tls;
mod world;

use embassy_futures::select::{Either, select};
use host::Host;
use network::Network;
use pipe::pipe;
use rand::{SeedableRng, rngs::StdRng};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use world::Time;
use wsat::device::Config;
use wsat_embassy::{
    Board, Connector, End, Memory, Messages, Module, NoMessages, NoProgram, Note, Program,
};

/// What the serial line holds in each direction.
const LINE: usize = 64;
const WINDOW: usize = 512;

thread_local! {
    static NOTES: RefCell<Vec<Note>> = const { RefCell::new(Vec::new()) };
}

/// What was logged since this was last asked.
fn notes() -> Vec<Note> {
    NOTES.take()
}

/// Everything that a script has to do with.
struct Bench {
    host: Host,
    network: Network,
    time: Time,
    /// How often the module was restarted.
    restarts: Rc<Cell<usize>>,
    /// Has the module's future dropped, and made anew.
    cancel: Rc<Cell<bool>>,
}

impl Bench {
    /// The module is on, and does not echo.
    async fn begin(&mut self) {
        self.host.expect("\r\nready\r\n").await;
        self.host.send("ATE0\r\n").await;
        self.host.expect("ATE0\r\n\r\nOK\r\n").await;
    }

    /// Opens a link.
    async fn open(&mut self, link: usize) -> network::Server {
        self.host.send(format!("AT+WSOPEN={link},\"ws://server/{link}\"\r\n")).await;
        let server = self.network.accept().await;
        self.host.expect(&format!("+WS_CONNECTED:{link}\r\n\r\nOK\r\n")).await;
        server
    }
}

/// Plays a script against a module without commands of its own.
fn play(script: impl AsyncFnOnce(&mut Bench)) {
    play_with(Config::default(), |_| (NoProgram, NoMessages), script);
}

fn play_with<P: Program, M: Messages>(
    config: Config,
    firmware: impl FnOnce(&Time) -> (P, M),
    script: impl AsyncFnOnce(&mut Bench),
) {
    let time = Time::default();
    let network = Network::new(&time);
    let links = [(); 3].map(|()| network.clone());
    play_on((time, network), links, config, firmware, script);
}

/// The same with connectors over those of the network.
fn play_on<C: Connector, P: Program, M: Messages>(
    (time, network): (Time, Network),
    links: [C; 3],
    config: Config,
    firmware: impl FnOnce(&Time) -> (P, M),
    script: impl AsyncFnOnce(&mut Bench),
) {
    let ((rx, to_module), (from_module, tx)) = (pipe(LINE), pipe(LINE));
    let (program, messages) = firmware(&time);
    let mut board = Board {
        rx,
        tx,
        links,
        rng: StdRng::seed_from_u64(1),
        clock: time.clone(),
        program,
        messages,
        log: |note| NOTES.with_borrow_mut(|notes| notes.push(note)),
    };
    let (restarts, cancel) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let run = async {
        let mut memory = Memory::<WINDOW, 2048>::new();
        let mut module = Module::new(config, &mut memory);
        loop {
            let cancelled = std::future::poll_fn(|_| match cancel.take() {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            });
            match select(cancelled, module.run(&mut board)).await {
                Either::First(()) => {}
                Either::Second(End::Restart) => restarts.set(restarts.get() + 1),
                Either::Second(End::Line) => return,
            }
        }
    };
    let mut bench = Bench {
        host: Host { rx: from_module, tx: to_module },
        network,
        time: time.clone(),
        restarts: restarts.clone(),
        cancel: cancel.clone(),
    };
    world::play(&time, [Box::pin(run)], async {
        bench.begin().await;
        script(&mut bench).await;
    });
}
