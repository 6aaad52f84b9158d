//! `AT+WSSEND=<link_id>,<length>[,<opcode>][,<timeout_ms>][,<fin>]` (WebSocket AT Commands, AT+WSSEND);
//! `<fin>` since V4_2.

use super::{
    Conn,
    command::Fields,
    engine::{Engine, Running},
    payload::Purpose,
    refusal::{Lent, Refusal, Wait},
    state::State,
    transport::Transport,
};
use crate::commands::numbers;
use crate::{Dialect, Instant, LinkId, Quirks};
use at_syntax::Reply;
use rfc6455::{Opcode, Outgoing, Utf8, Withdrawn};

/// How long the peer has to answer a Close that the host sent with opcode 8.
const HOST_CLOSE_MS: u32 = 10_000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Send {
    link: LinkId,
    length: usize,
    opcode: Opcode,
    timeout_ms: u32,
    fin: bool,
}

impl Send {
    pub(crate) fn parse(mut fields: Fields<'_>, dialect: Dialect) -> Result<Self, Refusal> {
        let link = fields.link();
        let length = fields.number(numbers::send_length(dialect));
        let opcode = fields.optional(numbers::OPCODE);
        let timeout_ms = fields.optional(numbers::SEND_TIMEOUT_MS);
        // Before, every message was whole.
        let fin = if dialect.has_fin() { fields.optional(numbers::FIN) } else { 1 };
        fields.finish()?;
        Ok(Self {
            link,
            length: usize::try_from(length).unwrap_or(usize::MAX),
            opcode: Opcode::from_bits(u8::try_from(opcode).unwrap_or_default()),
            timeout_ms,
            fin: fin == 1,
        })
    }
}

/// The checked text of the host behind a part of it.
#[derive(Clone, Copy, Debug)]
enum TextAfter {
    /// It goes on.
    Begun(Utf8),
    /// That was its end.
    Ended,
}

/// Payload on its way to the transport.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending {
    pub(crate) link: LinkId,
    /// When the command is given up.
    pub(crate) by: Instant,
    /// Octets of payload, at the front of the staging memory.
    pub(crate) len: usize,
    /// The host's own Close.
    close: bool,
    /// An empty frame goes in its place, and the answer is `ERROR`.
    dropped: bool,
    /// What the check of text has come to, once it is sent: none if it is no part of a text that goes on.
    text: Option<TextAfter>,
    /// The connection closes: the frame being written is completed, and then the answer is `ERROR`.
    pub(crate) stopped: bool,
}

