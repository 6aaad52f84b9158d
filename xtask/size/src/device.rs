//! wsat: the whole device, in any dialect and with any quirk, driven by a loop with every call of the README's.

use core::mem::MaybeUninit;
use rand_core::CryptoRng;
use wsat::device::{
    Action, Answer, Config, Conn, Device, FirmwareCommand, Serial, Storage, Target,
};
use wsat::{Dialect, Instant, Quirks};

use crate::random::Random;
use crate::{any, gauge, lent, print};

crate::state!(Device: Device<'static>);

/// What the host types, turn by turn.
const TYPED: [&[u8]; 6] = [
    b"ATE0\r\n",
    b"AT+GMR\r\n",
    b"AT+WSOPEN=0,\"ws://server.example.com/chat\"\r\n",
    b"AT+WSSEND=0,64\r\n",
    &[b'x'; 64],
    b"AT+WSCLOSE=0\r\n",
];

/// What the server sends as soon as it has got so many bytes.
const SENT: [(usize, &[u8]); 3] =
    [(REQUEST, RESPONSE), (REQUEST + 70, &TEXT), (REQUEST + 70 + 6, b"\x88\x00")];

/// The length of the request.
const REQUEST: usize = 157;

/// With six headers.
const RESPONSE: &[u8] = include_bytes!("response.http");

/// A text of 64 octets.
const TEXT: [u8; 66] = {
    let mut frame = [b'y'; 66];
    (frame[0], frame[1]) = (0x81, 64);
    frame
};

pub(crate) fn run() {
    let storage = lent!(Storage<256, 256, 256> = Storage::new());
    let headers = lent!([u8; 64] = [0; 64]);
    let slot = lent!(MaybeUninit<Device<'static>> = MaybeUninit::uninit());
    let board = lent!(Board = Board::new());
    let mut memory = Some((slot, storage, headers));
    gauge::measure("session", &mut || {
        let Some((slot, storage, headers)) = memory.take() else { return };
        let mut config = Config::new(any(Dialect::V4_2));
        config.quirks = any(Quirks::DOCUMENTED);
        config.commands = any(&[FirmwareCommand {
            name: "+GMR",
            test: false,
            query: false,
            set: false,
            execute: true,
        }]);
        let memory = storage.lend(any([512; 3])).with_headers(headers);
        let device = slot.write(Device::new(config, memory));
        let mut random = Random::new();
        for at in 0..TYPED.len() {
            (board.at, board.taken) = (at, 0);
            while turn(device, board, &mut random, any(Instant::ZERO)) {}
        }
        any(device.link_state(0));
    });
    print::output(board.printed.get(..board.len).unwrap_or_default());
}

/// A UART, and the server of one link.
struct Board {
    /// Of [`TYPED`], and how much of that the device has taken.
    at: usize,
    taken: usize,
    printed: [u8; 512],
    len: usize,
    conn: Option<Conn>,
    /// Bytes that the server has got, and how often it has sent something.
    got: usize,
    sent: usize,
    window: [u8; 512],
    held: usize,
}

impl Board {
    const fn new() -> Self {
        Self {
            at: 0,
            taken: 0,
            printed: [0; 512],
            len: 0,
            conn: None,
            got: 0,
            sent: 0,
            window: [0; 512],
            held: 0,
        }
    }

    fn connect(&mut self, conn: Conn, target: Option<Target<'_>>) {
        any(target);
        self.conn = Some(conn);
    }

    fn print(&mut self, bytes: &[u8]) {
        for (to, &from) in self.printed.iter_mut().skip(self.len).zip(bytes) {
            *to = from;
        }
        self.len += bytes.len();
    }

    fn print_window(&mut self, n: usize) {
        for (to, &from) in self.printed.iter_mut().skip(self.len).zip(&self.window).take(n) {
            *to = from;
        }
        self.len += n;
        self.drop_window(n);
    }

    fn drop_window(&mut self, n: usize) {
        self.window.copy_within(n.min(self.held)..self.held, 0);
        self.held -= n.min(self.held);
    }

    /// The server sends what follows from what it got.
    fn serve(&mut self) {
        if let Some((after, bytes)) = SENT.get(self.sent)
            && self.got >= *after
        {
            self.sent += 1;
            for (to, &from) in self.window.iter_mut().skip(self.held).zip(*bytes) {
                *to = from;
            }
            self.held += bytes.len();
        }
    }
}

/// Once round; whether anything moved.
fn turn(device: &mut Device<'_>, board: &mut Board, rng: &mut dyn CryptoRng, now: Instant) -> bool {
    let mut out = [0; 64];
    let mut moved = false;
    let typed = any(TYPED.get(board.at).copied().unwrap_or_default());
    let taken = device.handle_host(now, typed.get(board.taken..).unwrap_or_default());
    board.taken += taken;
    moved |= taken > 0;
    match device.poll_host(now, &mut out) {
        Serial::Bytes(n) => {
            board.print(out.get(..n).unwrap_or_default());
            moved = true;
        }
        Serial::Relay { conn, len } => {
            board.print_window(len);
            any(device.handle_relayed(now, conn, len).is_ok());
            moved = true;
        }
        Serial::Idle => {}
    }
    any(device.poll_refusal());
    any(device.poll_failure());
    if let Some(conn) = board.conn {
        board.serve();
        device.handle_up(now, conn);
        let window = any(board.window.get(..board.held).unwrap_or_default());
        let taken = device.handle_peer(now, conn, window, any(&[]));
        board.drop_window(taken);
        let n = device.poll_peer(conn, rng, &mut out);
        board.got += n;
        any(device.handle_sent(now, conn, n).is_ok());
        moved |= taken > 0 || n > 0;
        if any(false) {
            device.handle_eof(now, conn);
        }
    }
    if let Some(action) = device.poll_action() {
        moved = true;
        match action {
            Action::Open(conn) => board.connect(conn, device.target(conn)),
            Action::Close(_) => board.conn = None,
            Action::Command => {
                any(device.command());
                any(device.handle_text(any(b"v4.2.0.0\r\n")));
                any(device.handle_answer(now, any(Answer::Ok)).is_ok());
            }
        }
    }
    if device.poll_deadline().is_some_and(|deadline| deadline <= now) {
        device.handle_time(now);
    }
    if any(false) {
        device.restart();
    }
    moved
}
