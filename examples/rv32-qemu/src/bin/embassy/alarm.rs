//! The clock of embassy-time: the machine's timer, and the alarms that wait for it.

use core::cell::RefCell;
use core::task::Waker;
use embassy_sync::blocking_mutex::CriticalSectionMutex;
use embassy_time_driver::{Driver, TICK_HZ, time_driver_impl};
use embassy_time_queue_utils::Queue;
use riscv::register::time;

/// Of `virt`'s timer.
const TIMER_HZ: u64 = 10_000_000;

struct Alarms(CriticalSectionMutex<RefCell<Queue>>);

time_driver_impl!(static ALARMS: Alarms = Alarms(CriticalSectionMutex::new(RefCell::new(Queue::new()))));

impl Driver for Alarms {
    fn now(&self) -> u64 {
        time::read64() / (TIMER_HZ / TICK_HZ)
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        // Whether it is the first is no news: all are looked at again and again.
        self.0.lock(|queue| _ = queue.borrow_mut().schedule_wake(at, waker));
    }
}

/// Wakes whose time has come.
pub(crate) fn look() {
    ALARMS.0.lock(|queue| _ = queue.borrow_mut().next_expiration(ALARMS.now()));
}
