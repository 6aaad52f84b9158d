//! What waits to be printed on the AT port: units, each of which comes out unbroken.
//!
//! A unit is an answer, a report or a record of received data. Units are printed in the order in
//! which they came to be. The number of those that can wait is bounded by construction: at most one
//! answer (the next line is taken after it), [`MAX_BUSY`] `busy p...`, and for each link one record (its
//! window serves one connection at a time) and [`MAX_REPORTS`] reports: a link goes on after a loss that is
//! not yet printed, but not after a second one.

use super::{Conn, Missing, state::Report};
use crate::LinkId;
use crate::commands::reports;
use at_syntax::{Reply, Writer};
use core::num::NonZeroU32;
use heapless::Deque;

/// Answers to discarded lines that may wait; further input is not taken until one is printed.
pub(crate) const MAX_BUSY: u8 = 4;

/// Losses of a link that may wait; with as many, it makes no further attempt until one is printed.
pub(crate) const MAX_LOSSES: usize = 2;

/// A connection and its end by a Close; opened again by the host, a loss, a connection, and its end.
const MAX_REPORTS: usize = 5;

/// `ready`, one answer, `busy p...`, and the units of three links.
const CAPACITY: usize = 2 + MAX_BUSY as usize + 3 * (1 + MAX_REPORTS);

/// One unbroken piece of output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    Reply(Reply),
    /// `ERROR`: before it what is missing, and the error code if the host wants it.
    Refused {
        missing: Option<Missing>,
        code: Option<NonZeroU32>,
    },
    /// `AT+CMD?`
    Commands,
    /// `AT+SYSLOG?`
    SysLog(bool),
    /// `AT+WSHEAD?`
    Headers,
    /// `+WS_CONNECTED` and `OK`: the answer of `AT+WSOPEN`.
    Opened(LinkId),
    Report(Report, LinkId),
    /// The answer of `AT+WSOPEN?`, with the states of the moment it was asked.
    Links([Option<u8>; 3]),
    /// Text of the embedding program, then its result.
    Text,
    /// Received data at the front of this connection's window: its link knows how much.
    Record(Conn),
}

impl Unit {
    /// It belongs to a line that the host sent.
    pub(crate) const fn is_answer(self) -> bool {
        !matches!(self, Self::Report(..) | Self::Record(_))
    }
}

/// The unit being printed, and how far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Current {
    pub(crate) unit: Unit,
    /// Bytes of the present part that were printed.
    pub(crate) printed: usize,
    /// For a record.
    pub(crate) part: RecordPart,
}

/// The parts of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RecordPart {
    Head,
    /// This many octets of the window are still to be relayed.
    Data(usize),
    /// The record is open, and its next octets have not come yet.
    Await,
    /// Its line end.
    Tail,
    /// It has none, and is printed.
    Over,
}

/// The queue of units.
#[derive(Debug)]
pub(crate) struct Output {
    waiting: Deque<Unit, CAPACITY>,
    current: Option<Current>,
    /// The last thing printed was echo: then a unit has its turn, so that endless echo cannot keep
    /// reports away.
    pub(crate) echo_was_last: bool,
    /// The embedding program waits for a place for lines of its own.
    pub(crate) message_due: bool,
}

