//! `cargo xtask peers`: our crates and other libraries, each doing the same work, in one run.
//!
//! The package `benches/peers` is no member of the workspace: nobody who builds the crates builds what they are compared with. It is
//! built and run twice, with rfc6455's default features and with `simd`; what remains the same is measured again, so that
//! every ratio is of one run.

use crate::Outcome;
use crate::cargo::{cargo, root, run as run_command, target_dir};

const PACKAGE: &str = "benches/peers/Cargo.toml";

/// Draws the pictures of `benches/README.md` anew.
pub(crate) const PLOTS: &str = "--plots";

/// Prints the tables; words choose workloads and peers.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    for (title, features) in
        [("default features", &[] as &[&str]), ("the feature `simd`", &["--features", "simd"])]
    {
        println!("\n## rfc6455 with {title}");
        let mut command = cargo(["run", "--quiet", "--release", "--locked", "--manifest-path"]);
        command.arg(PACKAGE).args(features).arg("--");
        for word in arguments.iter().filter(|word| *word != PLOTS) {
            command.arg(word);
        }
        if arguments.iter().any(|word| word == PLOTS) && !features.is_empty() {
            command.arg(format!("--plots={}", root().join("benches/plots").display()));
        }
        command.env("CARGO_TARGET_DIR", target_dir());
        run_command(command)?;
    }
    Ok(())
}
