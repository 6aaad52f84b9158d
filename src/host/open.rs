//! `AT+WSOPEN` as a request.

use super::configure::in_range;
use super::request::{Effect, Staged, plain};
use super::staging::Staging;
use super::{Config, Refused};
use crate::commands::numbers;
use crate::{Dialect, LinkId};
use at_syntax::{Name, StatementWriter};
use rfc6455::{Key, Request, Uri};

/// Connects a link (WebSocket AT Commands, AT+WSOPEN). Once it is connected the module keeps it so: a loss is
/// [`Event::Disconnected`](super::Event::Disconnected), and then it tries again until the link is closed.
///
/// ```
/// use wsat::LinkId;
/// use wsat::host::Open;
///
/// let open = Open::new(LinkId::L0, b"wss://example.com/chat").with_protocol(b"chat,superchat");
/// # drop(open);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Open<'a> {
    link: LinkId,
    uri: &'a [u8],
    protocol: &'a [u8],
    timeout_ms: Option<u32>,
    authorization: &'a [u8],
}

/// How much later than it says some firmware gives up an opening.
const LATE_MS: u32 = 5000;

impl<'a> Open<'a> {
    /// To this URI, `ws://…` or `wss://…`, within 15 seconds.
    #[must_use]
    pub const fn new(link: LinkId, uri: &'a [u8]) -> Self {
        Self { link, uri, protocol: b"", timeout_ms: None, authorization: b"" }
    }

    /// Offers these subprotocols: tokens separated by commas, the best first.
    #[must_use]
    pub const fn with_protocol(self, protocol: &'a [u8]) -> Self {
        Self { protocol, ..self }
    }

    /// Within so many milliseconds, 0 to 180000; the module fails at once with 0.
    #[must_use]
    pub const fn with_timeout(self, millis: u32) -> Self {
        Self { timeout_ms: Some(millis), ..self }
    }

    /// With this whole value of the header `Authorization` (since V3_3).
    #[must_use]
    pub const fn with_authorization(self, authorization: &'a [u8]) -> Self {
        Self { authorization, ..self }
    }

    pub(crate) fn stage(
        &self,
        config: &Config,
        staging: &mut Staging<'_>,
    ) -> Result<Staged, Refused> {
        let authorized = !self.authorization.is_empty();
        if authorized && config.dialect < Dialect::V3_3 {
            return Err(Refused::Dialect);
        }
        let timeout_ms = self.timeout_ms.unwrap_or(numbers::OPEN_TIMEOUT_MS.default);
        in_range(timeout_ms, numbers::OPEN_TIMEOUT_MS)?;
        let uri = Uri::parse(self.uri).map_err(Refused::Uri)?;
        // The key is the module's; whether there is a request does not depend on it.
        Request::new(uri, Key::new([0; 16]))
            .with_protocol(self.protocol)
            .and_then(|request| request.with_authorization(self.authorization))
            .map_err(Refused::Request)?;
        let write = |statement: &mut StatementWriter<'_>| {
            statement
                .set(Name::Extended(b"WSOPEN"))
                .integer(self.link.number().into())
                .string(self.uri);
            // What is in front of a field that is there is there, too: some firmware refuses empty ones.
            let timed = self.timeout_ms.is_some() || authorized;
            if timed || !self.protocol.is_empty() {
                statement.string(self.protocol);
            }
            if timed {
                statement.integer(timeout_ms.into());
            }
            if authorized {
                statement.string(self.authorization);
            }
        };
        staging.put(config, &write, [b"", b""])?;
        let more_ms = timeout_ms.saturating_add(LATE_MS);
        Ok(Staged::new(plain(config, more_ms), Effect::Open(self.link)))
    }
}

/// Without URI and authorization, which may have credentials.
impl core::fmt::Debug for Open<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Open")
            .field("link", &self.link)
            .field("timeout_ms", &self.timeout_ms)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Open<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Open {{ link: {} }}", self.link);
    }
}
