//! The seeds of every fuzz target, and every input that has ever been a crash: they hold the target's invariant.

use std::fs;
use std::path::{Path, PathBuf};
use wsat_testkit::targets;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The files of a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn replay(folder: &str) -> usize {
    let mut count = 0;
    for &(name, run) in targets::ALL {
        for file in files(&fuzz().join(folder).join(name)) {
            // The last line before a failure says which it was.
            println!("{name}/{}", file.file_name().unwrap().display());
            run(&fs::read(&file).unwrap());
            count += 1;
        }
    }
    count
}

#[test]
fn every_crash_that_ever_was() {
    replay("regressions");
}

#[test]
fn every_seed() {
    assert!(replay("seeds") > 150);
    for &(name, _) in targets::ALL {
        assert!(files(&fuzz().join("seeds").join(name)).len() > 2, "{name} has seeds");
    }
}

/// Inputs that are no targets' are replayed by nobody.
#[test]
fn every_folder_is_a_targets() {
    for folder in ["seeds", "regressions"] {
        for path in files(&fuzz().join(folder)) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let known = targets::ALL.iter().any(|(target, _)| *target == name);
            assert!(known || name == "README.md", "{}", path.display());
        }
    }
}

/// A target's file begins with the invariant that its function holds to.
#[test]
fn targets_say_what_they_do() {
    let paragraph = |text: &str| -> String {
        let lines = text.lines().take_while(|line| line.starts_with("//! "));
        lines.map(|line| format!("{line}\n")).collect()
    };
    let mut names = Vec::new();
    for file in files(&fuzz().join("fuzz_targets")) {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/targets").join(&name);
        let source = fs::read_to_string(source.with_extension("rs")).unwrap();
        assert_eq!(paragraph(&text), paragraph(&source), "{name}");
        assert!(text.contains(&format!("run(\"{name}\", data)")), "{name}");
        names.push(name);
    }
    assert!(names.iter().eq(targets::ALL.iter().map(|(name, _)| name)), "{names:?}");
}
