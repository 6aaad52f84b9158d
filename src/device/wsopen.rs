//! `AT+WSOPEN=<link_id>,<"uri">[,<"subprotocol">][,<timeout_ms>][,<"auth">]` and `AT+WSOPEN?` (WebSocket AT
//! Commands, AT+WSOPEN); `<"auth">` since V3_3.

use super::{
    command::Fields,
    engine::{Engine, Running},
    output::Unit,
    refusal::{Lent, Refusal, Wait},
    state::{Event, Report, State},
};
use crate::commands::numbers;
use crate::{Dialect, Instant, LinkId, Quirks};
use at_syntax::Text;
use rfc6455::{Key, RequestError};

/// How long [`Quirks::DISCONNECTED_BEFORE_OPEN_ERROR`] keeps `ERROR` waiting.
const QUIRK_DELAY_MS: u32 = 5000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Open<'a> {
    link: LinkId,
    uri: Text<'a>,
    protocol: Text<'a>,
    timeout_ms: u32,
    auth: Text<'a>,
}

impl<'a> Open<'a> {
    pub(crate) fn parse(mut fields: Fields<'a>, dialect: Dialect) -> Result<Self, Refusal> {
        let link = fields.link();
        let uri = fields.string();
        // `""` is as if it were left out.
        let protocol = fields.optional_string();
        let timeout_ms = fields.optional(numbers::OPEN_TIMEOUT_MS);
        let auth = if dialect >= Dialect::V3_3 { fields.optional_string() } else { Text::EMPTY };
        fields.finish()?;
        Ok(Self { link, uri, protocol, timeout_ms, auth })
    }
}

impl Engine<'_> {
    /// Begins to connect; the answer comes when the opening handshake has ended.
    pub(crate) fn open(&mut self, now: Instant, command: Open<'_>) -> Result<(), Refusal> {
        let link = self.link_mut(command.link);
        if link.state() != State::Free {
            return Err(Refusal::LinkInUse);
        }
        if !link.store_target(command.uri, command.protocol, command.auth) {
            return Err(Refusal::Memory(Lent::Text));
        }
        // A header's value may have a tab (RFC 7230 3.2), but a credential has none.
        if command.auth.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(Refusal::Request(RequestError::Authorization));
        }
        self.check_request(command.link)?;
        if command.timeout_ms == 0 {
            return Err(Refusal::Timeout(Wait::Open));
        }
        let link = self.link_mut(command.link);
        // A quirk frees a link while its transport is still closing.
        link.drop_transport();
        link.active = link.settings;
        link.timeout_ms = command.timeout_ms;
        link.begin_attempt(now);
        self.running = Running::Open(command.link);
        self.apply(now, command.link, Event::Open);
        Ok(())
    }

    /// Whether a request can be made of what the host has said: of the `AT+WSOPEN`, and of the headers of
    /// this moment.
    pub(crate) fn check_request(&self, id: LinkId) -> Result<(), Refusal> {
        let link = self.link(id);
        let uri = link.uri().map_err(Refusal::Uri)?;
        // The key is made later; whether there is a request does not depend on it.
        link.request(uri, Key::new([0; 16]), &self.config, self.headers.lines())
            .map(|_| ())
            .map_err(Refusal::Request)
    }

    /// No connection came of it, or none that was kept.
    pub(crate) fn open_failed(&mut self, now: Instant, id: LinkId, why: Refusal) {
        if !self.config.quirks.contains(Quirks::DISCONNECTED_BEFORE_OPEN_ERROR) {
            return self.refuse(why);
        }
        self.output.push(Unit::Report(Report::Disconnected, id));
        self.running = Running::OpenFailed(now.after(QUIRK_DELAY_MS), why);
    }

    /// Every link in use, with its state of this moment, in one answer.
    pub(crate) fn list_links(&mut self) {
        let [a, b, c] = &self.links;
        let states = [a.state().number(), b.state().number(), c.state().number()];
        self.output.push(Unit::Links(states));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Config, Device, Storage};
    use rfc6455::UriError;

    #[test]
    fn a_userinfo_that_cannot_be_credentials_is_refused() {
        for userinfo in ["u%0d%0aX", "u:p%00", "u%3av:p"] {
            let mut storage = Storage::<256, 16, 256>::new();
            let mut device = Device::new(Config::default(), storage.lend([16; 3]));
            let now = Instant::ZERO;
            let line = std::format!("AT+WSOPEN=0,\"ws://{userinfo}@h\"\r\n");
            // `ready` and the echo make way for the line.
            let mut left = line.as_bytes();
            while !left.is_empty() {
                left = &left[device.handle_host(now, left)..];
                while device.poll_host(now, &mut [0; 64]) != crate::device::Serial::Idle {}
            }
            // RFC 7617 2.
            let refusal = Some(Refusal::Uri(UriError::Credentials));
            assert_eq!(device.poll_refusal(), refusal, "{userinfo}");
            assert_eq!(device.poll_action(), None);
        }
    }
}
