//! `AT+WSCFG=<link_id>,<ping_intv_sec>,<ping_timeout_sec>[,<buffer_size>][,<auth_mode>,<pki_number>,<ca_number>]`
//! (WebSocket AT Commands, AT+WSCFG); the last three since V4_1.

use super::{
    Config,
    command::{finish, integer, link_id, optional},
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
    pub(crate) tls: TlsSettings,
}

/// Whose certificates TLS asks for, as `AT+WSCFG` says it. The device only hands this on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct TlsSettings {
    /// `<auth_mode>` 1 and 3: the module shows this certificate, `<pki_number>`.
    pub certificate: Option<u8>,
    /// `<auth_mode>` 2 and 3: the server is verified against this authority, `<ca_number>`. `None`: it is not
    /// verified.
    pub authority: Option<u8>,
}

impl TlsSettings {
    const NONE: Self = Self { certificate: None, authority: None };

    /// The last three parameters: both numbers are required with a mode other than 0, and not allowed with 0.
    fn parse(params: &mut Params<'_>, config: &Config) -> Result<Self, Refusal> {
        let mode = optional(params.next(), config, 0, 0, 3)?;
        if mode == 0 {
            return Ok(Self::NONE);
        }
        // The page gives no range for the numbers; they name certificates in the module's partition.
        let mut number = || integer(params.next(), 0, 255).map(|n| u8::try_from(n).ok());
        let (certificate, authority) = (number()?, number()?);
        Ok(Self {
            certificate: certificate.filter(|_| mode != 2),
            authority: authority.filter(|_| mode != 1),
        })
    }
}

impl Settings {
    /// Defaults of the page: 10 s, 120 s, 1024 bytes.
    pub(crate) const DEFAULT: Self = Self {
        ping_interval_ms: 10_000,
        pong_timeout_ms: 120_000,
        buffer_size: BUFFER_SIZE as usize,
        tls: TlsSettings::NONE,
    };
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Configure {
    link: LinkId,
    settings: Settings,
}

/// Default of `<buffer_size>`.
const BUFFER_SIZE: u32 = 1024;

/// Range of both times, in seconds.
const SECONDS: (u32, u32) = (1, 7200);

impl Configure {
    pub(crate) fn parse(mut params: Params<'_>, config: &Config) -> Result<Self, Refusal> {
        let (least, most) = SECONDS;
        let link = link_id(params.next())?;
        let interval = integer(params.next(), least, most)?;
        let timeout = integer(params.next(), least, most)?;
        let most = config.dialect.max_payload();
        let buffer = optional(params.next(), config, BUFFER_SIZE, 1, most)?;
        let tls = if config.dialect >= Dialect::V4_1 {
            TlsSettings::parse(&mut params, config)?
        } else {
            TlsSettings::NONE
        };
        finish(params)?;
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
