//! Drivers in the world of this crate: the loop of the README, word for word, and drivers with mistakes, which are found.

#[path = "../../../tests/drive_loop/turn.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is the text of the README")]
mod turn;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{fs, path::Path};
use wsat::device::{Action, Answer, Conn, Device, Refusal, Serial, Target};
use wsat_testkit::world::{self, World, compare, moving, plain_driver};
use wsat_testkit::{Counter, targets};

/// The README's board, in the world of this crate.
struct Board<'w>(&'w mut World);

impl turn::Board for Board<'_> {
    fn typed(&self) -> &[u8] {
        self.0.typed()
    }
    fn drop_typed(&mut self, n: usize) {
        self.0.drop_typed(n);
    }
    fn print(&mut self, bytes: &[u8]) {
        self.0.print(bytes);
    }
    fn connect(&mut self, conn: Conn, target: Target<'_>) {
        assert!(!target.host.is_empty());
        self.0.connect(conn);
    }
    fn close(&mut self, conn: Conn) {
        self.0.close(conn);
    }
    fn sockets(&mut self) -> [Option<(Conn, turn::Link)>; 3] {
        [0, 1, 2].map(|link| {
            let (conn, state) = self.0.socket(link)?;
            Some((
                conn,
                match state {
                    world::Link::Connecting => turn::Link::Connecting,
                    world::Link::Connected => turn::Link::Connected,
                    world::Link::Ended => turn::Link::Ended,
                },
            ))
        })
    }
    fn window(&self, link: usize) -> &[u8] {
        self.0.window(link)
    }
    fn drop_window(&mut self, link: usize, n: usize) {
        self.0.drop_window(link, n);
    }
    fn room(&self, link: usize) -> usize {
        self.0.room(link)
    }
    fn send(&mut self, link: usize, bytes: &[u8]) {
        self.0.send(link, bytes);
    }
    fn log(&mut self, _: Refusal) {}
}

/// The seeds.
fn sessions() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/device_split");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let sessions: Vec<_> = files.map(|path| (name(&path), fs::read(&path).unwrap())).collect();
    assert!(sessions.len() > 8 && targets::ALL.iter().any(|(name, _)| *name == "device_split"));
    sessions
}

#[test]
fn the_loop_of_the_readme() {
    for (name, data) in sessions() {
        println!("{name}");
        let mut rng = Counter::new(3);
        // It waits in `print`.
        compare(&moving(&data), &mut |device, world| {
            let now = world.now();
            turn::turn(device, &mut Board(world), &mut rng, now);
        });
    }
}

/// A driver that reads a few bytes of a socket at a time is right, whatever quirks the input asks for.
#[test]
fn a_driver_that_reads_little() {
    let all_quirks = sessions().into_iter().map(|(name, mut data)| {
        data[3] = 1;
        (name, data)
    });
    for (name, data) in sessions().into_iter().chain(all_quirks) {
        println!("{name}");
        let mut rng = Counter::new(3);
        let mut read = [0; 3];
        compare(&data, &mut |device, world| reads_little(device, world, &mut read, &mut rng));
    }
}

/// Five bytes of a socket are in the window, then five more, and so on.
fn reads_little(
    device: &mut Device<'_>,
    world: &mut World,
    read: &mut [usize; 3],
    rng: &mut Counter,
) {
    let mut any = true;
    while std::mem::take(&mut any) {
        let now = world.now();
        for (link, read) in read.iter_mut().enumerate() {
            let Some((conn, state)) = world.socket(link) else { continue };
            if state == world::Link::Connected {
                device.handle_up(now, conn);
            }
            let there = world.window(link).len();
            let more = *read < there;
            *read = there.min(*read + 5);
            let taken = device.handle_peer(now, conn, &world.window(link)[..*read], &[]);
            world.drop_window(link, taken);
            *read -= taken;
            if state == world::Link::Ended && !more {
                device.handle_eof(now, conn);
            }
            let mut out = [0; 9];
            let room = world.room(link).min(out.len());
            let n = device.poll_peer(conn, rng, &mut out[..room]);
            world.send(link, &out[..n]);
            device.handle_sent(now, conn, n).unwrap();
            any |= more || taken > 0 || n > 0;
        }
        loop {
            let taken = device.handle_host(now, world.typed());
            world.drop_typed(taken);
            let mut out = [0; 7];
            let room = world.print_room().min(out.len());
            match device.poll_host(now, &mut out[..room]) {
                Serial::Bytes(n) => world.print(&out[..n]),
                Serial::Relay { conn, len } if room > 0 => {
                    let n = len.min(room);
                    let octets = world.window(conn.link())[..n].to_vec();
                    world.print(&octets);
                    world.drop_window(conn.link(), n);
                    read[conn.link()] -= n;
                    device.handle_relayed(now, conn, n).unwrap();
                }
                _ if taken == 0 => break,
                _ => {}
            }
            any = true;
        }
        while let Some(action) = device.poll_action() {
            match action {
                Action::Open(conn) => {
                    read[conn.link()] = 0;
                    world.connect(conn);
                }
                Action::Close(conn) => world.close(conn),
                Action::Command => device.handle_answer(now, Answer::Error).unwrap(),
            }
            any = true;
        }
        if !any && device.poll_deadline().is_some_and(|at| at <= now) {
            device.handle_time(now);
            any = true;
        }
    }
}

/// Whether any session shows that something is wrong with a driver.
fn is_found(driver: &mut dyn FnMut(&mut Device<'_>, &mut World)) -> bool {
    sessions()
        .iter()
        .any(|(_, data)| catch_unwind(AssertUnwindSafe(|| compare(data, driver))).is_err())
}

/// It asks the device for more than there is room for: on the serial line, or to the sockets.
fn careless(device: &mut Device<'_>, world: &mut World, sockets: bool) {
    let (now, mut plain) = (world.now(), plain_driver());
    let mut out = [0; 64];
    if sockets {
        for link in 0..3 {
            let Some((conn, _)) = world.socket(link) else { continue };
            let n = device.poll_peer(conn, &mut Counter::new(3), &mut out);
            let taken = n.min(world.room(link));
            world.send(link, &out[..taken]);
            device.handle_sent(now, conn, n).unwrap();
        }
    } else if let Serial::Bytes(n) = device.poll_host(now, &mut out) {
        let taken = n.min(world.print_room());
        world.print(&out[..taken]);
    }
    plain(device, world);
}

#[test]
fn drivers_with_mistakes() {
    let mut plain = plain_driver();
    assert!(!is_found(&mut plain));
    // It loses a byte of the host when two arrive.
    assert!(is_found(&mut |device, world| {
        if world.typed().len() > 12 {
            world.drop_typed(1);
        }
        plain(device, world);
    }));
    // It never says that a socket has ended.
    assert!(is_found(&mut |device, world| {
        if !world.socket(0).is_some_and(|(_, state)| state == world::Link::Ended) {
            plain(device, world);
        }
    }));
    // It loses what its UART has no room for, and what a socket does not take.
    assert!(is_found(&mut |device, world| careless(device, world, false)));
    assert!(is_found(&mut |device, world| careless(device, world, true)));
    // It looks at the clock too late.
    let mut calls = 0;
    assert!(is_found(&mut |device, world| {
        calls += 1;
        if device.poll_deadline().is_none_or(|at| at > world.now()) {
            plain(device, world);
        }
    }));
    assert!(calls > 0);
}
