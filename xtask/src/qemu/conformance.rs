//! The conformance vectors of at-syntax and rfc6455, run on the target.

use std::path::Path;
use std::time::{Duration, Instant};

use super::machine::Machine;
use super::programs::Programs;
use crate::Outcome;

/// Far more than it takes, for all vectors, or what is left of them after one that failed.
const LIMIT: Duration = Duration::from_secs(180);
/// So many failures are told.
const MOST: usize = 10;

/// Runs all of them. A vector that fails ends the machine; the next one begins behind it.
pub(crate) fn run(programs: &Programs, dir: &Path) -> Outcome {
    let begin = Instant::now();
    let (mut first, mut failures) = (0, Vec::new());
    let total: usize = loop {
        let folder = dir.join(format!("from-{first}"));
        let mut machine = Machine::boot(&programs.conformance(), &folder, programs.qemu())?;
        machine.process.write(format!("{first}\n").as_bytes())?;
        let until = Instant::now() + LIMIT;
        let (mut next, mut last, mut said) = (first, None, Vec::new());
        // Until it ends, which shows as an error.
        while let Ok(line) = machine.process.line(until) {
            let line = line.ok_or_else(|| {
                machine.explain(&format!("not all vectors were run in {} s", LIMIT.as_secs()))
            })?;
            match line.split_once(' ').map(|(number, name)| (number.parse::<usize>(), name)) {
                Some((Ok(number), name)) if number == next => {
                    last = Some(name.to_owned());
                    next += 1;
                    said.clear();
                }
                _ => said.push(line),
            }
        }
        let status = machine.process.status(until)?;
        let passed = said.iter().find_map(|line| line.strip_prefix("passed ")?.parse().ok());
        match (status.is_some_and(|status| status.success()), passed, last) {
            (true, Some(total), _) => break total,
            (_, _, Some(name)) => {
                failures.push(format!("{name}\n    {}", said.join("\n    ")));
                first = next;
            }
            (_, _, None) => return Err(machine.explain("no vector was run")),
        }
        if failures.len() == MOST {
            return Err(format!("{}\nand perhaps more", failures.join("\n")));
        }
    };
    let took = begin.elapsed().as_secs_f32();
    let failed = failures.len();
    println!("\n{total} conformance vectors on the target in {took:.1} s: {failed} failed");
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}
