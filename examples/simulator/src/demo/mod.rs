//! A session that a person can watch, against the echo server, with every answer checked.

mod script;
mod transcript;

use crate::Simulator;
use script::Step;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use transcript::Transcript;
use wsat::device::Config;

/// How long the whole session may take. It takes milliseconds; this is for a machine that is busy,
/// and against waiting for ever.
const LIMIT: Duration = Duration::from_secs(20);

/// How long to listen at the end for something that should not be there.
const SILENCE: Duration = Duration::from_millis(50);

/// Plays the session and prints it to `out`. Returns whether every answer was, byte for byte, the
/// expected one; a difference is printed.
pub fn run(out: &mut dyn Write) -> bool {
    match play(out) {
        Ok(verdict) => verdict,
        Err(error) => {
            let _ = writeln!(out, "\nThe demo could not run: {error}");
            false
        }
    }
}

fn play(out: &mut dyn Write) -> io::Result<bool> {
    let mut simulator = Simulator::new(Config::default())?;
    let server = simulator.start_echo_server(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let cable = simulator.add_cable();
    let mut transcript = Transcript::new(out);
    transcript.title(server)?;

    let end = Instant::now() + LIMIT;
    let mut printed = Vec::new();
    let mut answers = 0;
    let steps = script::session(server);
    let total = steps.iter().filter(|step| matches!(step, Step::Expect(_))).count();
    for step in steps {
        match step {
            Step::Chapter(text) => transcript.chapter(text)?,
            Step::Host(bytes) => {
                transcript.host(&bytes)?;
                cable.send(&bytes);
            }
            Step::Expect(expected) => {
                while expected.starts_with(&printed)
                    && printed.len() < expected.len()
                    && Instant::now() < end
                {
                    simulator.turn(Some(Duration::from_millis(100)))?;
                    printed.extend(cable.receive());
                }
                if !printed.starts_with(&expected) {
                    transcript.module(&printed)?;
                    transcript.difference(&expected, &printed)?;
                    return Ok(false);
                }
                printed.drain(..expected.len());
                transcript.module(&expected)?;
                answers += 1;
            }
        }
    }
    let silent_until = Instant::now() + SILENCE;
    while printed.is_empty() && Instant::now() < silent_until {
        simulator.turn(Some(SILENCE))?;
        printed.extend(cable.receive());
    }
    if !printed.is_empty() {
        transcript.difference(b"", &printed)?;
        return Ok(false);
    }
    transcript.verdict(answers, total)?;
    Ok(true)
}
