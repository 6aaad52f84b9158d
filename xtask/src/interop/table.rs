//! The table that a run prints as it goes, and the failures behind it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use crate::Outcome;

const NAME: usize = 26;
const CELL: usize = 14;

/// What has been run so far.
#[derive(Default, Debug)]
pub(crate) struct Table {
    failures: Vec<String>,
    row: String,
}

impl Table {
    /// A line of titles.
    pub(crate) fn titles(&self, first: &str, others: &[&str]) {
        let others: String = others.iter().map(|title| format!("{title:<CELL$}")).collect();
        println!("\n{first:<NAME$}{}", others.trim_end());
    }

    /// A row begins.
    pub(crate) fn row(&mut self, name: &str) {
        print!("{name:<NAME$}");
        name.clone_into(&mut self.row);
    }

    /// One step of the row: run, timed and shown. `logs`: where to look if it fails.
    pub(crate) fn cell(&mut self, step: &str, logs: &[PathBuf], run: impl FnOnce() -> Outcome) {
        // What is printed so far is seen while it runs.
        let _ = io::stdout().flush();
        let begin = Instant::now();
        let outcome = run();
        let seconds = begin.elapsed().as_secs_f32();
        let mark = if outcome.is_ok() { '✓' } else { '✗' };
        print!("{:<CELL$}", format!("{mark} {seconds:.1} s"));
        if let Err(text) = outcome {
            let logs: String =
                logs.iter().map(|log| format!("\n    log: {}", log.display())).collect();
            self.failures.push(format!("{}, {step}:\n    {text}{logs}", self.row));
        }
    }

    /// The row ends.
    pub(crate) fn end(&self) {
        println!();
    }

    /// All failures, if there are any.
    pub(crate) fn finish(self) -> Outcome {
        if self.failures.is_empty() { Ok(()) } else { Err(self.failures.join("\n")) }
    }
}
