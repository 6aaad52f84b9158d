//! `cargo xtask qemu`: firmware for riscv32imc in QEMU, against real servers, against the transcripts and against the vectors.
//!
//! One file a part of it: the programs that are built (`programs.rs`), the machine that they run on (`machine.rs`), a second
//! server beside interop's (`tungstenite.rs`), and what is done with the module: `documented.rs` in plain bytes, `busy.rs`, and the
//! steps of `cargo xtask interop`.

mod busy;
mod conformance;
mod documented;
pub(crate) mod machine;
pub(crate) mod programs;
mod transcripts;
mod tungstenite;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::Outcome;
use crate::cargo::target_dir;
use crate::interop::module::Module;
use crate::interop::peers::{self, Peer, Scheme};
use crate::interop::table::Table;
use crate::interop::{Step, bulk, closing, session, silence};
use machine::Machine;
use programs::Programs;

/// The loopback address of the host, as a guest in QEMU's user network sees it.
const HOST: &str = "10.0.2.2";

/// The long message: it takes a minute on the serial line of a real module at 115,200 bits a second to go there and back.
const LONG: usize = 100 * 1024;

/// What is done with each server, each with a machine of its own.
const STEPS: [(&str, Step); 5] = [
    ("session", session::run),
    ("100 KiB out", |module, peer, scheme| bulk::out(module, peer, scheme, LONG)),
    ("100 KiB in", |module, peer, scheme| bulk::back(module, peer, scheme, LONG)),
    ("close codes", closing::run),
    ("three busy", |module, peer, _| busy::run(module, peer)),
];

/// Runs everything, and stops what it has started.
pub(crate) fn run(_: &[String]) -> Outcome {
    let begin = Instant::now();
    let outcome = everything();
    let took = begin.elapsed().as_secs_f32();
    match outcome {
        Ok(()) => {
            println!("\nqemu: everything passed in {took:.1} s");
            Ok(())
        }
        Err(text) => Err(format!("{text}\n\nqemu: failed after {took:.1} s")),
    }
}

fn everything() -> Outcome {
    let qemu = programs::qemu()?;
    let programs = Programs::build(qemu)?;
    let dir = target_dir().join("qemu");
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir)
        .map_err(|error| format!("{} cannot be made ({error})", dir.display()))?;
    let mut table = Table::default();
    let outcomes = [
        conformance::run(&programs, &dir.join("conformance")),
        transcripts::run(&programs, &dir.join("transcripts")),
        real_servers(&programs, &dir, &mut table).and_then(|()| table.finish()),
    ];
    // Each is run, whatever became of the others.
    let wrong: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n\n")) }
}

/// Sessions over the UART with servers on this machine's loopback.
fn real_servers(programs: &Programs, dir: &Path, table: &mut Table) -> Outcome {
    // The environment with websockets is interop's.
    let venv = target_dir().join("interop");
    let websockets = peers::websockets(&venv, &dir.join("websockets.log"), &[])?;
    let peers = [websockets, tungstenite::start(&dir.join("tungstenite.log"))?]
        .map(|peer| peer.seen_at(HOST));
    for (firmware, program) in programs.firmwares() {
        let with = With { program, qemu: programs.qemu(), dir: dir.join(firmware) };
        let mut titles = vec!["documented"];
        titles.extend(STEPS.map(|(title, _)| title));
        table.titles(firmware, &titles);
        for peer in &peers {
            table.row(&peer.name);
            let name = |title: &str| format!("{} {title}", peer.name).replace(' ', "-");
            with.a_machine(table, "documented", &name("documented"), peer.logs(), |machine| {
                documented::run(machine, peer)
            });
            for (title, step) in STEPS {
                with.a_machine(table, title, &name(title), peer.logs(), |machine| {
                    step(&mut module(machine)?, peer, Scheme::Ws)
                });
            }
            table.end();
        }
        table.titles("both at once", &["silence"]);
        table.row("ws");
        let logs = peers.iter().flat_map(Peer::logs).collect();
        with.a_machine(table, "silence", "silence", logs, |machine| {
            silence::run(&mut module(machine)?, &peers, Scheme::Ws)
        });
        table.end();
    }
    Ok(())
}

/// A machine with the firmware, driven by `wsat::host`.
fn module(machine: &mut Machine) -> Result<Module, String> {
    Module::boot(machine.take_line()?, &machine.serial_log())
}

/// A firmware, and where the logs of its machines are.
struct With<'a> {
    program: PathBuf,
    qemu: &'a Path,
    dir: PathBuf,
}

impl With<'_> {
    /// One cell of the table: boots the firmware, and does something with it. If that fails, the logs are shown.
    fn a_machine(
        &self,
        table: &mut Table,
        step: &str,
        name: &str,
        mut logs: Vec<PathBuf>,
        work: impl FnOnce(&mut Machine) -> Outcome,
    ) {
        let folder = self.dir.join(name);
        logs.insert(0, folder.clone());
        table.cell(step, &logs, || {
            let mut machine = Machine::boot(&self.program, &folder, self.qemu)?;
            work(&mut machine).map_err(|error| machine.explain(&error))
        });
    }
}
