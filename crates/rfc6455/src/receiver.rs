//! The rules of messages on the receiving side, over frames of any cut.

mod in_place;

use crate::{
    CloseCode, Fault, HeaderDecoder, Limits, MAX_CONTROL_PAYLOAD, Mask, Opcode, Role, Utf8,
    header::RawHeader,
};
use heapless::Vec;

/// A data frame's header: `len` octets of payload follow it in the caller's input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DataFrame {
    /// [`Opcode::Text`], [`Opcode::Binary`] or [`Opcode::Continuation`].
    pub opcode: Opcode,
    /// The last frame of its message.
    pub fin: bool,
    /// Octets of payload, 0 to 2⁶³ − 1.
    pub len: u64,
    /// The mask of the payload: always `Some` for a server, never for a client.
    pub mask: Option<[u8; 4]>,
}

impl DataFrame {
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub(crate) fn new(header: RawHeader) -> Self {
        let (opcode, fin) = (header.opcode(), header.is_final());
        Self { opcode, fin, len: header.len, mask: header.mask() }
    }

    /// What is handed over unmasked.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub(crate) fn unmasked(header: RawHeader) -> Self {
        Self { mask: None, ..Self::new(header) }
    }
}

/// What a [`Receiver`] found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Received {
    /// A data frame begins. Its payload stays in the caller's memory: see [`Receiver::check`] and
    /// [`Receiver::consume`].
    Data(DataFrame),
    /// A whole control frame.
    Control(Control),
}

/// A control frame of the peer (RFC 6455 5.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Control {
    /// A Ping; its payload is [`Receiver::control_payload`]. A [`Connection`](crate::Connection) answers it.
    Ping,
    /// A Pong, with its payload as a token if it has four octets. It is what the peer sent, asked or unasked
    /// (RFC 6455 5.5.3): an answer only if the caller's last Ping had that token.
    Pong(Option<u32>),
    /// A Close, with its code if it has one; its reason follows the code in
    /// [`Receiver::control_payload`]. Everything after it is taken and ignored. A
    /// [`Connection`](crate::Connection) answers it with the same code, unless our Close went first.
    Close(Option<CloseCode>),
}

/// Where the receiver is in the stream of frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expect {
    Header,
    /// Payload of a data frame.
    Data,
    /// Payload of a control frame.
    Control,
    /// After a Close or a fault: whatever else arrives means nothing.
    Nothing,
}

/// Turns bytes of frames into data frames, Pings, Pongs and Closes, by the rules of RFC 6455 5.4 to
/// 5.6 and 8.1.
///
/// Control frames are taken whole, whatever their cut. Payload of data is never stored: it stays
/// in the caller's memory, who shows it to [`check`](Self::check) as it arrives, as often in
/// pieces as he likes, and tells with [`consume`](Self::consume) what he is done with.
///
/// ```
/// use rfc6455::{Control, Limits, Opcode, Received, Receiver, Role};
///
/// let mut receiver = Receiver::new(Role::Client, Limits::NONE);
/// let stream = b"\x81\x02hi\x89\x00";
/// let (taken, found) = receiver.receive(stream);
/// let Some(Ok(Received::Data(frame))) = found else { panic!() };
/// assert_eq!((taken, frame.opcode, frame.fin, frame.len), (2, Opcode::Text, true, 2));
/// receiver.check(b"hi").unwrap();
/// assert_eq!(receiver.consume(2), 2);
/// assert_eq!(receiver.receive(&stream[4..]), (2, Some(Ok(Received::Control(Control::Ping)))));
/// ```
#[derive(Clone, Debug)]
pub struct Receiver {
    header: HeaderDecoder,
    expect: Expect,
    /// Of the present frame.
    opcode: Opcode,
    pub(crate) mask: Option<Mask>,
    /// It is the last one of its message.
    fin: bool,
    /// It belongs to a text.
    text: bool,
    /// Octets of its payload that are not yet consumed.
    left: u64,
    /// How many of these are checked already: none when a frame begins.
    checked: u64,
    /// The opcode that a fragmented message began with.
    message: Option<Opcode>,
    /// Of the text being received; between messages it is as new, since none ends inside a character.
    utf8: Utf8,
    control: Vec<u8, MAX_CONTROL_PAYLOAD, u8>,
    /// The first octets of a Pong: as many as a token has, and one more to tell that it is none.
    pong: Vec<u8, 5, u8>,
    limits: Limits,
    /// Octets of the present message in the frames that have begun.
    message_len: u64,
}

