//! `AT+WSCFG=<link_id>,<ping_intv_sec>,<ping_timeout_sec>[,<buffer_size>]` (WebSocket AT Commands,
//! AT+WSCFG).

use super::{
    command::{finish, integer, integer_or, link_id},
    conn::LinkId,
    engine::Engine,
    refusal::Refusal,
};
use crate::Dialect;
use at_syntax::{Params, Reply};

/// What `AT+WSCFG` sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// Milliseconds from Ping to Ping.
    pub(crate) ping_interval_ms: u32,
    /// Milliseconds that a Ping may go without any Pong.
    pub(crate) pong_timeout_ms: u32,
    /// The most octets of a record of received data, and of a fragment of sent data.
    pub(crate) buffer_size: usize,
}

impl Settings {
    /// Defaults of the page: 10 s, 120 s, 1024 bytes.
    pub(crate) const DEFAULT: Self =
        Self { ping_interval_ms: 10_000, pong_timeout_ms: 120_000, buffer_size: 1024 };
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Configure {
    link: LinkId,
    settings: Settings,
}

/// Range of both times, in seconds.
const SECONDS: (u32, u32) = (1, 7200);

impl Configure {
    pub(crate) fn parse(mut params: Params<'_>, dialect: Dialect) -> Result<Self, Refusal> {
        let (least, most) = SECONDS;
        let link = link_id(params.next())?;
        let interval = integer(params.next(), least, most)?;
        let timeout = integer(params.next(), least, most)?;
        let buffer = integer_or(params.next(), 1024, 1, dialect.max_payload())?;
        finish(params)?;
        let settings = Settings {
            ping_interval_ms: interval.saturating_mul(1000),
            pong_timeout_ms: timeout.saturating_mul(1000),
            buffer_size: usize::try_from(buffer).unwrap_or(usize::MAX),
        };
        Ok(Self { link, settings })
    }
}

impl Engine<'_> {
    /// Takes effect at the next `AT+WSOPEN` of the link; an open connection keeps what it began with.
    pub(crate) fn configure(&mut self, command: Configure) {
        self.link_mut(command.link).settings = command.settings;
        self.reply(Reply::Ok);
    }
}
