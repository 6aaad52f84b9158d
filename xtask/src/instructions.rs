//! `cargo xtask instructions`: what the hot paths take, counted by valgrind, and whether `benches/instructions/baseline.txt` still
//! says so. A count repeats exactly with one compiler and one C library, where a time never does.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::cargo::{cargo, read, root, run as run_command, shown, target_dir};
use crate::firmware::lock;
use crate::page::{WRITE, compiler};

const PACKAGE: &str = "benches/instructions";
const PROGRAM: &str = "instructions";

/// A count may be so much greater or smaller: a part of it, and so many on top. How memory is copied depends on the C library,
/// and the rest on the compiler.
const TOLERANCE: f64 = 0.02;
const OF_ANOTHER_COMPILER: f64 = 0.25;
/// Another processor's instructions, or another C library.
const OF_ANOTHER_MACHINE: f64 = 1.0;
const SLACK: f64 = 20.0;

/// What keeps glibc from choosing by the processor how memory is copied: as on the oldest x86-64.
const PLAIN_COPIES: &str = "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX2_Usable,-AVX_Fast_Unaligned_Load,-SSSE3,\
                            -ERMS,-FSRM,-Prefer_ERMS,-Prefer_FSRM";

/// Counts everything, prints it, and compares.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Err("valgrind is not installed; run\n    apt-get install valgrind libc6-dbg".into());
    }
    lock(PACKAGE)?;
    let build = target_dir().join("instructions");
    let manifest = format!("{PACKAGE}/Cargo.toml");
    let mut command = cargo(["build", "--quiet", "--release", "--manifest-path", &manifest]);
    command.env("CARGO_TARGET_DIR", &build);
    // Flags from the environment would replace the profile's.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    run_command(command)?;
    let folder = build.join("release");
    let names = said(&mut Command::new(folder.join(PROGRAM)))?.0;
    let mut counts = Vec::new();
    for name in names.lines() {
        let count = count(&folder, name)?;
        println!("{count:>10}  {name}");
        counts.push((name.to_owned(), count));
    }
    if arguments.iter().any(|argument| argument == WRITE) {
        write(&counts)
    } else {
        compare(&counts)
    }
}

/// Runs one path under valgrind, from its folder: where memory lies depends on the length of the program's path.
fn count(folder: &Path, name: &str) -> Result<u64, String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg("--toggle-collect=instructions::counted*");
    command.args([&format!("./{PROGRAM}"), name]).current_dir(folder);
    command.env("GLIBC_TUNABLES", PLAIN_COPIES);
    let (_, errors) = said(&mut command)?;
    errors
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
        .filter(|count| *count > 0)
        .ok_or_else(|| format!("nothing was counted:\n    {}\n{errors}", shown(&command)))
}

fn said(command: &mut Command) -> Result<(String, String), String> {
    let output = command.output().map_err(|error| {
        format!("this command cannot be started ({error}):\n    {}", shown(command))
    })?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let (out, errors) = (text(output.stdout), text(output.stderr));
    if output.status.success() {
        Ok((out, errors))
    } else {
        Err(format!("this command failed:\n    {}\n{errors}", shown(command)))
    }
}

fn path() -> PathBuf {
    root().join(PACKAGE).join("baseline.txt")
}

/// The kind of processor, and the C library.
fn machine() -> Result<String, String> {
    let (library, _) = said(Command::new("ldd").arg("--version"))?;
    let library = library.lines().next().and_then(|line| line.rsplit(' ').next());
    Ok(format!("{}, glibc {}", std::env::consts::ARCH, library.unwrap_or("?")))
}

fn write(counts: &[(String, u64)]) -> Outcome {
    let mut text = format!("{}\n{}\n", compiler()?, machine()?);
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
    let same_machine = made.next() == Some(machine()?.as_str());
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
    if differs.is_empty() {
        println!("instructions: as {PACKAGE}/baseline.txt says");
        return Ok(());
    }
    Err(format!(
        "{PACKAGE}/baseline.txt says otherwise:{differs}\n\
         Mend what has become slower, or write down what has changed: cargo xtask instructions {WRITE}"
    ))
}

/// The count in a line of the baseline, if it is that of this path.
fn entry(line: &str, name: &str) -> Option<u64> {
    let (count, rest) = line.trim_start().split_once("  ")?;
    if rest == name { count.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn a_line_is_of_one_path() {
        assert_eq!(entry("        12  mask/in place", "mask/in place"), Some(12));
        assert_eq!(entry("        12  mask/in place", "mask"), None);
        assert_eq!(entry("rustc 1.95.0", "mask"), None);
    }
}
