//! The bench and the pair of `crates/testkit`, for tests that never give memory back.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test program uses its own part of this"
)]

pub use wsat_testkit::WINDOW;

pub type Bench = wsat_testkit::Bench<'static>;
pub type Pair = wsat_testkit::pair::Pair<'static>;
