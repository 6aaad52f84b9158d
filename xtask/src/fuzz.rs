//! `cargo xtask fuzz-smoke`: every fuzz target for a few seconds, from its seeds.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::cargo::{need_toolchain, root, run, shown, target_dir};

/// Each for a quarter of an hour instead.
pub(crate) const LONG: &str = "--long";

/// libFuzzer needs the sanitizers' instrumentation, which only nightly compilers switch on.
/// Seconds of a target, if nothing is said.
const SMOKE: u32 = 5;

const TOOLCHAIN: &str = "nightly";

/// Which words a target's inputs are made of.
const DICTIONARIES: [(&str, &[&str]); 2] =
    [("websocket.dict", &["differential", "uri", "ws_"]), ("at.dict", &[""])];

/// Builds all targets, then runs one after the other.
pub(crate) fn smoke(arguments: &[String]) -> Outcome {
    let seconds = if arguments.iter().any(|word| word == LONG) { 900 } else { SMOKE };
    need_toolchain(TOOLCHAIN)?;
    need_cargo_fuzz()?;
    let targets = targets()?;
    let mut build = cargo_fuzz();
    build.arg("build");
    println!("  $ {}", shown(&build));
    run(build)?;
    let mut failures = Vec::new();
    for target in &targets {
        println!("\n==> {target}, {seconds} s");
        if let Err(text) = fuzz(target, seconds) {
            failures.push(text);
        }
    }
    if failures.is_empty() {
        println!("\nfuzz-smoke: {} targets, nothing found", targets.len());
        return Ok(());
    }
    failures.push(
        "libFuzzer has said where the input lies. Keep it as fuzz/regressions/<target>/<name>, and \
        `cargo test -p wsat-testkit --test regressions` fails until it is mended"
            .to_owned(),
    );
    Err(failures.join("\n"))
}

fn fuzz(target: &str, seconds: u32) -> Outcome {
    let folder = |name: &str| -> Result<PathBuf, String> {
        let folder = build_dir().join(name).join(target);
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("{} cannot be made ({error})", folder.display()))?;
        Ok(folder)
    };
    let artifacts = folder("artifacts")?;
    let mut command = cargo_fuzz();
    command.args(["run", target]).arg(folder("corpus")?);
    for inputs in ["seeds", "regressions"].map(|name| package().join(name).join(target)) {
        if inputs.is_dir() {
            command.arg(inputs);
        }
    }
    let (dictionary, _) = DICTIONARIES
        .into_iter()
        .find(|(_, begins)| begins.iter().any(|begin| target.starts_with(begin)))
        .ok_or_else(|| format!("{target} has no dictionary"))?;
    command.arg("--");
    command.arg(format!("-dict={}", package().join(dictionary).display()));
    // With its separator at the end: libFuzzer puts a name right behind it.
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.arg(format!("-max_total_time={seconds}"));
    if seconds == SMOKE {
        // The same inputs each time: whether a change broke something.
        command.arg("-seed=1");
    }
    command.args(["-timeout=10", "-print_final_stats=1", "-verbosity=0"]);
    run(command)
}

/// `cargo fuzz` with the toolchain that it needs, and with a target directory that it does not share.
fn cargo_fuzz() -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", TOOLCHAIN, "cargo", "fuzz"]).current_dir(root());
    command.env("CARGO_TARGET_DIR", build_dir());
    command
}

fn need_cargo_fuzz() -> Outcome {
    let mut command = cargo_fuzz();
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    if command.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err("`cargo fuzz` is not installed; run\n    cargo install cargo-fuzz --locked".to_owned())
}

/// The names of the targets, which are those of their files.
fn targets() -> Result<Vec<String>, String> {
    let folder = package().join("fuzz_targets");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read ({error})", folder.display()))?;
    let name = |path: &Path| path.file_stem().map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<_> = entries.flatten().filter_map(|entry| name(&entry.path())).collect();
    names.sort();
    if names.is_empty() { Err("there is no fuzz target".to_owned()) } else { Ok(names) }
}

fn package() -> PathBuf {
    root().join("fuzz")
}

fn build_dir() -> PathBuf {
    target_dir().join("fuzz")
}
