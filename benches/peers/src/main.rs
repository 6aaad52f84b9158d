//! wsat's crates and other libraries, each doing the same work, in one run: `cargo xtask peers`.
//!
//! `frames/` has one file a library, `lines.rs` the readers of AT lines, `device.rs` the whole device. The rest measures:
//! `wire.rs` is where bytes come from and go to, the same for everybody; `refusals.rs` what a library refuses; `rounds.rs` the
//! order of measuring, and the clock; `results.rs` the numbers, `table.rs` and `plot.rs` how they are shown.

mod device;
mod floor;
mod frames;
#[path = "../../measured/inputs.rs"]
#[allow(dead_code, reason = "each of its users needs a part")]
mod inputs;
mod lines;
mod plot;
mod refusals;
mod results;
mod rounds;
mod table;
mod wire;

use results::Result;

/// In front of the folder that pictures are put into.
const PLOTS: &str = "--plots=";

fn main() {
    let (plots, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with(PLOTS));
    let wanted = |part: &str| words.is_empty() || words.iter().any(|word| word == part);
    if let Some(word) = words.iter().find(|word| !is_known(word)) {
        eprintln!(
            "`{word}` is in the name of no workload and of no library; `lines` and `device` are the others"
        );
        std::process::exit(2);
    }
    let mut results: Vec<Result> = Vec::new();
    // Two of the words are not of frames.
    if words.is_empty() || words.iter().any(|word| word != "lines" && word != "device") {
        results.extend(frames::measure(&words));
    }
    if wanted("lines") {
        results.extend(lines::measure());
    }
    if wanted("device") {
        results.extend(device::measure());
    }
    table::print(&results);
    if let Some(folder) = plots.first().and_then(|word| word.strip_prefix(PLOTS)) {
        plot::draw(&results, folder.as_ref()).expect("the pictures can be written");
    }
}

/// Whether a word chooses anything.
fn is_known(word: &str) -> bool {
    ["lines", "device"].contains(&word) || frames::names().any(|name| name.contains(word))
}
