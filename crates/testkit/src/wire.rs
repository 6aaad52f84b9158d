//! One direction of the serial line between a host and a device that are wired back to back: late, cut at random places, and
//! tampered with.

#![allow(missing_debug_implementations, reason = "what tampers is a function")]
#![allow(missing_docs, reason = "a test reads as what it says")]

use rand::{Rng, RngExt};
use std::collections::VecDeque;
use wsat::Instant;

/// What becomes of each byte of one direction: usually itself.
pub type Tamper = Box<dyn FnMut(u8) -> Vec<u8>>;

/// One direction of the serial line.
pub struct Wire {
    /// Each with the time when it has arrived, in microseconds.
    pub(crate) bytes: VecDeque<(u64, u8)>,
    /// Microseconds that a byte takes; 0: none.
    pub byte_us: u64,
    /// Microseconds from the last bit to the program at the other end.
    pub latency_us: u64,
    pub(crate) now_us: u64,
    /// When the line is free.
    free_us: u64,
    pub tamper: Option<Tamper>,
    /// It takes nothing.
    pub blocked: bool,
    /// Everything that went over it.
    pub log: Vec<u8>,
}

impl Wire {
    pub(crate) fn new() -> Self {
        Self {
            bytes: VecDeque::new(),
            byte_us: 0,
            latency_us: 0,
            now_us: 0,
            free_us: 0,
            tamper: None,
            blocked: false,
            log: Vec::new(),
        }
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.free_us = self.free_us.max(self.now_us) + self.byte_us;
            let at = self.free_us + self.latency_us;
            match &mut self.tamper {
                Some(tamper) => self.bytes.extend(tamper(byte).into_iter().map(|byte| (at, byte))),
                None => self.bytes.push_back((at, byte)),
            }
        }
    }

    /// When the next byte arrives.
    pub(crate) fn due(&self) -> Option<Instant> {
        let (at, _) = self.bytes.front().filter(|_| !self.blocked)?;
        Some(Instant::from_millis(at.div_ceil(1000)))
    }

    /// A piece of what is on it.
    pub(crate) fn take(&mut self, rng: &mut dyn Rng) -> Vec<u8> {
        let there = self.bytes.iter().take_while(|(at, _)| *at <= self.now_us).count();
        if there == 0 || self.blocked {
            return Vec::new();
        }
        let most = if rng.random_bool(0.3) { 1 } else { there.min(200) };
        let piece = self.bytes.drain(..rng.random_range(1..=most));
        let piece: Vec<u8> = piece.map(|(_, byte)| byte).collect();
        self.log.extend_from_slice(&piece);
        piece
    }
}
