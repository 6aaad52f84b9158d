//! What the run needs: QEMU, and the bare-metal programs.

use std::path::{Path, PathBuf};

use crate::cargo::{RISCV, need_target, run};
use crate::firmware::{self, RUNNING};
use crate::interop::tools;

/// QEMU, or what to install.
pub(crate) fn qemu() -> Result<PathBuf, String> {
    tools::find(&["qemu-system-riscv32"], "qemu-system-misc")
}

/// The programs that run in it, built.
#[derive(Debug)]
pub(crate) struct Programs {
    qemu: PathBuf,
}

impl Programs {
    pub(crate) fn build(qemu: PathBuf) -> Result<Self, String> {
        need_target(RISCV)?;
        firmware::lock(RUNNING)?;
        run(firmware::command("build", RUNNING, "release", &["conformance", "embassy"]))?;
        Ok(Self { qemu })
    }

    /// The firmware itself, and the one that is made with `wsat-embassy`.
    pub(crate) fn firmwares(&self) -> [(&'static str, PathBuf); 2] {
        ["rv32-qemu", "embassy"].map(|name| (name, firmware::program(RUNNING, "release", name)))
    }

    /// The module that plays transcripts.
    pub(crate) fn transcripts(&self) -> PathBuf {
        firmware::program(RUNNING, "release", "transcripts")
    }

    /// The vectors.
    pub(crate) fn conformance(&self) -> PathBuf {
        firmware::program(RUNNING, "release", "conformance")
    }

    pub(crate) fn qemu(&self) -> &Path {
        &self.qemu
    }
}
