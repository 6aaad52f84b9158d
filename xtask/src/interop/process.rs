//! A program beside this one: started, listened to, paused, and stopped whatever happens.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a program may take to stop when it is asked to.
const STOP: Duration = Duration::from_secs(3);

/// A running program. All that it prints goes to its log; it stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// The lines of the stream that is listened to.
    lines: Receiver<String>,
    pub(crate) log: PathBuf,
}

/// Which of a program's two streams is listened to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Listen {
    Stdout,
    Stderr,
}

impl Process {
    /// Starts it. `log`: the path of its log, which is begun anew.
    pub(crate) fn start(command: &mut Command, listen: Listen, log: &Path) -> Result<Self, String> {
        Self::spawn(command.stdin(Stdio::null()), listen, log)
    }

    /// Likewise, and what it reads can be [written](Self::write).
    pub(crate) fn start_to_be_told(
        command: &mut Command,
        listen: Listen,
        log: &Path,
    ) -> Result<Self, String> {
        Self::spawn(command.stdin(Stdio::piped()), listen, log)
    }

    fn spawn(command: &mut Command, listen: Listen, log: &Path) -> Result<Self, String> {
        let cannot = |error| format!("{} cannot be written ({error})", log.display());
        let file = File::create(log).map_err(cannot)?;
        let other = file.try_clone().map_err(cannot)?;
        match listen {
            Listen::Stdout => command.stdout(Stdio::piped()).stderr(other),
            Listen::Stderr => command.stdout(other).stderr(Stdio::piped()),
        };
        let mut child = command.spawn().map_err(|error| {
            format!("{} cannot be started ({error})", command.get_program().to_string_lossy())
        })?;
        let stream: Option<Box<dyn Read + Send>> = match listen {
            Listen::Stdout => child.stdout.take().map(|stream| Box::new(stream) as _),
            Listen::Stderr => child.stderr.take().map(|stream| Box::new(stream) as _),
        };
        let (sender, lines) = channel();
        // It ends with the program.
        thread::spawn(move || {
            let (mut file, stream) = (file, stream.into_iter().map(BufReader::new));
            for line in stream.flat_map(BufRead::lines).map_while(Result::ok) {
                let _ = writeln!(file, "{line}");
                let _ = sender.send(line);
            }
        });
        Ok(Self { child, lines, log: log.to_owned() })
    }

    /// The next line of the stream that is listened to; `None`: none until then. The error is that none will come.
    pub(crate) fn line(&self, until: Instant) -> Result<Option<String>, String> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(format!("the program has ended, see {}", self.log.display()))
            }
        }
    }

    /// Gives it something to read.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let input = self.child.stdin.as_mut().ok_or("this program reads nothing")?;
        let written = input.write_all(bytes).and_then(|()| input.flush());
        written.map_err(|error| format!("the program reads nothing ({error})"))
    }

    /// What follows `begin` in the first line that begins so.
    pub(crate) fn first(&self, begin: &str, limit: Duration) -> Result<String, String> {
        let until = Instant::now() + limit;
        while let Some(line) = self.line(until)? {
            if let Some(rest) = line.strip_prefix(begin) {
                return Ok(rest.trim().to_owned());
            }
        }
        Err(format!(
            "expected a line `{begin}…` within {} s, got none, see {}",
            limit.as_secs(),
            self.log.display()
        ))
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// How it has ended by itself; `None`: not until then.
    pub(crate) fn status(&mut self, until: Instant) -> Result<Option<ExitStatus>, String> {
        loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(10)),
                Ok(status) => return Ok(status),
                Err(error) => return Err(format!("nobody knows how it has ended ({error})")),
            }
        }
    }

    /// It answers nothing any more, until it is [resumed](Self::resume).
    pub(crate) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// It goes on.
    pub(crate) fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        // It cannot be somebody else: its number is not given away before it is waited for.
        let _ = kill_process(Pid::from_child(&self.child), signal);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        // One that waits for something to read hears no signal: a machine that stands still, for example.
        drop(self.child.stdin.take());
        self.signal(Signal::TERM);
        self.resume();
        let until = Instant::now() + STOP;
        while !self.has_ended() && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
