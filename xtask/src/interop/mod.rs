//! `cargo xtask interop`: the module and the echo server against peers that others have written.
//!
//! One file a part of it: what is needed (`tools.rs`, `certificates.rs`), what runs beside this (`process.rs`, `peers.rs`, whose
//! scripts are in `interop/`), the module that is driven (`module.rs`), what is done with it (`session.rs`, `bulk.rs`,
//! `closing.rs`, `silence.rs`), the browser (`browser.rs`), and what is printed (`table.rs`). `cargo xtask qemu` does the same
//! with another module.

mod browser;
pub(crate) mod bulk;
mod certificates;
pub(crate) mod closing;
pub(crate) mod module;
pub(crate) mod peers;
pub(crate) mod process;
pub(crate) mod session;
pub(crate) mod silence;
pub(crate) mod table;
pub(crate) mod tools;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sha1::{Digest, Sha1};

use crate::Outcome;
use crate::cargo::{self, cargo, target_dir};
use module::{Module, Simulator};
use peers::{Peer, Scheme};
use table::Table;

/// How long anything may take that takes no time.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// Leaves `wss` out.
pub(crate) const PLAIN: &str = "--plain";

pub(crate) type Step = fn(&mut Module, &Peer, Scheme) -> Outcome;

const MIB: usize = 1024 * 1024;

/// What is done with each peer, each with a module of its own.
const STEPS: [(&str, Step); 4] = [
    ("session", session::run),
    ("1 MiB out", |module, peer, scheme| bulk::out(module, peer, scheme, MIB)),
    ("1 MiB in", |module, peer, scheme| bulk::back(module, peer, scheme, MIB)),
    ("close codes", closing::run),
];

/// Runs everything, and stops what it has started.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let begin = Instant::now();
    let plain = arguments.iter().any(|word| word == PLAIN);
    let mut table = Table::default();
    let outcome = prepared(plain, &mut table).and_then(|()| table.finish());
    let took = begin.elapsed().as_secs_f32();
    match outcome {
        Ok(()) => {
            println!("\ninterop: everything passed in {took:.1} s");
            Ok(())
        }
        Err(text) => Err(format!("{text}\n\ninterop: failed after {took:.1} s")),
    }
}

fn prepared(plain: bool, table: &mut Table) -> Outcome {
    // Before anything is waited for.
    tools::nginx()?;
    tools::chromium()?;
    let dir = target_dir().join("interop");
    let logs = dir.join("logs");
    let _ = std::fs::remove_dir_all(&logs);
    std::fs::create_dir_all(&logs)
        .map_err(|error| format!("{} cannot be made ({error})", logs.display()))?;
    let programs = programs()?;
    let certificates = if plain { None } else { Some(certificates::make(&dir)?) };
    let peers = peers::start(&dir, &logs, certificates.as_ref())?;
    let log = logs.join("wsat-sim.log");
    let simulator = Simulator::start(&programs.simulator, certificates.as_ref(), &log)?;
    let schemes: &[_] = if plain { &[Scheme::Ws] } else { &[Scheme::Ws, Scheme::Wss] };

    table.titles("peer", &STEPS.map(|(title, _)| title));
    for peer in &peers {
        for &scheme in schemes {
            table.row(&format!("{}, {scheme}", peer.name));
            for (title, step) in STEPS {
                let name = format!("{} {scheme} {title}", peer.name).replace([' ', ','], "-");
                let serial = logs.join(format!("serial-{name}.log"));
                let shown = [vec![serial.clone(), simulator.log()], peer.logs()].concat();
                table.cell(title, &shown, || {
                    step(&mut Module::boot(simulator.line()?, &serial)?, peer, scheme)
                });
            }
            table.end();
        }
    }
    table.titles("all three at once", &["silence"]);
    for &scheme in schemes {
        table.row(&scheme.to_string());
        let serial = logs.join(format!("serial-silence-{scheme}.log"));
        table.cell("silence", &[serial.clone(), simulator.log()], || {
            silence::run(&mut Module::boot(simulator.line()?, &serial)?, &peers, scheme)
        });
        table.end();
    }
    table.titles("client of echo_server", &["page"]);
    table.row("Chromium, ws");
    table.cell("page", &[logs.join("chromium.log"), logs.join("echo_server.log")], || {
        browser::run(&programs.echo_server, &dir, &logs)
    });
    table.end();
    Ok(())
}

/// Our own programs that take part.
struct Programs {
    simulator: PathBuf,
    echo_server: PathBuf,
}

fn programs() -> Result<Programs, String> {
    let build = ["build", "-p", "wsat-sim", "--bin", "wsat-sim"];
    let example = ["-p", "wsat", "--example", "echo_server"];
    cargo::run(cargo(build.into_iter().chain(example)))?;
    let built = target_dir().join("debug");
    Ok(Programs {
        simulator: built.join("wsat-sim"),
        echo_server: built.join("examples/echo_server"),
    })
}

/// SHA-1 as the peers write it.
pub(crate) fn sha1_of(octets: &[u8]) -> String {
    sha1_hex(Sha1::new_with_prefix(octets))
}

/// The end of such a digest.
pub(crate) fn sha1_hex(digest: Sha1) -> String {
    digest.finalize().iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}
