//! `cargo xtask <verb>`: every developer chore of this repository, the same here and in CI.
//!
//! One file a verb. What several verbs need is in `cargo.rs` (commands and toolchains), `firmware.rs`
//! (building and reading bare-metal programs) and `surface.rs` (what the crates make public).

mod cargo;
mod ci;
mod coverage;
mod defects;
mod firmware;
mod fuzz;
mod image;
mod instructions;
mod interop;
mod miri;
mod no_alloc;
mod no_panic;
mod page;
mod peers;
mod qemu;
mod size;
mod surface;

use std::process::ExitCode;

/// What a verb returns. The text says what is wrong and what to do about it.
type Outcome = Result<(), String>;

struct Verb {
    name: &'static str,
    about: &'static str,
    /// The arguments that it knows.
    takes: &'static [&'static str],
    run: fn(&[String]) -> Outcome,
}

/// Among the arguments of a verb: whatever is said.
const ANY: &str = "*";

const VERBS: &[Verb] = &[
    Verb {
        name: "ci",
        about: "every check: formatting, lints, tests, docs, both bare-metal targets, the oldest Rust, no-alloc, no-panic, size",
        takes: &[],
        run: |_| ci::run(),
    },
    Verb {
        name: "no-panic",
        about: "prove with the linker that no public function can panic (riscv32imc and x86-64, opt-level s and 3)",
        takes: &[],
        run: |_| no_panic::run(),
    },
    Verb {
        name: "no-alloc",
        about: "prove with the compiler that nothing in the libraries' dependency trees asks for a heap",
        takes: &[],
        run: |_| no_alloc::run(),
    },
    Verb {
        name: "size",
        about: "flash, state, stack and instructions of each part on riscv32imc, compared with docs/size.md (--write writes them there)",
        takes: &[page::WRITE],
        run: size::run,
    },
    Verb {
        name: "instructions",
        about: "instructions of each path, counted by valgrind, compared with benches/instructions/baseline.txt (--write writes it)",
        takes: &[page::WRITE],
        run: instructions::run,
    },
    Verb {
        name: "peers",
        about: "the same work for our crates and for other libraries, side by side (with words: those workloads; --plots draws)",
        takes: &[ANY],
        run: peers::run,
    },
    Verb {
        name: "defects",
        about: "whether the tests notice deliberate defects (half an hour; with words: those with one in their names)",
        takes: &[ANY],
        run: defects::run,
    },
    Verb {
        name: "interop",
        about: "real peers: websockets, ws, nginx, Chromium (fetches the first two; --plain leaves wss out)",
        takes: &[interop::PLAIN],
        run: interop::run,
    },
    Verb {
        name: "qemu",
        about: "firmware for riscv32imc in QEMU: against tungstenite and websockets, the transcripts, the vectors",
        takes: &[],
        run: qemu::run,
    },
    Verb {
        name: "image",
        about: "firmware images for ESP32-C3 and C6 with esptool (fetched), checked, and what they take, compared with examples/esp32c3/README.md (--write)",
        takes: &[page::WRITE],
        run: image::run,
    },
    Verb {
        name: "fuzz-smoke",
        about: "every fuzz target for five seconds, with cargo-fuzz and nightly (--long: a quarter of an hour each)",
        takes: &[fuzz::LONG],
        run: fuzz::smoke,
    },
    Verb {
        name: "miri",
        about: "the libraries' tests under Miri, here and on a big-endian target (with names of libraries: those)",
        takes: &[ANY],
        run: miri::run,
    },
    Verb {
        name: "coverage",
        about: "the lines of the libraries that their tests do not run, with cargo-llvm-cov",
        takes: &[],
        run: |_| coverage::run(),
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [] => Err(help()),
        [word] if matches!(word.as_str(), "help" | "--help" | "-h") => {
            println!("{}", help());
            Ok(())
        }
        [_, rest @ ..] if rest.iter().any(|word| matches!(word.as_str(), "--help" | "-h")) => {
            println!("{}", help());
            Ok(())
        }
        [word, rest @ ..] => match VERBS.iter().find(|verb| verb.name == word) {
            Some(verb) => match rest
                .iter()
                .find(|word| !verb.takes.iter().any(|known| *known == ANY || known == word))
            {
                None => (verb.run)(rest),
                Some(other) => Err(format!("`{word}` does not know `{other}`\n\n{}", help())),
            },
            None => Err(format!("there is no verb `{word}`\n\n{}", help())),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("\n{text}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = String::from("cargo xtask <verb>\n");
    for verb in VERBS {
        text.push_str(&format!("\n  {:<12} {}", verb.name, verb.about));
    }
    text
}
