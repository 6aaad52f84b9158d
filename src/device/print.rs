//! Bytes for the host: echo, and the units of the output, each in one piece.

use super::{
    Conn, Device, Serial,
    engine::Engine,
    names,
    output::{Current, RecordPart, Unit, write_report},
    refusal,
    state::Report,
};
use crate::Instant;
use at_syntax::{Reply, Writer};

impl Device<'_> {
    /// Fills `out` with what is to be printed, up to the first octet of a record's data, or to where a message
    /// of the embedding program has its turn.
    #[inline(never)] // A relay, which comes before it, does not pay for it.
    pub(super) fn print(&mut self, now: Instant, out: &mut [u8]) -> Serial {
        let size = out.len();
        let mut room = out;
        while !room.is_empty() && !self.engine.output.awaits_data() {
            if self.engine.output.message_due && self.is_between_units() {
                if room.len() < size {
                    break;
                }
                // It has had its turn.
                self.engine.output.message_due = false;
            }
            let n = if self.echo_is_next() {
                self.engine.output.echo_was_last = true;
                self.reader.poll_echo(room)
            } else {
                self.engine.output.begin_next();
                let n = match self.engine.output.current() {
                    None => break,
                    Some(&Current { unit: Unit::Record(conn), printed, part }) => {
                        Some(self.engine.print_record(now, conn, part, printed, room))
                    }
                    Some(&current) => self.engine.print_unit(now, current, room),
                };
                // The embedding program has not given the rest of its answer yet.
                let Some(n) = n else { break };
                self.engine.output.echo_was_last = false;
                n
            };
            room = core::mem::take(&mut room).get_mut(n..).unwrap_or_default();
        }
        self.engine.echo_waits = self.reader.echo_pending();
        match size.wrapping_sub(room.len()) {
            0 => Serial::Idle,
            printed => Serial::Bytes(printed),
        }
    }

    /// Nothing waits to be printed; and no message of the embedding program has its turn, which is for `print` to
    /// note.
    pub(super) fn is_silent(&self) -> bool {
        let output = &self.engine.output;
        output.is_empty() && !output.message_due && !self.reader.echo_pending()
    }

    /// Echo goes before the answer to its line; with anything else it takes turns.
    fn echo_is_next(&self) -> bool {
        let output = &self.engine.output;
        self.reader.echo_pending()
            && output.current().is_none()
            && (output.next_is_answer() || !output.is_waiting() || !output.echo_was_last)
    }
}

impl Engine<'_> {
    /// Prints more of a unit that is no record; `None`: there is nothing more of it yet.
    #[inline(never)] // A record, which comes more often, does not pay for it.
    fn print_unit(&mut self, now: Instant, current: Current, room: &mut [u8]) -> Option<usize> {
        if matches!(current.unit, Unit::Text) && self.text.printed < self.text.len {
            return Some(self.print_text(room));
        }
        let mut writer = Writer::new(current.printed, room);
        // The embedding program's text is printed: its result follows.
        let unit =
            if matches!(current.unit, Unit::Text) { self.text.result? } else { current.unit };
        match unit {
            Unit::Reply(reply) => {
                if reply == Reply::Busy && self.syslog {
                    writer.error_code(refusal::BUSY);
                }
                writer.reply(reply);
            }
            Unit::Refused { missing, code } => {
                if let Some(missing) = missing {
                    writer.bytes(missing.text()).end();
                }
                if let Some(code) = code {
                    writer.error_code(code.get());
                }
                writer.reply(Reply::Error);
            }
            Unit::Commands => {
                names::write_list(&mut writer, self.config.dialect, self.config.commands);
                writer.reply(Reply::Ok);
            }
            Unit::SysLog(on) => {
                writer.name(b"SYSLOG").decimal(u32::from(on)).end().reply(Reply::Ok);
            }
            Unit::Headers => {
                self.headers.write(&mut writer);
                writer.reply(Reply::Ok);
            }
            Unit::Opened(link) => {
                write_report(&mut writer, Report::Connected, link);
                writer.reply(Reply::Ok);
            }
            Unit::Report(report, link) => write_report(&mut writer, report, link),
            Unit::Links(states) => self.write_links(&mut writer, states),
            Unit::Text | Unit::Record(_) => {}
        }
        let (n, complete) = (writer.written(), writer.is_complete());
        self.output.advance(n);
        if complete {
            if matches!(current.unit, Unit::Reply(Reply::Prompt)) {
                self.prompted(now);
            }
            self.output.end_current();
        }
        Some(n)
    }

    /// Prints more of a record's head, or of its line end.
    fn print_record(
        &mut self,
        now: Instant,
        conn: Conn,
        part: RecordPart,
        printed: usize,
        room: &mut [u8],
    ) -> usize {
        let mut writer = Writer::new(printed, room);
        let is_head = matches!(part, RecordPart::Head);
        if is_head {
            self.link(conn.id()).record.write_head(&mut writer, conn.id());
        } else {
            // Where data is next, nothing is printed; so this is the tail.
            writer.end();
        }
        let n = writer.written();
        if !writer.is_complete() {
            self.output.advance(n);
        } else if is_head {
            self.head_printed(now, conn);
        } else {
            self.output.end_current();
        }
        n
    }

    fn head_printed(&mut self, now: Instant, conn: Conn) {
        let len = self.link(conn.id()).record.chunk;
        if len > 0 {
            return self.output.next_part(RecordPart::Data(len));
        }
        // An empty frame: there is nothing to relay.
        let part = self.after_chunk(now, conn);
        self.output.next_part(part);
        if let Some(id) = self.live(conn) {
            self.record_relayed(now, id);
        }
    }

    fn print_text(&mut self, room: &mut [u8]) -> usize {
        let text = self.payload.get(self.text.printed..self.text.len).unwrap_or_default();
        let mut n = 0;
        for (to, &from) in room.iter_mut().zip(text) {
            *to = from;
            n += 1;
        }
        self.text.printed += n;
        n
    }

    /// `+WSOPEN:<link_id>,<state>,<"uri">` for each link that was in use when it was asked, then
    /// `OK`.
    fn write_links(&self, writer: &mut Writer<'_>, states: [Option<u8>; 3]) {
        for (link, state) in self.links.iter().zip(states) {
            let Some(state) = state else { continue };
            writer.name(b"WSOPEN").decimal(link.id.number().into()).comma();
            writer.decimal(state.into()).comma().quoted(link.uri_text()).end();
        }
        writer.reply(Reply::Ok);
    }
}
