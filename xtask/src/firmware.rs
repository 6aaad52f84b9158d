//! Building the bare-metal packages and reading the programs that come out.
//!
//! They stay outside the workspace: they have a panic handler and no `main`, which `cargo test` of the
//! workspace could not build, and they pin profiles of their own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SectionKind, SymbolKind, elf};

use crate::Outcome;
use crate::cargo::{RISCV, cargo, read, root, target_dir};

/// The firmware that runs in QEMU.
pub(crate) const RUNNING: &str = "examples/rv32-qemu";

/// The firmwares that measure themselves.
const MEASURING: &str = "xtask/size";

/// What gungraun counts.
pub(crate) const COUNTING: &str = "benches/instructions";

/// Those that depend on crates that the workspace does not have, so that they have lock files of their own.
const LOCKED: [&str; 3] = [RUNNING, MEASURING, COUNTING];

/// The bare-metal packages, by their folders from the root.
pub(crate) const PACKAGES: [&str; 3] = ["xtask/no-panic", MEASURING, RUNNING];

/// The manifest of a bare-metal package, from the root.
pub(crate) fn manifest(package: &str) -> String {
    format!("{package}/Cargo.toml")
}

/// Its last folder, which is its name, too.
fn name(package: &str) -> &str {
    package.rsplit('/').next().unwrap_or(package)
}

/// Where a bare-metal package is built.
pub(crate) fn build_dir(package: &str) -> PathBuf {
    target_dir().join(name(package))
}

/// Sees to it that what is linked here are the same versions of the dependencies that the tests ran with. A package that
/// depends on nothing else than they is given the workspace's lock file, from which cargo drops what is not needed. One that has a
/// lock file of its own is compared.
pub(crate) fn lock(package: &str) -> Outcome {
    let from = root().join("Cargo.lock");
    let to = root().join(package).join("Cargo.lock");
    if LOCKED.contains(&package) {
        return same_versions(&read(&from)?, &read(&to)?, package);
    }
    std::fs::copy(&from, &to).map(|_| ()).map_err(|error| {
        format!("{} cannot be copied to {} ({error})", from.display(), to.display())
    })
}

/// Fails if a crate that both lock files have is of another version in the second. Versions that are not compatible are
/// those of different crates: the workspace has an older smoltcp, for an older Rust.
pub(crate) fn same_versions(workspace: &str, own: &str, package: &str) -> Outcome {
    let workspace: BTreeSet<(&str, &str)> = locked(workspace).collect();
    for (name, version) in locked(own) {
        let others = workspace
            .iter()
            .filter(|(other, its)| *other == name && series(its) == series(version));
        let others: Vec<&str> = others.map(|(_, version)| *version).collect();
        if let [other, ..] = others[..]
            && !others.contains(&version)
        {
            return Err(format!(
                "{package} has {name} {version}, the workspace has {}; run\n    \
                 cargo update --manifest-path {} -p {name}@{version} --precise {other}",
                others.join(" and "),
                manifest(package)
            ));
        }
    }
    Ok(())
}

/// What compatible versions have in common: `1` of 1.2.3, `0.1` of 0.1.2.
fn series(version: &str) -> &str {
    let parts = if version.starts_with("0.") { 2 } else { 1 };
    let end = version.match_indices('.').nth(parts - 1).map_or(version.len(), |(at, _)| at);
    version.get(..end).unwrap_or(version)
}

/// The crates of a lock file, with their versions.
pub(crate) fn locked(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("[[package]]").skip(1).filter_map(|entry| {
        let value = |key| entry.lines().find_map(|line| line.strip_prefix(key)?.strip_suffix('"'));
        Some((value("name = \"")?, value("version = \"")?))
    })
}

/// The command that builds a bare-metal package, and the program that it makes, which has the package's name.
pub(crate) fn build(package: &str, profile: &str, features: &[&str]) -> (Command, PathBuf) {
    (command("build", package, profile, features), program(package, profile, name(package)))
}

