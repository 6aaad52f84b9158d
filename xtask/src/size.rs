//! `cargo xtask size`: what each part of the project costs on riscv32imc, at opt-level "s" with fat LTO.
//!
//! Information, not a limit. Each row is a cargo feature of `xtask/size`: one small firmware that uses
//! that part; its flash is counted over that of the firmware that uses nothing.

use crate::Outcome;
use crate::cargo::{RISCV, need_target, run as run_command};
use crate::firmware::{Flash, Program, build, lock};

const PACKAGE: &str = "xtask/size";

/// The firmware that uses nothing.
const EMPTY: &str = "empty";

/// Features of `xtask/size` and what they use.
const ROWS: [(&str, &str); 5] = [
    ("frames", "rfc6455: frame decoder and encoder"),
    ("client", "rfc6455: opening handshake, messages both ways, closing handshake"),
    ("lines", "at-syntax: line reader, statement, parameters"),
    ("device", "wsat: the whole device"),
    ("host", "wsat: the whole host, with every request"),
];

/// How many symbols are listed for each row.
const LARGEST: usize = 12;

/// Builds every row and prints the table, then the largest symbols of each.
pub(crate) fn run() -> Outcome {
    need_target(RISCV)?;
    lock(PACKAGE)?;
    let empty = program(EMPTY)?.flash()?;
    let mut rows = Vec::new();
    for (feature, what) in ROWS {
        rows.push((feature, what, program(feature)?));
    }

    println!("{RISCV}, opt-level \"s\", fat LTO; bytes, flash over a firmware that uses nothing");
    println!("(of it: mem, the compiler's memcpy and its like, which a real firmware has anyway)");
    println!(
        "{:<10}{:>8}{:>8}{:>8}{:>8}{:>8}  state",
        "", "flash", "text", "rodata", "data", "mem"
    );
    for (feature, what, program) in &rows {
        let flash = over(program.flash()?, empty);
        let states: Vec<String> =
            program.states()?.iter().map(|(name, size)| format!("{name} {size}")).collect();
        println!(
            "{feature:<10}{:>8}{:>8}{:>8}{:>8}{:>8}  {}",
            flash.total(),
            flash.text,
            flash.rodata,
            flash.data,
            mem(program)?,
            if states.is_empty() { "-".to_owned() } else { states.join(", ") }
        );
        println!("{:<10}({what})", "");
    }
    for (feature, _, program) in &rows {
        println!("\nthe largest symbols of {feature}");
        for (name, size) in program.symbols()?.iter().take(LARGEST) {
            println!("{size:>8}  {name}");
        }
    }
    Ok(())
}

fn program(feature: &str) -> Result<Program, String> {
    let (command, path) = build(PACKAGE, "release", &[feature]);
    run_command(command)?;
    Program::load(&path)
}

/// Bytes of the functions that the compiler calls of its own accord.
fn mem(program: &Program) -> Result<u64, String> {
    let is_mem = |name: &str| {
        ["memcpy", "memmove", "memset", "memcmp", "bcmp"].contains(&name)
            || name.starts_with("compiler_builtins::mem::")
    };
    let symbols = program.symbols()?;
    Ok(symbols.iter().filter(|(name, _)| is_mem(name)).map(|(_, size)| size).sum())
}

fn over(flash: Flash, empty: Flash) -> Flash {
    Flash {
        text: flash.text.saturating_sub(empty.text),
        rodata: flash.rodata.saturating_sub(empty.rodata),
        data: flash.data.saturating_sub(empty.data),
    }
}
