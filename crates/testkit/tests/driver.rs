//! Drivers in the world of this crate: the loop of the README, word for word, and drivers with mistakes, which are found.

#[path = "../../../tests/drive_loop/turn.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is the text of the README")]
mod turn;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{fs, path::Path};
use wsat::device::{Conn, Device, Refusal, Target};
use wsat_testkit::world::{self, World, compare, plain_driver};
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

/// Sessions in which the serial line always moves: the README's loop waits in `print`.
fn sessions() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/device_split");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.file_name().unwrap() != "serial-stands-still");
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
        compare(&data, &mut |device, world| {
            let now = world.now();
            turn::turn(device, &mut Board(world), &mut rng, now);
        });
    }
}

/// Whether any session shows that something is wrong with a driver.
fn is_found(driver: &mut dyn FnMut(&mut Device<'_>, &mut World)) -> bool {
    sessions()
        .iter()
        .any(|(_, data)| catch_unwind(AssertUnwindSafe(|| compare(data, driver))).is_err())
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