/// Where a program of a bare-metal package is, once it is built.
pub(crate) fn program(package: &str, profile: &str, program: &str) -> PathBuf {
    program_for(RISCV, package, profile, program)
}

/// Likewise for another target.
pub(crate) fn program_for(target: &str, package: &str, profile: &str, program: &str) -> PathBuf {
    let folder = if profile == "dev" { "debug" } else { profile };
    build_dir(package).join(target).join(folder).join(program)
}

/// A cargo command (`build`, `check`) on a bare-metal package.
pub(crate) fn command(verb: &str, package: &str, profile: &str, features: &[&str]) -> Command {
    command_for(RISCV, verb, package, profile, features)
}

/// Likewise for another target.
pub(crate) fn command_for(
    target: &str,
    verb: &str,
    package: &str,
    profile: &str,
    features: &[&str],
) -> Command {
    let mut command = cargo([verb, "--quiet", "--manifest-path", &manifest(package)]);
    command.args(["--target", target, "--profile", profile]);
    if LOCKED.contains(&package) {
        command.arg("--locked");
    }
    if !features.is_empty() {
        command.args(["--features", &features.join(",")]);
    }
    // Flags from the environment would replace the pinned ones.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command.env("CARGO_TARGET_DIR", build_dir(package));
    command
}

/// A linked program.
pub(crate) struct Program {
    bytes: Vec<u8>,
    path: PathBuf,
}

/// What a program takes of the flash, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Flash {
    pub(crate) text: u64,
    pub(crate) rodata: u64,
    pub(crate) data: u64,
}

impl Flash {
    /// How much more this is than a firmware that uses nothing.
    pub(crate) fn over(self, empty: Self) -> Self {
        Self {
            text: self.text.saturating_sub(empty.text),
            rodata: self.rodata.saturating_sub(empty.rodata),
            data: self.data.saturating_sub(empty.data),
        }
    }

    pub(crate) fn total(self) -> u64 {
        self.text + self.rodata + self.data
    }
}

