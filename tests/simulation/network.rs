//! The transport of one connection: it connects late or never, cuts, delays, stalls, has little room, goes half-open, and resets
//! at any moment.

use crate::coverage::met;
use crate::journal::note;
use crate::life::Life;
use crate::server::Server;
use rand::{RngExt, rngs::StdRng};
use std::collections::VecDeque;
use wsat::device::Conn;

/// Something that happens to a transport.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nothing comes from the server for some time.
    StallsIn,
    /// Nothing goes to the server for some time.
    StallsOut,
    /// From now on nothing gets through, and nobody is told.
    HalfOpen,
    /// What is on its way is lost, and the module is told.
    Resets,
    /// The server ends it in order.
    Ends,
}

pub(crate) const TROUBLES: [Trouble; 5] =
    [Trouble::StallsIn, Trouble::StallsOut, Trouble::HalfOpen, Trouble::Resets, Trouble::Ends];

/// How far a connection has come, for the coverage of resets.
pub(crate) const MOMENTS: [&str; 5] =
    ["connecting", "in the request", "in the response", "open", "closing"];

/// What a connection is like from its beginning.
#[derive(Clone, Debug)]
pub(crate) struct Nature {
    /// When it is connected, or that fails.
    pub(crate) connects_at: Option<u64>,
    pub(crate) refused: bool,
    pub(crate) latency_us: u64,
    /// The most bytes of a piece.
    pub(crate) piece: usize,
    /// Bytes that may be on their way to the server.
    pub(crate) room: usize,
    /// What the transport is given counts as sent only when it arrives.
    pub(crate) holds: bool,
    /// It resets after so many bytes of the server, or for the server.
    pub(crate) breaks_in: Option<usize>,
    pub(crate) breaks_out: Option<usize>,
}

pub(crate) struct Transport {
    pub(crate) conn: Conn,
    /// Its place in the list of all.
    pub(crate) life: usize,
    pub(crate) nature: Nature,
    pub(crate) server: Server,
    pub(crate) up: bool,
    pub(crate) half_open: bool,
    /// The module is to be told, or was, that nothing more comes.
    pub(crate) over: bool,
    to_server: VecDeque<(u64, Vec<u8>)>,
    to_module: VecDeque<(u64, Vec<u8>)>,
    /// Bytes in them.
    out: usize,
    /// Bytes that were for the server altogether.
    given: usize,
    in_from: u64,
    out_from: u64,
}

impl Transport {
    pub(crate) fn new(conn: Conn, life: usize, nature: Nature, server: Server) -> Self {
        Self {
            conn,
            life,
            nature,
            server,
            up: false,
            half_open: false,
            over: false,
            to_server: VecDeque::new(),
            to_module: VecDeque::new(),
            out: 0,
            given: 0,
            in_from: 0,
            out_from: 0,
        }
    }

    /// Bytes that it takes now.
    pub(crate) fn room(&self) -> usize {
        if self.up && !self.over { self.nature.room.saturating_sub(self.out) } else { 0 }
    }

    /// Bytes of the device.
    pub(crate) fn put(&mut self, now: u64, bytes: &[u8], life: &mut Life) {
        let mut bytes = bytes;
        if let Some(most) = self.nature.breaks_out
            && self.given + bytes.len() >= most
        {
            bytes = &bytes[..most - self.given];
            life.lost = true;
        }
        self.given += bytes.len();
        self.out += bytes.len();
        if !bytes.is_empty() {
            self.out_from = self.out_from.max(now + self.nature.latency_us);
            self.to_server.push_back((self.out_from, bytes.to_vec()));
        }
        if self.nature.breaks_out == Some(self.given) {
            self.reset(now, life);
        }
    }

