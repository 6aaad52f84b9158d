//! What the embedding program chooses once, when it makes a device.

use crate::{Dialect, Quirks};
use at_syntax::Terminator;

/// How a device behaves: chosen by the embedding program, not by the host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Config {
    /// The command grammar. Default [`Dialect::V3_1`].
    pub dialect: Dialect,
    /// Behaviours of real firmware. Default [`Quirks::DOCUMENTED`].
    pub quirks: Quirks,
    /// What ends a line of the host. Default CR LF.
    pub terminator: Terminator,
    /// Milliseconds from the loss of a connection to the next attempt, 0 to 2³² − 1; behind an attempt that
    /// failed at least 1. Default 10,000.
    pub retry_delay_ms: u32,
    /// The longest header section, in bytes, that a server may answer the opening handshake with.
    /// It is never stored, so the limit costs no memory. An acceptance has at least 129 bytes. Default 8192.
    pub header_limit: usize,
    /// Whole value of the `User-Agent` header of the opening handshake. Default: empty, which
    /// sends none. With a control character in it no link can be opened.
    pub user_agent: &'static str,
    /// Milliseconds that the host has for the bytes behind a prompt, from the prompt on; then the answer is
    /// `ERROR`, and what comes late is read as lines. Default `None`: any time, as in the firmware.
    pub payload_timeout_ms: Option<u32>,
    /// `AT+WSSEND` of text that is not UTF-8 is answered with `ERROR` instead of being sent (RFC 6455 5.6
    /// forbids it). Default off, as in the firmware.
    pub check_text: bool,
    /// Commands of the embedding program for `AT+CMD?`, behind the device's own. Default none.
    pub commands: &'static [FirmwareCommand],
}

/// A command that the embedding program answers, as `AT+CMD?` lists it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FirmwareCommand {
    /// What follows `AT`, such as `+GMR`.
    pub name: &'static str,
    /// `AT+X=?`
    pub test: bool,
    /// `AT+X?`
    pub query: bool,
    /// `AT+X=…`
    pub set: bool,
    /// `AT+X`
    pub execute: bool,
}

impl Config {
    /// The defaults of a dialect.
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            quirks: Quirks::DOCUMENTED,
            terminator: Terminator::CrLf,
            retry_delay_ms: 10_000,
            header_limit: rfc6455::DEFAULT_HEADER_LIMIT,
            user_agent: "",
            payload_timeout_ms: None,
            check_text: false,
            commands: &[],
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new(Dialect::default())
    }
}
