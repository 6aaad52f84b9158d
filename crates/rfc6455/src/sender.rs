//! The sending side: frames of the caller's data, and the control frames that go between them.

use crate::{
    CloseCode, Encoder, Flags, Header, MAX_CONTROL_PAYLOAD, MAX_HEADER_LEN, Mask, Opcode, Outgoing,
    Role, SendError, Withdrawn, encoder::copy, header::put_header, words::SHORTCUTS,
};
use heapless::Vec;
use rand_core::CryptoRng;

/// Where the octets of the frame being written come from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// The caller's data, as far as he has it at hand.
    Data,
    Pong,
    /// The token of a Ping.
    Ping([u8; 4]),
    Close {
        code: [u8; 2],
        reason: &'static str,
    },
}

/// The frame being written.
#[derive(Clone, Debug)]
struct Frame {
    encoder: Encoder,
    opcode: Opcode,
    source: Source,
    /// Octets of our own source that were written.
    taken: usize,
}

impl Frame {
    /// Writes what fits of a payload of our own, in its two parts; returns how much.
    fn write(&mut self, first: &[u8], second: &[u8], out: &mut [u8]) -> usize {
        let mut written = 0_usize;
        for (part, before) in [(first, 0), (second, first.len())] {
            let left = part.get(self.taken.saturating_sub(before)..).unwrap_or_default();
            let room = out.get_mut(written..).unwrap_or_default();
            let (taken, more) = self.encoder.encode(left, room);
            self.taken = self.taken.saturating_add(taken);
            written = written.saturating_add(more);
        }
        written
    }
}

#[derive(Clone, Copy, Debug)]
struct Data {
    /// Of the first frame. Its own word: one that lies among octets is loaded together with them, right after
    /// they were stored one by one, and that makes a processor wait.
    opcode: u32,
    fin: bool,
    len: usize,
    fragment: usize,
    /// Octets that are in frames already begun.
    framed: usize,
    /// Octets that were taken from the caller.
    taken: usize,
    /// A frame of it has begun.
    begun: bool,
}

