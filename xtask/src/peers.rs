//! `cargo xtask peers`: our crates and other libraries, each doing the same work, in one run.
//!
//! The package `benches/peers` is no member of the workspace: nobody who builds the crates builds what they are compared with. It is
//! built and run twice, with rfc6455's default features and with `simd`; what remains the same is measured again, so that
//! every ratio is of one run.

use crate::Outcome;
use crate::cargo::{cargo, read, root, run as run_command, target_dir};
use crate::firmware::locked;

const PACKAGE: &str = "benches/peers/Cargo.toml";

/// What the package needs besides those that are compared.
const OF_THE_BENCH: [&str; 11] = [
    "at-syntax",
    "bytes",
    "embedded-io-async",
    "futures-util",
    "plotters",
    "rfc6455",
    "rustix",
    "serde",
    "tokio",
    "wsat",
    "rand_core",
];

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
    println!("\nMeasured were {}.", versions()?);
    Ok(())
}

/// The others, as the lock file pins them: what the manifest names and is no part of this repository.
fn versions() -> Result<String, String> {
    let manifest = read(&root().join(PACKAGE))?;
    let (_, dependencies) = manifest.split_once("[dependencies]").unwrap_or_default();
    let lock = read(&root().join(PACKAGE).with_file_name("Cargo.lock"))?;
    let named: Vec<&str> =
        dependencies.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    let versions =
        locked(&lock).filter(|(name, _)| named.contains(name) && !OF_THE_BENCH.contains(name));
    let versions: Vec<String> =
        versions.map(|(name, version)| format!("{name} {version}")).collect();
    Ok(versions.join(", "))
}
