//! The sending side: frames of the caller's data, and the control frames that go between them.

use crate::{CloseCode, Encoder, Flags, Header, MAX_CONTROL_PAYLOAD, Opcode, Role};
use heapless::Vec;
use rand_core::CryptoRng;

/// Data that a caller asks to be sent. The octets stay in his memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Outgoing {
    /// Opcode of the first frame.
    pub opcode: Opcode,
    /// The last frame ends the message.
    pub fin: bool,
    /// Octets of payload in all.
    pub len: usize,
    /// The most octets that one frame may carry. More go out as fragments of exactly
    /// this size but the last (RFC 6455 5.4); 0 counts as 1. Control and reserved opcodes are never
    /// fragmented; reserved ones with more octets are refused.
    pub fragment: usize,
}

/// Why data cannot be sent now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SendError {
    /// Something else is still being sent.
    Busy,
    /// A Close was sent or received, or the peer broke a rule (RFC 6455 5.5.1: no data after a
    /// Close).
    Closing,
    /// A control frame without FIN, or of more than 125 octets (RFC 6455 5.5).
    Control,
    /// The body of a Close of one octet: it is empty or begins with two (RFC 6455 5.5.1).
    CloseBody,
    /// A reserved opcode with more octets than one frame may carry, or without FIN.
    Unfragmentable,
    /// A continuation with no message begun (RFC 6455 5.4).
    NoMessage,
    /// A new message inside one that was begun (RFC 6455 5.4).
    InsideMessage,
}

impl core::fmt::Display for SendError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Busy => "something else is still being sent",
            Self::Closing => "the connection is closing",
            Self::Control => "a control frame is one frame of at most 125 octets",
            Self::CloseBody => "the body of a Close is empty or begins with a code of two octets",
            Self::Unfragmentable => "a frame with a reserved opcode cannot be fragmented",
            Self::NoMessage => "there is no message to continue",
            Self::InsideMessage => "a message is begun and not yet ended",
        })
    }
}

impl core::error::Error for SendError {}

/// What became of data that its caller no longer wants to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Withdrawn {
    /// Nothing of it had been written: the stream is as if it had never been asked for.
    Whole,
    /// Some of it has been written, and nothing has changed: a frame that was begun can only be ended. The
    /// caller goes on with the rest, or closes and lets it be cut short.
    Partly,
}

/// Where the octets of the frame being written come from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// The caller's data, from this offset on.
    Data {
        from: usize,
    },
    Pong,
    /// The code of a Close, or the token of a Ping.
    Control([u8; 4]),
}

/// The frame being written.
#[derive(Clone, Debug)]
struct Frame {
    encoder: Encoder,
    opcode: Opcode,
    source: Source,
    /// Octets of the source that were written.
    taken: usize,
}

#[derive(Clone, Copy, Debug)]
struct Data {
    request: Outgoing,
    /// Octets that are in frames already begun.
    framed: usize,
    /// A frame of it has begun.
    begun: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Close {
    Never,
    /// Due, before any further fragment of data.
    Due(Option<CloseCode>),
    /// It is being written or has been written.
    Begun,
}

/// Writes frames: one message's data at a time, and between its fragments Pongs, Pings and at last the
/// Close.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    role: Role,
    frame: Option<Frame>,
    data: Option<Data>,
    /// A Close came before the end of the data that was asked for last.
    cut_short: bool,
    /// A message was begun with FIN off.
    message_begun: bool,
    /// Payload of the Pong that is due or being written.
    pong: Vec<u8, MAX_CONTROL_PAYLOAD>,
    pong_due: bool,
    ping_due: bool,
    /// Payload of the Ping that is due.
    ping: Option<u32>,
    close: Close,
    /// The peer has sent its Close or broken a rule: after our Close nothing is owed any more.
    over: bool,
    /// A continuation that continues nothing is sent as asked: a policy.
    pub(crate) stray_continuation: bool,
}

