//! What all tasks share: the device, the windows, and the bell.

use core::cell::RefCell;
use embassy_sync::blocking_mutex::{Mutex, raw::NoopRawMutex};
use embassy_sync::signal::Signal;
use embassy_sync::watch::{Receiver, Watch};
use heapless::Vec;
use static_cell::{ConstStaticCell, StaticCell};
use wsat::Instant;
use wsat::device::{Action, Answer, Config, Conn, Device, Serial, Storage};

/// Bytes of a receive window.
pub(crate) const WINDOW: usize = 2048;
/// Who listens for the bell: two directions of the UART, two of each socket, and time.
const EARS: usize = 9;

pub(crate) type Ear = Receiver<'static, NoopRawMutex, (), EARS>;

/// What all tasks share.
pub(crate) struct Shared {
    module: Mutex<NoopRawMutex, RefCell<Module>>,
    bell: Watch<NoopRawMutex, (), EARS>,
    /// The connection that each link is to have.
    pub(crate) wanted: [Signal<NoopRawMutex, Option<Conn>>; 3],
    /// The host has left.
    pub(crate) over: Signal<NoopRawMutex, ()>,
}

pub(crate) struct Module {
    pub(crate) device: Device<'static>,
    pub(crate) links: [Link; 3],
}

/// The attempt that a window belongs to, and the window.
#[derive(Default)]
pub(crate) struct Link {
    pub(crate) conn: Option<Conn>,
    pub(crate) window: Vec<u8, WINDOW>,
}

pub(crate) fn now() -> Instant {
    Instant::from_millis(embassy_time::Instant::now().as_millis())
}

impl Shared {
    pub(crate) fn ear(&'static self) -> Ear {
        self.bell.receiver().expect("there are enough")
    }

    pub(crate) fn with<R>(&self, look: impl FnOnce(&mut Module) -> R) -> R {
        self.module.lock(|module| look(&mut module.borrow_mut()))
    }

    /// A step, which says how much it got done. Only then the bell is rung: two tasks that found nothing to
    /// do would else wake each other for ever.
    pub(crate) fn step(&self, step: impl FnOnce(&mut Module) -> usize) -> usize {
        let done = self.with(|module| {
            let done = step(module);
            if done > 0 {
                module.offer();
            }
            done
        });
        if done > 0 {
            self.bell.sender().send(());
        }
        done
    }
}

impl Module {
    /// Offers what waits in the windows: any step may have made way for it.
    fn offer(&mut self) {
        for link in &mut self.links {
            if let Some(conn) = link.conn {
                let taken = self.device.handle_peer(now(), conn, &link.window, &[]);
                link.drop(taken);
            }
        }
        if let Some(why) = self.device.poll_refusal() {
            eprintln!("ERROR because {why}");
        }
        if let Some((link, why)) = self.device.poll_failure() {
            eprintln!("link {link} is not connected: {why}");
        }
    }

    /// What the host gets next.
    pub(crate) fn print(&mut self, out: &mut [u8]) -> usize {
        match self.device.poll_host(now(), out) {
            Serial::Bytes(n) => n,
            Serial::Relay { conn, len } => {
                let link = &mut self.links[conn.link()];
                let n = len.min(out.len());
                out[..n].copy_from_slice(&link.window[..n]);
                link.drop(n);
                self.device.handle_relayed(now(), conn, n).expect("that much was asked for");
                n
            }
            Serial::Idle => 0,
        }
    }
}

impl Link {
    fn drop(&mut self, n: usize) {
        self.window.copy_within(n.., 0);
        self.window.truncate(self.window.len() - n);
    }
}

impl Shared {
    pub(crate) fn act(&self, module: &mut Module) -> bool {
        match module.device.poll_action() {
            Some(Action::Open(conn)) => {
                module.links[conn.link()] = Link { conn: Some(conn), ..Link::default() };
                self.wanted[conn.link()].signal(Some(conn));
            }
            // The window stays: some of it may still be relayed.
            Some(Action::Close(conn)) => self.wanted[conn.link()].signal(None),
            // None but the device's own is known here.
            Some(Action::Command) => {
                let answered = module.device.handle_answer(now(), Answer::NoSuchCommand);
                answered.expect("it waits");
            }
            None => return false,
        }
        true
    }
}

/// A device that has just been switched on.
pub(crate) fn switch_on(config: Config) -> &'static Shared {
    static STORAGE: ConstStaticCell<Storage<256, 8192, 256>> = ConstStaticCell::new(Storage::new());
    static SHARED: StaticCell<Shared> = StaticCell::new();
    let device = Device::new(config, STORAGE.take().lend([WINDOW; 3]));
    SHARED.init_with(|| Shared {
        module: Mutex::new(RefCell::new(Module { device, links: Default::default() })),
        bell: Watch::new(),
        wanted: [const { Signal::new() }; 3],
        over: Signal::new(),
    })
}
