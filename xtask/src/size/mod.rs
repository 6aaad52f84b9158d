//! `cargo xtask size`: what each part of the project costs on riscv32imc, and whether `docs/size.md` still says so.
//!
//! Each part is a cargo feature of the package `xtask/size`: a small firmware that does something with that part from beginning
//! to end, in QEMU, and measures itself. Its flash is counted over that of a firmware that uses nothing. `firmware.rs` builds, runs and
//! reads them; `rows.rs` is what there is, and what has to come of it; `crate::page` compares with the page.

mod firmware;
mod rows;

use crate::Outcome;
use crate::cargo::{RISCV, need_target};
use crate::firmware::lock;
use crate::page::{Page, Table};
use crate::qemu::programs::qemu;
use firmware::{Level, Measured};
use rows::{BYTES, ONCE, PARTS, PAYLOAD};

/// The package, and the feature that uses nothing.
const PACKAGE: &str = "xtask/size";
const EMPTY: &str = "empty";

const PAGE: Page = Page { path: "docs/size.md", verb: "size" };

/// How many symbols are listed for each part.
const LARGEST: usize = 12;

/// Measures everything, prints it, and compares.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    need_target(RISCV)?;
    lock(PACKAGE)?;
    let qemu = qemu()?;
    let empty = Measured::of(EMPTY, Level::Small, &qemu)?;
    let mut parts = Table::new(
        "parts",
        8.0,
        &["", "flash", "text", "rodata", "data", "state", "stack", "instructions"],
    );
    let mut symbols = String::new();
    for part in &PARTS {
        let measured = Measured::of(part.feature, Level::Small, &qemu)?;
        measured.came_to(part.feature, part.expected)?;
        let flash = measured.flash.over(empty.flash);
        parts.row(
            part.name,
            &[
                flash.total(),
                flash.text,
                flash.rodata,
                flash.data,
                measured.states.iter().map(|(_, size)| u64::from(*size)).sum(),
                measured.stack(),
                measured.number("session")?.saturating_sub(empty.number("nothing")?),
            ]
            .map(|number| number as f64),
        );
        symbols.push_str(&format!("\nthe largest symbols of {}\n", part.name));
        for (name, size) in measured.symbols.iter().take(LARGEST) {
            symbols.push_str(&format!("{size:>8}  {name}\n"));
        }
    }
    let mut bytes = Table::new("bytes", 0.01, &["", "\"s\"", "3"]);
    let levels = [Level::Small, Level::Fast].map(|level| Measured::of("bytes", level, &qemu));
    let [small, fast] = levels;
    let (small, fast) = (small?, fast?);
    for measured in [&small, &fast] {
        measured.came_to("bytes", rows::BYTES_EXPECTED)?;
    }
    for (name, what) in BYTES {
        let per_byte = |measured: &Measured| {
            measured.number(name).map(|taken| (taken as f64 / PAYLOAD * 100.0).round() / 100.0)
        };
        bytes.row(what, &[per_byte(&small)?, per_byte(&fast)?]);
    }
    let mut once = Table::new("once", 8.0, &["", "\"s\"", "3"]);
    for (name, what) in ONCE {
        once.row(what, &[small.number(name)? as f64, fast.number(name)? as f64]);
    }

    println!("{RISCV}, opt-level \"s\", fat LTO; bytes, flash over a firmware that uses nothing");
    println!(
        "{parts}\ninstructions for each octet of 1 KiB of payload\n{bytes}\ninstructions\n{once}{symbols}"
    );
    PAGE.write_or_compare(arguments, &[&parts, &bytes, &once])
}
