//! `cargo xtask ci`: every check, one after the other, stopping at the first that fails.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cargo::{
    self, LIBRARIES, RISCV, THUMB, X86, cargo, cargo_of, need_component, need_target,
    need_toolchain, oldest_rust, root, target_dir,
};
use crate::firmware::{self, PACKAGES};
use crate::{Outcome, image, no_alloc, no_panic, size};

/// What drives a device on a chip.
const GLUE: &str = "wsat-embassy";

/// Runs every check.
pub(crate) fn run() -> Outcome {
    let begin = Instant::now();
    let outcome = checks();
    let took = seconds(begin.elapsed());
    match outcome {
        Ok(()) => {
            println!("\nci: all checks passed in {took}");
            Ok(())
        }
        Err(text) => Err(format!("{text}\n\nci: failed after {took}")),
    }
}

fn checks() -> Outcome {
    step("what must be installed", needs)?;
    step("the lock file fits the manifests", || {
        let mut command = cargo(["metadata", "--locked", "--format-version", "1"]);
        command.stdout(std::process::Stdio::null());
        cargo::run(command)
    })?;
    step("formatting", formatting)?;
    step("lints", lints)?;
    step("tests", || show_and_run(cargo(["test", "--workspace"])))?;
    step("tests with the feature for hosts", || {
        show_and_run(cargo(["test", "-p", "rfc6455", "--lib", "--features", "simd"]))
    })?;
    step("tests without shortcuts, as with words of 32 bits", without_shortcuts)?;
    step("documentation", documentation)?;
    step("benchmarks compile", benchmarks)?;
    step("each library alone, and what drives one, on bare metal", bare_metal)?;
    step("the oldest Rust", oldest)?;
    step("nothing asks for a heap", no_alloc::run)?;
    step("no panic is reachable", no_panic::run)?;
    step("size", || size::run(&[]))
}

fn needs() -> Outcome {
    need_component("fmt", "rustfmt")?;
    need_component("clippy", "clippy")?;
    need_target(RISCV)?;
    need_target(THUMB)?;
    need_target(X86)?;
    need_toolchain(&oldest_rust()?)
}

fn formatting() -> Outcome {
    show_and_run(cargo(["fmt", "--all", "--check"]))?;
    for package in PACKAGES {
        show_and_run(cargo(["fmt", "--manifest-path", &firmware::manifest(package), "--check"]))?;
    }
    // No members of the workspace either.
    show_and_run(cargo(["fmt", "--manifest-path", image::MANIFEST, "--check"]))?;
    for manifest in ["fuzz", "benches/instructions", "benches/peers"] {
        let manifest = format!("{manifest}/Cargo.toml");
        show_and_run(cargo(["fmt", "--manifest-path", &manifest, "--check"]))?;
    }
    Ok(())
}

fn lints() -> Outcome {
    show_and_run(cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    for (library, _) in LIBRARIES {
        let arguments = ["clippy", "-p", library, "--features", "defmt", "--", "-D", "warnings"];
        show_and_run(cargo(arguments))?;
    }
    let arguments = ["clippy", "-p", "rfc6455", "--features", "simd", "--", "-D", "warnings"];
    show_and_run(cargo(arguments))?;
    for package in PACKAGES {
        firmware::lock(package)?;
        let manifest = firmware::manifest(package);
        let mut command = cargo(["clippy", "--manifest-path", &manifest, "--target", RISCV]);
        command.args(["--all-features", "--", "-D", "warnings"]);
        command.env("CARGO_TARGET_DIR", firmware::build_dir(package));
        show_and_run(command)?;
    }
    Ok(())
}

/// What firmware does, on this machine. In a target directory of its own: another flag would have everything built anew each time.
fn without_shortcuts() -> Outcome {
    let mut command = cargo(["test", "-p", "rfc6455", "-p", "at-syntax", "--lib", "--tests"]);
    command.env("RUSTFLAGS", "--cfg no_shortcuts");
    command.env("CARGO_TARGET_DIR", target_dir().join("without-shortcuts"));
    show_and_run(command)
}

fn documentation() -> Outcome {
    let mut command = cargo(["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-Dwarnings");
    show_and_run(command)
}

/// Compiles the benchmarks, if there are any; it does not run them.
fn benchmarks() -> Outcome {
    let has_rust_file = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.path().extension().is_some_and(|end| end == "rs"))
    };
    if has_rust_file(&root().join("benches")) {
        show_and_run(cargo(["bench", "--workspace", "--bench", "*", "--no-run"]))
    } else {
        println!("there are none");
        Ok(())
    }
}

/// One `cargo check` a library, target and feature, each with its own `-p`: in one call, cargo would
/// unite the features of all, and a feature that one of them forgot to ask for would not be missed.
fn bare_metal() -> Outcome {
    for target in [RISCV, THUMB] {
        for (library, _) in LIBRARIES {
            for features in [&[] as &[&str], &["--features", "defmt"]] {
                let mut command = cargo(["check", "-p", library, "--target", target]);
                command.args(features).env("RUSTFLAGS", "-Dwarnings");
                show_and_run(command)?;
            }
        }
    }
    for target in [RISCV, THUMB] {
        let mut command = cargo(["check", "-p", GLUE, "--target", target, "--all-features"]);
        command.env("RUSTFLAGS", "-Dwarnings");
        show_and_run(command)?;
    }
    Ok(())
}

/// The libraries each alone, then everything. A target directory of its own keeps the two toolchains
/// from rebuilding each other's work.
fn oldest() -> Outcome {
    let toolchain = oldest_rust()?;
    for (library, _) in LIBRARIES {
        show_and_run(cargo_of(&toolchain, ["check", "-p", library]))?;
        show_and_run(cargo_of(&toolchain, ["check", "-p", library, "--features", "defmt"]))?;
    }
    // embassy-net, which is not all of wsat-embassy, wants a later one.
    show_and_run(cargo_of(
        &toolchain,
        ["check", "-p", GLUE, "--no-default-features", "--features=tls"],
    ))?;
    let mut rest = cargo_of(&toolchain, ["check", "--workspace", "--all-targets"]);
    rest.args(["--exclude", GLUE]);
    show_and_run(rest)
}

fn step(title: &str, check: impl FnOnce() -> Outcome) -> Outcome {
    println!("\n==> {title}");
    let begin = Instant::now();
    check().map_err(|text| format!("FAILED: {title}\n{text}"))?;
    println!("<== {title}: {}", seconds(begin.elapsed()));
    Ok(())
}

fn show_and_run(command: Command) -> Outcome {
    println!("  $ {}", cargo::shown(&command));
    cargo::run(command)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
