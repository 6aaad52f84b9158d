//! One direction of a serial line that is not sound.

use super::OnSerial;
use rand::RngExt as _;
use rand::rngs::StdRng;
use std::collections::VecDeque;
use wsat::Instant;

/// Bytes on their way, each with the time when it arrives.
#[derive(Debug, Default)]
pub(crate) struct SerialLine {
    bytes: VecDeque<(Instant, u8)>,
}

impl SerialLine {
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Puts bytes on it.
    pub(crate) fn put(&mut self, now: Instant, bytes: &[u8], faults: &OnSerial, rng: &mut StdRng) {
        let at = now.after(faults.delay_ms);
        for &byte in bytes {
            if rng.random_bool(faults.drop) {
                continue;
            }
            let flipped = if rng.random_bool(faults.flip) {
                byte ^ 1 << rng.random_range(0..8)
            } else {
                byte
            };
            self.bytes.push_back((at, flipped));
            if rng.random_bool(faults.repeat) {
                self.bytes.push_back((at, flipped));
            }
        }
    }

    /// What is on its way arrives by then at the latest.
    pub(crate) fn hurry(&mut self, by: Instant) {
        for (at, _) in &mut self.bytes {
            *at = (*at).min(by);
        }
    }

    /// What has arrived, or its first byte. It stays until it is [taken](Self::take).
    pub(crate) fn arrived(&self, now: Instant, faults: &OnSerial) -> Vec<u8> {
        let most = if faults.cut { 1 } else { usize::MAX };
        let there = self.bytes.iter().take_while(|(at, _)| *at <= now);
        there.map(|(_, byte)| *byte).take(most).collect()
    }

    pub(crate) fn take(&mut self, n: usize) {
        self.bytes.drain(..n.min(self.bytes.len()));
    }

    /// When the next byte arrives, if that is still to come.
    pub(crate) fn next_at(&self, now: Instant) -> Option<Instant> {
        self.bytes.front().map(|(at, _)| *at).filter(|at| *at > now)
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, OnSerial, SerialLine};
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    #[test]
    fn each_fault_does_what_it_is_called() {
        let now = Instant::from_millis(10);
        let through = |faults: OnSerial, seed| {
            let mut line = SerialLine::default();
            line.put(now, &[0; 1000], &faults, &mut StdRng::seed_from_u64(seed));
            line
        };
        let sound = OnSerial::default();
        assert_eq!(through(sound, 1).arrived(now, &sound), [0; 1000]);
        let count = |faults| through(faults, 1).arrived(now, &sound).len();
        assert!((850..950).contains(&count(OnSerial { drop: 0.1, ..sound })));
        assert!((1050..1150).contains(&count(OnSerial { repeat: 0.1, ..sound })));
        let flipped = through(OnSerial { flip: 1.0, ..sound }, 1).arrived(now, &sound);
        assert!(flipped.iter().all(|byte| byte.count_ones() == 1));
        let cut = OnSerial { cut: true, ..sound };
        assert_eq!(through(cut, 1).arrived(now, &cut), [0]);
        let late = through(OnSerial { delay_ms: 5, ..sound }, 1);
        assert_eq!(late.arrived(Instant::from_millis(14), &sound), []);
        assert_eq!(late.next_at(now), Some(Instant::from_millis(15)));
        assert_eq!(late.arrived(Instant::from_millis(15), &sound).len(), 1000);
        // The same seed, the same choices.
        let faults = OnSerial { drop: 0.1, flip: 0.1, repeat: 0.1, ..sound };
        assert_eq!(through(faults, 7).bytes, through(faults, 7).bytes);
        assert_ne!(through(faults, 7).bytes, through(faults, 8).bytes);
    }
}
