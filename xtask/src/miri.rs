//! `cargo xtask miri`: the libraries' own tests under Miri, which sees undefined behaviour, overflow and what depends on the order of bytes.
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
    for target in [None, Some(BIG_ENDIAN)] {
        for (library, _) in LIBRARIES {
            if !words.is_empty() && !words.iter().any(|word| word == library) {
                continue;
            }
            let mut command = miri(["test", "-p", library, "--lib"]);
            if let Some(target) = target {
                command.args(["--target", target]);
            }
            println!("  $ {}", cargo::shown(&command));
            cargo::run(command)?;
        }
    }
    println!("\nmiri: nothing undefined, no overflow, and the same on a big-endian target");
    Ok(())
}

fn miri<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = cargo_of(TOOLCHAIN, ["miri"]);
    command.args(arguments);
    command
}
