//! The transport of one attempt: from the wish to connect, through the opening handshake, to
//! frames.

use super::{Conn, record::Frame};
use crate::Instant;
use rfc6455::{Connection, Key, Response, Utf8};

/// One transport connection, as the device sees it.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) conn: Conn,
    pub(crate) stage: Stage,
    /// Bytes that the driver has from `poll_peer` and has not yet reported as sent.
    pub(crate) outstanding: usize,
    /// Bytes of the window that were offered and not taken when it was offered last.
    pub(crate) held: usize,
    /// The peer sends nothing beyond what is held.
    pub(crate) eof: bool,
}

/// How far an attempt has come.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one value per link, in place: there is no heap")]
pub(crate) enum Stage {
    /// The driver is to be told to connect.
    Wanted,
    /// It was told.
    Connecting,
    /// Connected; request and response are under way.
    Handshake(Handshake),
    /// Open.
    Frames(Frames),
}

/// The client's opening handshake (RFC 6455 4.1).
#[derive(Debug)]
pub(crate) struct Handshake {
    /// Made of the caller's randomness when the first byte of the request is asked for, together
    /// with the parser of the response, which has to know it.
    pub(crate) secret: Option<(Key, Response)>,
    /// Bytes of the request that were written, and that it has, once the first is written.
    pub(crate) written: usize,
    pub(crate) len: usize,
    /// Bytes of the host's headers that it has: those that were set when it began.
    pub(crate) headers: usize,
}

impl Handshake {
    pub(crate) const fn new() -> Self {
        Self { secret: None, written: 0, len: 0, headers: 0 }
    }

    /// Some of the request was written and some was not.
    pub(crate) const fn is_part_written(&self) -> bool {
        self.written > 0 && self.written < self.len
    }

    /// All of it was.
    pub(crate) const fn is_written(&self) -> bool {
        self.written > 0 && self.written == self.len
    }
}

/// An open connection and what the device keeps beside it.
#[derive(Debug)]
pub(crate) struct Frames {
    pub(crate) connection: Connection,
    /// The data frame that it is in, or was in last.
    pub(crate) frame: Frame,
    /// A record of this connection's data waits for the serial side, or is being relayed: until it
    /// is done, nothing more of the peer is looked at.
    pub(crate) record_queued: bool,
    /// Something behind the queued record may not have been looked at yet.
    pub(crate) unseen: bool,
    /// All data of the running `AT+WSSEND` was written; this many bytes, up to its last, are still to be
    /// sent.
    pub(crate) data_left: Option<usize>,
    /// Likewise for our Close.
    pub(crate) close_left: Option<usize>,
    /// The text that the host has begun and not ended, if it is to be checked.
    pub(crate) text: Option<Utf8>,
    pub(crate) keepalive: KeepAlive,
}

/// The ping schedule and the pong timeout.
#[derive(Debug)]
pub(crate) struct KeepAlive {
    /// When the next Ping is due.
    pub(crate) ping_at: Instant,
    /// When the first Ping became due that no Pong has followed.
    pub(crate) unanswered_since: Option<Instant>,
    /// Since when the peer's bytes, and with them its Pongs, wait behind a record.
    pub(crate) hidden_since: Option<Instant>,
}

impl Transport {
    pub(crate) const fn new(conn: Conn) -> Self {
        Self { conn, stage: Stage::Wanted, outstanding: 0, held: 0, eof: false }
    }

    pub(crate) const fn is_known_to_driver(&self) -> bool {
        !matches!(self.stage, Stage::Wanted)
    }

    pub(crate) const fn frames(&self) -> Option<&Frames> {
        match &self.stage {
            Stage::Frames(frames) => Some(frames),
            _ => None,
        }
    }

    pub(crate) const fn frames_mut(&mut self) -> Option<&mut Frames> {
        match &mut self.stage {
            Stage::Frames(frames) => Some(frames),
            _ => None,
        }
    }
}

impl Frames {
    pub(crate) const fn new(connection: Connection, ping_at: Instant) -> Self {
        Self {
            connection,
            frame: Frame::NONE,
            record_queued: false,
            unseen: false,
            data_left: None,
            text: None,
            close_left: None,
            keepalive: KeepAlive { ping_at, unanswered_since: None, hidden_since: None },
        }
    }

    /// Octets of a chunk that is not complete yet, all of them valid so far.
    pub(crate) fn incomplete_chunk(&self) -> usize {
        if self.record_queued {
            return 0;
        }
        usize::try_from(self.connection.checked()).unwrap_or(0)
    }
}

impl KeepAlive {
    /// The peer's bytes wait from now on: the pong timeout stands still.
    pub(crate) fn hide(&mut self, now: Instant) {
        self.hidden_since.get_or_insert(now);
    }

    /// They are looked at again: what was missed does not count.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn show(&mut self, now: Instant) {
        let Some(hidden) = self.hidden_since.take() else { return };
        if let Some(since) = self.unanswered_since {
            let missed = now.since(hidden.max(since));
            let since = since.as_millis().saturating_add(missed);
            self.unanswered_since = Some(Instant::from_millis(since));
        }
    }
}
