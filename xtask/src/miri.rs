//! `cargo xtask miri`: tests under Miri, which sees undefined behaviour, overflow and what depends on the order of bytes: the unit tests of the
//! libraries, and sessions of whole devices. Here and on a big-endian target. Tests that try much try little of it there (`cfg(miri)`).

use std::process::Command;

use crate::Outcome;
use crate::cargo::{self, LIBRARIES, cargo_of, need_toolchain};

const TOOLCHAIN: &str = "nightly";

/// Big-endian, and Miri knows it without a linker or a standard library of its own.
const BIG_ENDIAN: &str = "s390x-unknown-linux-gnu";

/// A library whose integration tests are run, too, and which of them.
const SESSIONS: (&str, &str) = ("wsat", "split");

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
        "\nmiri: in these tests nothing is undefined, nothing overflows, and a big-endian target does the same"
    );
    Ok(())
}

/// The unit tests of these libraries, then the sessions.
fn tests(libraries: &[&str], target: Option<&str>) -> Outcome {
    let mut units = miri(["test", "--lib"]);
    for library in libraries {
        units.args(["-p", library]);
    }
    shown_when_over(units, target)?;
    let (library, sessions) = SESSIONS;
    if libraries.contains(&library) {
        shown_when_over(miri(["test", "-p", library, "--test", sessions]), target)?;
    }
    Ok(())
}

/// Runs tests on a target; what they print is shown when they are over, because two targets run at once.
fn shown_when_over(mut command: Command, target: Option<&str>) -> Outcome {
    // The libraries allocate nothing (`cargo xtask no-alloc`): what is leaked is leaked by a test, on purpose.
    command.env("MIRIFLAGS", "-Zmiri-ignore-leaks");
    if let Some(target) = target {
        command.args(["--target", target]);
        // A benchmark's dependency compiles C for the target. Nothing is linked with it, so it may be this machine's.
        command.env(format!("CC_{}", target.replace('-', "_")), "cc");
    }
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
