//! A driver as plain as can be, for others to be compared with.

use super::{Link, World};
use crate::Counter;
use wsat::device::{Action, Answer, Device, Serial};

/// A driver that does one thing at a time.
pub fn plain_driver() -> impl FnMut(&mut Device<'_>, &mut World) {
    let mut rng = Counter::new(1);
    move |device, world| {
        // The end of a socket has the device act, and is not counted: so sockets come first.
        while sockets(device, world, &mut rng) | serial(device, world) | actions(device, world) {}
        if device.poll_deadline().is_some_and(|at| at <= world.now()) {
            device.handle_time(world.now());
            world.moves += 1;
        }
    }
}

fn serial(device: &mut Device<'_>, world: &mut World) -> bool {
    let now = world.now();
    let taken = device.handle_host(now, world.typed());
    world.drop_typed(taken);
    let mut out = [0; 100];
    let room = world.print_room().min(out.len());
    if room == 0 {
        return taken > 0;
    }
    match device.poll_host(now, &mut out[..room]) {
        Serial::Bytes(n) => world.print(&out[..n]),
        Serial::Relay { conn, len } => {
            let n = len.min(room);
            out[..n].copy_from_slice(&world.window(conn.link())[..n]);
            world.print(&out[..n]);
            world.drop_window(conn.link(), n);
            device.handle_relayed(now, conn, n).expect("that much was asked for");
        }
        Serial::Idle => return taken > 0,
    }
    true
}

fn actions(device: &mut Device<'_>, world: &mut World) -> bool {
    match device.poll_action() {
        Some(Action::Open(conn)) => world.connect(conn),
        Some(Action::Close(conn)) => world.close(conn),
        Some(Action::Command) => {
            device.handle_answer(world.now(), Answer::Error).expect("it waits");
        }
        None => return false,
    }
    true
}

fn sockets(device: &mut Device<'_>, world: &mut World, rng: &mut Counter) -> bool {
    let (now, mut any) = (world.now(), false);
    for link in 0..3 {
        let Some((conn, state)) = world.socket(link) else { continue };
        if state == Link::Connected {
            device.handle_up(now, conn);
        }
        let taken = device.handle_peer(now, conn, world.window(link), &[]);
        world.drop_window(link, taken);
        if state == Link::Ended {
            device.handle_eof(now, conn);
        }
        let mut out = [0; 100];
        let room = world.room(link).min(out.len());
        let n = device.poll_peer(conn, rng, &mut out[..room]);
        world.send(link, &out[..n]);
        device.handle_sent(now, conn, n).expect("that much was given");
        any |= taken > 0 || n > 0;
    }
    any
}
