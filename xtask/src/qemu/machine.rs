//! A machine: QEMU with a program, its serial line, and what it prints beside that. It stops when this is dropped.

use std::io::ErrorKind;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::cargo::read;
use crate::interop::LIMIT;
use crate::interop::process::{Listen, Process};
use crate::interop::tools;

/// ESP32-C3's instruction set: no atomics, no floating point.
pub(crate) const PROCESSOR: &str = "-machine virt -bios none -display none -monitor none -cpu rv32,a=false,f=false,d=false \
     -semihosting-config enable=on,target=native";

/// What else the firmware talks with.
const DEVICES: &str = "-global virtio-mmio.force-legacy=false -netdev user,id=net -device virtio-net-device,netdev=net \
     -device virtio-rng-device";

/// How much of each log a failure shows.
const SHOWN_LINES: usize = 60;

/// A running machine.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) process: Process,
    line: Option<UnixStream>,
    folder: PathBuf,
}

impl Machine {
    /// Starts a program. `folder`: for its logs, `guest.log` and `serial.log`.
    pub(crate) fn boot(program: &Path, folder: &Path, qemu: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made ({error})", folder.display()))?;
        // It listens before QEMU starts, so that `ready` is not lost.
        let socket = Socket::listen()?;
        let mut command = ending_with_this(qemu);
        command.args(PROCESSOR.split_whitespace()).args(DEVICES.split_whitespace());
        command.arg("-kernel").arg(program);
        command.arg("-serial").arg(format!("unix:{}", socket.path.display()));
        let log = folder.join("guest.log");
        let mut process = Process::start_to_be_told(&mut command, Listen::Stdout, &log)?;
        let line = socket.accept(&mut process)?;
        Ok(Self { process, line: Some(line), folder: folder.to_owned() })
    }

    /// The AT port.
    pub(crate) fn take_line(&mut self) -> Result<UnixStream, String> {
        self.line.take().ok_or_else(|| "the serial line is in use".to_owned())
    }

    /// Where the one who has the serial line writes down what is said on it.
    pub(crate) fn serial_log(&self) -> PathBuf {
        self.folder.join("serial.log")
    }

    /// An error, and what the guest has printed and the serial line has seen until then.
    pub(crate) fn explain(&self, error: &str) -> String {
        let shown = |title: &str, path: &Path| {
            let text = read(path).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let skipped = lines.len().saturating_sub(SHOWN_LINES);
            let cut = if skipped > 0 {
                format!(", without {skipped} lines before")
            } else {
                String::new()
            };
            let lines: String =
                lines[skipped..].iter().map(|line| format!("\n        {line}")).collect();
            format!("\n    {title}{cut}:{lines}")
        };
        let guest = shown("the guest's log", &self.process.log);
        error.to_owned() + &guest + &shown("the serial line", &self.serial_log())
    }
}

/// A command that ends with this process, however that ends: the machine would run on for ever. Where there is no setpriv, it
/// ends when it is dropped.
pub(crate) fn ending_with_this(program: &Path) -> Command {
    match tools::find(&["setpriv"], "util-linux") {
        Ok(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL"]).arg(program);
            command
        }
        Err(_) => Command::new(program),
    }
}

/// Where a serial line is waited for.
struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    fn listen() -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // A socket's path has to be short; that of the target directory need not be.
        let name = format!("wsat-qemu-{}-{number}.sock", std::process::id());
        let path = std::env::temp_dir().join(name);
        let listener = UnixListener::bind(&path)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|error| format!("{} cannot be listened on ({error})", path.display()))?;
        Ok(Self { listener, path })
    }

    fn accept(&self, process: &mut Process) -> Result<UnixStream, String> {
        let until = Instant::now() + LIMIT;
        loop {
            match self.listener.accept() {
                Ok((line, _)) => {
                    let set = line.set_nonblocking(false);
                    set.map_err(|error| format!("the serial line cannot be used ({error})"))?;
                    return Ok(line);
                }
                Err(error) if error.kind() != ErrorKind::WouldBlock => {
                    return Err(format!("the serial line cannot be had ({error})"));
                }
                Err(_) if process.has_ended() || Instant::now() > until => {
                    let log = process.log.display();
                    return Err(format!("QEMU has not opened its serial line, see {log}"));
                }
                Err(_) => thread::sleep(Duration::from_millis(2)),
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
