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
    let parts: [(Vec<&str>, Measure); 3] = [
        (frames::names().collect(), |words| frames::measure(words)),
        ([&["lines"], &lines::NAMES[..]].concat(), |_| lines::measure()),
        ([&["device"], &device::NAMES[..]].concat(), |_| device::measure()),
    ];
    let chooses = |names: &[&str], word: &str| names.iter().any(|name| name.contains(word));
    if let Some(word) =
        words.iter().find(|word| !parts.iter().any(|(names, _)| chooses(names, word)))
    {
        eprintln!("`{word}` is in the name of no workload and of no library. There are:");
        for (names, _) in &parts {
            eprintln!("    {}", names.join(" · "));
        }
        std::process::exit(2);
    }
    let mut results: Vec<Result> = Vec::new();
    for (names, measure) in &parts {
        if words.is_empty() || words.iter().any(|word| chooses(names, word)) {
            results.extend(measure(&words));
        }
    }
    table::print(&results);
    if let Some(folder) = plots.first().and_then(|word| word.strip_prefix(PLOTS)) {
        plot::draw(&results, folder.as_ref()).expect("the pictures can be written");
    }
}

/// Measures what the words choose of a part; none: all.
type Measure = fn(&[String]) -> Vec<Result>;
