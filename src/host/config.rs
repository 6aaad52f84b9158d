//! What a host is told about its module, and how long it waits.

use crate::Dialect;
use at_syntax::{MAX_LINE, Record, Terminator};

/// What the program around a host chooses, once.
///
/// ```
/// use wsat::Dialect;
/// use wsat::host::Config;
///
/// let mut config = Config::new(Dialect::V4_2);
/// config.answer_ms = 500; // a fast line to a module that does nothing else
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Config {
    /// Which commands the module knows; its version is in the answer to `AT+GMR`
    /// (`Command::execute(b"GMR").with_lines(&[b""])`). [`Dialect::V3_1`] is understood by all: what later ones
    /// have is refused.
    pub dialect: Dialect,
    /// What ends a line for the module; CR LF unless its firmware was built otherwise.
    pub terminator: Terminator,
    /// The longest line that the module takes, in bytes, line end included: 256 for ESP-AT.
    pub line_limit: usize,
    /// The module is kept echoing what it reads (`ATE1`, its state after power-up), so that a statement that
    /// was damaged on its way is noticed before anything is done about its answer. Without (`ATE0`) fewer bytes
    /// go over the line, and a changed digit goes unnoticed. At first on.
    pub echo: bool,
    /// `AT+SYSLOG=1` is set, so that [`Failure::Error`](super::Failure::Error) has the module's code, and so
    /// that a statement that did not arrive as one is written again. At first on.
    pub error_codes: bool,
    /// How long an answer may take that the module gives at once, in milliseconds. What a command itself may
    /// take comes on top of it.
    /// At first 2000.
    pub answer_ms: u32,
    /// How long the serial line may take no byte while there is something to write, in milliseconds. The
    /// payload of a streamed [`SendData`](super::SendData) may not pause for longer, either. At first 10000.
    pub write_ms: u32,
    /// How long a request may wait for the module to listen, in milliseconds: because it is busy, because it
    /// starts, because the two are out of step. After that the request fails. At first 20000.
    pub start_ms: u32,
    /// The pause from one probe to the next while the two are out of step, in milliseconds. Longer than the
    /// module takes to answer `AT`. At first 300, at least 1.
    pub probe_ms: u32,
    /// How long nothing at all may be answered before the module counts as dead, in milliseconds; zeros that
    /// may be missing from a payload come before that. Longer than the module takes to start. At first 3000.
    pub silent_ms: u32,
    /// How long no late answer may come before the two are in step again, in milliseconds. Longer than a
    /// byte takes to the module and an answer takes back, and than a line may pause.
    /// At first 50, at least 1.
    pub settle_ms: u32,
    /// How long a record of data that has begun may pause, in milliseconds, before it is given up: a module
    /// prints it without a pause, but for what flow control makes. At first 1000.
    pub record_ms: u32,
    /// Other units with binary data that the module may print, as `+IPD` of TCP sockets; the first five count.
    pub records: &'static [Record<'static>],
    /// How other reports begin that are neither `+NAME` nor behind an empty line, and may come inside an
    /// echo.
    pub reports: &'static [&'static [u8]],
}

/// What an ESP32 reports of its Wi-Fi (Wi-Fi AT Commands): `WIFI CONNECTED`, `WIFI GOT IP`, `WIFI DISCONNECT`.
const REPORTS: &[&[u8]] = &[b"WIFI "];

impl Config {
    /// For a module of this dialect, on a line of 9600 baud or more.
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            terminator: Terminator::CrLf,
            line_limit: MAX_LINE,
            echo: true,
            error_codes: true,
            answer_ms: 2000,
            write_ms: 10_000,
            start_ms: 20_000,
            probe_ms: 300,
            silent_ms: 3000,
            settle_ms: 50,
            record_ms: 1000,
            records: &[],
            reports: REPORTS,
        }
    }
}

impl Default for Config {
    /// For a module of the seed of all dialects, [`Dialect::V3_1`].
    fn default() -> Self {
        Self::new(Dialect::default())
    }
}
