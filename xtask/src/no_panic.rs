//! `cargo xtask no-panic`: the linker proves that no public function of the three crates can panic.
//!
//! The program in `xtask/no-panic` calls every one of them, and its panic handler calls a function that
//! exists nowhere. If it links, no panic is reachable. The feature `deliberate` adds one panic and must
//! not link; the feature `locate` replaces the handler by one that links, and the places of the
//! panics are read from that program.

use std::process::Stdio;

use crate::Outcome;
use crate::cargo::{LIBRARIES, RISCV, X86, need_target, root, run as run_command, shown};
use crate::firmware::{Program, command_for, lock, program_for};
use crate::surface::{mentioned_functions, public_functions};

const PACKAGE: &str = "xtask/no-panic";

/// Firmware's, and one whose code has the shortcuts.
const TARGETS: [&str; 2] = [RISCV, X86];

/// What the optimiser removes differs with the optimisation level: one profile each, in its Cargo.toml.
const PROFILES: [(&str, &str); 2] = [("s", "opt-level \"s\""), ("speed", "opt-level 3")];

/// Modules of a library with a file of entry points of their own, because other modules have types of the
/// same names.
const APART: [(&str, &str); 1] = [("wsat", "host")];

/// The function that exists nowhere, as `xtask/no-panic/src/main.rs` declares it.
const MISSING: &str = "a_panic_is_reachable";

/// Checks that every public function is called, then links at each optimisation level.
pub(crate) fn run() -> Outcome {
    for target in TARGETS {
        need_target(target)?;
    }
    let called = complete()?;
    lock(PACKAGE)?;
    for (target, (profile, level)) in
        TARGETS.into_iter().flat_map(|target| PROFILES.map(|profile| (target, profile)))
    {
        if !links(target, profile, &[])? {
            return Err(reachable(target, profile, level));
        }
        if links(target, profile, &["deliberate"])? {
            return Err(format!(
                "no-panic: the deliberate panic linked for {target} at {level}, so this check shows nothing.\n\
                 Look at `deliberate` in xtask/no-panic/src/main.rs and at the profile `{profile}`."
            ));
        }
        println!("{target}, {level}: no panic is reachable from {called} public functions");
    }
    Ok(())
}

/// Fails if a public function is missing from the entry points; returns how many there are.
fn complete() -> Result<usize, String> {
    let mut count = 0;
    let mut missing = String::new();
    let mut compare = |of: &str, entry_points: &str, source: &str, apart: &[&str]| {
        let entry_points = format!("xtask/no-panic/src/{entry_points}.rs");
        let public = public_functions(&root().join(source), apart)?;
        let mentioned = mentioned_functions(&root().join(&entry_points))?;
        count += public.len();
        for name in public.difference(&mentioned) {
            missing.push_str(&format!("\n    {of}: {name}  ->  {entry_points}"));
        }
        Ok::<(), String>(())
    };
    for (library, folder) in LIBRARIES {
        let apart: Vec<&str> =
            APART.iter().filter(|(of, _)| *of == library).map(|(_, module)| *module).collect();
        compare(library, &library.replace('-', "_"), &format!("{folder}/lib.rs"), &apart)?;
        for module in apart {
            let source = format!("{folder}/{module}/mod.rs");
            compare(&format!("{library}::{module}"), module, &source, &[])?;
        }
    }
    if missing.is_empty() {
        Ok(count)
    } else {
        Err(format!(
            "no-panic: these public functions are not among the entry points:{missing}\n\
             Call each there by its path (`Type::function(…)`), with every input through `any`."
        ))
    }
}

/// Builds one variant: true if it links, false if the missing function is what stops it.
fn links(target: &str, profile: &str, features: &[&str]) -> Result<bool, String> {
    let mut command = command_for(target, "build", PACKAGE, profile, features);
    command.stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|error| format!("cargo cannot be started ({error}): {}", shown(&command)))?;
    if output.status.success() {
        return Ok(true);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains(&format!("undefined symbol: {MISSING}")) {
        return Ok(false);
    }
    Err(format!("{errors}\nthis command failed:\n    {}", shown(&command)))
}

/// Says which panics are reachable, as far as the program that keeps them tells.
fn reachable(target: &str, profile: &str, level: &str) -> String {
    let mut text = format!(
        "no-panic: a panic is reachable for {target} at {level}. The panic handler of xtask/no-panic calls a function \
         that exists nowhere, and the linker found a way to it.\n"
    );
    match locate(target, profile) {
        Ok(places) if !places.is_empty() => {
            text.push_str("Places in the program that panic or call what panics:\n");
            text.push_str(&places);
        }
        Ok(_) if target != RISCV => {
            text.push_str("Only riscv32imc's program can be asked where.\n");
        }
        Ok(_) => text.push_str("The program does not tell where it is.\n"),
        Err(error) => text.push_str(&format!("The places could not be found: {error}\n")),
    }
    text.push_str(
        "A place inside core or a dependency does not tell who calls it: comment out calls in \
         the files of xtask/no-panic/src until this verb passes; the last one is the culprit.\n\
         The usual causes are indexing, slicing, copy_from_slice, division, unwrap, expect and RefCell; use \
         get, split_at_checked, first_chunk, zip, checked_div and patterns instead.",
    );
    text
}

/// Read from the firmware alone: what is looked for there are addresses of 32 bits.
fn locate(target: &str, profile: &str) -> Result<String, String> {
    if target != RISCV {
        return Ok(String::new());
    }
    run_command(command_for(target, "build", PACKAGE, profile, &["locate"]))?;
    let path = program_for(target, PACKAGE, profile, "no-panic");
    let mut lines = String::new();
    for place in Program::load(&path)?.panic_places()? {
        lines.push_str(&format!("    {}:{}:{}\n", short(&place.file), place.line, place.column));
    }
    Ok(lines)
}

/// A file's name as one looks it up: from the root, from the crate's folder, or from `library/` of Rust.
fn short(file: &str) -> String {
    let home = format!("{}/", root().display());
    if let Some(ours) = file.strip_prefix(&home) {
        ours.to_owned()
    } else if let Some((_, dependency)) = file.split_once("/registry/src/") {
        dependency.split_once('/').map_or(dependency, |(_, path)| path).to_owned()
    } else if let Some((_, rust)) = file.split_once("/library/") {
        format!("library/{rust}")
    } else if file.starts_with('/') {
        file.to_owned()
    } else {
        format!("xtask/no-panic/{file}")
    }
}
