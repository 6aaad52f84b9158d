//! `AT+WSSEND=<link_id>,<length>[,<opcode>][,<timeout_ms>]` and its data phase (WebSocket AT Commands,
//! AT+WSSEND).

use super::{
    Conn,
    command::{finish, integer, integer_or, link_id},
    conn::LinkId,
    engine::{Engine, Running},
    refusal::Refusal,
    state::State,
};
use crate::{Dialect, Instant};
use at_syntax::{DataPhase, Params, Reply};
use rfc6455::{Opcode, Outgoing, Withdrawn};

/// How long the peer has to answer a Close that the host sent with opcode 8.
const HOST_CLOSE_MS: u32 = 10_000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Send {
    link: LinkId,
    length: usize,
    opcode: Opcode,
    timeout_ms: u32,
}

impl Send {
    pub(crate) fn parse(mut params: Params<'_>, dialect: Dialect) -> Result<Self, Refusal> {
        let link = link_id(params.next())?;
        let length = integer(params.next(), 0, dialect.max_payload())?;
        let opcode = integer_or(params.next(), 1, 0, 15)?;
        let timeout_ms = integer_or(params.next(), 10_000, 0, 60_000)?;
        finish(params)?;
        Ok(Self {
            link,
            length: usize::try_from(length).unwrap_or(usize::MAX),
            opcode: Opcode::from_bits(u8::try_from(opcode).unwrap_or_default()),
            timeout_ms,
        })
    }
}

/// A data phase: the prompt was given, payload is being taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload {
    command: Send,
    /// The connection that the prompt was given for.
    conn: Conn,
    phase: DataPhase,
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
    /// The connection closes: the frame being written is completed, and then the answer is `ERROR`.
    pub(crate) stopped: bool,
}

impl Engine<'_> {
    /// Checks everything that can be checked before the prompt.
    pub(crate) fn send(&mut self, now: Instant, command: Send) -> Result<(), Refusal> {
        let conn = self.may_send(&command)?;
        if command.length > self.payload.len() {
            return Err(Refusal::Memory);
        }
        if command.length == 0 {
            // No prompt: there is nothing to ask for.
            return self.begin_sending(now, &command);
        }
        self.running =
            Running::Payload(Payload { command, conn, phase: DataPhase::new(command.length) });
        self.reply(Reply::Prompt);
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
            // V3_1 has no `<fin>`: every message is whole.
            fin: true,
            len: command.length,
            fragment: self.link(command.link).bound(),
        }
    }

    /// Takes payload, at most to its announced length. It is raw: no escapes, no echo, no end of
    /// line.
    pub(crate) fn take_payload(&mut self, now: Instant, input: &[u8]) -> usize {
        let Running::Payload(Payload { command, conn, phase }) = &mut self.running else {
            return 0;
        };
        let room = self.payload.get_mut(phase.taken()..).unwrap_or_default();
        let piece = phase.take(input);
        for (to, &from) in room.iter_mut().zip(piece) {
            *to = from;
        }
        let taken = piece.len();
        if phase.is_complete() {
            let (command, conn) = (*command, *conn);
            // The prompt was for that connection, not for one that a retry has made since.
            let result = match &self.link(command.link).transport {
                Some(transport) if transport.conn == conn => self.begin_sending(now, &command),
                _ => Err(Refusal::Closed),
            };
            if let Err(refusal) = result {
                self.refuse(refusal);
            }
        }
        taken
    }

    fn begin_sending(&mut self, now: Instant, command: &Send) -> Result<(), Refusal> {
        let outgoing = self.outgoing(command);
        let frames = self.frames_mut(command.link).ok_or(Refusal::NotConnected)?;
        frames.connection.send(outgoing).map_err(Refusal::Send)?;
        frames.data_left = None;
        self.running = Running::Send(Sending {
            link: command.link,
            by: now.after(command.timeout_ms),
            len: command.length,
            close: command.opcode == Opcode::Close,
            stopped: false,
        });
        Ok(())
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
            if sending.close {
                frames.connection.close_by(now.after(HOST_CLOSE_MS));
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
            self.refuse(Refusal::Timeout);
        } else {
            // Some of it was handed over: nothing else can follow on this stream.
            self.gone(now, link, Refusal::Timeout);
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