impl Engine<'_> {
    /// Checks everything that can be checked before the prompt.
    pub(crate) fn send(&mut self, now: Instant, command: Send) -> Result<(), Refusal> {
        let quirks = self.config.quirks;
        let in_use = self.link(command.link).state() != State::Free;
        let conn = match self.may_send(&command) {
            Ok(conn) => Some(conn),
            Err(Refusal::NotConnected) if in_use && quirks.contains(Quirks::PROMPT_FIRST) => None,
            Err(refusal) => return Err(refusal),
        };
        if command.length > self.payload.len() {
            return Err(Refusal::Memory(Lent::Payload));
        }
        if command.length == 0 && !quirks.contains(Quirks::ZERO_LENGTH_PROMPT) {
            // No prompt: there is nothing to ask for.
            return self.payload_complete(now, &command, conn);
        }
        self.begin_payload(Purpose::Send(command, conn), command.length);
        Ok(())
    }

    fn may_send(&self, command: &Send) -> Result<Conn, Refusal> {
        let link = self.link(command.link);
        let transport = link.transport.as_ref().ok_or(Refusal::NotConnected)?;
        let frames = transport.frames().ok_or(Refusal::NotConnected)?;
        if link.state() != State::Open {
            return Err(Refusal::NotConnected);
        }
        frames.connection.may_send(&self.outgoing(command)).map_err(Refusal::Send)?;
        Ok(transport.conn)
    }

    fn outgoing(&self, command: &Send) -> Outgoing {
        Outgoing {
            opcode: command.opcode,
            fin: command.fin,
            len: command.length,
            fragment: self.link(command.link).bound(),
        }
    }

    /// All of the payload has come.
    pub(crate) fn payload_complete(
        &mut self,
        now: Instant,
        command: &Send,
        conn: Option<Conn>,
    ) -> Result<(), Refusal> {
        let conn = conn.ok_or(Refusal::NotConnected)?;
        // The prompt was for that connection, not for one that a retry has made since.
        match &self.link(command.link).transport {
            Some(transport) if transport.conn == conn => self.begin_sending(now, command),
            _ => Err(Refusal::Closed),
        }
    }

    fn begin_sending(&mut self, now: Instant, command: &Send) -> Result<(), Refusal> {
        let mut outgoing = self.outgoing(command);
        let dropped = self.is_dropped(command);
        if dropped {
            outgoing.len = 0;
        }
        let text = if self.config.check_text { self.check_text(command)? } else { None };
        let frames = self.frames_mut(command.link).ok_or(Refusal::NotConnected)?;
        frames.connection.send(outgoing).map_err(Refusal::Send)?;
        frames.data_left = None;
        self.running = Running::Send(Sending {
            link: command.link,
            by: now.after(command.timeout_ms),
            len: outgoing.len,
            close: command.opcode == Opcode::Close,
            dropped,
            text,
            stopped: false,
        });
        Ok(())
    }

    /// A quirk sends an empty frame instead of this one, and refuses it.
    fn is_dropped(&self, command: &Send) -> bool {
        let quirk = self.config.quirks.contains(Quirks::FINAL_CONTINUATION_DROPPED)
            && self.config.dialect.has_fin();
        quirk && command.opcode == Opcode::Continuation && command.fin && command.length > 0
    }

    /// Whether the payload, as a part of its message, is UTF-8 if it has to be (RFC 6455 5.6), and what
    /// follows of that for the parts behind it. `None`: it is no text.
    fn check_text(&self, command: &Send) -> Result<Option<TextAfter>, Refusal> {
        let frames = self.link(command.link).transport.as_ref().and_then(Transport::frames);
        let mut utf8 = match (command.opcode, frames.and_then(|frames| frames.text)) {
            (Opcode::Text, _) => Utf8::new(),
            (Opcode::Continuation, Some(utf8)) => utf8,
            _ => return Ok(None),
        };
        let octets = self.payload.get(..command.length).unwrap_or_default();
        if utf8.check(octets).is_err() || (command.fin && !utf8.is_complete()) {
            return Err(Refusal::NotUtf8);
        }
        Ok(Some(if command.fin { TextAfter::Ended } else { TextAfter::Begun(utf8) }))
    }

    /// Ends the running send if it has come to its end.
    pub(crate) fn settle_send(&mut self, now: Instant, id: LinkId) {
        let Running::Send(sending) = self.running else { return };
        if sending.link != id {
            return;
        }
        let Some(frames) = self.frames_mut(id) else { return };
        if sending.stopped {
            if !frames.connection.is_sending() {
                self.refuse(Refusal::Closed);
            }
        } else if frames.data_left == Some(0) {
            frames.data_left = None;
            match sending.text {
                Some(TextAfter::Begun(utf8)) => frames.text = Some(utf8),
                Some(TextAfter::Ended) => frames.text = None,
                None => {}
            }
            if sending.close {
                frames.connection.close_by(now.after(HOST_CLOSE_MS));
            }
            if sending.dropped {
                return self.refuse(Refusal::Quirk);
            }
            self.finish(Reply::SendOk);
        }
    }

    /// The time of the running send is over.
    pub(crate) fn send_timed_out(&mut self, now: Instant) {
        let Running::Send(Sending { link, .. }) = self.running else { return };
        let Some(frames) = self.frames_mut(link) else { return };
        let all_written = !frames.connection.is_sending();
        if !all_written && frames.connection.withdraw() == Withdrawn::Whole {
            self.refuse(Refusal::Timeout(Wait::Send));
        } else {
            // Some of it was handed over: nothing else can follow on this stream.
            self.gone(now, link, Refusal::Timeout(Wait::Send));
        }
    }

    /// The connection of `id` takes no more data from the host, because it is closing.
    pub(crate) fn stop_send(&mut self, id: LinkId) {
        let written = self.frames_mut(id).is_some_and(|frames| frames.data_left.is_some());
        if let Running::Send(sending) = &mut self.running
            && sending.link == id
            && !written
        {
            sending.stopped = true;
        }
    }
}
