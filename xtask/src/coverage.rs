//! `cargo xtask coverage`: which lines of the libraries no test of theirs runs, with cargo-llvm-cov.

use std::process::Stdio;

use crate::Outcome;
use crate::cargo::{self, LIBRARIES, cargo, root, target_dir};

/// Prints a table by file, and the lines that were not run.
pub(crate) fn run() -> Outcome {
    let mut version = cargo(["llvm-cov", "--version"]);
    version.stdout(Stdio::null());
    if !cargo::is_quietly_successful(version) {
        return Err("`cargo llvm-cov` is not installed; run\n    \
            cargo install cargo-llvm-cov --locked && rustup component add llvm-tools"
            .to_owned());
    }
    let mut command = cargo(["llvm-cov", "test", "--show-missing-lines"]);
    for (library, _) in LIBRARIES {
        command.args(["-p", library]);
    }
    // Many transcripts need a server, which the simulator has.
    command.args(["-p", "wsat-sim"]);
    // What is not the libraries' own, and their tests.
    command.args([
        "--ignore-filename-regex",
        "(testkit|simulator|xtask|tests?|testing|conformance)[/.]",
    ]);
    command.env("CARGO_TARGET_DIR", target_dir().join("coverage")).current_dir(root());
    println!("  $ {}", cargo::shown(&command));
    cargo::run(command)
}
