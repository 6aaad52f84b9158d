//! Which station has to run when.

use std::collections::BTreeSet;
use wsat::Instant;

/// One deadline for each station, soonest first.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    queue: BTreeSet<(Instant, usize)>,
    by_station: Vec<Option<Instant>>,
}

impl Timers {
    /// Replaces the deadline of a station.
    pub(crate) fn set(&mut self, station: usize, deadline: Option<Instant>) {
        if self.by_station.len() <= station {
            self.by_station.resize(station + 1, None);
        }
        let before = std::mem::replace(&mut self.by_station[station], deadline);
        if before == deadline {
            return;
        }
        if let Some(before) = before {
            self.queue.remove(&(before, station));
        }
        if let Some(deadline) = deadline {
            self.queue.insert((deadline, station));
        }
    }

    /// The soonest deadline.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.queue.first().map(|&(deadline, _)| deadline)
    }

    /// A station whose deadline has come; it has none any more.
    pub(crate) fn due(&mut self, now: Instant) -> Option<usize> {
        let &(deadline, station) = self.queue.first()?;
        if deadline > now {
            return None;
        }
        self.set(station, None);
        Some(station)
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, Timers};

    #[test]
    fn soonest_first_and_each_once() {
        let at = Instant::from_millis;
        let mut timers = Timers::default();
        timers.set(2, Some(at(30)));
        timers.set(0, Some(at(10)));
        timers.set(1, Some(at(20)));
        timers.set(0, Some(at(25)));
        assert_eq!(timers.next(), Some(at(20)));
        assert_eq!(timers.due(at(19)), None);
        assert_eq!(timers.due(at(25)), Some(1));
        assert_eq!(timers.due(at(25)), Some(0));
        assert_eq!(timers.due(at(25)), None);
        timers.set(2, None);
        assert_eq!(timers.next(), None);
    }
}
