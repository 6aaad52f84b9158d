//! What the run needs and is not ours: found, or installed below the target directory. What is missing is said.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::cargo::run;

const WEBSOCKETS: &str = "17.4";
const ESPTOOL: &str = "5.6.0";
const WS: &str = "8.23.0";

/// The Python of an environment that has `websockets`, and the name of that with its version.
pub(crate) fn websockets(dir: &Path) -> Result<(PathBuf, String), String> {
    python_with(dir, "websockets", WEBSOCKETS)
}

/// The Python of an environment that has `esptool`, and the name of that with its version.
pub(crate) fn esptool(dir: &Path) -> Result<(PathBuf, String), String> {
    python_with(dir, "esptool", ESPTOOL)
}

/// The Python of an environment that has this package of PyPI; it is made if it is not there.
fn python_with(dir: &Path, package: &str, version: &str) -> Result<(PathBuf, String), String> {
    let python = dir.join("bin/python");
    let is_there = || {
        let script = format!("import {package}; print({package}.__version__)");
        says(Command::new(&python).args(["-c", &script])) == Some(version.to_owned())
    };
    if !is_there() {
        let system = find(&["python3"], "python3 python3-venv")?;
        let mut command = Command::new(system);
        run(with(command.args(["-m", "venv", "--clear"]).arg(dir))).map_err(|error| {
            format!("{error}\nif it lacks venv, run\n    apt-get install python3-venv")
        })?;
        let pinned = format!("{package}=={version}");
        let mut command = Command::new(&python);
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &pinned]);
        run(command)?;
        need(is_there(), &python, &pinned)?;
    }
    Ok((python, format!("{package} {version}")))
}

/// Node, the folder of its modules with `ws`, and the name of that with its version.
pub(crate) fn ws(dir: &Path) -> Result<(PathBuf, PathBuf, String), String> {
    let node = find(&["node"], "nodejs npm")?;
    let modules = dir.join("node_modules");
    let is_there = || {
        let script = "console.log(require('ws/package.json').version)";
        says(Command::new(&node).args(["-e", script]).env("NODE_PATH", &modules))
            == Some(WS.to_owned())
    };
    if !is_there() {
        let mut command = Command::new(find(&["npm"], "npm")?);
        command.args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"]);
        let package = format!("ws@{WS}");
        run(with(command.arg(dir).arg(&package)))?;
        need(is_there(), &modules, &package)?;
    }
    Ok((node, modules, format!("ws {WS}")))
}

/// nginx.
pub(crate) fn nginx() -> Result<PathBuf, String> {
    find(&["nginx"], "nginx-light")
}

/// A Chromium, by whatever name.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    find(&["chromium", "chromium-browser", "google-chrome"], "chromium")
}

/// The first of these programs that is there; else the Debian packages that bring it are named.
pub(crate) fn find(names: &[&str], packages: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps servers from ordinary users' PATH.
    let folders = || std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let places = names.iter().flat_map(|name| folders().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file()).ok_or_else(|| {
        format!("{} is not installed; run\n    apt-get install {packages}", names.join(" or "))
    })
}

fn need(is_there: bool, place: &Path, package: &str) -> Outcome {
    if is_there {
        Ok(())
    } else {
        Err(format!(
            "{package} was installed, but {} does not find it; remove that folder",
            place.display()
        ))
    }
}

/// What a program prints, if it ends well.
fn says(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The command that was put together, as a value.
fn with(command: &mut Command) -> Command {
    let mut whole = Command::new(command.get_program());
    whole.args(command.get_args());
    whole
}
