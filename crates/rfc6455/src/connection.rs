//! One open connection: both directions, Pongs, and the closing handshake.

use crate::{
    CloseCode, DataFrame, Fault, Instant, Outgoing, Received, Receiver, Role, SendError, Withdrawn,
    sender::Sender,
};
use rand_core::CryptoRng;

/// Where a connection departs from the standard's plain way, for peers and users that need it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Policy {
    /// Milliseconds that the peer has to end the transport after its Close or its fault. Default 1000.
    pub close_wait_ms: u32,
    /// A continuation frame that continues nothing may be sent (RFC 6455 5.4 forbids it). Default
    /// off.
    pub stray_continuation: bool,
}

impl Policy {
    /// The standard's way.
    #[must_use]
    pub const fn new() -> Self {
        Self { close_wait_ms: 1000, stray_continuation: false }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

/// What a [`Connection`] has received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Event {
    /// A data frame begins; its payload stays with the caller: [`Connection::check`],
    /// [`Connection::consume`].
    Data(DataFrame),
    /// A Ping. Its Pong is due and needs nothing from the caller.
    Ping,
    /// A Pong.
    Pong,
    /// The peer's Close. The answer is due, with the same code, unless our Close went first.
    Close(Option<CloseCode>),
}

/// An open WebSocket connection, after its opening handshake (RFC 6455 5 to 7).
///
/// Bytes from the peer go to [`receive`](Self::receive), bytes for it come from
/// [`poll`](Self::poll), which also writes Pongs, Pings and Closes at the places where they may stand.
/// Neither side's payload is stored here.
///
/// ```
/// use rfc6455::{Connection, Event, Instant, Opcode, Outgoing, Policy, Role};
/// # struct Fixed;
/// # impl rand_core::TryRng for Fixed {
/// #     type Error = core::convert::Infallible;
/// #     fn try_next_u32(&mut self) -> Result<u32, Self::Error> { Ok(0x3d21_fa37_u32.swap_bytes().swap_bytes()) }
/// #     fn try_next_u64(&mut self) -> Result<u64, Self::Error> { Ok(0) }
/// #     fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> { Ok(()) }
/// # }
/// # impl rand_core::TryCryptoRng for Fixed {}
/// # let mut rng = Fixed; // a real program takes its hardware's source
/// let mut connection = Connection::new(Role::Client, Policy::new());
///
/// // A Ping comes in, a Pong goes out.
/// let now = Instant::from_millis(0);
/// let (taken, event) = connection.receive(now, b"\x89\x02hi");
/// assert_eq!((taken, event), (4, Some(Ok(Event::Ping))));
/// let mut out = [0; 32];
/// assert_eq!(connection.poll(&mut rng, b"", &mut out), 8);
/// assert_eq!(out[..2], [0x8A, 0x82]);
///
/// // Text of the caller's goes out in one masked frame.
/// let request = Outgoing { opcode: Opcode::Text, fin: true, len: 5, fragment: 1024 };
/// connection.send(request).unwrap();
/// assert_eq!(connection.poll(&mut rng, b"Hello", &mut out), 11);
/// assert!(!connection.is_sending());
/// ```
#[derive(Clone, Debug)]
pub struct Connection {
    receiver: Receiver,
    sender: Sender,
    policy: Policy,
    /// The receiver holds a Ping that found the sender's memory in use.
    pong_waits: bool,
    close_received: bool,
    fault: Option<Fault>,
    deadline: Option<Instant>,
}

impl Connection {
    /// A connection whose opening handshake has just ended.
    #[must_use]
    pub const fn new(role: Role, policy: Policy) -> Self {
        let mut sender = Sender::new(role);
        sender.stray_continuation = policy.stray_continuation;
        Self {
            receiver: Receiver::new(role),
            sender,
            policy,
            pong_waits: false,
            close_received: false,
            fault: None,
            deadline: None,
        }
    }

