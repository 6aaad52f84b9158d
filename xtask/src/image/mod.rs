//! `cargo xtask image`: the firmware of `examples/esp32c3` for each chip, as esptool wants it, checked, and whether it takes what its README says.
//! It is the application: no bootloader, no table of partitions.
//!
//! One file a part of it: what is built in as an authority (`authority.rs`), the chips (`chip.rs`), an image (`format.rs`), the memory of a linked
//! program (`memory.rs`).

mod authority;
mod chip;
mod format;
mod memory;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::cargo::{cargo, need_target, read, root, run as run_command, shown, target_dir};
use crate::firmware::same_versions;
use crate::interop::tools;
use crate::page::{Page, Table};
use chip::{CHIPS, Chip};
use memory::Memory;

const PACKAGE: &str = "examples/esp32c3";
pub(crate) const MANIFEST: &str = "examples/esp32c3/Cargo.toml";
const PROGRAM: &str = "wsat-esp32";

/// Names of source files are in an image, and their folders are not the same everywhere.
const SLACK: f64 = 2048.0;

const PAGE: Page = Page { path: "examples/esp32c3/README.md", verb: "image" };

/// What is built for each chip: the name of it, and the features beside the chip's. So every port is built, and it shows what TLS costs: a port
/// makes no difference.
const VARIANTS: [(&str, &str); 3] =
    [("uart", "tls,uart"), ("usb", "tls,usb"), ("bridge, no TLS", "bridge")];

/// Bytes of the partition `factory` in the table of partitions that espflash writes to 4 MB of flash.
const PARTITION: u64 = 0x3F_0000;

/// What is left for the stack, at least. Handshakes of TLS need most of it; how much was not measured.
const STACK: u64 = 32 * 1024;

/// Builds and checks everything.
pub(crate) fn run(words: &[String]) -> Outcome {
    let begin = Instant::now();
    let dir = target_dir().join("image");
    std::fs::create_dir_all(&dir)
        .map_err(|error| format!("{} cannot be made ({error})", dir.display()))?;
    let lock = |package: &str| read(&root().join(package).join("Cargo.lock"));
    same_versions(&lock("")?, &lock(PACKAGE)?, PACKAGE)?;
    for chip in CHIPS {
        need_target(chip.target)?;
    }
    let (python, esptool) = tools::esptool(&dir.join("venv"))?;
    let mut table = Table::new(
        "image",
        SLACK,
        &["", "image", "flash code", "flash data", "RAM code", "RAM data", "left for stack"],
    );
    if let Some(chip) = CHIPS.first() {
        authority::check(&dir, || command("check", chip, VARIANTS[0].1))?;
    }
    for chip in CHIPS {
        for (name, features) in VARIANTS {
            lint(chip, features)?;
            let program = build(chip, features)?;
            let image = dir.join(format!("{PROGRAM}-{}-{}.bin", chip.name, slug(name)));
            make(&python, chip, &program, &image)?;
            let bytes = check(&python, chip, &image)?;
            let memory = Memory::of(&program, chip)?;
            if memory.stack < STACK {
                let left = memory.stack;
                return Err(format!("{} {name}: {left} bytes are left for the stack", chip.name));
            }
            println!("{} is good: {esptool} and the rules of {}", image.display(), chip.name);
            let Memory { flash_code, flash_data, ram_code, ram_data, stack } = memory;
            let numbers = [bytes, flash_code, flash_data, ram_code, ram_data, stack];
            table.row(&format!("{}, {name}", chip.name), &numbers.map(|number| number as f64));
        }
    }
    println!("\n{table}");
    PAGE.write_or_compare(words, &[&table])?;
    println!("image: everything passed in {:.1} s", begin.elapsed().as_secs_f32());
    Ok(())
}

/// The last part of a file's name.
fn slug(name: &str) -> String {
    name.to_lowercase().replace(", ", "-").replace(' ', "-")
}

fn command(verb: &str, chip: &Chip, features: &str) -> Command {
    let mut command = cargo([verb, "--quiet", "--locked", "--manifest-path", MANIFEST]);
    command.args(["--release", "--target", chip.target, "--no-default-features"]);
    command.args(["--features", &format!("{},{features}", chip.name)]);
    // Flags from the environment would replace those of the target, and a certificate is not everybody's.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("WSAT_CA");
    command.env("CARGO_TARGET_DIR", target_dir().join("image"));
    command
}

fn lint(chip: &Chip, features: &str) -> Outcome {
    let mut command = command("clippy", chip, features);
    command.args(["--", "-D", "warnings"]);
    println!("  $ {}", shown(&command));
    run_command(command)
}

fn build(chip: &Chip, features: &str) -> Result<PathBuf, String> {
    let command = command("build", chip, features);
    println!("  $ {}", shown(&command));
    run_command(command)?;
    Ok(target_dir().join("image").join(chip.target).join("release").join(PROGRAM))
}

/// An image of an application, with the settings that any board can do.
fn make(python: &Path, chip: &Chip, program: &Path, image: &Path) -> Outcome {
    let mut command = Command::new(python);
    command.args(["-m", "esptool", "--silent", "--chip", chip.name, "elf2image"]);
    command.args(["--flash-mode", "dio", "--flash-freq", "80m", "--flash-size", "4MB"]);
    command.arg("--output").arg(image).arg(program);
    run_command(command)
}

/// What esptool says of the image, and what the chip asks for. Returns its length.
fn check(python: &Path, chip: &Chip, image: &Path) -> Result<u64, String> {
    let mut command = Command::new(python);
    command.args(["-m", "esptool", "--chip", chip.name, "image-info"]).arg(image);
    let output = command
        .output()
        .map_err(|error| format!("{} cannot be started ({error})", shown(&command)))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let is_valid = |what: &str| {
        text.lines().any(|line| line.starts_with(what) && line.trim_end().ends_with("(valid)"))
    };
    if !output.status.success() || !is_valid("Checksum:") || !is_valid("Validation hash:") {
        return Err(format!("{text}\nesptool does not take {} for valid", image.display()));
    }
    let bytes = std::fs::read(image)
        .map_err(|error| format!("{} cannot be read ({error})", image.display()))?;
    format::check(&bytes, chip).map_err(|error| format!("{}: {error}", image.display()))?;
    let len = bytes.len() as u64;
    if len > PARTITION {
        return Err(format!("{}: {len} bytes, the partition has {PARTITION}", image.display()));
    }
    Ok(len)
}
