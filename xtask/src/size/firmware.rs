//! A firmware that measures itself: built, run in QEMU, and read.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::PACKAGE;
use crate::Outcome;
use crate::cargo::{read, run, target_dir};
use crate::firmware::{Flash, Program, build};
use crate::interop::process::{Listen, Process};
use crate::qemu::machine::PROCESSOR;

/// Each instruction takes a nanosecond of the machine's time, which does not pass otherwise: the counts repeat.
const COUNTED: &str = "-serial none -icount shift=0,sleep=off";

/// How long a firmware may run.
const LIMIT: Duration = Duration::from_secs(30);

/// How it is optimised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// opt-level "s"
    Small,
    /// opt-level 3
    Fast,
}

/// What a firmware has and says.
pub(super) struct Measured {
    pub(super) flash: Flash,
    pub(super) states: Vec<(String, u32)>,
    pub(super) symbols: Vec<(String, u64)>,
    /// Lines of a name and a number.
    numbers: Vec<(String, u64)>,
    outputs: Vec<Vec<u8>>,
}

impl Measured {
    pub(super) fn of(feature: &str, level: Level, qemu: &Path) -> Result<Self, String> {
        let profile = match level {
            Level::Small => "release",
            Level::Fast => "fast",
        };
        let (command, path) = build(PACKAGE, profile, &[feature]);
        run(command)?;
        let program = Program::load(&path)?;
        let said = said(&path, qemu, feature)?;
        let mut measured = Self {
            flash: program.flash()?,
            states: program.states()?,
            symbols: program.symbols()?,
            numbers: Vec::new(),
            outputs: Vec::new(),
        };
        for line in said.lines() {
            match line.split_once(' ') {
                Some(("output", hex)) => measured.outputs.push(octets(hex)),
                Some((name, number)) => {
                    let number = number.parse().map_err(|_| format!("{feature} says {line}"))?;
                    measured.numbers.push((name.to_owned(), number));
                }
                None => return Err(format!("{feature} says {line}")),
            }
        }
        Ok(measured)
    }

    pub(super) fn number(&self, name: &str) -> Result<u64, String> {
        let found = self.numbers.iter().find(|(known, _)| known == name);
        found.map(|(_, number)| *number).ok_or_else(|| format!("no firmware says {name}"))
    }

    /// The most of it that was in use at once.
    pub(super) fn stack(&self) -> u64 {
        let stacks = self.numbers.iter().filter(|(name, _)| name == "stack");
        stacks.map(|(_, bytes)| *bytes).max().unwrap_or_default()
    }

    /// Fails if something else has come of it.
    pub(super) fn came_to(&self, feature: &str, expected: &[&[u8]]) -> Outcome {
        if self.outputs.iter().map(Vec::as_slice).eq(expected.iter().copied()) {
            return Ok(());
        }
        let shown = |outputs: &[&[u8]]| {
            outputs
                .iter()
                .map(|output| format!("\n    {}", output.escape_ascii()))
                .collect::<String>()
        };
        let came: Vec<&[u8]> = self.outputs.iter().map(Vec::as_slice).collect();
        Err(format!(
            "the firmware {feature} does not do what it is measured at; expected{}\nand came{}",
            shown(expected),
            shown(&came)
        ))
    }
}

/// Runs it to its end; all that it says.
fn said(program: &Path, qemu: &Path, feature: &str) -> Result<String, String> {
    let mut command = Command::new(qemu);
    command.args(PROCESSOR.split_whitespace()).args(COUNTED.split_whitespace());
    command.arg("-kernel").arg(program);
    let log = target_dir().join("size").join(format!("{feature}.log"));
    let mut process = Process::start(&mut command, Listen::Stdout, &log)?;
    let until = Instant::now() + LIMIT;
    // The end of the stream is the end of the program.
    while process.line(until).is_ok() {
        if Instant::now() >= until {
            return Err(format!("the firmware {feature} does not come to its end"));
        }
    }
    while !process.has_ended() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(2));
    }
    read(&log)
}

fn octets(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let octet = |digits: &[u8]| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok();
    digits.filter_map(octet).collect()
}
