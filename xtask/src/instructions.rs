//! `cargo xtask instructions`: what the hot paths take, counted by gungraun, and whether `benches/instructions/baseline.txt` still
//! says so. A count repeats exactly with one compiler and one C library, where a time never does.

use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::cargo::{cargo, read, root, shown, target_dir};
use crate::firmware::{COUNTING, lock};
use crate::page::{WRITE, compiler};

const PACKAGE: &str = COUNTING;

/// gungraun's other half, which has to be of the same version as the library.
const RUNNER: &str = "gungraun-runner";

/// A count may be so much greater or smaller: a part of it, and so many on top.
const TOLERANCE: f64 = 0.02;
const OF_ANOTHER_COMPILER: f64 = 0.25;
/// Another processor's instructions, or another C library.
const OF_ANOTHER_MACHINE: f64 = 1.0;
const SLACK: f64 = 20.0;

/// Counts everything, prints it, and compares.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Err("valgrind is not installed; run\n    apt-get install valgrind libc6-dbg".into());
    }
    lock(PACKAGE)?;
    let manifest = root().join(PACKAGE).join("Cargo.toml");
    let text = read(&manifest)?;
    let version =
        version(&text).ok_or_else(|| format!("{} does not pin gungraun", manifest.display()))?;
    if said(Command::new(RUNNER).arg("--version")).ok() != Some(format!("{RUNNER} {version}\n")) {
        return Err(format!(
            "{RUNNER} {version} is not installed; run\n    cargo install {RUNNER} --version {version} --locked"
        ));
    }
    let mut command = cargo(["bench", "--quiet", "--locked", "--manifest-path"]);
    command.arg(&manifest).env("CARGO_TARGET_DIR", target_dir().join("instructions"));
    command.env("GUNGRAUN_COLOR", "never");
    // Flags from the environment would replace the profile's.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let text = said(&mut command)?;
    let counts = counts(&text);
    if counts.is_empty() {
        return Err(format!("nothing was counted:\n    {}\n{text}", shown(&command)));
    }
    for (name, count) in &counts {
        println!("{count:>10}  {name}");
    }
    if arguments.iter().any(|argument| argument == WRITE) {
        write(&counts)
    } else {
        compare(&counts)
    }
}

/// That of gungraun in a manifest.
fn version(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("gungraun = \"="))?;
    line.strip_suffix('"')
}

/// What gungraun has printed: `…::path name:(…)`, and its instructions in the next line.
fn counts(text: &str) -> Vec<(String, u64)> {
    let mut name = None;
    let mut counts = Vec::new();
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("::path ") {
            name = rest.split_once(':').map(|(name, _)| name);
        } else if let Some(rest) = line.trim_start().strip_prefix("Instructions:")
            && let Some(name) = name.take()
            && let Some((count, _)) = rest.split_once('|')
            && let Ok(count) = count.trim().parse()
        {
            counts.push((name.to_owned(), count));
        }
    }
    counts
}

/// What it has printed.
fn said(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| {
        format!("this command cannot be started ({error}):\n    {}", shown(command))
    })?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        let printed = text(output.stdout) + &text(output.stderr);
        Err(format!("this command failed:\n    {}\n{printed}", shown(command)))
    }
}

fn path() -> PathBuf {
    root().join(PACKAGE).join("baseline.txt")
}

/// The kind of processor, and the C library.
fn machine() -> String {
    // Another C library's `ldd` tells no version, or there is none.
    let library = said(Command::new("ldd").arg("--version")).unwrap_or_default();
    let library = library.lines().next().and_then(|line| line.rsplit(' ').next());
    let library =
        library.map_or("another C library".to_owned(), |version| format!("glibc {version}"));
    format!("{}, {library}", std::env::consts::ARCH)
}

fn write(counts: &[(String, u64)]) -> Outcome {
    let mut text = format!("{}\n{}\n", compiler()?, machine());
    for (name, count) in counts {
        text.push_str(&format!("{count:>10}  {name}\n"));
    }
    std::fs::write(path(), text)
        .map_err(|error| format!("{} cannot be written ({error})", path().display()))?;
    println!("{PACKAGE}/baseline.txt is written");
    Ok(())
}

/// Fails if a count is another than in the baseline.
fn compare(counts: &[(String, u64)]) -> Outcome {
    let baseline = read(&path())?;
    let mut made = baseline.lines();
    let same_compiler = made.next() == Some(compiler()?.as_str());
    let same_machine = made.next() == Some(machine().as_str());
    let tolerance = match (same_compiler, same_machine) {
        (true, true) => TOLERANCE,
        (false, true) => OF_ANOTHER_COMPILER,
        (_, false) => OF_ANOTHER_MACHINE,
    };
    let mut differs = String::new();
    for (name, count) in counts {
        match baseline.lines().find_map(|line| entry(line, name)) {
            None => differs.push_str(&format!("\n    {name} is not in the baseline")),
            Some(was) => {
                let slack = was as f64 * tolerance + SLACK;
                if count.abs_diff(was) as f64 > slack {
                    differs.push_str(&format!("\n    {name}: {count}, and {was} in the baseline"));
                }
            }
        }
    }
    for name in made.filter_map(|line| Some(line.trim_start().split_once("  ")?.1)) {
        if !counts.iter().any(|(counted, _)| counted == name) {
            differs.push_str(&format!("\n    {name} is in the baseline, and was not counted"));
        }
    }
    if differs.is_empty() {
        let percent = tolerance * 100.0;
        println!(
            "instructions: as {PACKAGE}/baseline.txt says, give or take {percent} % and {SLACK}"
        );
        return Ok(());
    }
    Err(format!(
        "{PACKAGE}/baseline.txt says otherwise:{differs}\n\
         Mend what has become slower. What has become faster, or has to be so, is written down: cargo xtask instructions {WRITE}"
    ))
}

/// The count in a line of the baseline, if it is that of this path.
fn entry(line: &str, name: &str) -> Option<u64> {
    let (count, rest) = line.trim_start().split_once("  ")?;
    if rest == name { count.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{counts, entry, version};

    #[test]
    fn what_gungraun_prints() {
        let text = "i::hot::path header_encode:(done_once(header(1)))\n  Instructions:          60|N/A     (***)\n\
                    i::hot::path line:(x)\n  Instructions:        1443|1443     (No change)\n\nGungraun result: Ok.\n";
        assert_eq!(counts(text), [("header_encode".to_owned(), 60), ("line".to_owned(), 1443)]);
        assert_eq!(version("[dev-dependencies]\ngungraun = \"=0.20.0\"\n"), Some("0.20.0"));
    }

    #[test]
    fn a_line_is_of_one_path() {
        assert_eq!(entry("        12  mask/in place", "mask/in place"), Some(12));
        assert_eq!(entry("        12  mask/in place", "mask"), None);
        assert_eq!(entry("rustc 1.95.0", "mask"), None);
    }
}