    /// Takes bytes of the peer: headers and control frames, up to the next event. Payload of data
    /// is not taken: see [`check`](Self::check). After a Close or a fault everything is taken.
    ///
    /// # Errors
    ///
    /// The peer broke a rule. A Close with the fault's code is due, no data can be sent any more, and
    /// [`deadline`](Self::deadline) says when to end the transport.
    pub fn receive(&mut self, now: Instant, input: &[u8]) -> (usize, Option<Result<Event, Fault>>) {
        let (taken, received) = self.receiver.receive(input);
        let event = match received {
            None => return (taken, None),
            Some(Err(fault)) => Err(self.faulted(now, fault)),
            Some(Ok(Received::Data(frame))) => Ok(Event::Data(frame)),
            Some(Ok(Received::Ping)) => {
                self.pong_waits = true;
                self.answer_ping();
                Ok(Event::Ping)
            }
            Some(Ok(Received::Pong)) => Ok(Event::Pong),
            Some(Ok(Received::Close(code))) => {
                self.close_received = true;
                // RFC 6455 5.5.2: after the peer's Close no Pong is owed.
                self.pong_waits = false;
                // RFC 6455 5.5.1: the answer typically echoes the code.
                self.sender.finish(code);
                self.close_by(now.after(self.policy.close_wait_ms));
                Ok(Event::Close(code))
            }
        };
        (taken, Some(event))
    }

    /// Looks at payload of the current data frame that follows what was looked at before; it stays
    /// with the caller. Returns how many octets belonged to the frame.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`], as from [`receive`](Self::receive).
    pub fn check(&mut self, now: Instant, payload: &[u8]) -> Result<usize, Fault> {
        self.receiver.check(payload).map_err(|fault| self.faulted(now, fault))
    }

    /// The caller is done with `n` checked octets of the current data frame; returns how many
    /// counted.
    pub fn consume(&mut self, n: u64) -> u64 {
        self.receiver.consume(n)
    }

    /// Octets of the current data frame that are not yet consumed.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        self.receiver.remaining()
    }

    /// Octets that were checked but not yet consumed.
    #[must_use]
    pub const fn checked(&self) -> u64 {
        self.receiver.checked()
    }

    /// Whether `request` would be accepted now.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub fn may_send(&self, request: &Outgoing) -> Result<(), SendError> {
        self.sender.may_send(request)
    }

    /// Asks for data to be sent. Its octets are given to [`poll`](Self::poll).
    ///
    /// # Errors
    ///
    /// See [`SendError`]; nothing has changed then.
    pub fn send(&mut self, request: Outgoing) -> Result<(), SendError> {
        self.sender.send(request)
    }

    /// Not all of the data that was asked for has been written.
    #[must_use]
    pub const fn is_sending(&self) -> bool {
        self.sender.is_sending()
    }

    /// Gives up the data that was asked for.
    pub fn withdraw(&mut self) -> Withdrawn {
        self.sender.withdraw()
    }

    /// Asks for an empty Ping at the next place where one may stand.
    pub const fn ping(&mut self) {
        self.sender.ping();
    }

    /// Asks for a Close, unless one was sent before: after the frame being written, before any
    /// further fragment of the data. Pings are answered until the peer's Close.
    pub fn close(&mut self, code: Option<CloseCode>) {
        self.sender.close(code);
    }

    /// Sets the time at which the closing handshake is given up, unless it is sooner already.
    pub fn close_by(&mut self, at: Instant) {
        self.deadline = Some(self.deadline.map_or(at, |before| before.min(at)));
    }

    /// When to end the transport by force.
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

    /// Writes bytes for the peer into `out`, at most to the end of one frame; returns how many.
    /// 0 says that there is nothing to write (or no room). `data`: all of the octets that
    /// [`send`](Self::send) announced, unchanged until [`is_sending`](Self::is_sending) is false.
    pub fn poll(&mut self, rng: &mut dyn CryptoRng, data: &[u8], out: &mut [u8]) -> usize {
        let written = self.sender.poll(rng, data, out);
        self.answer_ping();
        written
    }

    fn answer_ping(&mut self) {
        if !self.pong_waits {
            return;
        }
        // While the next Ping is arriving in its place, the older one is given up: RFC 6455 5.5.3
        // lets an endpoint answer only the latest.
        if let Some(payload) = self.receiver.control_payload() {
            self.pong_waits = !self.sender.pong(payload);
        }
    }

    fn faulted(&mut self, now: Instant, fault: Fault) -> Fault {
        self.fault = Some(fault);
        self.pong_waits = false;
        // RFC 6455 7.1.7: fail the connection, with a Close that says why.
        self.sender.finish(Some(fault.close_code()));
        self.close_by(now.after(self.policy.close_wait_ms));
        fault
    }
}

#[cfg(test)]
mod tests;
