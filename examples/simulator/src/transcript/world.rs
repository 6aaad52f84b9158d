//! Everything around one device: a clock that the session turns, a serial line, and three transports.

use super::{
    core,
    player::{Cut, Seen, Stage},
    session::{Fact, Piece, Settings},
    wire::{Secrets, Wire},
};
use wsat::{
    Instant,
    device::{Conn, Device, Memory},
};

/// The most bytes that the serial line takes at a time, if nothing else is said.
pub(super) const SERIAL_PIECE: usize = 64;

/// How often the clock may stop within one step: every second of a day.
const MOST_STOPS: usize = 86_400;

pub(super) struct World<'m> {
    pub(super) device: Device<'m>,
    pub(super) now: u64,
    pub(super) cut: Cut,
    pub(super) serial_piece: usize,
    pub(super) serial_blocked: bool,
    /// What the host has sent and the module has not taken.
    pub(super) typed: Vec<u8>,
    /// What the module has printed, since the last look. So with all that follows.
    pub(super) printed: Vec<u8>,
    pub(super) wires: [Wire; 3],
    pub(super) asked: Vec<String>,
    pub(super) refusals: Vec<String>,
    pub(super) failures: Vec<(usize, String)>,
    pub(super) secrets: Secrets,
}

impl<'m> World<'m> {
    pub(super) fn new(settings: &Settings, memory: Memory<'m>, cut: Cut) -> Result<Self, String> {
        let [a, b, c] = settings.windows;
        Ok(Self {
            device: Device::new(core::config(settings)?, memory),
            now: 0,
            cut,
            serial_piece: settings.serial_piece.unwrap_or(cut.serial.unwrap_or(SERIAL_PIECE)),
            serial_blocked: false,
            typed: Vec::new(),
            printed: Vec::new(),
            wires: [Wire::new(0, a), Wire::new(1, b), Wire::new(2, c)],
            asked: Vec::new(),
            refusals: Vec::new(),
            failures: Vec::new(),
            secrets: Secrets::default(),
        })
    }

