//! Which seeds run, and what is printed of them.

use crate::coverage::{self, Counts, ENOUGH};
use crate::{journal, session};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Seeds that have failed, and what they have shown.
const KEPT: [(u64, &str); 1] = [(0, "nothing yet")];

/// Seeds of a run that is not told how many, if there is time for them.
const SEEDS: u64 = 400;
const TIME: Duration = Duration::from_secs(8);

/// Runs one session; if it fails, prints how to see that again.
fn play(seed: u64) {
    let played = catch_unwind(AssertUnwindSafe(|| session::run(seed)));
    let lines = journal::take();
    if let Err(panic) = played {
        for line in lines {
            eprintln!("{line}");
        }
        eprintln!("seed {seed} fails; again: WSAT_SEED={seed} cargo test --test simulation");
        resume_unwind(panic);
    }
}

fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is no number")))
}

/// Runs seeds from `first` on, at most so many and so long; what was met, and how many they were.
fn play_many(first: u64, most: u64, time: Option<Duration>) -> (Counts, u64) {
    let begun = Instant::now();
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let threads = thread::available_parallelism().map_or(1, usize::from).min(4);
    let work = || {
        let mut count = 0;
        while time.is_none_or(|time| begun.elapsed() < time) && !failed.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= most {
                break;
            }
            if let Err(panic) = catch_unwind(|| play(first.wrapping_add(number))) {
                failed.store(true, Ordering::Relaxed);
                resume_unwind(panic);
            }
            count += 1;
        }
        (coverage::take(), count)
    };
    let mut all = (Counts::new(), 0);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let (counts, count) = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            for (what, n) in counts {
                *all.0.entry(what).or_insert(0) += n;
            }
            all.1 += count;
        }
    });
    all
}

#[test]
fn new_seeds() {
    if let Some(seed) = variable("WSAT_SEED") {
        journal::keep_all();
        return play(seed);
    }
    let told = variable("WSAT_SEEDS");
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    let clock = u64::try_from(clock.as_micros()).expect("it is before 586524");
    // Whoever asks for many looks for something new. The usual run is to say whether a change broke something, so its
    // seeds are those of the run before.
    let first = variable("WSAT_FIRST").unwrap_or(if told.is_some() { clock } else { 1 });
    println!("the first seed is {first}");
    let begun = Instant::now();
    let time = told.is_none().then_some(TIME);
    let (counts, count) = play_many(first, told.unwrap_or(SEEDS), time);
    println!("{count} seeds in {:.1} s", begun.elapsed().as_secs_f64());
    let required = coverage::required();
    if told.is_some() {
        for (what, n) in &counts {
            println!("{n:>10}  {what}");
        }
    }
    let missed: Vec<_> = required.iter().filter(|what| !counts.contains_key(*what)).collect();
    println!("never met: {missed:?}");
    assert!(missed.is_empty() || count < ENOUGH, "some of what has to be met was not: {missed:?}");
}

#[test]
fn kept_seeds() {
    for (seed, what) in KEPT {
        println!("{seed}: {what}");
        play(seed);
    }
}
