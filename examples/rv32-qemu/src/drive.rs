//! The loop: what has come is told to the device, and what the device asks for is done.

use wsat::Instant;
use wsat::device::{Action, Device, Serial};

use crate::links::{Links, State};
use crate::random::Random;
use crate::uart::Uart;

/// What a device is driven with.
pub struct Board {
    /// The AT port.
    pub uart: Uart,
    /// The network.
    pub links: Links,
    /// Keys and masks.
    pub random: Random,
}

/// Rounds in which something moves before time is told.
const ROUNDS: usize = 16;
/// Pieces of at most a FIFO that the UART takes before the links have their turn.
const PIECES: usize = 64;

/// What is left where it is while a program carries out a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// Nothing is.
    Nothing,
    /// What the host sends: its next line is not to find the module busy.
    Host,
    /// And what peers send, and time.
    All,
}

/// The program that embeds the device: its own commands, and its log.
pub trait Program {
    /// [`Action::Command`]: a command is to be answered, now or at a later [`turn`](Self::turn).
    fn command(&mut self, device: &mut Device<'_>, now: Instant);

    /// What is to wait for this program.
    fn holds(&self) -> Hold {
        Hold::Nothing
    }

    /// Once a round; whether it got anything done. `at_rest`: all that was to be printed is on the line, and
    /// nothing else moves.
    fn turn(&mut self, device: &mut Device<'_>, uart: &Uart, at_rest: bool, now: Instant) -> bool;

    /// Why the last `ERROR` was answered, or a link was lost.
    fn log(&mut self, why: &dyn core::fmt::Debug);
}

/// Everything that can be done now, and what is due. What has come goes before time, but traffic without end does not
/// stop the clock.
pub fn turn(device: &mut Device<'_>, board: &mut Board, program: &mut impl Program, now: Instant) {
    for _ in 0..ROUNDS {
        if !round(device, board, program, now) {
            break;
        }
    }
    if program.holds() != Hold::All && device.poll_deadline().is_some_and(|due| due <= now) {
        device.handle_time(now);
    }
}

/// Once round everything; whether anything moved.
fn round(
    device: &mut Device<'_>,
    board: &mut Board,
    program: &mut impl Program,
    now: Instant,
) -> bool {
    let mut any = serial(device, board, program, now);
    board.links.poll(now);
    let links = if program.holds() == Hold::All { 0..0 } else { 0..3 };
    for link in links {
        any |= peer(device, board, link, now);
    }
    while let Some(action) = device.poll_action() {
        any = true;
        match action {
            Action::Open(conn) => match device.target(conn) {
                Some(target) => board.links.connect(conn, target, now),
                None => device.handle_eof(now, conn),
            },
            Action::Close(conn) => board.links.close(conn),
            Action::Command => program.command(device, now),
        }
    }
    let at_rest = !any && board.uart.is_idle();
    any |= program.turn(device, &board.uart, at_rest, now);
    while let Some((_, why)) = device.poll_failure() {
        program.log(&why);
    }
    any
}

/// The serial line, until neither direction gets further, or the links have waited long enough.
fn serial(
    device: &mut Device<'_>,
    board: &mut Board,
    program: &mut impl Program,
    now: Instant,
) -> bool {
    let mut any = false;
    for _ in 0..PIECES {
        let typed = board.uart.received();
        let taken =
            if program.holds() == Hold::Nothing { device.handle_host(now, typed) } else { 0 };
        board.uart.drop_received(taken);
        let mut out = [0; 16];
        let room = board.uart.room().min(out.len());
        let printed = match device.poll_host(now, &mut out[..room]) {
            Serial::Bytes(n) => {
                board.uart.send(&out[..n]);
                n
            }
            Serial::Relay { conn, len } => {
                // Received data leaves from the window that it arrived in, at the most to its wrap.
                let (first, _) = board.links.window(conn.link());
                let n = len.min(first.len()).min(room);
                board.uart.send(&first[..n]);
                board.links.drop_window(conn.link(), n);
                // It cannot be more than the device has asked for.
                let _ = device.handle_relayed(now, conn, n);
                n
            }
            Serial::Idle => 0,
        };
        if let Some(why) = device.poll_refusal() {
            program.log(&why);
        }
        if taken == 0 && printed == 0 {
            break;
        }
        any = true;
    }
    any
}

/// A link's transport: what it has received, and what it has room for.
fn peer(device: &mut Device<'_>, board: &mut Board, link: usize, now: Instant) -> bool {
    let Some((conn, state)) = board.links.receive(link) else { return false };
    if state == State::Connected {
        device.handle_up(now, conn); // Saying it again does no harm.
    }
    let (first, wrapped) = board.links.window(link);
    let taken = device.handle_peer(now, conn, first, wrapped);
    board.links.drop_window(link, taken);
    if state == State::Ended {
        device.handle_eof(now, conn);
    }
    let random = &mut board.random;
    let sent = board.links.send(link, |room| device.poll_peer(conn, random, room));
    // It cannot be more than the device has given.
    let _ = device.handle_sent(now, conn, sent);
    taken > 0 || sent > 0
}
