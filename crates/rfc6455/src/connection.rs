//! One open connection: both directions, and Pongs.

mod closing;
mod reading;

pub use closing::Closed;
pub use reading::Incoming;

use crate::{
    CloseCode, Control, DataFrame, Fault, Instant, Outgoing, Policy, Received, Receiver, Role,
    SendError, Withdrawn, sender::Sender, words::SHORTCUTS,
};
use rand_core::CryptoRng;

/// An open WebSocket connection, after its opening handshake (RFC 6455 5 to 7).
///
/// Bytes from the peer go to [`receive`](Self::receive), bytes for it come from
/// [`poll`](Self::poll), which also writes Pongs, Pings and Closes at the places where they may stand.
/// Neither side's payload is stored here.
///
/// ```
/// use rfc6455::{Connection, Control, Received, Instant, Opcode, Outgoing, Policy, Role};
/// # struct Fixed;
/// # impl rand_core::TryRng for Fixed {
/// #     type Error = core::convert::Infallible;
/// #     fn try_next_u32(&mut self) -> Result<u32, Self::Error> { Ok(0x3d21_fa37) }
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
/// assert_eq!((taken, event), (4, Some(Ok(Received::Control(Control::Ping)))));
/// let mut out = [0; 32];
/// assert_eq!(connection.poll(&mut rng, b"", &mut out), (0, 8));
/// assert_eq!(out[..2], [0x8A, 0x82]);
///
/// // Text of the caller's goes out in one masked frame.
/// let request = Outgoing { opcode: Opcode::Text, fin: true, len: 5, fragment: 1024 };
/// connection.send(request).unwrap();
/// assert_eq!(connection.poll(&mut rng, b"Hello", &mut out), (5, 11));
/// assert!(!connection.is_sending());
/// ```
#[derive(Clone, Debug)]
pub struct Connection {
    receiver: Receiver,
    sender: Sender,
    /// [`Policy::close_wait_ms`].
    close_wait_ms: u32,
    /// [`Policy::empty_close_reply`].
    empty_close_reply: bool,
    /// The receiver holds a Ping that found the sender's memory in use.
    pong_waits: bool,
    close_received: bool,
    close_code: Option<CloseCode>,
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
            receiver: Receiver::new(role, policy.limits),
            sender,
            close_wait_ms: policy.close_wait_ms,
            empty_close_reply: policy.empty_close_reply,
            pong_waits: false,
            close_received: false,
            close_code: None,
            fault: None,
            deadline: None,
        }
    }

    /// Takes bytes of the peer: headers and control frames, up to the next event. Payload of data
    /// is not taken: while there [is any](Self::remaining), 0 bytes are, and the caller looks at them with
    /// [`check`](Self::check) and says with [`consume`](Self::consume) which he is done with. After a Close
    /// or a fault everything is taken, and means nothing (RFC 6455 1.4, 7.1.7).
    ///
    /// This is the way to look ahead: for whoever wants to have a part of a payload whole, and valid, before
    /// he moves any of it. [`read`](Self::read) is the simpler one. A server that looks ahead unmasks first:
    ///
    /// ```
    /// use rfc6455::{Connection, Instant, Mask, Policy, Received, Role};
    ///
    /// let mut connection = Connection::new(Role::Server, Policy::new());
    /// let now = Instant::ZERO;
    /// let mut input = *b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"; // RFC 6455 5.7
    /// let (taken, event) = connection.receive(now, &input);
    /// let Some(Ok(Received::Data(frame))) = event else { panic!() };
    /// let payload = &mut input[taken..];
    /// Mask::new(frame.mask.unwrap()).apply(payload);
    /// assert_eq!(connection.receive(now, payload), (0, None)); // payload is the caller's
    /// assert_eq!(connection.check(now, payload), Ok(5));
    /// assert_eq!((&*payload, connection.consume(5), connection.remaining()), (&b"Hello"[..], 5, 0));
    /// ```
    ///
    /// # Errors
    ///
    /// The peer broke a rule. A Close with the fault's code is due, no data can be sent any more, and
    /// [`deadline`](Self::deadline) says when to end the transport.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn receive(
        &mut self,
        now: Instant,
        input: &[u8],
    ) -> (usize, Option<Result<Received, Fault>>) {
        // What comes most, first.
        if SHORTCUTS && let Some((taken, header)) = self.receiver.take_frame(input) {
            return (taken, Some(Ok(Received::Data(DataFrame::new(header)))));
        }
        self.receive_other(now, input)
    }

    /// Control frames, headers that were cut, and what is wrong.
    #[cfg_attr(target_pointer_width = "32", inline)]
    fn receive_other(
        &mut self,
        now: Instant,
        input: &[u8],
    ) -> (usize, Option<Result<Received, Fault>>) {
        let (taken, received) = self.receiver.receive(input);
        (taken, received.map(|received| self.heard(now, received)))
    }

    /// What follows from what was received.
    fn heard(
        &mut self,
        now: Instant,
        received: Result<Received, Fault>,
    ) -> Result<Received, Fault> {
        match received {
            Ok(Received::Data(_)) => {}
            Err(fault) => _ = self.faulted(now, fault),
            Ok(Received::Control(control)) => self.take_control(now, control),
        }
        received
    }

    /// Looks at payload of the current data frame that follows what was looked at before; it stays
    /// with the caller, who unmasks it first if the frame has a mask. Returns how many octets belonged to
    /// the frame.
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
    /// A message whose length is not known beforehand goes out as parts: the first with FIN off, the others
    /// as continuations, the last of them, which may be empty, with FIN on (RFC 6455 5.4). Text is
    /// not checked on its way out; whoever does not know that it is UTF-8 checks it with
    /// [`Utf8`](crate::Utf8).
    ///
    /// ```
    /// # use rfc6455::{Connection, Instant, Opcode, Outgoing, Policy, Role, SendError};
    /// # struct Fixed;
    /// # impl rand_core::TryRng for Fixed {
    /// #     type Error = core::convert::Infallible;
    /// #     fn try_next_u32(&mut self) -> Result<u32, Self::Error> { Ok(0) }
    /// #     fn try_next_u64(&mut self) -> Result<u64, Self::Error> { Ok(0) }
    /// #     fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> { Ok(()) }
    /// # }
    /// # impl rand_core::TryCryptoRng for Fixed {}
    /// # let mut rng = Fixed;
    /// let mut connection = Connection::new(Role::Server, Policy::new());
    /// let mut wire = Vec::new();
    /// let parts = [
    ///     (Opcode::Text, "one, ", false),
    ///     (Opcode::Continuation, "two", false),
    ///     (Opcode::Continuation, "", true),
    /// ];
    /// for (opcode, text, fin) in parts {
    ///     connection.send(Outgoing { opcode, fin, len: text.len(), fragment: 1024 })?;
    ///     while connection.is_sending() {
    ///         let mut out = [0; 4];
    ///         let left = &text.as_bytes()[connection.data_taken()..];
    ///         let (_, n) = connection.poll(&mut rng, left, &mut out);
    ///         wire.extend_from_slice(&out[..n]);
    ///     }
    /// }
    /// assert_eq!(wire, b"\x01\x05one, \x00\x03two\x80\x00");
    /// # Ok::<(), SendError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`SendError`]; nothing has changed then.
    pub fn send(&mut self, request: Outgoing) -> Result<(), SendError> {
        self.sender.send(request)
    }

    /// [`poll`](Self::poll) still needs the data that was asked for. When this turns false all of it has been
    /// written, unless it [was cut short](Self::is_cut_short).
    #[must_use]
    pub const fn is_sending(&self) -> bool {
        self.sender.is_sending()
    }

    /// A Close, ours or the answer to the peer's Close or fault, was due before all of the data had gone into
    /// frames. The frame being written is completed; the rest of the data is never sent, and the peer never
    /// has the whole message. No data can be sent after that.
    #[must_use]
    pub const fn is_cut_short(&self) -> bool {
        self.sender.is_cut_short()
    }

    /// Gives up the data that was asked for.
    pub fn withdraw(&mut self) -> Withdrawn {
        self.sender.withdraw()
    }

    /// Asks for a Ping at the next place where one may stand: with four octets that tell its Pong from
    /// others, or empty (RFC 6455 5.5.2). Only the latest that was asked for is sent, and none after a Close.
    /// The token goes out with its highest octet first; [`Control::Pong`] tells which one came back, and
    /// whether it is one that is waited for is the caller's to know. For a longer payload,
    /// [`send`](Self::send) a Ping.
    pub const fn ping(&mut self, token: Option<u32>) {
        self.sender.ping(token);
    }

    /// Octets of the data being sent that [`poll`](Self::poll) has taken; 0 if none is being sent.
    #[must_use]
    pub fn data_taken(&self) -> usize {
        self.sender.data_taken()
    }

    /// Writes bytes for the peer into `out`, at most to the end of one frame; returns how many octets of
    /// `data` were taken, and how many bytes were written. `data`: what [`send`](Self::send) announced, from
    /// the first octet on that was not taken yet, as much of it as is at hand.
    ///
    /// 0 bytes written says that there is nothing to write, that `out` is empty, or that the frame being
    /// written needs data before anything else can follow it.
    pub fn poll(&mut self, rng: &mut dyn CryptoRng, data: &[u8], out: &mut [u8]) -> (usize, usize) {
        let polled = self.sender.poll(rng, data, out);
        self.answer_ping();
        polled
    }

    fn take_control(&mut self, now: Instant, control: Control) {
        match control {
            Control::Ping => {
                self.pong_waits = true;
                self.answer_ping();
            }
            Control::Pong(_) => {}
            Control::Close(code) => {
                self.close_received = true;
                self.close_code = code;
                // RFC 6455 5.5.1: the answer typically echoes the code.
                self.sender.finish(code.filter(|_| !self.empty_close_reply));
                self.close_by(now.after(self.close_wait_ms));
            }
        }
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
}

#[cfg(test)]
mod tests;
