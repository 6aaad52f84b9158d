//! The hot paths, each once: `cargo xtask instructions` runs one after the other under valgrind, which counts the
//! instructions inside `counted` and those of nothing else. They repeat exactly, on any machine of the kind.
//!
//! `frames.rs`, `lines.rs`, `device.rs`: what there is. Without an argument, their names are printed.

mod device;
mod frames;
#[path = "../../inputs/mod.rs"]
mod inputs;
mod lines;

/// A path: its name, and what prepares it and returns it ready to be run, several times.
type Path = (&'static str, fn() -> Box<dyn FnMut()>);

fn main() {
    let paths = [frames::PATHS, lines::PATHS, device::PATHS].concat();
    let Some(wanted) = std::env::args().nth(1) else {
        for (name, _) in paths {
            println!("{name}");
        }
        return;
    };
    let (_, prepare) = paths.iter().find(|(name, _)| *name == wanted).expect("the name of a path");
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