/// A place in a source file, read from the program's own tables.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Program {
    pub(crate) fn load(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path)
            .map_err(|error| format!("{} cannot be read ({error})", path.display()))?;
        Ok(Self { bytes, path: path.to_owned() })
    }

    fn elf(&self) -> Result<object::File<'_>, String> {
        object::File::parse(self.bytes.as_slice()).map_err(|error| {
            format!("{} is not a readable ELF file ({error})", self.path.display())
        })
    }

    /// Adds up the sections that lie in flash. Unwind tables are left out: no firmware keeps them.
    pub(crate) fn flash(&self) -> Result<Flash, String> {
        let mut flash = Flash { text: 0, rodata: 0, data: 0 };
        for section in self.elf()?.sections() {
            let SectionFlags::Elf { sh_flags, .. } = section.flags() else { continue };
            let name = section.name().unwrap_or_default();
            if !is_set(sh_flags.0, elf::SHF_ALLOC.0)
                || section.kind() == SectionKind::UninitializedData
                || name.starts_with(".eh_frame")
                || name == STATE_SECTION
            {
                continue;
            }
            if is_set(sh_flags.0, elf::SHF_EXECINSTR.0) {
                flash.text += section.size();
            } else if is_set(sh_flags.0, elf::SHF_WRITE.0) {
                flash.data += section.size();
            } else {
                flash.rodata += section.size();
            }
        }
        Ok(flash)
    }

    /// The values of the `state:NAME` symbols: name and size in bytes.
    pub(crate) fn states(&self) -> Result<Vec<(String, u32)>, String> {
        let elf = self.elf()?;
        let Some(section) = elf.section_by_name(STATE_SECTION) else { return Ok(Vec::new()) };
        let data = section.data().map_err(|error| error.to_string())?;
        let mut states = Vec::new();
        for symbol in elf.symbols() {
            let Some(name) = symbol.name().ok().and_then(|name| name.strip_prefix("state:")) else {
                continue;
            };
            let at = symbol.address().wrapping_sub(section.address());
            if let Some(value) = word(data, usize::try_from(at).unwrap_or(usize::MAX)) {
                states.push((name.to_owned(), value));
            }
        }
        states.sort();
        Ok(states)
    }

    /// Functions and constants with their sizes in bytes, the largest first.
    pub(crate) fn symbols(&self) -> Result<Vec<(String, u64)>, String> {
        let elf = self.elf()?;
        // Static memory is not flash.
        let is_memory = |section| {
            let section = elf.section_by_index(section);
            section.is_ok_and(|section| section.kind() == SectionKind::UninitializedData)
        };
        let mut symbols: Vec<(String, u64)> = elf
            .symbols()
            .filter(|symbol| !symbol.section_index().is_some_and(is_memory))
            .filter(|symbol| matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data))
            .filter(|symbol| symbol.size() > 0)
            .filter_map(|symbol| Some((symbol.name().ok()?, symbol.size())))
            .filter(|(name, _)| !name.starts_with("state:"))
            .map(|(name, size)| (format!("{:#}", rustc_demangle::demangle(name)), size))
            .collect();
        symbols.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(symbols)
    }

    /// Every `core::panic::Location` in the program: (file name's address, its length, line, column),
    /// four words. The linker keeps only what is reachable, so these are the reachable panics.
    pub(crate) fn panic_places(&self) -> Result<Vec<Place>, String> {
        let elf = self.elf()?;
        let sections: Vec<(u64, &[u8])> = elf
            .sections()
            .filter(|section| {
                matches!(
                    section.kind(),
                    SectionKind::ReadOnlyData | SectionKind::ReadOnlyString | SectionKind::Data
                )
            })
            .filter_map(|section| Some((section.address(), section.data().ok()?)))
            .collect();
        let text = |address: u32, length: u32| {
            sections.iter().find_map(|(base, data)| {
                let from = usize::try_from(u64::from(address).checked_sub(*base)?).ok()?;
                let bytes = data.get(from..from.checked_add(usize::try_from(length).ok()?)?)?;
                str::from_utf8(bytes).ok().filter(|file| file.ends_with(".rs"))
            })
        };
        let mut places = Vec::new();
        for (_, data) in &sections {
            for at in (0..data.len()).step_by(4) {
                let words = [0, 4, 8, 12].map(|offset| word(data, at + offset));
                let [Some(address), Some(length), Some(line), Some(column)] = words else { break };
                // A file name is short; anything else that looks like a pointer is not a location.
                if length > 400 || line == 0 || column == 0 {
                    continue;
                }
                if let Some(file) = text(address, length) {
                    places.push(Place { file: file.to_owned(), line, column });
                }
            }
        }
        places.sort();
        places.dedup();
        Ok(places)
    }
}

/// Holds the sizes of state values in the size firmware. Not flash: a real firmware has no such table.
const STATE_SECTION: &str = ".state";

fn is_set(flags: u64, flag: u64) -> bool {
    flags & flag != 0
}

fn word(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::same_versions;

    fn entries(crates: &[(&str, &str)]) -> String {
        let entry = |(name, version): &(&str, &str)| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n")
        };
        crates.iter().map(entry).collect()
    }

    #[test]
    fn a_crate_of_another_version_is_told_with_the_command_that_mends_it() {
        let workspace = entries(&[("a", "1.0.0"), ("b", "0.1.0"), ("b", "0.2.0")]);
        let same = |own| same_versions(&workspace, &entries(own), "examples/x");
        assert_eq!(same(&[("a", "1.0.0"), ("b", "0.2.0"), ("c", "3.0.0")]), Ok(()));
        let told = same(&[("a", "1.0.1")]).unwrap_err();
        assert!(told.contains("-p a@1.0.1 --precise 1.0.0"), "{told}");
        assert!(same(&[("b", "0.2.1")]).is_err());
        // Versions that are not compatible may stand side by side.
        assert_eq!(same(&[("b", "0.3.0"), ("a", "2.0.0")]), Ok(()));
    }
}