impl Output {
    /// `ready` is what a device prints first.
    pub(crate) const fn new() -> Self {
        let ready = Current { unit: Unit::Reply(Reply::Ready), printed: 0, part: RecordPart::Head };
        Self {
            waiting: Deque::new(),
            current: Some(ready),
            echo_was_last: false,
            message_due: false,
        }
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn push(&mut self, unit: Unit) {
        // See the bound at the top; the tests run with this check on.
        let pushed = self.waiting.push_back(unit);
        debug_assert!(pushed.is_ok(), "more units wait than can come to be");
    }

    /// How many units are not yet printed to their end that are `such`.
    #[inline(never)] // The walk over both would stand in each of its five callers, 500 bytes.
    fn count(&self, such: &dyn Fn(&Unit) -> bool) -> usize {
        let current = self.current.iter().map(|current| &current.unit);
        let mut count = 0_usize;
        for unit in current.chain(&self.waiting) {
            count = count.wrapping_add(usize::from(such(unit)));
        }
        count
    }

    /// An answer is not yet printed to its end.
    pub(crate) fn owes_answer(&self) -> bool {
        self.count(&|unit| unit.is_answer()) > 0
    }

    /// How many discarded lines still wait for their `busy p...`.
    pub(crate) fn owes_busy(&self) -> usize {
        self.count(&|unit| matches!(unit, Unit::Reply(Reply::Busy)))
    }

    /// A record of this link is not yet printed: its window is in use.
    pub(crate) fn relays(&self, link: LinkId) -> bool {
        self.count(&|unit| matches!(unit, Unit::Record(conn) if conn.id() == link)) > 0
    }

    /// How many losses of this link are not yet printed.
    pub(crate) fn owes_losses(&self, link: LinkId) -> usize {
        self.count(&|unit| matches!(unit, Unit::Report(Report::Disconnected, of) if *of == link))
    }

    /// The firmware's text has its place among the units.
    pub(crate) fn has_text(&self) -> bool {
        self.count(&|unit| matches!(unit, Unit::Text)) > 0
    }

    pub(crate) fn next_is_answer(&self) -> bool {
        self.waiting.front().is_some_and(|unit| unit.is_answer())
    }

    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// No unit waits, and none is half printed.
    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_none() && self.waiting.is_empty()
    }

    /// Nothing is half printed, and no answer waits, which nothing of the embedding program's overtakes.
    pub(crate) fn is_between_units(&self) -> bool {
        self.current.is_none() && !self.owes_answer()
    }

    pub(crate) const fn current(&self) -> Option<&Current> {
        self.current.as_ref()
    }

    /// Takes the next unit up, if none is being printed.
    pub(crate) fn begin_next(&mut self) {
        if self.current.is_none()
            && let Some(unit) = self.waiting.pop_front()
        {
            self.current = Some(Current { unit, printed: 0, part: RecordPart::Head });
        }
    }

    /// `n` more bytes of the present part were printed.
    pub(crate) fn advance(&mut self, n: usize) {
        if let Some(current) = &mut self.current {
            current.printed = current.printed.saturating_add(n);
        }
    }

    /// The present part of a record is done; the next one is this.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn next_part(&mut self, part: RecordPart) {
        if matches!(part, RecordPart::Over) {
            self.end_current();
        } else if let Some(current) = &mut self.current {
            current.printed = 0;
            current.part = part;
        }
    }

    pub(crate) fn end_current(&mut self) {
        self.current = None;
    }

    /// The part of a record that is being printed.
    const fn record(&self) -> Option<(Conn, RecordPart)> {
        match &self.current {
            Some(Current { unit: Unit::Record(conn), part, .. }) => Some((*conn, *part)),
            _ => None,
        }
    }

    /// The record that is open and has nothing to relay at present: nothing else is printed until its tail.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn open_record(&self) -> Option<Conn> {
        self.record().filter(|(_, part)| matches!(part, RecordPart::Await)).map(|(conn, _)| conn)
    }

    /// A record is being printed whose octets are to come next, be they here or not.
    pub(crate) const fn awaits_data(&self) -> bool {
        matches!(self.record(), Some((_, RecordPart::Data(_) | RecordPart::Await)))
    }

    /// The record being relayed: whose, and how many octets are left.
    pub(crate) const fn relay(&self) -> Option<(Conn, usize)> {
        match self.record() {
            Some((conn, RecordPart::Data(left))) => Some((conn, left)),
            _ => None,
        }
    }
}

/// `+WS_CONNECTED:<link>` and its relatives (WebSocket AT Commands; reports carry no CR LF before them).
pub(crate) fn write_report(writer: &mut Writer<'_>, report: Report, link: LinkId) {
    let name: &[u8] = match report {
        Report::Connected => reports::CONNECTED,
        Report::Disconnected => reports::DISCONNECTED,
        Report::Closed => reports::CLOSED,
    };
    writer.name(name).decimal(u32::from(link.number())).end();
}
