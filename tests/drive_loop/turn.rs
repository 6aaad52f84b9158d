use wsat::device::{Action, Answer, Conn, Device, Refusal, Serial, Target};
use wsat::{Instant, rand_core::CryptoRng};

/// A UART, three sockets, and for each socket a buffer of what it has received: its window.
pub trait Board {
    fn typed(&self) -> &[u8]; // bytes of the host that wait in the UART …
    fn drop_typed(&mut self, n: usize); // … and so many of them are done with
    fn print(&mut self, bytes: &[u8]); // waits while the UART's buffer is full
    fn connect(&mut self, conn: Conn, target: Target<'_>); // with an empty window
    fn close(&mut self, conn: Conn); // the window stays: some of it may still be relayed
    fn sockets(&mut self) -> [Option<(Conn, Link)>; 3]; // what has become of them
    fn window(&self, link: usize) -> &[u8];
    fn drop_window(&mut self, link: usize, n: usize);
    fn room(&self, link: usize) -> usize; // bytes that the socket takes now
    fn send(&mut self, link: usize, bytes: &[u8]);
    fn log(&mut self, why: Refusal); // of an `ERROR`, which says no more on the AT port
}
pub enum Link {
    Connecting,
    Connected,
    Ended,
}

/// True: there is more to do. Call it again at once, with the time of then.
pub fn turn(
    device: &mut Device<'_>,
    board: &mut impl Board,
    rng: &mut dyn CryptoRng,
    now: Instant,
) -> bool {
    const ROUNDS: usize = 16;
    let mut out = [0; 256];
    for round in 1..=ROUNDS {
        let mut any = false;
        for (conn, state) in board.sockets().into_iter().flatten() {
            if let Link::Connected = state {
                device.handle_up(now, conn); // saying it again does no harm
            }
            let taken = device.handle_peer(now, conn, board.window(conn.link()), &[]);
            board.drop_window(conn.link(), taken);
            if let Link::Ended = state {
                device.handle_eof(now, conn);
            }
            let room = board.room(conn.link()).min(out.len());
            let n = device.poll_peer(conn, rng, &mut out[..room]);
            board.send(conn.link(), &out[..n]);
            device.handle_sent(now, conn, n).expect("that much was given");
            any |= taken > 0 || n > 0;
        }
        for _ in 0..ROUNDS {
            // The serial line goes first whenever it can go on.
            let taken = device.handle_host(now, board.typed());
            board.drop_typed(taken);
            let printed = device.poll_host(now, &mut out);
            match printed {
                Serial::Bytes(n) => board.print(&out[..n]),
                Serial::Relay { conn, len } => {
                    // Received data leaves from the window that it arrived in.
                    let n = len.min(out.len());
                    out[..n].copy_from_slice(&board.window(conn.link())[..n]);
                    board.print(&out[..n]);
                    board.drop_window(conn.link(), n);
                    device.handle_relayed(now, conn, n).expect("that much was asked for");
                }
                Serial::Idle if taken == 0 => break,
                Serial::Idle => {}
            }
            if let Some(why) = device.poll_refusal() {
                board.log(why);
            }
            any = true;
        }
        while let Some(action) = device.poll_action() {
            match action {
                Action::Open(conn) => board.connect(conn, device.target(conn).expect("a target")),
                Action::Close(conn) => board.close(conn),
                // Not the device's own: `device.command()` says which. Here, none is known.
                Action::Command => device.handle_answer(now, Answer::Error).expect("it waits"),
            }
            any = true;
        }
        // What has come goes before time, but traffic without end does not stop the clock.
        let is_due = device.poll_deadline().is_some_and(|deadline| deadline <= now);
        if is_due && (!any || round == ROUNDS) {
            device.handle_time(now);
            any = true;
        }
        if !any {
            return false;
        }
    }
    true
}
