//! The order of measuring, and the clock. Everybody runs once a round, so that what slows the machine for a while slows
//! everybody; each round begins with another one. The clock is that of the thread: what others do with the processor counts
//! little. Of all rounds the median counts.

use rustix::time::{ClockId, clock_gettime};

/// One library at one workload.
pub struct Contestant {
    pub run: Box<dyn FnMut()>,
    /// How many a run reads or writes.
    pub messages: usize,
}

const ROUNDS: usize = 161;
/// How long one measurement should take: long beside the clock's own cost, which is a system call.
const NANOSECONDS: u64 = 60_000;

/// Nanoseconds a message, for each contestant.
pub fn race(mut contestants: Vec<Contestant>) -> Vec<f64> {
    let runs: Vec<u64> = contestants.iter_mut().map(calibrated).collect();
    let mut taken = vec![Vec::with_capacity(ROUNDS); contestants.len()];
    for round in 0..ROUNDS {
        for place in 0..contestants.len() {
            let at = (round + place) % contestants.len();
            let contestant = &mut contestants[at];
            let took = timed(&mut contestant.run, runs[at]) as f64;
            taken[at].push(took / (runs[at] * contestant.messages as u64) as f64);
        }
    }
    taken.iter_mut().map(|taken| median(taken)).collect()
}

/// How often a contestant has to run for a measurement.
fn calibrated(contestant: &mut Contestant) -> u64 {
    let mut runs = 1;
    loop {
        // The least of some: an interrupt would make a run seem long, and the clock would be what is measured.
        let took = (0..5).map(|_| timed(&mut contestant.run, runs)).min().unwrap_or(0);
        if took >= NANOSECONDS / 2 {
            return (runs * NANOSECONDS / took).max(1);
        }
        runs *= 2;
    }
}

fn timed(run: &mut dyn FnMut(), runs: u64) -> u64 {
    let begin = clock();
    for _ in 0..runs {
        run();
    }
    clock() - begin
}

fn clock() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fn median(taken: &mut [f64]) -> f64 {
    taken.sort_unstable_by(f64::total_cmp);
    taken[taken.len() / 2]
}