    pub(super) const fn instant(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    pub(super) fn deadline(&self) -> Option<u64> {
        self.device.poll_deadline().map(Instant::as_millis)
    }

    fn conn(&self, link: usize) -> Result<Conn, String> {
        self.wires[link].conn.ok_or_else(|| format!("link {link} has no transport"))
    }

    fn stale(&self, link: usize) -> Result<Conn, String> {
        self.wires[link].stale.ok_or_else(|| format!("link {link} had no transport before"))
    }

    pub(super) fn told(&mut self, now: Instant, conn: Conn, sent: usize) -> Result<(), String> {
        self.device.handle_sent(now, conn, sent).map_err(|error| error.to_string())
    }

    /// The clock goes on, stopping at every deadline on the way.
    fn at(&mut self, millis: u64) -> Result<(), String> {
        self.drain()?;
        let mut stops = 0;
        while let Some(deadline) = self.deadline().filter(|deadline| *deadline <= millis) {
            stops += 1;
            if stops > MOST_STOPS {
                return Err(format!("more than {MOST_STOPS} deadlines in one step"));
            }
            self.now = self.now.max(deadline);
            self.device.handle_time(self.instant());
            self.drain()?;
            if self.deadline() == Some(deadline) {
                return Err(format!("the deadline {deadline} was not dealt with"));
            }
        }
        self.advance(millis)
    }

    fn advance(&mut self, millis: u64) -> Result<(), String> {
        if millis < self.now {
            return Err(format!("time goes forward, and it is {} already", self.now));
        }
        self.now = millis;
        Ok(())
    }

    fn firmware_prints(&mut self, text: &[u8]) -> Result<(), String> {
        let mut rest = text;
        while !rest.is_empty() {
            let taken = self.device.handle_text(rest);
            rest = &rest[taken..];
            if !self.serial_side()? && taken == 0 {
                return Err("the module takes no text of the firmware".to_owned());
            }
        }
        Ok(())
    }

    /// Bytes of the peer arrive piece by piece, and only the serial side goes on between them.
    fn peer_sends(&mut self, link: usize, pieces: &[Piece]) -> Result<(), String> {
        self.conn(link)?;
        let bytes = self.wires[link].written(pieces)?;
        for piece in self.cut.pieces(&bytes) {
            if self.wires[link].conn.is_none() {
                break;
            }
            self.wires[link].arriving.extend_from_slice(piece);
            while self.wires[link].fill() | self.offer(link) | self.serial_side()? {}
        }
        Ok(())
    }
}

impl Stage for World<'_> {
    fn happen(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Start => {}
            Fact::Host(bytes) => {
                for piece in self.cut.pieces(bytes) {
                    self.typed.extend_from_slice(piece);
                    self.serial_side()?;
                }
            }
            Fact::Peer(link, pieces) => self.peer_sends(*link, pieces)?,
            Fact::Up(link) => {
                let conn = self.conn(*link)?;
                self.device.handle_up(self.instant(), conn);
            }
            Fact::Eof(link) => {
                self.conn(*link)?;
                self.wires[*link].ends = true;
                self.end_transport(*link);
            }
            Fact::StaleUp(link) => {
                let conn = self.stale(*link)?;
                self.device.handle_up(self.instant(), conn);
            }
            Fact::StaleEof(link) => {
                let conn = self.stale(*link)?;
                self.device.handle_eof(self.instant(), conn);
            }
            Fact::StalePeer(link, pieces) => {
                let conn = self.stale(*link)?;
                let bytes = self.wires[*link].written(pieces)?;
                let taken = self.device.handle_peer(self.instant(), conn, &bytes, &[]);
                if taken > 0 {
                    return Err(format!("{taken} bytes of an earlier transport were taken"));
                }
            }
            Fact::Room(link, room) => self.wires[*link].room = *room,
            Fact::Hold(link) => self.wires[*link].holds = true,
            Fact::Release(link) => self.wires[*link].holds = false,
            Fact::Sent(link, len) => {
                let conn = self.conn(*link)?;
                let wire = &mut self.wires[*link];
                let held = wire.held.checked_sub(*len).ok_or("fewer bytes are held")?;
                wire.held = held;
                self.told(self.instant(), conn, *len)?;
            }
            Fact::Text(bytes) => {
                for piece in self.cut.pieces(bytes) {
                    self.firmware_prints(piece)?;
                }
            }
            Fact::Missing(link, missing) => {
                let conn = self.conn(*link)?;
                self.device.handle_failed(self.instant(), conn, *missing);
            }
            Fact::Abort => {
                if !self.device.abort_payload() {
                    return Err("no data phase waits for the host".to_owned());
                }
            }
            Fact::Answer(answer) => {
                let answered = self.device.handle_answer(self.instant(), *answer);
                answered.map_err(|error| error.to_string())?;
            }
            Fact::Restart => self.device.restart(),
            Fact::At(millis) => return self.at(*millis),
            Fact::After(millis) => return self.at(self.now.saturating_add(*millis)),
            Fact::Jump(millis) => {
                self.advance(*millis)?;
                self.device.handle_time(self.instant());
            }
            Fact::Late(millis) => self.advance(*millis)?,
            Fact::SerialBlocked(blocked) => self.serial_blocked = *blocked,
        }
        self.drain()
    }

    fn end(&mut self) {
        self.wires.iter_mut().for_each(Wire::cut);
    }

    fn seen(&mut self) -> Seen {
        Seen {
            now: self.now,
            printed: std::mem::take(&mut self.printed),
            events: self.wires.each_mut().map(|wire| std::mem::take(&mut wire.events)),
            asked: std::mem::take(&mut self.asked),
            refusals: std::mem::take(&mut self.refusals),
            failures: std::mem::take(&mut self.failures),
            deadline: self.deadline(),
            typed: self.typed.len(),
            windows: self.wires.each_ref().map(|wire| wire.window.len()),
        }
    }
}
