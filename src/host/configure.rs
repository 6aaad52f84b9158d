//! `AT+WSCFG` as a request.

use super::request::{Effect, Staged, plain};
use super::staging::Staging;
use super::{Config, Refused};
use crate::commands::numbers::{self, Range};
use crate::{Dialect, LinkId, TlsSettings};
use at_syntax::Name;

/// Ping times, buffer and certificates of a link, from its next opening on (WebSocket AT Commands, AT+WSCFG).
///
/// Some firmware forgets them when the link closes, or when it cannot be opened: whoever wants others than the
/// defaults asks for them before each opening.
///
/// ```
/// use wsat::LinkId;
/// use wsat::host::Configure;
///
/// // A Ping every 30 seconds, 60 seconds for its Pong, records of up to 4096 octets.
/// let configure = Configure::new(LinkId::L0, 30, 60).with_buffer(4096);
/// # drop(configure);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Configure {
    link: LinkId,
    ping_interval_s: u32,
    pong_timeout_s: u32,
    buffer: Option<u32>,
    tls: TlsSettings,
}

impl Configure {
    /// Seconds from Ping to Ping, and seconds that a Ping may go without a Pong: 1 to 7200 each. The buffer has
    /// 1024 octets, and the server of `wss://` is not verified.
    #[must_use]
    pub const fn new(link: LinkId, ping_interval_s: u32, pong_timeout_s: u32) -> Self {
        Self { link, ping_interval_s, pong_timeout_s, buffer: None, tls: TlsSettings::NONE }
    }

    /// The most octets of a record of received data, and of a fragment of sent data: 1 to 8192, in V4_2 to
    /// 16384.
    #[must_use]
    pub const fn with_buffer(self, octets: u32) -> Self {
        Self { buffer: Some(octets), ..self }
    }

    /// Which certificates are shown and asked for (since V4_1).
    #[must_use]
    pub const fn with_tls(self, tls: TlsSettings) -> Self {
        Self { tls, ..self }
    }

    pub(crate) fn stage(
        &self,
        config: &Config,
        staging: &mut Staging<'_>,
    ) -> Result<Staged, Refused> {
        let buffer_size = numbers::buffer_size(config.dialect);
        in_range(self.ping_interval_s, numbers::PING_INTERVAL_S)?;
        in_range(self.pong_timeout_s, numbers::PONG_TIMEOUT_S)?;
        in_range(self.buffer.unwrap_or(buffer_size.default), buffer_size)?;
        let verified = self.tls != TlsSettings::NONE;
        if verified && config.dialect < Dialect::V4_1 {
            return Err(Refused::Dialect);
        }
        let write = |statement: &mut at_syntax::StatementWriter<'_>| {
            statement
                .set(Name::Extended(b"WSCFG"))
                .integer(self.link.number().into())
                .integer(self.ping_interval_s.into())
                .integer(self.pong_timeout_s.into());
            // No field is left empty: some firmware refuses that.
            if self.buffer.is_some() || verified {
                statement.integer(self.buffer.unwrap_or(buffer_size.default).into());
            }
            if verified {
                // Both numbers are required with any mode.
                statement
                    .integer(self.tls.mode().into())
                    .integer(self.tls.certificate.unwrap_or_default().into())
                    .integer(self.tls.authority.unwrap_or_default().into());
            }
        };
        staging.put(config, &write, [b"", b""])?;
        Ok(Staged::new(plain(config, 0), Effect::Nothing))
    }
}

pub(crate) fn in_range(number: u32, range: Range) -> Result<(), Refused> {
    let Range { min, max, .. } = range;
    if range.has(number) { Ok(()) } else { Err(Refused::OutOfRange { number, min, max }) }
}
