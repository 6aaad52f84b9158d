//! wsat: the whole device, with the calls that a driver makes, each at one place: the loop of the README on a
//! board whose lines are memory that the optimiser knows nothing about.

use rand_core::CryptoRng;
use wsat::device::{Action, Answer, Config, Conn, Device, Serial, Storage, Target};
use wsat::{Dialect, Instant};

use crate::any;
use crate::random::Random;

crate::state!(Device: Device<'static>);

pub(crate) fn run() {
    let mut storage = Storage::<256, 256, 256>::new();
    let mut device = Device::new(Config::new(any(Dialect::default())), storage.lend([1024; 3]));
    let mut board = Board { sockets: [None; 3], lines: [0; 256] };
    loop {
        turn(&mut device, &mut board, &mut Random, Instant::from_millis(any(0)));
    }
}

/// Stands for a UART, three sockets and their windows.
struct Board {
    sockets: [Option<Conn>; 3],
    lines: [u8; 256],
}

impl Board {
    fn connect(&mut self, conn: Conn, target: Option<Target<'_>>) {
        any(target);
        if let Some(socket) = self.sockets.get_mut(conn.link()) {
            *socket = Some(conn);
        }
    }
}

fn turn(device: &mut Device<'_>, board: &mut Board, rng: &mut dyn CryptoRng, now: Instant) {
    let mut out = [0; 256];
    for conn in board.sockets.into_iter().flatten() {
        if any(true) {
            device.handle_up(now, conn);
        }
        any(device.handle_peer(now, conn, any(&board.lines), any(&[])));
        if any(false) {
            device.handle_eof(now, conn);
        }
        let n = device.poll_peer(conn, rng, any(&mut out));
        any(device.handle_sent(now, conn, n).is_ok());
    }
    any(device.handle_host(now, any(&board.lines)));
    if let Serial::Relay { conn, len } = any(device.poll_host(now, any(&mut out))) {
        any(device.handle_relayed(now, conn, len).is_ok());
    }
    any(device.poll_refusal());
    match device.poll_action() {
        Some(Action::Open(conn)) => board.connect(conn, device.target(conn)),
        Some(Action::Close(conn)) => _ = any(conn),
        Some(Action::Command) => {
            any(device.command());
            any(device.handle_text(any(&board.lines)));
            any(device.handle_answer(now, any(Answer::Ok)).is_ok());
        }
        None => {}
    }
    if device.poll_deadline().is_some_and(|deadline| deadline <= now) {
        device.handle_time(now);
    }
}
