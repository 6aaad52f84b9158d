//! `AT+WSHEAD=<length>` and `AT+WSHEAD?` (WebSocket AT Commands, AT+WSHEAD), since V3_3: headers of the
//! opening handshake's request, for all links.

use super::{
    command::Fields,
    engine::Engine,
    output::Unit,
    payload::Purpose,
    refusal::{Lent, Refusal},
    transport::{Stage, Transport},
};
use crate::Instant;
use crate::commands::header::{self, HeaderError, LINE_END};
use crate::commands::numbers;
use at_syntax::{Reply, Writer};

/// `AT+WSHEAD=<length>`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    length: usize,
}

impl Head {
    pub(crate) fn parse(mut fields: Fields<'_>) -> Result<Self, Refusal> {
        let length = fields.number(numbers::HEADER_LENGTH);
        fields.finish()?;
        Ok(Self { length: usize::try_from(length).unwrap_or(usize::MAX) })
    }
}

/// The headers that the host has set: whole lines with their CR LF, the oldest first.
#[derive(Debug)]
pub(crate) struct Headers<'m> {
    memory: &'m mut [u8],
    used: usize,
}

impl<'m> Headers<'m> {
    pub(crate) const fn new(memory: &'m mut [u8]) -> Self {
        Self { memory, used: 0 }
    }

    pub(crate) const fn clear(&mut self) {
        self.used = 0;
    }

    /// All of them, as they stand in a request.
    pub(crate) fn lines(&self) -> &[u8] {
        self.memory.get(..self.used).unwrap_or_default()
    }

    /// A header of so many bytes, and its line end, would fit.
    fn has_room(&self, length: usize) -> bool {
        self.memory.len().saturating_sub(self.used).checked_sub(LINE_END.len()) >= Some(length)
    }

    /// Stages a piece of the next header behind the ones that are set.
    pub(crate) fn stage(&mut self, at: usize, piece: &[u8]) {
        let room = self.memory.get_mut(self.used.saturating_add(at)..).unwrap_or_default();
        for (to, from) in room.iter_mut().zip(piece) {
            *to = *from;
        }
    }

    /// What was staged becomes a header, if it is one.
    fn add(&mut self, length: usize) -> Result<(), Refusal> {
        self.stage(length, LINE_END);
        let end = self.used.saturating_add(length).saturating_add(LINE_END.len());
        let line = self.memory.get(self.used..end).unwrap_or_default();
        header::check(line).map_err(|error| match error {
            HeaderError::NotOne => Refusal::Header,
            HeaderError::Request(error) => Refusal::Request(error),
        })?;
        self.used = end;
        Ok(())
    }

    /// `+WSHEAD:<index>,<"key:value">` for each, as the host entered it; index 0 is the newest, as in the
    /// firmware.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        let mut rest = self.lines();
        let mut index = 0_u32;
        while let [before @ .., b'\r', b'\n'] = rest {
            let start =
                before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
            let Some((older, line)) = before.split_at_checked(start) else { return };
            writer.name(b"WSHEAD").decimal(index).comma().quoted(line).end();
            index = index.saturating_add(1);
            rest = older;
        }
    }
}

impl Engine<'_> {
    /// 0 clears all; else a prompt, and then the header.
    pub(crate) fn head(&mut self, now: Instant, command: Head) -> Result<(), Refusal> {
        if command.length == 0 {
            self.headers.clear();
            for link in &mut self.links {
                // A request that is half written had some of them: it begins again.
                if let Some(Transport { stage: Stage::Handshake(handshake), .. }) = &link.transport
                    && handshake.is_part_written()
                {
                    let by = link.open_by;
                    link.drop_transport();
                    link.begin_attempt(now);
                    link.open_by = by;
                }
            }
            self.reply(Reply::Ok);
            return Ok(());
        }
        if !self.headers.has_room(command.length) {
            return Err(Refusal::Memory(Lent::Headers));
        }
        self.begin_payload(Purpose::Head, command.length);
        Ok(())
    }

    /// All of a header has come.
    pub(crate) fn add_header(&mut self, length: usize) -> Result<(), Refusal> {
        self.headers.add(length)?;
        self.finish(Reply::Ok);
        Ok(())
    }

    /// Every header that is set, in one answer.
    pub(crate) fn list_headers(&mut self) {
        self.output.push(Unit::Headers);
    }
}
