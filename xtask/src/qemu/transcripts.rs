//! The transcripts, played on the target: those that need nothing but an AT port and the embedding program, as
//! `Session::need` of `wsat-sim` says.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use wsat::at_syntax::{Name, StatementWriter, Terminator};
use wsat::device::{Answer, Config};
use wsat::{Dialect, LinkId};
use wsat_sim::transcript::{Came, Does, Elsewhere, Need, Sizes, check_elsewhere, parse};

use super::machine::Machine;
use super::programs::Programs;
use crate::Outcome;
use crate::cargo::{read, root};
use crate::interop::LIMIT;

const DIALECTS: [Dialect; 4] = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2];

/// How many sessions at least need no scripted network.
const LEAST: usize = 50;

/// The longest line that the program reads.
const LINE: usize = 512;

/// Plays every session of every file, each on a machine of its own.
pub(crate) fn run(programs: &Programs, dir: &Path) -> Outcome {
    let begin = Instant::now();
    let files = files()?;
    let (mut played, mut wrong) = (0, String::new());
    let mut left_out: BTreeMap<Need, usize> = BTreeMap::new();
    for file in &files {
        let name = file.strip_prefix(root()).unwrap_or(file).display();
        let sessions = parse(&read(file)?)
            .map_err(|malformed| format!("{name}:{}: {malformed}", malformed.line))?;
        for session in &sessions {
            if let Some(need) = session.need() {
                *left_out.entry(need).or_default() += 1;
                continue;
            }
            played += 1;
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let folder = dir.join(format!("{stem}-{}", session.line));
            let mut target = Target { programs, folder: &folder, running: None };
            if let Err(difference) = check_elsewhere(session, &mut target) {
                let told = format!("{name}:{}: {difference}", difference.line);
                let told = target.running.map_or(told.clone(), |it| it.machine.explain(&told));
                wrong.push_str(&format!("\n{told}"));
            }
        }
    }
    let others: usize = left_out.values().sum();
    let why: Vec<String> =
        left_out.iter().map(|(need, count)| format!("{count} need {need}")).collect();
    println!(
        "\n{} sessions in {} files: {played} played on the target in {:.1} s, {others} left out ({})",
        played + others,
        files.len(),
        begin.elapsed().as_secs_f32(),
        why.join(", ")
    );
    // There were 56 in November 2026: a rule that leaves out more than it should is noticed.
    if played < LEAST {
        return Err(format!("only {played} sessions were played, of {LEAST} at least"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.trim_start().to_owned()) }
}

/// Every `*.at` below `tests/`.
fn files() -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("tests")];
    while let Some(folder) = folders.pop() {
        let cannot = |error| format!("{} cannot be read ({error})", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "at") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The program `transcripts` in a machine, which is told what to do as its documentation says.
struct Target<'a> {
    programs: &'a Programs,
    folder: &'a Path,
    running: Option<Running>,
}

struct Running {
    machine: Machine,
    line: UnixStream,
    /// What the AT port prints: taken at once, because QEMU keeps but a few hundred bytes.
    printing: Receiver<Vec<u8>>,
    came: Vec<u8>,
    log: File,
    /// Bytes typed and printed since the start.
    typed: usize,
    printed: usize,
}

impl Elsewhere for Target<'_> {
    fn boot(&mut self, config: &Config, memory: &Sizes) -> Result<Came, String> {
        let program = self.programs.transcripts();
        let mut machine = Machine::boot(&program, self.folder, self.programs.qemu())?;
        let line = machine.take_line()?;
        let set = line.set_write_timeout(Some(LIMIT)).and_then(|()| line.try_clone());
        let reading = set.map_err(|error| format!("the serial line has no limit ({error})"))?;
        let log = machine.serial_log();
        let log = File::create(&log)
            .map_err(|error| format!("{} cannot be written ({error})", log.display()))?;
        let (printing, came) = (listen(reading), Vec::new());
        let running = Running { machine, line, printing, came, log, typed: 0, printed: 0 };
        self.running.insert(running).tell("BOOT", |line| fields(line, config, memory), b"")
    }

    fn host(&mut self, bytes: &[u8]) -> Result<Came, String> {
        let running = self.running.as_mut().ok_or("the machine is not switched on")?;
        let _ = writeln!(running.log, "host   {}", bytes.escape_ascii());
        running
            .line
            .write_all(bytes)
            .map_err(|error| format!("the serial line takes nothing ({error})"))?;
        running.typed += bytes.len();
        let typed = running.typed;
        running.tell("TYPED", |line| _ = line.integer(typed as i64), b"")
    }

    fn program(&mut self, does: Does<'_>) -> Result<Came, String> {
        let running = self.running.as_mut().ok_or("the machine is not switched on")?;
        match does {
            Does::Print(text) => {
                running.tell("TEXT", |line| _ = line.integer(text.len() as i64), text)
            }
            Does::Answer(answer) => {
                let number = match answer {
                    Answer::Ok => 0,
                    Answer::NoSuchCommand => 2,
                    _ => 1,
                };
                running.tell("ANSWER", |line| _ = line.integer(number), b"")
            }
            Does::Abort => running.tell("ABORT", |_| (), b""),
            Does::Restart => running.tell("RESTART", |_| (), b""),
        }
    }
}

