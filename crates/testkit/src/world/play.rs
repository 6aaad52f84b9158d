//! A session in a world, and what is looked at behind it.

use super::{Link, World, plain_driver};
use crate::bench::WINDOW;
use crate::device_check::is_unreadable;
use crate::frames::RawFrame;
use crate::input::Input;
use crate::session::{Fact, config_for_cuts, facts};
use crate::units::UnitCheck;
use wsat::Instant;
use wsat::device::{Config, Device, Storage};

/// What a driver has done, as far as it is the same with every driver.
#[derive(PartialEq, Eq, Debug)]
pub struct Done {
    /// On the AT port.
    pub printed: String,
    /// To each peer: the frames, their keys left out.
    pub frames: [Vec<(u8, String)>; 3],
    /// Connections that were made and closed.
    pub connections: [Vec<&'static str>; 3],
}

/// Plays the session of an input, which a fuzzer may have made, with a driver. The driver is called whenever something has happened, and at
/// the device's deadlines, and does everything that can be done then; the firmware's own commands it answers with `ERROR`.
///
/// The input is that of the fuzz target `device_split`, whose seeds are a start; its fifth choice is how many bytes the UART holds (0: 4096). For a driver that waits in its own `print` or `send` until
/// there is room, leave out with [`moving`](super::moving) what no such driver gets past: in this world no time passes while a driver runs.
///
/// # Panics
///
/// The driver takes or gives bytes that are not there or have no room, does not come to an end, or what is printed or sent breaks a rule.
pub fn drive(data: &[u8], driver: &mut dyn FnMut(&mut Device<'_>, &mut World)) -> Done {
    let mut input = Input::new(data);
    // A driver may read as much or as little at a time as it likes.
    let config = config_for_cuts(&mut input);
    let piece = match input.choice() {
        0 => 4096,
        piece => usize::from(piece),
    };
    let facts = facts(&input);
    let typed = facts.iter().filter_map(|fact| match fact {
        Fact::Host(bytes) => Some(&bytes[..]),
        _ => None,
    });
    let readable = !is_unreadable(&typed.collect::<Vec<_>>().concat());
    let mut line = [0; 600];
    play(config, piece, &facts, driver, readable.then(|| UnitCheck::new(&mut line)))
}

/// The same with the plain driver of this crate, and what comes out is compared, if the session is one in which it has to be the same:
/// in which neither the serial line nor a socket is ever full.
///
/// # Panics
///
/// As [`drive`], or the output is not the same.
pub fn compare(data: &[u8], driver: &mut dyn FnMut(&mut Device<'_>, &mut World)) {
    let done = drive(data, driver);
    let facts = facts(&{
        let mut input = Input::new(data);
        config_for_cuts(&mut input);
        input
    });
    if !facts.iter().any(|fact| matches!(fact, Fact::Serial(_) | Fact::Room(..))) {
        let plain = drive(data, &mut plain_driver());
        let same = |what: &str, yours: &str, plain: &str| {
            let common = yours.bytes().zip(plain.bytes()).take_while(|(a, b)| a == b).count();
            assert!(
                yours == plain,
                "{what} is another than with a plain driver, behind {:?}\nyours: {}\nplain: {}",
                &plain[..common],
                &yours[common..],
                &plain[common..]
            );
        };
        same("what is printed", &done.printed, &plain.printed);
        for link in 0..3 {
            let shown = |done: &Done| format!("{:?}", done.frames[link]);
            same(&format!("what goes to the server of link {link}"), &shown(&done), &shown(&plain));
            let shown = |done: &Done| format!("{:?}", done.connections[link]);
            same(&format!("what becomes of link {link}"), &shown(&done), &shown(&plain));
        }
    }
}

fn play(
    config: Config,
    piece: usize,
    facts: &[Fact],
    driver: &mut dyn FnMut(&mut Device<'_>, &mut World),
    units: Option<UnitCheck<'_>>,
) -> Done {
    let mut storage = Box::new(Storage::<256, 8192, 256>::new());
    let mut headers = [0; 64];
    let memory = storage.lend([WINDOW; 3]).with_headers(&mut headers);
    let mut device = Device::new(config, memory);
    let mut world = World::new(piece);
    world.typed.extend_from_slice(b"ATE0\r\n");
    settle(&mut device, &mut world, driver);
    for fact in facts {
        if let Fact::At(millis) = fact {
            let end = world.now.max(Instant::from_millis(*millis));
            while let Some(at) = device.poll_deadline().filter(|at| *at <= end) {
                world.now = world.now.max(at);
                settle(&mut device, &mut world, driver);
                assert_ne!(device.poll_deadline(), Some(at), "a deadline was not dealt with");
            }
            world.now = end;
        }
        world.happen(fact);
        settle(&mut device, &mut world, driver);
        if let Fact::Accept(link, after) = fact {
            world.accept(*link, after);
            settle(&mut device, &mut world, driver);
        }
    }
    let printed = world.printed;
    if let Some(mut units) = units {
        // The echo of the line that switched it off.
        let rest = printed.strip_prefix(b"\r\nready\r\nATE0\r\n").expect("its beginning");
        units.take(rest);
        let whole = units.is_between_units() || !device.is_between_units();
        assert!(whole || !world.serial_moves, "half a unit is left");
    }
    let shown = |frame: RawFrame| (frame.first, frame.payload.escape_ascii().to_string());
    let mut logs: [Vec<&'static str>; 3] = Default::default();
    let mut frames: [Vec<(u8, String)>; 3] = Default::default();
    for (link, socket) in world.sockets.into_iter().enumerate() {
        let moves =
            socket.conn.is_some() && socket.link == Link::Connected && socket.room.is_none();
        assert!(
            !moves || socket.check.is_between_frames(),
            "half a frame was sent on link {link}, and there is room for the rest"
        );
        logs[link] = socket.log;
        frames[link] = socket.frames.into_iter().map(shown).collect();
    }
    Done { printed: printed.escape_ascii().to_string(), frames, connections: logs }
}

/// The driver is called until nothing moves.
fn settle(
    device: &mut Device<'_>,
    world: &mut World,
    driver: &mut dyn FnMut(&mut Device<'_>, &mut World),
) {
    for _ in 0..100_000 {
        let before = world.moves;
        world.send_out();
        driver(device, world);
        if world.moves == before {
            return;
        }
    }
    panic!("it goes on for ever");
}
