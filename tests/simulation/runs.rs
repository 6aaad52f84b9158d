//! Which seeds run, and what is printed of them.

use crate::coverage::{self, COMMON, Counts, ENOUGH, FEW};
use crate::{journal, session};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Seeds that have failed, and what they showed then. A change of what is drawn makes another session of a seed, so what was wrong with a core has a
/// test of its own besides.
const KEPT: [(u64, &str); 9] = [
    (28_543, "records whose heads are lost between the zeros that end a payload"),
    (101_373, "a Close in one piece with the response of a retry, and a link that is free at once"),
    (1_022_333, "a line that a module keeps busy for longer than a host waits"),
    (1_028_358, "a report that is lost between zeros, and a query that makes up for it"),
    (2_000_737, "a message in frames of one octet over a transport with room for one"),
    (2_010_724, "an attempt to open that keeps the module busy when the world has healed"),
    (3_053_548, "a restart while half a minute of data waits for the line"),
    (
        60_011_130,
        "an answer to a probe behind that of a request that was given up, and behind data",
    ),
    (
        90_087_850,
        "a Close whose code ends with the line behind it, since the host's caller went away",
    ),
];

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
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| Some((*panic.downcast_ref::<&str>()?).to_owned()));
        let release = if cfg!(debug_assertions) { "" } else { " --release" };
        eprintln!("seed {seed} fails: {}", text.unwrap_or_default());
        eprintln!("again: WSAT_SEED={seed} cargo test{release} --test simulation new_seeds");
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
    let first = variable("WSAT_FIRST").unwrap_or(clock);
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
    let common = COMMON.iter().find(|what| !counts.contains_key(**what));
    assert!(common.is_none() || count < FEW, "what is common was never met: {common:?}");
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
