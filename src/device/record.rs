//! Records: how received data is cut into units of output, and what their heads say (WebSocket AT Commands,
//! AT+WSDATAFMT; before that command each chunk is a record, and its head says the link and the length).

use super::{
    Conn,
    engine::Engine,
    link::Link,
    output::{RecordPart, Unit},
};
use crate::commands::reports;
use crate::{DataMask, Instant, Level, LinkId};
use at_syntax::Writer;
use rfc6455::DataFrame;

/// How long an open record may keep other output waiting while the peer sends nothing. Our choice: the page
/// says nothing.
const PATIENCE_MS: u32 = 1000;

/// A length as a head says it; longer frames are refused.
fn short(length: u64) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The data frame being received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    opcode: u8,
    fin: bool,
    len: u32,
    /// How much of it goes into one record: what was asked for when it, or its message, began.
    level: Level,
}

impl Frame {
    pub(crate) const NONE: Self = Self { opcode: 0, fin: true, len: 0, level: Level::Chunk };

    /// The next frame. What is left of a message keeps its level.
    pub(crate) fn next(self, frame: &DataFrame, level: Level) -> Self {
        let opcode = frame.opcode.bits();
        let goes_on = opcode == 0 && matches!(self.level, Level::Message);
        let level = if goes_on { self.level } else { level };
        Self { opcode, fin: frame.fin, len: short(frame.len), level }
    }

    /// With so many octets of it left, whether a record ends here.
    const fn ends_record(self, left: u64) -> bool {
        match self.level {
            Level::Chunk => true,
            Level::Frame => left == 0,
            Level::Message => left == 0 && self.fin,
        }
    }
}

/// The record of a link that waits, or is being printed: there is one at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    mask: DataMask,
    frame: Frame,
    offset: u32,
    data_len: u32,
    /// Octets of the chunk that it begins with.
    pub(crate) chunk: usize,
    /// The chunk that is queued or being relayed is its last one.
    last: bool,
    /// It has to end with that chunk, whether that is its last one or not.
    to_end: bool,
    /// When something was last heard of its data.
    heard_at: Instant,
}

impl Record {
    pub(crate) const NONE: Self = Self {
        mask: DataMask::empty(),
        frame: Frame::NONE,
        offset: 0,
        data_len: 0,
        chunk: 0,
        last: false,
        to_end: false,
        heard_at: Instant::ZERO,
    };

    /// `+WS_DATA:<link_id>,` and the fields of the mask, each with its comma.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub(crate) fn write_head(&self, writer: &mut Writer<'_>, link: LinkId) {
        writer.name(reports::DATA).decimal(link.number().into()).comma();
        for (bit, value) in [
            (DataMask::OPCODE, self.frame.opcode.into()),
            (DataMask::FIN, self.frame.fin.into()),
            (DataMask::PAYLOAD_LEN, self.frame.len),
            (DataMask::PAYLOAD_OFFSET, self.offset),
            (DataMask::DATA_LEN, self.data_len),
        ] {
            if self.mask.contains(bit) {
                writer.decimal(value).comma();
            }
        }
    }

    /// Its end; a line end stands there whatever the mask if that comes before its time.
    const fn tail(&self, cut_short: bool) -> RecordPart {
        if cut_short || self.mask.contains(DataMask::LINE_END) {
            RecordPart::Tail
        } else {
            RecordPart::Over
        }
    }
}

impl Link<'_> {
    /// What the head of a record says that begins here, with a chunk of `len` octets.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn begin_record(&mut self, now: Instant, frame: Frame, left: u64, len: usize) {
        self.record = Record {
            mask: self.format.mask,
            frame,
            offset: frame.len.saturating_sub(short(left)),
            data_len: match frame.level {
                Level::Chunk => short(len as u64),
                Level::Frame | Level::Message => short(left),
            },
            chunk: len,
            last: frame.ends_record(left.saturating_sub(len as u64)),
            to_end: false,
            heard_at: now,
        };
    }
}

impl Engine<'_> {
    /// A chunk is complete, or a frame that has no octets has come: it begins a record, or goes on with the
    /// open one.
    pub(crate) fn queue_chunk(&mut self, now: Instant, id: LinkId, len: usize) {
        let is_open = self.output.open_record().is_some_and(|conn| conn.id() == id);
        let link = id.of_mut(&mut self.links);
        let Some(transport) = &mut link.transport else { return };
        let conn = transport.conn;
        let Some(frames) = transport.frames_mut() else { return };
        let (frame, left) = (frames.frame, frames.connection.remaining());
        if is_open {
            link.record.last = frame.ends_record(left.saturating_sub(len as u64));
            if len == 0 {
                if link.record.last {
                    let tail = link.record.tail(false);
                    self.output.next_part(tail);
                }
                return;
            }
        }
        frames.record_queued = true;
        frames.keepalive.hide(now);
        if is_open {
            self.output.next_part(RecordPart::Data(len));
        } else {
            link.begin_record(now, frame, left, len);
            self.output.push(Unit::Record(conn));
        }
    }

    /// A connection ends, and with it its record: after what had arrived of a chunk, `len` octets.
    pub(crate) fn end_records_of(&mut self, now: Instant, id: LinkId) {
        let Some(transport) = &self.link(id).transport else { return };
        let conn = transport.conn;
        let Some(frames) = transport.frames() else { return };
        let (frame, left) = (frames.frame, frames.connection.remaining());
        let len = frames.incomplete_chunk();
        if len > 0 {
            if self.output.open_record() == Some(conn) {
                self.output.next_part(RecordPart::Data(len));
            } else {
                // None of this link waits: behind one that does, nothing is looked at.
                self.link_mut(id).begin_record(now, frame, left, len);
                self.output.push(Unit::Record(conn));
            }
        }
        self.end_record(id);
    }

    /// The record of a link ends: at once if it is open, or after the chunk that is on its way. The lengths
    /// in its head were upper bounds then.
    #[inline(never)]
    pub(crate) fn end_record(&mut self, id: LinkId) {
        if self.output.open_record().is_some_and(|conn| conn.id() == id) {
            let tail = self.link(id).record.tail(true);
            self.output.next_part(tail);
        } else if self.output.relays(id) {
            self.link_mut(id).record.to_end = true;
        }
    }

    /// Whichever record is open ends here.
    pub(crate) fn end_open_record(&mut self) {
        if let Some(id) = self.output.open_record().map(Conn::id) {
            self.end_record(id);
        }
    }

    /// All octets of a chunk are done with: what comes after them.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn after_chunk(&mut self, now: Instant, conn: Conn) -> RecordPart {
        let record = &mut self.link_mut(conn.id()).record;
        record.heard_at = now;
        if !record.last && !record.to_end {
            return RecordPart::Await;
        }
        record.tail(!record.last)
    }

    /// More of an open record's next chunk has come.
    pub(crate) fn heard_of_record(&mut self, now: Instant, id: LinkId) {
        self.link_mut(id).record.heard_at = now;
    }

    /// When an open record ends that keeps something waiting.
    pub(crate) fn record_deadline(&self) -> Option<(Instant, LinkId)> {
        let id = self.output.open_record()?.id();
        let waits = self.output.is_waiting() || self.echo_waits || self.output.message_due;
        waits.then(|| (self.link(id).record.heard_at.after(PATIENCE_MS), id))
    }
}
