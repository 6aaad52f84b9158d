//! wsat's crates and other libraries, each doing the same work, in one run: `cargo xtask peers`.
//!
//! `frames/` has one file a library, `lines.rs` the readers of AT lines, `device.rs` the whole device. The rest measures:
//! `wire.rs` is where bytes come from and go to, the same for everybody; `refusals.rs` what a library refuses; `rounds.rs` the
//! order of measuring, and the clock; `results.rs` the numbers, `table.rs` and `plot.rs` how they are shown.

mod device;
mod frames;
#[path = "../../inputs/mod.rs"]
mod inputs;
mod lines;
mod refusals;
mod results;
mod rounds;
mod table;
mod wire;

#[path = "../../floor/mod.rs"]
mod floor;

use results::Result;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut results: Vec<Result> = frames::measure(&words);
    if words.is_empty() || words.iter().any(|word| word == "lines") {
        results.extend(lines::measure());
    }
    if words.is_empty() || words.iter().any(|word| word == "device") {
        results.extend(device::measure());
    }
    table::print(&results);
}
