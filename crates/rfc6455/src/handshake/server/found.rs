//! What was found so far of what a request must have.

use super::Rejection;
use crate::handshake::once::Once;

/// The headers that decide. Facts only: what follows from them is said in [`Found::judge`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Found {
    /// What is wrong with the request line.
    pub(super) line: Result<(), Rejection>,
    pub(super) host: Once,
    pub(super) upgrade: bool,
    pub(super) connection: bool,
    pub(super) version: Once,
    pub(super) key: Once,
    pub(super) origin: Once,
    /// An offered protocol is not a token.
    pub(super) wrong_protocol: bool,
    pub(super) body: bool,
}

impl Found {
    pub(super) const fn new() -> Self {
        Self {
            line: Ok(()),
            host: Once::Missing,
            upgrade: false,
            connection: false,
            version: Once::Missing,
            key: Once::Missing,
            origin: Once::Missing,
            wrong_protocol: false,
            body: false,
        }
    }

    /// The blank line: the first thing that is wrong, in an order that does not depend on the
    /// order of the headers.
    pub(super) fn judge(&self) -> Result<(), Rejection> {
        self.line?;
        // RFC 6455 4.2.1, items 2 to 6.
        if self.host != Once::Right {
            return Err(Rejection::Host);
        }
        if !self.upgrade {
            return Err(Rejection::Upgrade);
        }
        if !self.connection {
            return Err(Rejection::Connection);
        }
        // RFC 6455 11.3.5: at most once; RFC 6454 7.3: one origin, or a list of them in one header.
        if self.version == Once::Twice || self.origin == Once::Twice {
            return Err(Rejection::Repeated);
        }
        if self.version != Once::Right {
            return Err(Rejection::WebSocketVersion);
        }
        if self.key != Once::Right {
            return Err(Rejection::Key);
        }
        if self.wrong_protocol {
            return Err(Rejection::Protocol);
        }
        // RFC 7230 3.3: either header announces a body, and frames begin behind the blank line.
        if self.body {
            return Err(Rejection::Body);
        }
        Ok(())
    }
}
