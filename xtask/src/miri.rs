//! `cargo xtask miri`: the libraries' unit tests under Miri, which sees undefined behaviour, overflow and what depends on the order of bytes.
//! Here and on a big-endian target. Property tests and the longest loops are cut short there (`cfg(miri)`).

use std::process::Command;

use crate::Outcome;
use crate::cargo::{self, LIBRARIES, cargo_of, need_toolchain};

const TOOLCHAIN: &str = "nightly";

/// Big-endian, and Miri knows it without a linker or a standard library of its own.
const BIG_ENDIAN: &str = "s390x-unknown-linux-gnu";

/// Runs the tests of all three, or of those that are named.
pub(crate) fn run(words: &[String]) -> Outcome {
    need_toolchain(TOOLCHAIN)?;
    let version = miri(["--version"]);
    if !cargo::is_quietly_successful(version) {
        return Err(format!(
            "Miri is not installed; run\n    \
            rustup component add --toolchain {TOOLCHAIN} miri rust-src"
        ));
    }
    let libraries: Vec<&str> = LIBRARIES
        .into_iter()
        .map(|(library, _)| library)
        .filter(|library| words.is_empty() || words.iter().any(|word| word == library))
        .collect();
    if libraries.is_empty() {
        return Err(format!("no library is called {}", words.join(" or ")));
    }
    // Miri has one thread; two targets are for two cores.
    let outcomes = std::thread::scope(|scope| {
        let libraries = &libraries;
        let run = |target| scope.spawn(move || tests(libraries, target));
        [run(None), run(Some(BIG_ENDIAN))].map(|running| {
            running.join().unwrap_or_else(|_| Err("the thread of a target has panicked".to_owned()))
        })
    });
    outcomes.into_iter().collect::<Outcome>()?;
    println!(
        "\nmiri: in the unit tests nothing is undefined, nothing overflows, and a big-endian target does the same"
    );
    Ok(())
}

/// The unit tests of these libraries; what they print is shown when they are over.
fn tests(libraries: &[&str], target: Option<&str>) -> Outcome {
    let mut command = miri(["test", "--lib"]);
    for library in libraries {
        command.args(["-p", library]);
    }
    command.args(target.map(|target| ["--target", target]).into_iter().flatten());
    println!("  $ {}", cargo::shown(&command));
    let output =
        command.output().map_err(|error| format!("cargo miri cannot be started ({error})"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        for line in text.lines().filter(|line| line.starts_with("test result")) {
            println!("  {}: {line}", target.unwrap_or("here"));
        }
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{text}{errors}this command failed:\n    {}", cargo::shown(&command)))
}

fn miri<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = cargo_of(TOOLCHAIN, ["miri"]);
    command.args(arguments);
    command
}
