//! What follows from a fact: serial line, actions and transports get their turns until nothing moves.

use super::{
    core,
    world::{SERIAL_PIECE, World},
};
use wsat::device::{Action, Serial};

/// The most bytes that a transport is given at a time: frames are cut in their middle.
const TRANSPORT_PIECE: usize = 48;

/// How often everything may go round within one step. A module that does not come to rest is stuck.
const MOST_ROUNDS: usize = 1_000_000;

impl World<'_> {
    /// Tells the end of a transport once all that came before it is in the window.
    pub(super) fn end_transport(&mut self, link: usize) -> bool {
        let now = self.instant();
        let wire = &mut self.wires[link];
        let Some(conn) = wire.conn.filter(|_| wire.ends && wire.arriving.is_empty()) else {
            return false;
        };
        wire.ends = false;
        self.device.handle_eof(now, conn);
        true
    }

    /// Everything that follows, until nothing more does.
    pub(super) fn drain(&mut self) -> Result<(), String> {
        for _ in 0..MOST_ROUNDS {
            let mut any = self.serial_side()?;
            while let Some(action) = self.device.poll_action() {
                any = true;
                self.act(action)?;
            }
            for link in 0..3 {
                any |= self.wires[link].fill();
                any |= self.end_transport(link);
                any |= self.offer(link);
                any |= self.transmit(link)?;
            }
            if !any {
                return Ok(());
            }
        }
        Err("the module does not come to rest".to_owned())
    }

    /// Host and serial line, until neither gets further; whether they got anywhere.
    pub(super) fn serial_side(&mut self) -> Result<bool, String> {
        let mut any = false;
        loop {
            let taken = self.device.handle_host(self.instant(), &self.typed);
            self.typed.drain(..taken);
            self.note();
            if !self.print()? && taken == 0 {
                return Ok(any);
            }
            any = true;
        }
    }

    /// Prints what can be printed; whether that was anything.
    fn print(&mut self) -> Result<bool, String> {
        let mut any = false;
        while !self.serial_blocked {
            let now = self.instant();
            let mut out = [0; SERIAL_PIECE];
            let piece = self.serial_piece.min(SERIAL_PIECE);
            match self.device.poll_host(now, &mut out[..piece]) {
                Serial::Bytes(n) => self.printed.extend_from_slice(&out[..n]),
                Serial::Relay { conn, len } => {
                    let window = &mut self.wires[conn.link()].window;
                    let n = len.min(piece);
                    if n > window.len() {
                        return Err(format!("{n} bytes to relay of {}", window.len()));
                    }
                    self.printed.extend(window.drain(..n));
                    let relayed = self.device.handle_relayed(now, conn, n);
                    relayed.map_err(|error| error.to_string())?;
                }
                Serial::Idle => return Ok(any),
            }
            any = true;
        }
        Ok(any)
    }

    fn act(&mut self, action: Action) -> Result<(), String> {
        match action {
            Action::Open(conn) => {
                let wire = &mut self.wires[conn.link()];
                if wire.conn.is_some() {
                    return Err("a second transport for one link".to_owned());
                }
                let target = self.device.target(conn).ok_or("a transport without a target")?;
                wire.open(conn, core::visible_target(&target));
            }
            Action::Close(conn) => {
                let wire = &mut self.wires[conn.link()];
                if wire.conn != Some(conn) {
                    return Err("a transport is closed that is not there".to_owned());
                }
                wire.close();
            }
            Action::Command => {
                let command = self.device.command().ok_or("a command that is not there")?;
                self.asked.push(core::visible_command(&command));
            }
        }
        Ok(())
    }

    /// Offers the window of a link; whether anything was taken.
    pub(super) fn offer(&mut self, link: usize) -> bool {
        let now = self.instant();
        let wire = &mut self.wires[link];
        let Some(conn) = wire.conn.filter(|_| !wire.window.is_empty()) else { return false };
        let wrap = self.cut.ring.unwrap_or(usize::MAX).min(wire.window.len());
        let (window, wrapped) = wire.window.split_at(wrap);
        let taken = self.device.handle_peer(now, conn, window, wrapped);
        wire.window.drain(..taken);
        self.note();
        taken > 0
    }

    /// Lets the transport of a link take what it has room for; whether that was anything.
    fn transmit(&mut self, link: usize) -> Result<bool, String> {
        let now = self.instant();
        let wire = &mut self.wires[link];
        let Some(conn) = wire.conn else { return Ok(false) };
        let mut out = [0; TRANSPORT_PIECE];
        let room = wire.room.unwrap_or(out.len()).min(out.len());
        let n = self.device.poll_peer(conn, &mut wire.rng, &mut out[..room]);
        wire.read(&out[..n], &mut self.secrets)?;
        if let Some(room) = &mut wire.room {
            *room -= n;
        }
        wire.held += n;
        let sent = if wire.holds { 0 } else { std::mem::take(&mut wire.held) };
        if sent > 0 {
            self.told(now, conn, sent)?;
        }
        self.note();
        Ok(n > 0 || sent > 0)
    }

    /// Collects reasons before the next ones take their place.
    fn note(&mut self) {
        while let Some(refusal) = self.device.poll_refusal() {
            self.refusals.push(format!("{refusal:?}"));
        }
        while let Some((link, failure)) = self.device.poll_failure() {
            self.failures.push((link, format!("{failure:?}")));
        }
    }
}
