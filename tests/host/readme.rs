//! The README's firmware, against the device.

use crate::Pair;
use crate::firmware::{Board, run};
use std::cell::RefCell;
use wsat::host::JoinError;
use wsat::{Dialect, Instant, Quirks};

thread_local! {
    /// What was shown.
    static SHOWN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The device at the other end of the UART.
struct Bench {
    pair: Pair,
    received: Vec<u8>,
}

impl Board for Bench {
    fn now(&self) -> Instant {
        self.pair.now()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.received.extend(self.pair.module(bytes));
    }

    fn received(&self) -> &[u8] {
        &self.received
    }

    fn drop_received(&mut self, n: usize) {
        self.received.drain(..n);
    }

    fn wait(&mut self, until: Option<Instant>) {
        self.received.extend(self.pair.module(b""));
        if self.received.is_empty() {
            let until = until.map_or(self.pair.bench.now + 1000, Instant::as_millis);
            self.pair.bench.at(until.max(self.pair.bench.now));
        }
    }

    /// For ten seconds.
    fn is_on(&self) -> bool {
        self.pair.bench.now < 10_000
    }

    fn show(octets: &[u8]) {
        SHOWN.with_borrow_mut(|shown| shown.extend_from_slice(octets));
    }

    fn log(why: JoinError) {
        panic!("{why}");
    }
}

#[test]
fn the_readmes_firmware_runs_as_it_stands_there() {
    let file = include_str!("firmware.rs").replace("pub(crate) ", "");
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("```rust\n{file}```")), "the README has another one");
    let pair = Pair::new(Dialect::V3_1, Quirks::DOCUMENTED, 1);
    let mut bench = Bench { pair, received: Vec::new() };
    assert_eq!(run(&mut bench), Ok(()));
    assert_eq!(bench.pair.commands, ["+CWMODE", "+CWJAP"]);
    assert_eq!(bench.pair.servers[0].received, [(0x81, b"Hello".to_vec())]);
    assert_eq!(SHOWN.take(), b"Hello", "it came back");
    // From `fn run` on, without empty lines.
    let code = file.split_once("fn run").unwrap().1.lines().filter(|line| !line.is_empty());
    assert!(code.count() <= 40);
}