impl Sender {
    pub(crate) const fn new(role: Role) -> Self {
        Self {
            role,
            frame: None,
            data: None,
            cut_short: false,
            message_begun: false,
            pong: Vec::new(),
            pong_due: false,
            ping_due: false,
            ping: None,
            close: Close::Never,
            over: false,
            stray_continuation: false,
        }
    }

    /// Whether `request` could be sent now.
    pub(crate) fn may_send(&self, request: &Outgoing) -> Result<(), SendError> {
        if self.close != Close::Never {
            return Err(SendError::Closing);
        }
        if self.data.is_some() {
            return Err(SendError::Busy);
        }
        match request.opcode {
            opcode if opcode.is_control() => {
                if !request.fin || request.len > MAX_CONTROL_PAYLOAD {
                    return Err(SendError::Control);
                }
                if matches!(opcode, Opcode::Reserved(_)) && request.len > request.fragment {
                    return Err(SendError::Unfragmentable);
                }
                if matches!(opcode, Opcode::Close) && request.len == 1 {
                    return Err(SendError::CloseBody);
                }
            }
            Opcode::Reserved(_) => {
                if !request.fin || request.len > request.fragment {
                    return Err(SendError::Unfragmentable);
                }
                if self.message_begun {
                    return Err(SendError::InsideMessage);
                }
            }
            Opcode::Continuation => {
                if !self.message_begun && !self.stray_continuation {
                    return Err(SendError::NoMessage);
                }
            }
            _ => {
                if self.message_begun {
                    return Err(SendError::InsideMessage);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn send(&mut self, request: Outgoing) -> Result<(), SendError> {
        self.may_send(&request)?;
        self.data = Some(Data { request, framed: 0, begun: false });
        Ok(())
    }

    /// Data is asked for and not all of it has been written.
    pub(crate) const fn is_sending(&self) -> bool {
        self.data.is_some()
    }

    /// A Close came before the end of the data.
    pub(crate) const fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    /// Takes the data back.
    pub(crate) fn withdraw(&mut self) -> Withdrawn {
        match self.data {
            Some(Data { begun: true, .. }) => Withdrawn::Partly,
            _ => {
                self.data = None;
                Withdrawn::Whole
            }
        }
    }

    /// No further fragment of the data is begun; a frame partly written is completed.
    fn stop_data(&mut self) {
        let Some(data) = &mut self.data else { return };
        if matches!(self.frame, Some(Frame { source: Source::Data { .. }, .. })) {
            self.cut_short = data.framed < data.request.len;
            data.request.len = data.framed;
        } else {
            self.cut_short = true;
            self.data = None;
        }
    }

    /// Asks for a Pong with this payload; false if one is just being written: ask again later. A
    /// Pong that waits is replaced, since answering the latest Ping is enough (RFC 6455 5.5.3).
    pub(crate) fn pong(&mut self, payload: &[u8]) -> bool {
        if matches!(self.frame, Some(Frame { source: Source::Pong, .. })) {
            return false;
        }
        self.pong.clear();
        self.pong_due = self.pong.extend_from_slice(payload).is_ok();
        true
    }

    pub(crate) const fn ping(&mut self, token: Option<u32>) {
        self.ping = token;
        self.ping_due = true;
    }

    /// Asks for a Close unless there was one (RFC 6455 5.5.1: one in each direction). Pongs are still
    /// owed until the peer's Close has come (RFC 6455 5.5.2).
    pub(crate) fn close(&mut self, code: Option<CloseCode>) {
        if self.close == Close::Never {
            self.close = Close::Due(code);
            self.stop_data();
        }
    }

    /// Likewise, in answer to the peer's Close or to its fault: nothing else follows.
    pub(crate) fn finish(&mut self, code: Option<CloseCode>) {
        self.over = true;
        self.close(code);
    }

    pub(crate) fn close_asked(&self) -> bool {
        self.close != Close::Never
    }

    /// Our Close has been written, all of it.
    pub(crate) const fn close_written(&self) -> bool {
        let writing = matches!(&self.frame, Some(Frame { opcode: Opcode::Close, .. }));
        matches!(self.close, Close::Begun) && !writing
    }

    /// Writes until `out` is full, one frame has ended, or there is nothing to write.
    pub(crate) fn poll(&mut self, rng: &mut dyn CryptoRng, data: &[u8], out: &mut [u8]) -> usize {
        if out.is_empty() {
            return 0;
        }
        if self.frame.is_none() {
            self.frame = self.next_frame(rng);
        }
        let Some(frame) = &mut self.frame else { return 0 };
        let source = frame.source;
        let payload = match &source {
            Source::Data { from } => data.get(*from..).unwrap_or_default(),
            Source::Pong => &self.pong,
            Source::Control(octets) => octets,
        };
        let payload = payload.get(frame.taken..).unwrap_or_default();
        let (taken, written) = frame.encoder.encode(payload, out);
        frame.taken = frame.taken.saturating_add(taken);
        if frame.encoder.is_done() {
            self.end_frame();
        }
        written
    }

    fn end_frame(&mut self) {
        let Some(frame) = self.frame.take() else { return };
        if let (Source::Data { .. }, Some(data)) = (frame.source, &self.data)
            && data.framed >= data.request.len
        {
            self.data = None;
        }
    }

    fn next_frame(&mut self, rng: &mut dyn CryptoRng) -> Option<Frame> {
        if self.pong_due && !self.over {
            self.pong_due = false;
            let len = self.pong.len();
            return Some(self.frame(Flags::FIN, Opcode::Pong, len, Source::Pong, rng));
        }
        match self.close {
            Close::Due(code) => {
                self.close = Close::Begun;
                return Some(self.close_frame(code, rng));
            }
            // RFC 6455 5.5.1: no data after a Close. A Ping would ask for an answer that the peer
            // need not give.
            Close::Begun => return None,
            Close::Never => {}
        }
        if self.ping_due {
            self.ping_due = false;
            let (octets, len) = self.ping.map_or(([0; 4], 0), |token| (token.to_be_bytes(), 4));
            let source = Source::Control(octets);
            return Some(self.frame(Flags::FIN, Opcode::Ping, len, source, rng));
        }
        self.next_data_frame(rng)
    }

    fn next_data_frame(&mut self, rng: &mut dyn CryptoRng) -> Option<Frame> {
        let Data { request, framed, begun } = self.data?;
        let opcode = if begun { Opcode::Continuation } else { request.opcode };
        let left = request.len.saturating_sub(framed);
        let len = if opcode.is_control() { left } else { left.min(request.fragment.max(1)) };
        let last = len == left;
        let fin = last && request.fin;
        self.data = Some(Data { request, framed: framed.saturating_add(len), begun: true });
        if matches!(opcode, Opcode::Close) {
            self.close = Close::Begun;
        } else if !opcode.is_control() {
            self.message_begun = !fin;
        }
        let flags = if fin { Flags::FIN } else { Flags::empty() };
        Some(self.frame(flags, opcode, len, Source::Data { from: framed }, rng))
    }

    fn close_frame(&self, code: Option<CloseCode>, rng: &mut dyn CryptoRng) -> Frame {
        let (octets, len) = code.map_or(([0; 4], 0), |code| {
            let [high, low] = code.get().to_be_bytes();
            ([high, low, 0, 0], 2)
        });
        self.frame(Flags::FIN, Opcode::Close, len, Source::Control(octets), rng)
    }

    fn frame(
        &self,
        flags: Flags,
        opcode: Opcode,
        len: usize,
        source: Source,
        rng: &mut dyn CryptoRng,
    ) -> Frame {
        // RFC 6455 5.1 and 5.3: a client masks every frame, each with a new unpredictable key.
        let key = match self.role {
            Role::Client => Some(rng.next_u32().to_le_bytes()),
            Role::Server => None,
        };
        let header = Header { flags, opcode, mask: key, len: len as u64 };
        Frame { encoder: Encoder::new(&header), opcode, source, taken: 0 }
    }
}