/// The fields of `AT+BOOT`.
fn fields(line: &mut StatementWriter<'_>, config: &Config, memory: &Sizes) {
    let dialect = DIALECTS.iter().position(|dialect| *dialect == config.dialect).unwrap_or(0);
    line.integer(dialect as i64).integer(config.quirks.bits().into());
    match config.terminator {
        Terminator::Byte(byte) => line.integer(byte.into()),
        Terminator::CrLf => line.omitted(),
    };
    line.integer(config.retry_delay_ms.into());
    match config.payload_timeout_ms {
        Some(millis) => line.integer(millis.into()),
        None => line.omitted(),
    };
    line.integer(config.check_text.into()).integer(config.header_limit as i64);
    line.string(config.user_agent.as_bytes());
    for size in [memory.line, memory.payload, memory.text, memory.headers] {
        line.integer(size as i64);
    }
    for link in LinkId::ALL {
        line.integer(memory.windows[usize::from(link.number())] as i64);
    }
}

impl Running {
    /// Tells the program a line, with what belongs to it, and waits until the module is at rest.
    fn tell(
        &mut self,
        name: &str,
        fields: impl FnOnce(&mut StatementWriter<'_>),
        behind: &[u8],
    ) -> Result<Came, String> {
        let mut out = [0; LINE];
        let mut writer = StatementWriter::new(0, &mut out, Terminator::CrLf);
        let name = Name::Extended(name.as_bytes());
        if matches!(name, Name::Extended(b"ABORT" | b"RESTART")) {
            writer.execute(name);
        } else {
            fields(writer.set(name));
        }
        let piece = writer.finish(LINE).map_err(|error| format!("{name:?}: {error}"))?;
        self.machine.process.write(&[&out[..piece.written], behind].concat())?;
        let mut came = Came::default();
        let until = Instant::now() + LIMIT;
        let printed: usize = loop {
            let Some(told) = self.machine.process.line(until)? else {
                return Err(format!("a module that is not at rest within {} s", LIMIT.as_secs()));
            };
            match told.split_once(' ') {
                Some(("asks", hex)) => came.asked.push(unhex(hex)?),
                Some(("why", why)) => came.refusals.push(why.to_owned()),
                Some(("rest", bytes)) => {
                    break bytes.parse().map_err(|_| format!("`{told}`"))?;
                }
                _ => return Err(format!("`{told}`")),
            }
        };
        let more = printed.checked_sub(self.printed).ok_or("fewer bytes than before")?;
        while self.came.len() < more {
            let left = until.saturating_duration_since(Instant::now());
            let bytes = self.printing.recv_timeout(left);
            self.came.extend(bytes.map_err(|_| format!("not all of {more} bytes came"))?);
        }
        came.printed = self.came.drain(..more).collect();
        self.printed = printed;
        let _ = writeln!(self.log, "module {}", came.printed.escape_ascii());
        Ok(came)
    }
}

/// Reads a serial line until it ends.
fn listen(mut line: UnixStream) -> Receiver<Vec<u8>> {
    let (sender, printing) = channel();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(n @ 1..) = line.read(&mut bytes) {
            if sender.send(bytes[..n].to_vec()).is_err() {
                break;
            }
        }
    });
    printing
}

fn unhex(digits: &str) -> Result<Vec<u8>, String> {
    let octets = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    octets.collect::<Option<_>>().ok_or_else(|| format!("`asks {digits}`"))
}
