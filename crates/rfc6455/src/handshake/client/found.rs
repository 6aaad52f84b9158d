//! What was found so far of what an answer must have.

use super::HandshakeError;
use super::field::Field;
use crate::handshake::matcher::{Word, is_separator};
use crate::handshake::once::Once;
use crate::handshake::upgrade::{UPGRADE, WEBSOCKET};

/// What is right in the answer to this request.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) accept: &'a [u8; 28],
    /// The protocol list of the request.
    pub(super) offered: &'a [u8],
}

/// The headers that decide. Facts only: what follows from them is said in [`Found::fault`] and
/// [`Found::judge`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Found {
    upgrade: Once,
    connection: bool,
    accept: Once,
    /// An extension is named.
    extensions: bool,
    protocol: Once,
    /// Where in the list of offered protocols the first one stands that was named.
    chosen: Option<usize>,
}

impl Found {
    pub(super) const fn new() -> Self {
        Self {
            upgrade: Once::Missing,
            connection: false,
            accept: Once::Missing,
            extensions: false,
            protocol: Once::Missing,
            chosen: None,
        }
    }

    /// Where in the list of offered protocols the one begins that the server chose.
    pub(super) const fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// The name of a header is complete. `offered` is the protocol list of the request.
    pub(super) fn begin(&mut self, field: Field, offered: &[u8]) {
        match field {
            Field::Upgrade => self.upgrade.begin(),
            Field::Accept => self.accept.begin(),
            Field::Protocol => {
                self.protocol.begin();
                if offered.iter().all(|byte| is_separator(*byte)) {
                    self.protocol.add(false);
                }
            }
            Field::Connection | Field::Extensions | Field::Note(_) | Field::Other => {}
        }
    }

    /// One byte of a value that is not white space.
    pub(super) fn take(
        &mut self,
        field: Field,
        value: &mut Word,
        byte: u8,
        expected: Expected<'_>,
    ) {
        let once_only = match field {
            // RFC 6455 4.1, items 2 and 3: case-insensitive. RFC 7230 6.1: Connection is a list, also
            // over several headers.
            Field::Upgrade => {
                value.take(WEBSOCKET, byte.to_ascii_lowercase());
                &mut self.upgrade
            }
            Field::Connection => {
                self.connection |= value.take_in_list(UPGRADE, byte);
                return;
            }
            // RFC 6455 4.1, items 4 and 6: as they are.
            Field::Accept => {
                value.take(expected.accept, byte);
                &mut self.accept
            }
            Field::Protocol => {
                value.take(expected.offered, byte);
                &mut self.protocol
            }
            Field::Extensions => {
                self.extensions = true;
                return;
            }
            Field::Note(_) | Field::Other => return,
        };
        if value.is_lost() {
            once_only.add(false);
        }
    }

    /// A value is complete.
    pub(super) fn end(&mut self, field: Field, value: &Word, expected: Expected<'_>) {
        match field {
            Field::Upgrade => self.upgrade.add(value.is(WEBSOCKET)),
            Field::Connection => self.connection |= value.is(UPGRADE),
            Field::Accept => self.accept.add(value.is(expected.accept)),
            Field::Protocol => {
                let chosen = value.end(expected.offered);
                self.protocol.add(chosen.is_some());
                self.chosen = self.chosen.or(chosen);
            }
            Field::Extensions | Field::Note(_) | Field::Other => {}
        }
    }

    /// What is wrong already, and cannot be mended by what follows.
    #[inline(never)]
    pub(super) const fn fault(&self, only_accept: bool) -> Result<(), HandshakeError> {
        // RFC 6455 4.1, item 4: two would be a list, which is not the expected value.
        if self.accept.is_wrong() {
            return Err(HandshakeError::Accept);
        }
        if only_accept {
            return Ok(());
        }
        // RFC 6455 4.1, item 2, likewise.
        if self.upgrade.is_wrong() {
            return Err(HandshakeError::Upgrade);
        }
        // RFC 6455 4.1, item 5: none that the request did not offer, and it offers none.
        if self.extensions {
            return Err(HandshakeError::Extensions);
        }
        // RFC 6455 4.1, item 6: likewise; RFC 6455 11.3.4: at most once in a response.
        if self.protocol.is_wrong() {
            return Err(HandshakeError::Protocol);
        }
        Ok(())
    }

    /// The blank line: is everything there?
    pub(super) fn judge(&self, only_accept: bool) -> Result<(), HandshakeError> {
        self.fault(only_accept)?;
        // RFC 6455 4.1, items 2, 3 and 4: the client fails the connection if one is missing.
        if self.upgrade != Once::Right && !only_accept {
            return Err(HandshakeError::Upgrade);
        }
        if !self.connection && !only_accept {
            return Err(HandshakeError::Connection);
        }
        if self.accept != Once::Right {
            return Err(HandshakeError::Accept);
        }
        Ok(())
    }
}
