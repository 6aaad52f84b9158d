//! A serial line that is not sound.

use super::OnSerial;
use crate::module::Module;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::VecDeque;
use wsat::Instant;

/// Bytes that are on their way in one direction before the one who writes has to wait.
const CAPACITY: usize = 4096;

/// The serial line of one module: what goes wrong on it, and both directions.
#[derive(Debug)]
pub(crate) struct Serial {
    pub(crate) faults: OnSerial,
    pub(crate) to_module: Direction,
    pub(crate) to_host: Direction,
}

impl Serial {
    /// Nothing is wrong; every later choice follows from the seed, in each direction for itself.
    pub(crate) fn new(rng: &mut StdRng) -> Self {
        let faults = OnSerial::default();
        Self { faults, to_module: Direction::new(rng), to_host: Direction::new(rng) }
    }

    /// Nothing is wrong, and nothing is on its way.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults == OnSerial::default() && self.is_idle()
    }

    /// Puts what has arrived at the module into it. Returns whether anything has.
    pub(crate) fn deliver(&mut self, now: Instant, module: &mut Module) -> bool {
        if !module.wants_input() {
            return false;
        }
        let arrived = self.to_module.arrived(now, &self.faults);
        self.to_module.take(arrived.len());
        module.put(now, &arrived);
        !arrived.is_empty()
    }

    /// Nothing is on its way.
    pub(crate) fn is_idle(&self) -> bool {
        self.to_module.bytes.is_empty() && self.to_host.bytes.is_empty()
    }

    /// What is on its way is nobody's any more.
    pub(crate) fn clear(&mut self) {
        self.to_module.bytes.clear();
        self.to_host.bytes.clear();
    }

    /// Other faults from now on, also for what is on its way already.
    pub(crate) fn set(&mut self, now: Instant, faults: OnSerial) {
        self.faults = faults;
        let by = now.after(faults.delay_ms);
        self.to_module.hurry(by);
        self.to_host.hurry(by);
    }

    /// When something arrives next, if that is still to come.
    pub(crate) fn next_at(&self, now: Instant) -> Option<Instant> {
        [&self.to_module, &self.to_host].into_iter().filter_map(|way| way.next_at(now)).min()
    }
}

/// One direction of it.
#[derive(Debug)]
pub(crate) struct Direction {
    /// Each with the time when it arrives.
    bytes: VecDeque<(Instant, u8)>,
    rng: StdRng,
}

impl Direction {
    fn new(rng: &mut StdRng) -> Self {
        Self { bytes: VecDeque::new(), rng: StdRng::from_rng(rng) }
    }

    /// It takes no more: whoever writes has to wait.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= CAPACITY
    }

    /// Puts bytes on it.
    pub(crate) fn put(&mut self, now: Instant, bytes: &[u8], faults: &OnSerial) {
        let rng = &mut self.rng;
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
    fn hurry(&mut self, by: Instant) {
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
    fn next_at(&self, now: Instant) -> Option<Instant> {
        self.bytes.front().map(|(at, _)| *at).filter(|at| *at > now)
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Instant, OnSerial, Serial};
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    #[test]
    fn each_fault_does_what_it_is_called() {
        let now = Instant::from_millis(10);
        let through = |faults: OnSerial, seed| {
            let mut line = Direction::new(&mut StdRng::seed_from_u64(seed));
            line.put(now, &[0; 1000], &faults);
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

    #[test]
    fn one_direction_chooses_without_the_other() {
        let arrives = |printed: &[u8]| {
            let mut line = Serial::new(&mut StdRng::seed_from_u64(3));
            let now = Instant::from_millis(0);
            line.set(now, OnSerial { drop: 0.5, ..OnSerial::default() });
            line.to_host.put(now, printed, &line.faults);
            line.to_module.put(now, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], &line.faults);
            line.to_module.arrived(now, &line.faults)
        };
        assert_eq!(arrives(b""), arrives(b"+WS_DATA:0,2,hi"));
    }
}
