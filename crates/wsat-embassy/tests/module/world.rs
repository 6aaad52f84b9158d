//! A clock that stands still while anything moves, and an executor that knows who was woken.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use wsat::Instant;
use wsat_embassy::Clock;

/// What is not over by then never is.
const END_OF_TIME: u64 = 24 * 3600 * 1000;

/// Time, which passes when nothing else does.
#[derive(Clone, Default)]
pub(crate) struct Time(Rc<Inner>);

#[derive(Default)]
struct Inner {
    now: Cell<u64>,
    alarms: RefCell<Vec<(u64, Waker)>>,
}

impl Time {
    pub(crate) fn millis(&self) -> u64 {
        self.0.now.get()
    }

    pub(crate) async fn until(&self, at: u64) {
        poll_fn(|cx| {
            if self.millis() >= at {
                return Poll::Ready(());
            }
            self.wake_at(at, cx.waker());
            Poll::Pending
        })
        .await;
    }

    pub(crate) async fn sleep(&self, millis: u64) {
        self.until(self.millis() + millis).await;
    }

    /// Has somebody woken then.
    pub(crate) fn wake_at(&self, at: u64, waker: &Waker) {
        self.0.alarms.borrow_mut().push((at, waker.clone()));
    }

    /// Goes on to the next alarm. False: there is none.
    fn pass(&self) -> bool {
        let mut alarms = self.0.alarms.borrow_mut();
        let Some(next) = alarms.iter().map(|(at, _)| *at).min() else { return false };
        self.0.now.set(next);
        assert!(next < END_OF_TIME, "nothing happens any more");
        alarms.extract_if(.., |(at, _)| *at <= next).for_each(|(_, waker)| waker.wake());
        true
    }
}

impl Clock for Time {
    fn now(&self) -> Instant {
        Instant::from_millis(self.millis())
    }

    async fn wait_until(&self, at: Instant) {
        self.until(at.as_millis()).await;
    }
}

/// Whether somebody was woken.
struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What runs beside a script.
pub(crate) type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Polls each whenever it was woken, and only then, until the script is done. Time passes when nobody was.
pub(crate) fn play<const N: usize, T>(
    time: &Time,
    tasks: [Task<'_>; N],
    script: impl Future<Output = T>,
) -> T {
    let bell = || Arc::new(Bell(AtomicBool::new(true)));
    let mut tasks = tasks.map(|task| (Some(task), bell()));
    let (mut script, own) = (pin!(script), bell());
    let rings = |bell: &Arc<Bell>| bell.0.swap(false, Ordering::Relaxed);
    loop {
        let mut is_still = true;
        for (task, bell) in &mut tasks {
            if rings(bell)
                && let Some(running) = task
            {
                is_still = false;
                let waker = Waker::from(bell.clone());
                if running.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                    *task = None;
                }
            }
        }
        if rings(&own) {
            is_still = false;
            let waker = Waker::from(own.clone());
            if let Poll::Ready(value) = script.as_mut().poll(&mut Context::from_waker(&waker)) {
                return value;
            }
        }
        assert!(!is_still || time.pass(), "everybody waits, and nobody will wake them");
    }
}