impl Data {
    /// Opcode and octets of the next frame.
    fn next_frame(&self) -> (u8, usize) {
        let opcode = if self.begun { Opcode::Continuation.bits() } else { self.opcode as u8 };
        let left = self.len.saturating_sub(self.framed);
        // RFC 6455 5.5: control frames are not fragmented.
        let is_whole = Opcode::is_control_bits(opcode);
        (opcode, if is_whole { left } else { left.min(self.fragment) })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Close {
    Never,
    /// Due, before any further fragment of data.
    Due(Option<CloseCode>, &'static str),
    /// It is being written or has been written.
    Begun,
}

/// Writes frames: one message's data at a time, and between its fragments Pongs, Pings and at last the
/// Close.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) role: Role,
    frame: Option<Frame>,
    data: Option<Data>,
    /// A Close came before the end of the data that was asked for last: how much of it had been written.
    cut_short: Option<Withdrawn>,
    /// A message was begun with FIN off.
    message_begun: bool,
    /// Payload of the Pong that is due or being written.
    pong: Vec<u8, MAX_CONTROL_PAYLOAD, u8>,
    pong_due: bool,
    /// The last frame that was begun is a Pong.
    pong_was_last: bool,
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
            cut_short: None,
            message_begun: false,
            pong: Vec::new(),
            pong_due: false,
            pong_was_last: false,
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
        request.fits(self.message_begun, self.stray_continuation)
    }

    pub(crate) fn send(&mut self, request: Outgoing) -> Result<(), SendError> {
        self.may_send(&request)?;
        let Outgoing { opcode, fin, len, fragment } = request;
        let (opcode, fragment) = (opcode.bits().into(), fragment.max(1));
        self.data = Some(Data { opcode, fin, len, fragment, framed: 0, taken: 0, begun: false });
        Ok(())
    }

    /// Octets of the data that [`poll`](Self::poll) was given.
    pub(crate) fn data_taken(&self) -> usize {
        self.data.map_or(0, |data| data.taken)
    }

    /// Data is asked for and not all of it has been written.
    pub(crate) const fn is_sending(&self) -> bool {
        self.data.is_some()
    }

    /// A Close came before the end of the data.
    pub(crate) const fn is_cut_short(&self) -> bool {
        self.cut_short.is_some()
    }

    /// Takes the data back.
    pub(crate) fn withdraw(&mut self) -> Withdrawn {
        match (self.cut_short, self.data) {
            (Some(written), _) => written,
            (None, Some(Data { begun: true, .. })) => Withdrawn::Partly,
            (None, _) => {
                self.data = None;
                Withdrawn::Whole
            }
        }
    }

    /// No further fragment of the data is begun; a frame partly written is completed.
    fn stop_data(&mut self) {
        let Some(data) = &mut self.data else { return };
        let written = if data.begun { Withdrawn::Partly } else { Withdrawn::Whole };
        if !matches!(self.frame, Some(Frame { source: Source::Data, .. })) {
            self.cut_short = Some(written);
            self.data = None;
        } else if data.framed < data.len {
            self.cut_short = Some(written);
            data.len = data.framed;
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
    pub(crate) fn close(&mut self, code: Option<CloseCode>, reason: &'static str) {
        if self.close == Close::Never {
            self.close = Close::Due(code, reason);
            self.stop_data();
        }
    }

    /// Likewise, in answer to the peer's Close: nothing else follows.
    pub(crate) fn finish(&mut self, code: Option<CloseCode>) {
        self.over = true;
        self.close(code, "");
    }

    /// Likewise, in answer to the peer's fault, whose code takes the place of one that only waits.
    pub(crate) fn fail(&mut self, code: CloseCode) {
        self.finish(Some(code));
        if let Close::Due(due, reason) = &mut self.close {
            (*due, *reason) = (Some(code), "");
        }
    }

    pub(crate) fn close_asked(&self) -> bool {
        self.close != Close::Never
    }

    /// Our Close has been written, all of it.
    pub(crate) const fn close_written(&self) -> bool {
        let writing = matches!(&self.frame, Some(Frame { opcode: Opcode::Close, .. }));
        matches!(self.close, Close::Begun) && !writing
    }

    /// Writes until `out` is full, one frame has ended, `data` is used up, or there is nothing to write;
    /// returns how many octets of `data` were taken, and how many were written.
    pub(crate) fn poll(
        &mut self,
        rng: &mut dyn CryptoRng,
        data: &[u8],
        out: &mut [u8],
    ) -> (usize, usize) {
        if out.is_empty() {
            return (0, 0);
        }
        if self.frame.is_none() {
            if SHORTCUTS && let Some(polled) = self.poll_whole(rng, data, out) {
                return polled;
            }
            self.frame = self.next_frame(rng);
        }
        let Some(frame) = &mut self.frame else { return (0, 0) };
        let (taken, written) = match frame.source {
            Source::Data => frame.encoder.encode(data, out),
            Source::Pong => (0, frame.write(&self.pong, &[], out)),
            Source::Ping(token) => (0, frame.write(&token, &[], out)),
            Source::Close { code, reason } => (0, frame.write(&code, reason.as_bytes(), out)),
        };
        if let Some(data) = &mut self.data {
            data.taken = data.taken.saturating_add(taken);
        }
        if frame.encoder.is_done() {
            self.end_frame();
        }
        (taken, written)
    }

    fn end_frame(&mut self) {
        let is_data = matches!(&self.frame, Some(Frame { source: Source::Data, .. }));
        self.frame = None;
        if is_data && self.data.is_some_and(|data| data.framed >= data.len) {
            self.data = None;
        }
    }

    fn next_frame(&mut self, rng: &mut dyn CryptoRng) -> Option<Frame> {
        let others = match self.close {
            Close::Never => self.ping_due || self.data.is_some(),
            Close::Due(..) => true,
            Close::Begun => false,
        };
        // A peer that sends nothing but Pings does not keep us from sending anything but Pongs.
        if self.pong_due && !self.over && !(others && self.pong_was_last) {
            (self.pong_due, self.pong_was_last) = (false, true);
            let len = self.pong.len();
            return Some(self.frame(Flags::FIN, Opcode::Pong, len, Source::Pong, rng));
        }
        self.pong_was_last = false;
        match self.close {
            Close::Due(code, reason) => {
                self.close = Close::Begun;
                return Some(self.close_frame(code, reason, rng));
            }
            // RFC 6455 5.5.1: no data after a Close. A Ping would ask for an answer that the peer
            // need not give.
            Close::Begun => return None,
            Close::Never => {}
        }
        if self.ping_due {
            self.ping_due = false;
            let (octets, len) = self.ping.map_or(([0; 4], 0), |token| (token.to_be_bytes(), 4));
            let source = Source::Ping(octets);
            return Some(self.frame(Flags::FIN, Opcode::Ping, len, source, rng));
        }
        self.next_data_frame(rng)
    }

    /// A data frame that is all at hand, where there is room for all of it and nothing else is due: the usual
    /// one, at a fraction of the cost. `None`: nothing has changed.
    #[inline]
    fn poll_whole(
        &mut self,
        rng: &mut dyn CryptoRng,
        data: &[u8],
        out: &mut [u8],
    ) -> Option<(usize, usize)> {
        let is_plain = self.close == Close::Never && !self.pong_due && !self.ping_due;
        let (opcode, len) = self.data.as_ref().map(Data::next_frame)?;
        let before = out.len();
        if !is_plain || len > data.len() || len > before.checked_sub(MAX_HEADER_LEN)? {
            return None;
        }
        let flags = self.begin_data_frame(opcode, len);
        self.pong_was_last = false;
        let mask = self.key(rng);
        let room = put_header(flags.bits() | opcode, mask, len as u64, out)?;
        let head = before.wrapping_sub(room.len());
        let data = data.get(..len).unwrap_or_default();
        let taken = match mask {
            _ if len == 0 => 0,
            Some(key) => Mask::new(key).copy(data, room),
            None => copy(data, room),
        };
        match &mut self.data {
            Some(asked) if asked.framed < asked.len => {
                asked.taken = asked.taken.saturating_add(taken);
            }
            _ => self.data = None,
        }
        Some((taken, head.wrapping_add(taken)))
    }

    fn next_data_frame(&mut self, rng: &mut dyn CryptoRng) -> Option<Frame> {
        let (opcode, len) = self.data.as_ref().map(Data::next_frame)?;
        let flags = self.begin_data_frame(opcode, len);
        Some(self.frame(flags, Opcode::from_bits(opcode), len, Source::Data, rng))
    }

    /// The next frame of the data has begun; its flags.
    #[inline]
    fn begin_data_frame(&mut self, opcode: u8, len: usize) -> Flags {
        let Some(data) = &mut self.data else { return Flags::empty() };
        data.framed = data.framed.saturating_add(len);
        data.begun = true;
        let fin = data.fin && data.framed >= data.len;
        if opcode == Opcode::Close.bits() {
            self.close = Close::Begun;
        } else if !Opcode::is_control_bits(opcode) {
            self.message_begun = !fin;
        }
        if fin { Flags::FIN } else { Flags::empty() }
    }

    /// RFC 6455 5.5.1: a reason stands behind a code or not at all.
    fn close_frame(
        &self,
        code: Option<CloseCode>,
        reason: &'static str,
        rng: &mut dyn CryptoRng,
    ) -> Frame {
        let (code, reason, len) = match code {
            Some(code) => (code.get().to_be_bytes(), reason, reason.len().saturating_add(2)),
            None => ([0; 2], "", 0),
        };
        self.frame(Flags::FIN, Opcode::Close, len, Source::Close { code, reason }, rng)
    }

    fn frame(
        &self,
        flags: Flags,
        opcode: Opcode,
        len: usize,
        source: Source,
        rng: &mut dyn CryptoRng,
    ) -> Frame {
        let header = self.header(flags, opcode, len, rng);
        Frame { encoder: Encoder::new(&header), opcode, source, taken: 0 }
    }

    #[inline]
    fn header(&self, flags: Flags, opcode: Opcode, len: usize, rng: &mut dyn CryptoRng) -> Header {
        Header { flags, opcode, mask: self.key(rng), len: len as u64 }
    }

    /// RFC 6455 5.1 and 5.3: a client masks every frame, each with a new unpredictable key.
    #[inline]
    fn key(&self, rng: &mut dyn CryptoRng) -> Option<[u8; 4]> {
        match self.role {
            Role::Client => Some(rng.next_u32().to_le_bytes()),
            Role::Server => None,
        }
    }
}
