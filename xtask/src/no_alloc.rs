//! `cargo xtask no-alloc`: the compiler proves that nothing in the libraries' dependency trees asks for a
//! heap.
//!
//! The program in `xtask/no-panic` uses all three crates and declares no allocator. rustc refuses such a
//! program as soon as any crate that it is made of names `alloc`. With `--cfg names_alloc` the program does,
//! and must be refused.

use std::process::Stdio;

use crate::Outcome;
use crate::cargo::{RISCV, need_target, run as run_command, shown};
use crate::firmware::{self, lock};

const PACKAGE: &str = "xtask/no-panic";

/// What rustc says of a program that can allocate and has nothing to do it with.
const REFUSAL: &str = "no global memory allocator found";

/// Checks the program plain, with `defmt` and with the driver `wsat-embassy`, and sees that it is refused once it names `alloc`.
pub(crate) fn run() -> Outcome {
    need_target(RISCV)?;
    lock(PACKAGE)?;
    for features in [&[] as &[&str], &["defmt"], &["embassy"]] {
        run_command(firmware::command("check", PACKAGE, "dev", features))?;
    }
    let mut command = firmware::command("check", PACKAGE, "dev", &[]);
    command.env("RUSTFLAGS", "--cfg names_alloc").stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|error| format!("cargo cannot be started ({error}): {}", shown(&command)))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Err(
            "no-alloc: a program that names `alloc` was accepted, so this check shows nothing.\n\
             Look at `names_alloc` in xtask/no-panic/src/main.rs."
                .to_owned(),
        );
    }
    if !errors.contains(REFUSAL) {
        return Err(format!("{errors}\nthis command failed:\n    {}", shown(&command)));
    }
    println!(
        "nothing in the libraries' dependency trees asks for `alloc`, with `defmt` or without, nor in that of wsat-embassy"
    );
    Ok(())
}
