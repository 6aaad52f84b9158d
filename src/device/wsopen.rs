//! `AT+WSOPEN=<link_id>,<"uri">[,<"subprotocol">][,<timeout_ms>]` and `AT+WSOPEN?` (WebSocket AT Commands,
//! AT+WSOPEN).

use super::{
    command::{finish, integer_or, link_id},
    conn::LinkId,
    engine::{Engine, Running},
    output::Unit,
    refusal::Refusal,
    state::{Event, State},
};
use crate::Instant;
use at_syntax::{Params, Text};
use rfc6455::{Key, RequestError};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Open<'a> {
    link: LinkId,
    uri: Text<'a>,
    protocol: Text<'a>,
    timeout_ms: u32,
}

impl<'a> Open<'a> {
    pub(crate) fn parse(mut params: Params<'a>) -> Result<Self, Refusal> {
        let link = link_id(params.next())?;
        let uri = params.next().string()?;
        // `""` is as if it were left out.
        let protocol = params.next().string_or_empty()?;
        let timeout_ms = integer_or(params.next(), 15_000, 0, 180_000)?;
        finish(params)?;
        Ok(Self { link, uri, protocol, timeout_ms })
    }
}

impl Engine<'_> {
    /// Begins to connect; the answer comes when the opening handshake has ended.
    pub(crate) fn open(&mut self, now: Instant, command: Open<'_>) -> Result<(), Refusal> {
        let user_agent = self.config.user_agent;
        let link = self.link_mut(command.link);
        if link.state() != State::Free {
            return Err(Refusal::LinkInUse);
        }
        if !link.store_target(command.uri, command.protocol) {
            return Err(Refusal::Memory);
        }
        let uri = link.uri().map_err(Refusal::Uri)?;
        // The key is made later; the check does not look at it.
        let request = link.request(uri, Key::new([0; 16]), user_agent);
        request.check().map_err(|error| match error {
            RequestError::UserAgent => Refusal::UserAgent,
            _ => Refusal::Subprotocol,
        })?;
        if command.timeout_ms == 0 {
            return Err(Refusal::Timeout);
        }
        link.active = link.settings;
        link.timeout_ms = command.timeout_ms;
        link.begin_attempt(now);
        self.running = Running::Open(command.link);
        self.apply(now, command.link, Event::Open);
        Ok(())
    }

    /// Every link in use, with its state of this moment, in one answer.
    pub(crate) fn list_links(&mut self) {
        let [a, b, c] = &self.links;
        let states = [a.state().number(), b.state().number(), c.state().number()];
        self.output.push(Unit::Links(states));
    }
}
