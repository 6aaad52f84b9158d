//! The closing handshake, and how and when a connection ends (RFC 6455 7).

use super::Connection;
use crate::{CloseCode, Fault, Instant, MAX_CONTROL_PAYLOAD, Role, SendError};

/// How a connection has ended, in the words of RFC 6455 7.1.4 to 7.1.6.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Closed {
    /// Both sides have sent a Close.
    pub clean: bool,
    /// The code of the peer's Close; 1005 if it had none, 1006 if there was none.
    pub code: u16,
}

impl Connection {
    /// How the connection has ended, once its transport has (RFC 6455 7.1.4).
    #[must_use]
    pub fn closed(&self) -> Closed {
        let code = match (self.close_received, self.close_code) {
            (true, Some(code)) => code.get(),
            (true, None) => CloseCode::NO_STATUS,
            (false, _) => CloseCode::ABNORMAL,
        };
        Closed { clean: self.close_received && self.is_close_written(), code }
    }

    /// The reason in the peer's Close: UTF-8, at most 123 octets, empty if there was none.
    #[must_use]
    pub fn close_reason(&self) -> &str {
        if !self.close_received {
            return "";
        }
        let body = self.receiver.control_payload().unwrap_or_default();
        core::str::from_utf8(body.get(2..).unwrap_or_default()).unwrap_or_default()
    }

    /// Asks for a Close (RFC 6455 7.1.2), unless one was asked for or sent before: after the frame being
    /// written, before any further fragment of the data, which is then [cut short](Self::is_cut_short), and
    /// instead of a Ping that waits. Pings of the peer are answered until its Close (RFC 6455 5.5.2). It has
    /// [`close_wait_ms`](crate::Policy::close_wait_ms) from now on.
    pub fn close(&mut self, now: Instant, code: Option<CloseCode>) {
        self.sender.close(code, "");
        self.close_by(now.after(self.close_wait_ms));
    }

    /// The same with a reason, for the peer's log (RFC 6455 5.5.1).
    ///
    /// A reason that is not a constant goes out through [`send`](Self::send), in a Close whose body
    /// [`CloseCode::with_reason`] makes; that one waits for the data before it, and its
    /// deadline is the caller's to set, with [`close_by`](Self::close_by).
    ///
    /// # Errors
    ///
    /// [`SendError::Control`] if the reason has more than 123 octets; nothing has changed then.
    pub fn close_with_reason(
        &mut self,
        now: Instant,
        code: CloseCode,
        reason: &'static str,
    ) -> Result<(), SendError> {
        if reason.len() > MAX_CONTROL_PAYLOAD - 2 {
            return Err(SendError::Control);
        }
        self.sender.close(Some(code), reason);
        self.close_by(now.after(self.close_wait_ms));
        Ok(())
    }

    /// Sets the time at which the closing handshake is given up, unless it is sooner already.
    #[inline(never)]
    pub fn close_by(&mut self, at: Instant) {
        self.deadline = Some(self.deadline.map_or(at, |before| before.min(at)));
    }

    /// Whether it is time to end the transport ourselves. A server does so as soon as both Closes are
    /// through, or its own after the peer's fault; a client leaves it to the server (RFC 6455 7.1.1). Both
    /// do at the [`deadline`](Self::deadline). Whoever ends a TCP connection with input that was not
    /// read stops its own output first, and then reads to the end: a reset could overtake the Close.
    #[must_use]
    pub fn is_over(&self, now: Instant) -> bool {
        let through = self.is_close_written() && (self.close_received || self.fault.is_some());
        (through && self.sender.role == Role::Server) || self.deadline.is_some_and(|at| at <= now)
    }

    /// When to end the transport by force: after a Close of either side, or a fault.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Our Close is due, being written or written.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.sender.close_asked()
    }

    /// All of our Close has been written.
    #[must_use]
    pub const fn is_close_written(&self) -> bool {
        self.sender.close_written()
    }

    /// The peer's Close has arrived.
    #[must_use]
    pub const fn is_close_received(&self) -> bool {
        self.close_received
    }

    /// What the peer did wrong, if it did.
    #[must_use]
    pub const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    pub(super) fn faulted(&mut self, now: Instant, fault: Fault) -> Fault {
        self.fault = Some(fault);
        // RFC 6455 7.1.7: fail the connection, with a Close that says why.
        self.sender.fail(fault.close_code());
        self.close_by(now.after(self.close_wait_ms));
        fault
    }
}
