//! What a device sends on one transport: an opening handshake that a server takes, then legal frames.

#![allow(clippy::missing_panics_doc, reason = "it panics when a rule is broken")]

use crate::frames::{FrameCheck, RawFrame};
use crate::handshake::accepting;
use wsat::device::Conn;

/// Looks at everything that is sent on one transport.
#[derive(Clone, Debug)]
pub struct TransportCheck {
    conn: Option<Conn>,
    /// The opening handshake, as far as it was written.
    request: Vec<u8>,
    /// What accepts it, once it is whole.
    response: Option<Vec<u8>>,
    frames: FrameCheck,
}

impl TransportCheck {
    /// Before the first byte.
    #[must_use]
    pub const fn new(conn: Option<Conn>) -> Self {
        let mut frames = FrameCheck::new(true);
        // The host may ask for any opcode.
        frames.wishes = true;
        Self { conn, request: Vec::new(), response: None, frames }
    }

    /// Whose it is.
    #[must_use]
    pub const fn conn(&self) -> Option<Conn> {
        self.conn
    }

    /// Looks at more; returns the frames that are whole now.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<RawFrame> {
        if self.response.is_some() {
            return self.frames.take(bytes);
        }
        self.request.extend_from_slice(bytes);
        if self.request.ends_with(b"\r\n\r\n") {
            self.response = Some(accepting(&self.request));
        }
        Vec::new()
    }

    /// What accepts the opening handshake, if it is whole.
    #[must_use]
    pub fn response(&self) -> Option<&[u8]> {
        self.response.as_deref()
    }

    /// No frame is begun and not ended.
    #[must_use]
    pub const fn is_between_frames(&self) -> bool {
        self.frames.is_between_frames()
    }

    /// A Close was begun to be sent.
    #[must_use]
    pub fn is_close_begun(&self) -> bool {
        self.frames.is_close_begun()
    }
}
