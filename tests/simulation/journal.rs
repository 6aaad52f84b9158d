//! The last things that happened in this thread's session, to be printed if it fails; of a session that is replayed, all, and every byte.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// Lines that are kept.
const KEPT: usize = 100;

thread_local! {
    static WHOLE: Cell<bool> = const { Cell::new(false) };
    static LINES: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
}

/// Something has happened at this time, in microseconds.
pub(crate) fn note(now: u64, what: impl FnOnce() -> String) {
    LINES.with_borrow_mut(|lines| {
        if lines.len() == KEPT && !WHOLE.get() {
            // The first says what kind of session it is.
            lines.remove(1);
        }
        lines.push_back(format!("{:>6}.{:03} s  {}", now / 1_000_000, now / 1000 % 1000, what()));
    });
}

/// These bytes went over a line.
pub(crate) fn bytes(now: u64, name: &str, bytes: &[u8]) {
    if WHOLE.get() {
        note(now, || format!("{name}: {}", bytes.escape_ascii()));
    }
}

/// From now on nothing is left out.
pub(crate) fn keep_all() {
    WHOLE.set(true);
}

/// All lines, which are forgotten.
pub(crate) fn take() -> Vec<String> {
    LINES.with_borrow_mut(|lines| lines.drain(..).collect())
}
