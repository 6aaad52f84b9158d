//! The time since the machine was switched on.

use riscv::register::time;
use wsat::Instant;

/// Of `virt`'s timer.
const TICKS_PER_MILLISECOND: u64 = 10_000;

/// Now.
#[must_use]
pub fn now() -> Instant {
    Instant::from_millis(time::read64() / TICKS_PER_MILLISECOND)
}

/// The same for smoltcp.
#[must_use]
pub fn for_network(now: Instant) -> smoltcp::time::Instant {
    smoltcp::time::Instant::from_millis(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
}