    fn moment(&self, life: &Life) -> &'static str {
        match (self.up, life.accepted, life.opened) {
            (false, ..) => "connecting",
            (_, false, _) => "in the request",
            (_, _, false) => "in the response",
            _ if self.server.is_open() => "open",
            _ => "closing",
        }
    }

    pub(crate) fn reset(&mut self, now: u64, life: &mut Life) {
        if self.over {
            return;
        }
        let moment = self.moment(life);
        met(&format!("network resets: {moment}"));
        note(now, || format!("{:?} resets: {moment}", self.conn));
        life.lost |= !self.to_server.is_empty();
        self.to_server.clear();
        self.to_module.clear();
        self.out = 0;
        self.over = true;
    }

    pub(crate) fn suffer(&mut self, now: u64, trouble: Trouble, life: &mut Life, rng: &mut StdRng) {
        if !self.up && trouble != Trouble::Resets || self.over {
            return;
        }
        met(&format!("network: {trouble:?}"));
        note(now, || format!("{:?} {trouble:?}", self.conn));
        let until = now + rng.random_range(0..15_000_000);
        match trouble {
            Trouble::StallsIn => self.in_from = self.in_from.max(until),
            Trouble::StallsOut => self.out_from = self.out_from.max(until),
            Trouble::HalfOpen => {
                self.half_open = true;
                life.lost |= !self.to_server.is_empty();
                self.to_module.clear();
            }
            Trouble::Resets => self.reset(now, life),
            Trouble::Ends => self.server.ends_at = Some(now),
        }
    }

    /// It does not stall any more.
    pub(crate) fn heal(&mut self) {
        (self.in_from, self.out_from) = (0, 0);
        (self.nature.breaks_in, self.nature.breaks_out) = (None, None);
        for (at, _) in self.to_server.iter_mut().chain(&mut self.to_module) {
            *at = 0;
        }
    }

    /// When something happens next, if the module's window has room.
    pub(crate) fn due(&self, room: usize) -> Option<u64> {
        if self.over {
            return None;
        }
        if !self.up {
            return self.nature.connects_at;
        }
        if self.half_open {
            return None;
        }
        let out = self.to_server.front().map(|(at, _)| *at);
        let come = self.to_module.front().filter(|_| room > 0).map(|(at, _)| *at);
        let server =
            self.server.due().filter(|_| self.to_module.is_empty() || !self.server.is_done());
        [out, come, server].into_iter().flatten().min()
    }

    /// The server's side goes on: it gets what has arrived, and sends. Returns how many bytes have arrived, and whether anything happened.
    pub(crate) fn serve(&mut self, now: u64, life: &mut Life, rng: &mut StdRng) -> (usize, bool) {
        if !self.up || self.over || self.half_open {
            return (0, false);
        }
        let (mut arrived, mut any) = (0, false);
        while self.to_server.front().is_some_and(|(at, _)| *at <= now) {
            let (_, bytes) = self.to_server.pop_front().expect("it was there");
            arrived += bytes.len();
            self.out -= bytes.len();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let (piece, left) = rest.split_at(rng.random_range(1..=rest.len()));
                rest = left;
                self.server.read(now, piece, life, rng);
            }
            any = true;
        }
        while let Some(bytes) = self.server.write(now, life) {
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let n = rng.random_range(1..=self.nature.piece).min(rest.len());
                let (piece, left) = rest.split_at(n);
                rest = left;
                let jitter = if rng.random_bool(0.1) { rng.random_range(0..50_000) } else { 0 };
                self.in_from = self.in_from.max(now + self.nature.latency_us + jitter);
                self.to_module.push_back((self.in_from, piece.to_vec()));
            }
            any = true;
        }
        (arrived, any)
    }

    /// The next piece of the server, as much of it as there is room for.
    pub(crate) fn take(&mut self, now: u64, room: usize, life: &mut Life) -> Option<Vec<u8>> {
        if self.over || room == 0 || self.to_module.front()?.0 > now {
            return None;
        }
        let (at, mut piece) = self.to_module.pop_front()?;
        if piece.len() > room {
            let rest = piece.split_off(room);
            self.to_module.push_front((at, rest));
        }
        if let Some(most) = self.nature.breaks_in
            && life.arrived + piece.len() >= most
        {
            piece.truncate(most - life.arrived);
            self.reset(now, life);
        }
        life.arrived += piece.len();
        Some(piece)
    }

    /// The server has sent everything and ended it, and all of that has arrived.
    pub(crate) fn ends(&self, now: u64) -> bool {
        !self.over && !self.half_open && self.to_module.is_empty() && self.server.ends(now)
    }

    /// The module closes it: what is on its way to the server arrives, or does not.
    pub(crate) fn close(&mut self, now: u64, life: &mut Life, rng: &mut StdRng) {
        if !self.over && !self.half_open && self.up && rng.random_bool(0.5) {
            for (_, bytes) in self.to_server.drain(..) {
                self.server.read(now, &bytes, life, rng);
            }
        }
        life.lost |= !self.to_server.is_empty();
    }
}
