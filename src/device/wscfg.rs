//! `AT+WSCFG=<link_id>,<ping_intv_sec>,<ping_timeout_sec>[,<buffer_size>][,<auth_mode>,<pki_number>,<ca_number>]`
//! (WebSocket AT Commands, AT+WSCFG); the last three since V4_1.

use super::{command::Fields, engine::Engine, refusal::Refusal};
use crate::commands::numbers;
use crate::{Dialect, LinkId, TlsSettings};
use at_syntax::Reply;

/// What `AT+WSCFG` sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// Milliseconds from Ping to Ping.
    pub(crate) ping_interval_ms: u32,
    /// Milliseconds that a Ping may go without any Pong.
    pub(crate) pong_timeout_ms: u32,
    /// The most octets of a record of received data, and of a fragment of sent data.
    pub(crate) buffer_size: usize,
    pub(crate) tls: TlsSettings,
}

/// The last three parameters: both numbers are required with a mode other than 0, and not allowed with 0.
fn tls_settings(fields: &mut Fields<'_>) -> TlsSettings {
    let mode = fields.optional(numbers::AUTH_MODE);
    if mode == 0 {
        return TlsSettings::NONE;
    }
    let mut number = || u8::try_from(fields.number(numbers::CERTIFICATE)).ok();
    let (certificate, authority) = (number(), number());
    TlsSettings {
        certificate: certificate.filter(|_| mode != 2),
        authority: authority.filter(|_| mode != 1),
    }
}

impl Settings {
    /// Defaults of the page: 10 s, 120 s, 1024 bytes.
    pub(crate) const DEFAULT: Self = Self {
        ping_interval_ms: numbers::PING_INTERVAL_S.default * 1000,
        pong_timeout_ms: numbers::PONG_TIMEOUT_S.default * 1000,
        buffer_size: numbers::buffer_size(Dialect::V3_1).default as usize,
        tls: TlsSettings::NONE,
    };
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Configure {
    link: LinkId,
    settings: Settings,
}

impl Configure {
    pub(crate) fn parse(mut fields: Fields<'_>, dialect: Dialect) -> Result<Self, Refusal> {
        let link = fields.link();
        let interval = fields.number(numbers::PING_INTERVAL_S);
        let timeout = fields.number(numbers::PONG_TIMEOUT_S);
        let buffer = fields.optional(numbers::buffer_size(dialect));
        let tls =
            if dialect >= Dialect::V4_1 { tls_settings(&mut fields) } else { TlsSettings::NONE };
        fields.finish()?;
        let settings = Settings {
            ping_interval_ms: interval.saturating_mul(1000),
            pong_timeout_ms: timeout.saturating_mul(1000),
            buffer_size: usize::try_from(buffer).unwrap_or(usize::MAX),
            tls,
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
