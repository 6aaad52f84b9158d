//! The hot paths, each once: `cargo xtask instructions` runs one after the other under valgrind, which counts the
//! instructions inside `counted` and those of nothing else. They repeat exactly, on any machine of the kind.
//!
//! Without an argument, their names are printed.

#[path = "../../measured/mod.rs"]
mod measured;

use measured::inputs::{KEY, Kind};
use measured::{Work, device, frames, handshakes, lines, messages};
use wsat::rfc6455::Role;

/// A path: its name, and what prepares it.
type Path = (&'static str, fn() -> Work);

const ALL: usize = usize::MAX;

const PATHS: &[Path] = &[
    ("header/encode", || frames::encode_header(1000)),
    ("header/decode", || frames::decode_header(1000)),
    ("mask/in place/1024", || frames::mask_in_place(1024)),
    ("mask/while copying/1024", || frames::mask_while_copying(1024)),
    ("frame/decode/1024", || frames::decode(Role::Server, 1024)),
    ("frame/encode/1024", || frames::encode(Some(KEY), 1024)),
    ("message/read masked/0", || messages::read(Role::Server, Kind::Binary, 0, ALL)),
    ("message/read masked/125", || messages::read(Role::Server, Kind::Binary, 125, ALL)),
    ("message/read masked/65536", || messages::read(Role::Server, Kind::Binary, 65_536, ALL)),
    ("message/read plain/125", || messages::read(Role::Client, Kind::Binary, 125, ALL)),
    ("message/read ASCII/1024", || messages::read(Role::Server, Kind::Ascii, 1024, ALL)),
    ("message/read mixed text/1024", || messages::read(Role::Server, Kind::Mixed, 1024, ALL)),
    ("message/read masked/125 by 1", || messages::read(Role::Server, Kind::Binary, 125, 1)),
    ("message/read masked/1024 by 64", || messages::read(Role::Server, Kind::Binary, 1024, 64)),
    ("message/write masked/0", || messages::write(Role::Client, 0)),
    ("message/write masked/1024", || messages::write(Role::Client, 1024)),
    ("message/write plain/125", || messages::write(Role::Server, 125)),
    ("UTF-8/ASCII/1024", || messages::utf8(Kind::Ascii, 1024)),
    ("UTF-8/mixed/1024", || messages::utf8(Kind::Mixed, 1024)),
    ("handshake/accept", handshakes::accept),
    ("handshake/response", handshakes::response),
    ("handshake/request", handshakes::request),
    ("line", lines::line),
    ("parameters/WSSEND", lines::send_parameters),
    ("parameters/WSOPEN", lines::open_parameters),
    ("answer/write", lines::write_answer),
    ("answer/read", lines::read_answer),
    ("record/read", lines::read_record),
    ("device/to serial/125", || device::to_serial(Kind::Binary, 125)),
    ("device/to serial/8192", || device::to_serial(Kind::Binary, 8192)),
    ("device/to serial, mixed text/1024", || device::to_serial(Kind::Mixed, 1024)),
    ("device/to network/1024", || device::to_network(1024)),
];

fn main() {
    let Some(wanted) = std::env::args().nth(1) else {
        for (name, _) in PATHS {
            println!("{name}");
        }
        return;
    };
    let (_, prepare) = PATHS.iter().find(|(name, _)| *name == wanted).expect("the name of a path");
    let mut run = prepare();
    // Once for what is done but once, such as finding out which processor this is.
    run();
    counted(&mut run);
}

/// Valgrind looks for this name.
#[inline(never)]
fn counted(run: &mut dyn FnMut()) {
    run();
}
