//! One direction of a serial line: it cuts, delays and stalls, and if it is unsound it drops, repeats and flips bytes.

use crate::coverage::met;
use crate::journal::{self, note};
use rand::{RngExt, rngs::StdRng};
use std::collections::VecDeque;

/// What may become of a byte.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Damage {
    Dropped,
    /// So do those behind it.
    BurstDropped,
    Repeated,
    Flipped,
}

pub(crate) const DAMAGES: [Damage; 4] =
    [Damage::Dropped, Damage::BurstDropped, Damage::Repeated, Damage::Flipped];

/// How a line is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Microseconds that a byte takes.
    pub(crate) byte_us: u64,
    /// Microseconds from the last bit of a piece to the program at the other end.
    pub(crate) latency_us: u64,
    /// The most bytes of a piece.
    pub(crate) piece: usize,
    /// The probability of damage, byte by byte.
    pub(crate) damage: f64,
}

pub(crate) struct Wire {
    name: &'static str,
    pub(crate) line: Line,
    /// Each with the time when it has arrived, in microseconds.
    pieces: VecDeque<(u64, Vec<u8>)>,
    /// Bytes in them.
    held: usize,
    free_at: u64,
    /// It takes and gives nothing until then.
    pub(crate) blocked_until: u64,
    burst: usize,
    /// Lines that have begun, by their ends.
    pub(crate) lines: u64,
    rng: StdRng,
}

impl Wire {
    pub(crate) fn new(name: &'static str, line: Line, rng: StdRng) -> Self {
        let pieces = VecDeque::new();
        Self { name, line, pieces, held: 0, free_at: 0, blocked_until: 0, burst: 0, lines: 0, rng }
    }

    /// Bytes that it takes now: no more than go over it in some milliseconds.
    pub(crate) fn room(&self) -> usize {
        let most = 10_000_u64.checked_div(self.line.byte_us).unwrap_or(512).clamp(16, 512);
        usize::try_from(most).unwrap().saturating_sub(self.held)
    }

    pub(crate) fn put(&mut self, now: u64, bytes: &[u8]) {
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let damaged;
        let mut rest = if self.line.damage > 0.0 {
            damaged = bytes.iter().flat_map(|&byte| self.damaged(now, byte)).collect::<Vec<_>>();
            &damaged
        } else {
            bytes
        };
        while !rest.is_empty() {
            let n = self.rng.random_range(1..=self.line.piece).min(rest.len());
            let (piece, left) = rest.split_at(n);
            rest = left;
            journal::bytes(now, self.name, piece);
            self.free_at = self.free_at.max(now) + n as u64 * self.line.byte_us;
            self.pieces.push_back((self.free_at + self.line.latency_us, piece.to_vec()));
            self.held += n;
        }
    }

    fn damaged(&mut self, now: u64, byte: u8) -> Vec<u8> {
        if self.burst > 0 {
            self.burst -= 1;
            return Vec::new();
        }
        if !self.rng.random_bool(self.line.damage) {
            return vec![byte];
        }
        let damage = DAMAGES[self.rng.random_range(0..DAMAGES.len())];
        met(&format!("serial: {damage:?}"));
        note(now, || format!("{}: {damage:?} {}", self.name, byte.escape_ascii()));
        match damage {
            Damage::Dropped => Vec::new(),
            Damage::BurstDropped => {
                self.burst = self.rng.random_range(1..40);
                Vec::new()
            }
            Damage::Repeated => vec![byte; 2],
            Damage::Flipped => vec![byte ^ 1 << self.rng.random_range(0..8)],
        }
    }

    /// When the next piece arrives.
    pub(crate) fn due(&self) -> Option<u64> {
        self.pieces.front().map(|(at, _)| (*at).max(self.blocked_until))
    }

    /// The piece that has arrived.
    pub(crate) fn take(&mut self, now: u64) -> Option<Vec<u8>> {
        if self.due()? > now {
            return None;
        }
        let (_, piece) = self.pieces.pop_front()?;
        self.held -= piece.len();
        Some(piece)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What is on it is gone.
    pub(crate) fn clear(&mut self) {
        self.pieces.clear();
        self.held = 0;
    }
}