impl Receiver {
    /// The receiving side of a connection in which we have the role `role`.
    #[must_use]
    pub const fn new(role: Role, limits: Limits) -> Self {
        Self {
            header: HeaderDecoder::new(role),
            expect: Expect::Header,
            opcode: Opcode::Continuation,
            mask: None,
            fin: true,
            text: false,
            left: 0,
            checked: 0,
            message: None,
            utf8: Utf8::new(),
            control: Vec::new(),
            pong: Vec::new(),
            limits,
            message_len: 0,
        }
    }

    /// Takes headers and control frames from the front of `input`: the number of bytes taken,
    /// and what was found, if anything. Stops at a data frame's payload, which it never takes.
    ///
    /// # Errors
    ///
    /// The peer broke a rule; from then on everything is taken and ignored.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn receive(&mut self, input: &[u8]) -> (usize, Option<Result<Received, Fault>>) {
        let mut taken = 0;
        loop {
            let rest = input.get(taken..).unwrap_or_default();
            let (n, found) = match self.expect {
                Expect::Header => self.take_header(rest),
                Expect::Control => self.take_control(rest),
                Expect::Data => (0, None),
                Expect::Nothing => (rest.len(), None),
            };
            taken += n;
            if found.is_some() || n == 0 || taken >= input.len() {
                return (taken, found);
            }
        }
    }

    fn take_header(&mut self, input: &[u8]) -> (usize, Option<Result<Received, Fault>>) {
        if let Some((taken, header)) = self.header.decode_whole(input) {
            return (taken, self.begin(header));
        }
        let (taken, decoded) = self.header.decode_cut(input);
        let found = match decoded {
            None => None,
            Some(Err(fault)) => {
                self.expect = Expect::Nothing;
                Some(Err(fault))
            }
            Some(Ok(header)) => self.begin(header),
        };
        (taken, found)
    }

    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub(crate) fn begin(&mut self, header: RawHeader) -> Option<Result<Received, Fault>> {
        if header.is_control() {
            return self.begin_control(header);
        }
        Some(match self.begin_data(header) {
            Ok(()) => Ok(Received::Data(DataFrame::new(header))),
            Err(fault) => {
                self.expect = Expect::Nothing;
                Err(fault)
            }
        })
    }

    /// Changes nothing if the frame breaks a rule.
    #[expect(clippy::match_same_arms, reason = "each arm is a rule")]
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub(crate) fn begin_data(&mut self, header: RawHeader) -> Result<(), Fault> {
        let fin = header.is_final();
        let kind = match (header.opcode(), self.message) {
            // RFC 6455 5.4: a continuation continues something …
            (Opcode::Continuation, None) => return Err(Fault::ContinuationWithoutStart),
            (Opcode::Continuation, Some(kind)) => kind,
            // … and a message begins only after the one before it has ended.
            (_, Some(_)) => return Err(Fault::StartInsideMessage),
            (kind, None) => kind,
        };
        if header.len > self.limits.frame {
            return Err(Fault::FrameTooBig);
        }
        let before = if self.message.is_some() { self.message_len } else { 0 };
        let message_len = before.saturating_add(header.len);
        if message_len > self.limits.message {
            return Err(Fault::MessageTooBig);
        }
        let text = matches!(kind, Opcode::Text);
        if header.len > 0 {
            self.expect = Expect::Data;
            (self.left, self.text, self.fin) = (header.len, text, fin);
            self.mask = header.mask().map(Mask::new);
        } else if text && fin && !self.utf8.is_complete() {
            // RFC 6455 8.1: the empty last frame ends the message inside a character.
            return Err(Fault::Utf8);
        }
        self.message_len = message_len;
        self.message = if fin { None } else { Some(kind) };
        Ok(())
    }

    fn begin_control(&mut self, header: RawHeader) -> Option<Result<Received, Fault>> {
        self.opcode = header.opcode();
        match self.opcode {
            Opcode::Pong => self.pong.clear(),
            _ => self.control.clear(),
        }
        // RFC 6455 5.5: at most 125 octets; the header decoder has refused more.
        self.left = header.len;
        if self.left == 0 {
            return Some(self.end_control());
        }
        self.mask = header.mask().map(Mask::new);
        self.expect = Expect::Control;
        None
    }

    fn take_control(&mut self, input: &[u8]) -> (usize, Option<Result<Received, Fault>>) {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let piece = input.get(..input.len().min(most)).unwrap_or_default();
        for &byte in piece {
            let octet = self.mask.as_mut().map_or(byte, |mask| mask.next(byte));
            // Of a Pong no more is kept than tells whether it is a token; the other is never full: 125
            // octets are the most that a header may announce.
            let _ = match self.opcode {
                Opcode::Pong => self.pong.push(octet),
                _ => self.control.push(octet),
            };
        }
        self.left = self.left.saturating_sub(piece.len() as u64);
        (piece.len(), (self.left == 0).then(|| self.end_control()))
    }

    fn end_control(&mut self) -> Result<Received, Fault> {
        self.expect = Expect::Header;
        match self.opcode {
            Opcode::Ping => Ok(Received::Control(Control::Ping)),
            Opcode::Close => {
                self.expect = Expect::Nothing;
                close_code(&self.control).map(|code| Received::Control(Control::Close(code)))
            }
            // Reserved opcodes were refused with the header.
            _ => {
                let token = <[u8; 4]>::try_from(self.pong.as_slice()).ok();
                Ok(Received::Control(Control::Pong(token.map(u32::from_be_bytes))))
            }
        }
    }

    /// Octets of the current data frame that are not yet consumed; 0 between frames.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        if matches!(self.expect, Expect::Data) { self.left } else { 0 }
    }

    /// The octets of the current data frame that were checked but not yet consumed.
    #[must_use]
    pub const fn checked(&self) -> u64 {
        if matches!(self.expect, Expect::Data) { self.checked } else { 0 }
    }

    /// Looks at the octets of the current data frame, unmasked, that follow the ones already
    /// checked. What is beyond the frame's end is not looked at. Returns how many were.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`] at the first octet of a text message that cannot be part of UTF-8, or at a
    /// message's last octet if that ends inside a character (RFC 6455 8.1).
    pub fn check(&mut self, payload: &[u8]) -> Result<usize, Fault> {
        match self.look(payload) {
            (good, None) => Ok(good),
            (_, Some(fault)) => {
                self.expect = Expect::Nothing;
                Err(fault)
            }
        }
    }

    /// Likewise, and how many octets are good before the fault. If that is not the first one looked at, it is
    /// found again by whoever looks on from there.
    pub(crate) fn look(&mut self, payload: &[u8]) -> (usize, Option<Fault>) {
        if self.expect != Expect::Data {
            return (0, None);
        }
        let unchecked = self.left.saturating_sub(self.checked);
        let most = usize::try_from(unchecked).unwrap_or(usize::MAX);
        let piece = payload.get(..payload.len().min(most)).unwrap_or_default();
        let ends = self.fin && piece.len() as u64 == unchecked;
        let wrong = match self.text.then(|| self.utf8.check(piece)) {
            Some(Err(at)) => Some(at),
            // RFC 6455 8.1: the last octet is the one at fault if the message ends inside a character.
            Some(Ok(())) if ends && !self.utf8.is_complete() => {
                self.utf8 = Utf8::REFUSED;
                Some(piece.len().saturating_sub(1))
            }
            _ => None,
        };
        let good = wrong.unwrap_or(piece.len());
        self.checked = self.checked.saturating_add(good as u64);
        if wrong == Some(0) {
            self.expect = Expect::Nothing;
        }
        (good, wrong.map(|_| Fault::Utf8))
    }

    /// The caller is done with the next `n` octets of the current data frame. Only checked octets
    /// count; returns how many that were. After the last one the next header is expected.
    pub fn consume(&mut self, n: u64) -> u64 {
        let n = n.min(self.checked());
        self.left = self.left.saturating_sub(n);
        self.checked = self.checked.saturating_sub(n);
        if self.left == 0 && self.expect == Expect::Data {
            self.expect = Expect::Header;
        }
        n
    }

    /// Payload of the last Ping or Close; `None` while the next one is arriving.
    #[must_use]
    pub fn control_payload(&self) -> Option<&[u8]> {
        match self.expect {
            Expect::Control if self.opcode != Opcode::Pong => None,
            _ => Some(&self.control),
        }
    }
}

/// RFC 6455 5.5.1 and 7.4: what the body of a Close may be.
fn close_code(body: &[u8]) -> Result<Option<CloseCode>, Fault> {
    let Some((code, reason)) = body.split_first_chunk::<2>() else {
        return if body.is_empty() { Ok(None) } else { Err(Fault::CloseBody) };
    };
    let code = CloseCode::new(u16::from_be_bytes(*code)).ok_or(Fault::CloseCode)?;
    let mut utf8 = Utf8::new();
    if utf8.check(reason).is_err() || !utf8.is_complete() {
        return Err(Fault::Utf8);
    }
    Ok(Some(code))
}

#[cfg(test)]
mod tests;
