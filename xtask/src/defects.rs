//! `cargo xtask defects`: whether the tests notice what is wrong. Each of `defects/*.patch` is applied to a copy of the last commit,
//! and some test has to fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::cargo::{read, root, target_dir};

/// What is run, one after the other until something fails: what is fast, and near to the cores, first. The tests of the package with the
/// defect come before all others, and what the documentation has to say comes last.
const TESTS: [&[&str]; 6] = [
    &["-p", "at-syntax", "--lib", "--tests"],
    &["-p", "rfc6455", "--lib", "--tests"],
    &["-p", "wsat", "--lib", "--tests"],
    &["-p", "wsat-testkit", "--lib", "--tests"],
    &["-p", "wsat-sim", "--lib", "--tests"],
    &["-p", "at-syntax", "-p", "rfc6455", "-p", "wsat", "--doc"],
];

/// Tests that have not come to an end by then have noticed something.
const LIMIT: Duration = Duration::from_secs(300);

/// Tries all defects, or those whose names have one of these words in them.
pub(crate) fn run(words: &[String]) -> Outcome {
    let mut patches = patches()?;
    patches.retain(|patch| words.is_empty() || words.iter().any(|word| name(patch).contains(word)));
    if patches.is_empty() {
        return Err(format!("no defect is called {}", words.join(" or ")));
    }
    let tree = Tree::new()?;
    // Before anything is built, whether all of them fit.
    patches.iter().try_for_each(|patch| tree.with(patch, |_| Ok(())))?;
    if let Some((noticed, _)) = tree.tests("")? {
        return Err(format!("the tests fail without any defect: {noticed}"));
    }
    let mut unnoticed = Vec::new();
    for patch in &patches {
        let begun = Instant::now();
        let text = read(patch)?;
        let noticed = tree.with(patch, |tree| tree.tests(package(&text)));
        let took = begun.elapsed().as_secs();
        let what = text.lines().next().unwrap_or_default().to_owned();
        match noticed {
            Ok(Some((first, count))) => {
                println!("✓ {} ({took} s): {count} tests, {first}", name(patch));
            }
            Ok(None) => {
                println!("✗ {} ({took} s): {what}", name(patch));
                unnoticed.push(format!("{}: {what}", name(patch)));
            }
            Err(error) => {
                println!("✗ {}: {error}", name(patch));
                unnoticed.push(format!("{}: it does not compile any more", name(patch)));
            }
        }
    }
    if unnoticed.is_empty() {
        println!("\ndefects: all {} are noticed", patches.len());
        Ok(())
    } else {
        Err(format!("nobody notices\n    {}", unnoticed.join("\n    ")))
    }
}

fn patches() -> Result<Vec<PathBuf>, String> {
    let folder = root().join("defects");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read ({error})", folder.display()))?;
    let mut patches: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    patches.retain(|path| path.extension().is_some_and(|end| end == "patch"));
    patches.sort();
    Ok(patches)
}

fn name(patch: &Path) -> String {
    patch.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The package that a patch breaks.
fn package(patch: &str) -> &str {
    let file = patch.lines().find_map(|line| line.strip_prefix("+++ b/")).unwrap_or_default();
    file.strip_prefix("crates/").and_then(|path| path.split('/').next()).unwrap_or("wsat")
}

/// A copy of the last commit, gone at the end.
struct Tree {
    path: PathBuf,
}

impl Tree {
    fn new() -> Result<Self, String> {
        let tree = Self { path: target_dir().join("defects/tree") };
        tree.remove();
        let path = tree.path.display().to_string();
        git(&root(), &["worktree", "add", "--quiet", "--detach", "--force", &path])?;
        Ok(tree)
    }

    fn remove(&self) {
        let path = self.path.display().to_string();
        let _ = git(&root(), &["worktree", "remove", "--force", &path]);
    }

    /// Does something to the copy with a defect in it.
    fn with<R>(
        &self,
        patch: &Path,
        work: impl FnOnce(&Self) -> Result<R, String>,
    ) -> Result<R, String> {
        let path = patch.display().to_string();
        git(&self.path, &["apply", &path]).map_err(|error| {
            format!(
                "{} does not fit the code any more; see defects/README.md\n{error}",
                name(patch)
            )
        })?;
        let result = work(self);
        git(&self.path, &["checkout", "--quiet", "."])?;
        result
    }

    /// The first test that fails and how many do; `None`: none does. The tests of `package` are the first.
    fn tests(&self, package: &str) -> Result<Option<(String, usize)>, String> {
        let mut all = TESTS;
        all.sort_by_key(|arguments| arguments[1] != package || arguments.contains(&"--doc"));
        for arguments in all {
            // `timeout` ends with 124 when the time is over.
            let output = Command::new("timeout")
                .arg(LIMIT.as_secs().to_string())
                .args(["cargo", "test"])
                .args(arguments)
                .current_dir(&self.path)
                .env("CARGO_TARGET_DIR", target_dir().join("defects/build"))
                .env("CARGO_PROFILE_DEV_DEBUG", "0") // most of the time is the linker's
                .env("WSAT_FIRST", "1") // the same sessions each time, not whatever the clock says
                .stdin(Stdio::null())
                .output()
                .map_err(|error| format!("timeout cannot be started ({error})"))?;
            if output.status.code() == Some(124) {
                return Ok(Some(("the tests do not come to their end".to_owned(), 1)));
            }
            if output.status.success() {
                continue;
            }
            let text = String::from_utf8_lossy(&output.stdout);
            let failed: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
                .collect();
            return match failed[..] {
                [first, ..] => Ok(Some((first.to_owned(), failed.len()))),
                [] => {
                    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
                    Err(format!("this does not compile, or its tests do not run:\n{errors}"))
                }
            };
        }
        Ok(None)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.remove();
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new("git").args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| format!("git cannot be started ({error})"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)))
}
