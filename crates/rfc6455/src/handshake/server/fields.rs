//! The headers of a request: what they say, and what of them is kept.

use super::field::{Field, NAMES};
use super::found::Found;
use super::memory::HeaderMemory;
use super::offers::Offers;
use super::{Rejection, RequestMemory};
use crate::Key;
use crate::handshake::kept::Kept;
use crate::handshake::matcher::{Matcher, Word};
use crate::handshake::text::{is_space, is_token_byte};
use crate::handshake::upgrade::{UPGRADE, WEBSOCKET};
use crate::uri::HostPort;

/// RFC 6455 4.2.1, item 6.
const VERSION: &[u8] = b"13";
/// RFC 7230 3.3.2: no body.
const NO_BODY: &[u8] = b"0";

/// All that is known of a request but where in it the next byte stands.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Fields<'m> {
    pub(super) found: Found,
    key: [u8; 24],
    pub(super) target: Kept<'m>,
    pub(super) host: Kept<'m>,
    pub(super) origin: Kept<'m>,
    pub(super) protocols: Offers<'m>,
    headers: &'m mut [HeaderMemory<'m>],
}

/// A value that has not ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Value {
    field: Field,
    word: Word,
    host: HostPort,
    /// Characters of a key; more than there should be if it is wrong.
    key_len: usize,
}

impl<'m> Fields<'m> {
    pub(super) const fn new(memory: RequestMemory<'m>) -> Self {
        let RequestMemory { target, host, origin, protocols, headers } = memory;
        let mut target = Kept::new(target);
        target.begin();
        Self {
            found: Found::new(),
            key: [0; 24],
            target,
            host: Kept::new(host),
            origin: Kept::new(origin),
            protocols: Offers::new(protocols),
            headers,
        }
    }

    /// The key, which is right if the request is.
    pub(super) fn key(&self) -> Option<Key> {
        Key::parse(&self.key)
    }

    /// What was kept of a header that the application named.
    pub(super) fn header(&self, name: &[u8]) -> Option<&[u8]> {
        self.headers.iter().find(|header| header.is_named(name))?.kept().bytes()
    }

    /// One byte of a name.
    pub(super) fn take_name(&mut self, name: &mut Matcher, byte: u8) {
        name.take(NAMES, byte);
        self.headers.iter_mut().for_each(|header| header.take_name(byte));
    }

    /// A name is complete.
    pub(super) fn begin_value(&mut self, name: Matcher) -> Value {
        let field = Field::named(name);
        self.headers.iter_mut().for_each(HeaderMemory::begin);
        // A second Host or Origin rejects the request in the end.
        let _ = match field {
            Field::Host => self.host.begin(),
            Field::Origin => self.origin.begin(),
            _ => false,
        };
        // RFC 7230 3.3.3: whatever the coding is, a body follows.
        self.found.body |= field == Field::TransferEncoding;
        Value { field, word: Word::new(), host: HostPort::new(), key_len: 0 }
    }

    /// One byte of a value, or white space around or in it.
    pub(super) fn take_value(&mut self, value: &mut Value, byte: u8) {
        let Value { field, word, host, key_len } = value;
        self.headers.iter_mut().for_each(|header| header.take(byte));
        match field {
            Field::Host => self.host.take(byte),
            Field::Origin => self.origin.take(byte),
            _ => {}
        }
        if is_space(byte) {
            word.space();
            return;
        }
        match field {
            // RFC 6455 4.2.1, items 3 and 4: lists, in any case, also over several headers.
            Field::Upgrade => self.found.upgrade |= word.take_in_list(WEBSOCKET, byte),
            Field::Connection => self.found.connection |= word.take_in_list(UPGRADE, byte),
            Field::Host => {
                if !word.text() {
                    // RFC 7230 5.4: no white space inside.
                    host.take(b' ');
                }
                host.take(byte);
            }
            Field::Version => word.take(VERSION, byte),
            Field::ContentLength => word.take(NO_BODY, byte),
            Field::Key => {
                match self.key.get_mut(*key_len) {
                    Some(slot) if word.text() => *slot = byte,
                    _ => *key_len = self.key.len(),
                }
                *key_len = key_len.saturating_add(1);
            }
            Field::Protocol if byte == b',' => {
                self.protocols.end();
                *word = Word::new();
            }
            // RFC 6455 4.1, item 10: a token.
            Field::Protocol if word.text() && is_token_byte(byte) => self.protocols.take(byte),
            Field::Protocol => self.found.wrong_protocol = true,
            Field::Origin | Field::TransferEncoding | Field::Other => {}
        }
    }

    /// A value is complete.
    pub(super) fn end_value(&mut self, value: &Value) {
        let Value { field, word, host, key_len } = value;
        match field {
            Field::Upgrade => self.found.upgrade |= word.is(WEBSOCKET),
            Field::Connection => self.found.connection |= word.is(UPGRADE),
            Field::Host => self.found.host.add(host.end().is_ok()),
            Field::Origin => self.found.origin.add(true),
            Field::Version => self.found.version.add(word.is(VERSION)),
            Field::Key => {
                let is_whole = *key_len == self.key.len();
                self.found.key.add(is_whole && self.key().is_some());
            }
            Field::ContentLength => self.found.body |= !word.is(NO_BODY),
            Field::Protocol => self.protocols.end(),
            Field::TransferEncoding | Field::Other => {}
        }
    }

    /// The blank line: is everything there, and did it fit?
    pub(super) fn judge(&self) -> Result<(), Rejection> {
        let overflows = |kept: &Kept<'_>| kept.is_wanted() && kept.is_cut();
        self.found.judge()?;
        if overflows(&self.target) {
            return Err(Rejection::TargetTooLong);
        }
        if overflows(&self.host)
            || overflows(&self.origin)
            || self.headers.iter().any(|header| overflows(header.kept()))
        {
            return Err(Rejection::FieldTooLong);
        }
        Ok(())
    }
}
