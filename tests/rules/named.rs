//! Which rules the tests of this repository name.

use std::fs;
use std::path::{Path, PathBuf};

/// A test, and the rules that it says it is about.
#[derive(Debug)]
pub(crate) struct Test {
    /// The file, from the root of the repository, and the line.
    pub(crate) place: String,
    pub(crate) rules: Vec<String>,
}

/// Every test of the Rust files in `tests`, `src`, `crates/*/src` and at-syntax's vectors, and every session of
/// `tests/transcripts/*.at`.
pub(crate) fn tests() -> Vec<Test> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in [
        "tests",
        "src",
        "crates/at-syntax/src",
        "crates/at-syntax/conformance",
        "crates/rfc6455/src",
    ] {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let mut tests = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap().display().to_string();
        let read: fn(&str, &str) -> Vec<Test> = match file.extension().and_then(|end| end.to_str())
        {
            Some("rs") => of_rust,
            Some("at") => of_transcript,
            _ => continue,
        };
        tests.extend(read(&name, &fs::read_to_string(&file).unwrap()));
    }
    tests
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// In Rust, lines `// rules: ID, ID` stand directly above `#[test]`, or above its doc comment.
pub(crate) fn of_rust(name: &str, text: &str) -> Vec<Test> {
    let mut tests = Vec::new();
    let mut rules: Option<Vec<String>> = None;
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        let place = format!("{name}:{number}");
        if let Some(ids) = line.strip_prefix("// rules:") {
            let ids = ids.split(',').map(|id| id.trim().to_string());
            rules.get_or_insert_default().extend(ids);
        } else if line == "#[test]" || line == "#[cfg_attr(test, test)]" {
            tests.push(Test { place, rules: rules.take().unwrap_or_default() });
        } else if !line.starts_with("///") && !line.starts_with("#[") {
            assert!(rules.is_none(), "{place}: no test stands below this line of rules");
        }
    }
    tests
}

/// In a transcript, a line `rules ID ID` stands in the header of a session.
pub(crate) fn of_transcript(name: &str, text: &str) -> Vec<Test> {
    let mut tests = Vec::new();
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        let mut words = line.split_whitespace();
        let place = format!("{name}:{number}");
        match words.next() {
            Some("session") => tests.push(Test { place, rules: Vec::new() }),
            Some("rules") => {
                let test = tests.last_mut();
                let test: &mut Test = test.unwrap_or_else(|| panic!("{place}: of no session"));
                test.rules.extend(words.map(String::from));
            }
            _ => {}
        }
    }
    tests
}
