//! Commands and toolchains: how this program calls cargo, and what it says when something is missing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;

/// The three library crates, by package name and source folder, lowest first.
pub(crate) const LIBRARIES: [(&str, &str); 3] =
    [("at-syntax", "crates/at-syntax/src"), ("rfc6455", "crates/rfc6455/src"), ("wsat", "src")];

/// The bare-metal target of the size and panic checks: the ESP32-C3's.
pub(crate) const RISCV: &str = "riscv32imc-unknown-none-elf";
/// Where the shortcuts are that only processors with words of 64 bits have.
pub(crate) const X86: &str = "x86_64-unknown-none";

/// The smallest ARM target: no unaligned access, no compare-and-swap.
pub(crate) const THUMB: &str = "thumbv6m-none-eabi";

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    // From the environment of `cargo run`: what was compiled in may be another checkout's, if both
    // build into the same directory.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Where builds go: `CARGO_TARGET_DIR` if it is set, else `target` in the root.
pub(crate) fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A `cargo` command in the root of the repository, with the toolchain that runs this program.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// The oldest Rust that the root `Cargo.toml` promises, as a toolchain name such as `1.88.0`.
pub(crate) fn oldest_rust() -> Result<String, String> {
    let manifest = read(&root().join("Cargo.toml"))?;
    manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'))
        .map(|version| format!("{version}.0"))
        .ok_or_else(|| "the root Cargo.toml has no line `rust-version = \"…\"`".to_owned())
}

/// A `cargo` command with another toolchain, in a target directory of its own.
pub(crate) fn cargo_of<'a>(
    toolchain: &str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", toolchain, "cargo"]).args(arguments).current_dir(root());
    command.env("CARGO_TARGET_DIR", target_dir().join(toolchain));
    command
}

/// Fails, with the command that installs it, if the standard library for `target` is missing.
pub(crate) fn need_target(target: &str) -> Outcome {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(root())
        .output()
        .map_err(|error| format!("rustc cannot be started ({error})"))?;
    let libraries = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && Path::new(libraries.trim()).is_dir() {
        Ok(())
    } else {
        Err(format!("the target {target} is not installed; run\n    rustup target add {target}"))
    }
}

/// Fails, with the command that installs it, if the cargo subcommand of a rustup component is missing.
pub(crate) fn need_component(subcommand: &str, component: &str) -> Outcome {
    if is_quietly_successful(cargo([subcommand, "--version"])) {
        Ok(())
    } else {
        Err(format!(
            "`cargo {subcommand}` is not installed; run\n    rustup component add {component}"
        ))
    }
}

/// Fails, with the command that installs it, if rustup does not have this toolchain.
pub(crate) fn need_toolchain(toolchain: &str) -> Outcome {
    let mut command = Command::new("rustup");
    command.args(["run", toolchain, "cargo", "--version"]);
    if is_quietly_successful(command) {
        Ok(())
    } else {
        Err(format!(
            "Rust {toolchain} is not installed; run\n    \
             rustup toolchain install {toolchain} --profile minimal"
        ))
    }
}

pub(crate) fn is_quietly_successful(mut command: Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command with its output shown; the error repeats the command as it can be typed in the root.
pub(crate) fn run(mut command: Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("this command failed ({status}):\n    {}", shown(&command))),
        Err(error) => {
            Err(format!("this command cannot be started ({error}):\n    {}", shown(&command)))
        }
    }
}

/// A command as one types it: what is set in its environment, the program's name, the arguments.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={}", name.to_string_lossy(), quoted(&value.to_string_lossy())));
        }
    }
    let program = Path::new(command.get_program());
    words.push(program.file_name().unwrap_or_default().to_string_lossy().into_owned());
    words.extend(command.get_args().map(|word| quoted(&word.to_string_lossy())));
    words.join(" ")
}

fn quoted(word: &str) -> String {
    if word.contains([' ', '*']) { format!("'{word}'") } else { word.to_owned() }
}

/// Reads a text file; the error names it.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read ({error})", path.display()))
}
