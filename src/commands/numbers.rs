//! The ranges and defaults of the commands' numbers (WebSocket AT Commands, and what docs/commands.md says
//! where that page is silent).

use crate::Dialect;

/// The range of a parameter, and the value that it has if it is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Range {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) default: u32,
}

const fn range(min: u32, max: u32, default: u32) -> Range {
    Range { min, max, default }
}

/// `<link_id>`
pub(crate) const LINK: Range = range(0, 2, 0);
/// `<ping_intv_sec>`
pub(crate) const PING_INTERVAL_S: Range = range(1, 7200, 10);
/// `<ping_timeout_sec>`
pub(crate) const PONG_TIMEOUT_S: Range = range(1, 7200, 120);
/// `<auth_mode>`
pub(crate) const AUTH_MODE: Range = range(0, 3, 0);
/// `<pki_number>` and `<ca_number>`: the page gives none; they name certificates in the module's partition.
pub(crate) const CERTIFICATE: Range = range(0, 255, 0);
/// `<timeout_ms>` of `AT+WSOPEN`
pub(crate) const OPEN_TIMEOUT_MS: Range = range(0, 180_000, 15_000);
/// `<opcode>`
pub(crate) const OPCODE: Range = range(0, 15, 1);
/// `<timeout_ms>` of `AT+WSSEND`
pub(crate) const SEND_TIMEOUT_MS: Range = range(0, 60_000, 10_000);
/// `<fin>`
pub(crate) const FIN: Range = range(0, 1, 1);
/// `<level>`
pub(crate) const LEVEL: Range = range(0, 2, 0);
/// `<mask>`
pub(crate) const MASK: Range = range(1, 63, 48);
/// `<length>` of `AT+WSHEAD`: what fits is the module's to know.
pub(crate) const HEADER_LENGTH: Range = range(0, u32::MAX, 0);
/// The parameter of `AT+SYSLOG`
pub(crate) const ON_OFF: Range = range(0, 1, 0);

/// `<buffer_size>`
pub(crate) const fn buffer_size(dialect: Dialect) -> Range {
    range(1, dialect.max_payload(), 1024)
}

/// `<length>` of `AT+WSSEND`
pub(crate) const fn send_length(dialect: Dialect) -> Range {
    range(0, dialect.max_payload(), 0)
}

impl Range {
    /// Whether a number is in it.
    pub(crate) const fn has(self, number: u32) -> bool {
        self.min <= number && number <= self.max
    }
}
