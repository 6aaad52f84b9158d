//! `wsat-sim run`: plays files and tells a person what differs.

use super::{check, parse};
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// Plays every session of these files, in every way in which its input can be cut. What differs goes to
/// `out`, and at the end one line of summary. Returns whether everything was as it is written.
///
/// # Errors
///
/// `out` cannot be written to.
pub fn run<P: AsRef<Path>>(files: &[P], out: &mut dyn Write) -> io::Result<bool> {
    let (mut played, mut known, mut wrong) = (0, 0, 0);
    for file in files {
        let file = file.as_ref();
        let name = file.display();
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                wrong += 1;
                writeln!(out, "{name}: cannot be read: {}", crate::say::reason(&error))?;
                continue;
            }
        };
        let sessions = match parse(&text) {
            Ok(sessions) => sessions,
            Err(malformed) => {
                wrong += 1;
                writeln!(out, "{name}:{}: {malformed}", malformed.line)?;
                continue;
            }
        };
        for session in &sessions {
            played += 1;
            known += usize::from(session.known_difference.is_some());
            if let Err(difference) = check(session) {
                wrong += 1;
                writeln!(out, "{name}:{}: {difference}", difference.line)?;
            }
        }
    }
    let sessions = counted(played, "session");
    let files = counted(files.len(), "file");
    let known =
        if known > 0 { format!(", {known} with a known difference") } else { String::new() };
    if wrong == 0 {
        writeln!(out, "{sessions} in {files}{known}: all as written")?;
    } else {
        writeln!(out, "{sessions} in {files}{known}: {wrong} wrong")?;
    }
    Ok(wrong == 0)
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
