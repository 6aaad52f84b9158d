//! One poll of the module's future: rounds in which every lane has its turn, then time.

use crate::shared::Shared;
use crate::{Clock, Connector, End, Messages, Program, link, program, serial};
use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use embedded_io_async::{Read, Write};

/// Rounds in which something moves before time is told, and before the executor's other tasks have a turn.
const ROUNDS: usize = 16;

pub(crate) async fn run<C: Connector, K: Clock>(
    shared: &Shared<'_, '_>,
    (rx, tx): (impl Read, impl Write),
    links: &mut [C; 3],
    (program, messages): (&mut impl Program, &mut impl Messages),
    clock: &K,
) -> End {
    let [a, b, c] = links;
    let mut hear = pin!(serial::hear(shared, rx));
    let mut print = pin!(serial::print(shared, tx));
    let (mut a, mut b) = (pin!(link::run(shared, 0, a)), pin!(link::run(shared, 1, b)));
    let mut c = pin!(link::run(shared, 2, c));
    let mut carry_out = pin!(program::carry_out(shared, program));
    let mut tell = pin!(program::tell(shared, messages));
    let (mut alarm, mut alarm_at) = (pin!(None), None);
    poll_fn(|cx| {
        for round in 1..=ROUNDS {
            shared.tick(clock.now());
            shared.moved.set(false);
            // What the host has sent together belongs together: it goes first, until neither direction gets further.
            let mut any = false;
            for _ in 0..ROUNDS {
                if hear.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(End::Line);
                }
                _ = print.as_mut().poll(cx);
                if !shared.moved.take() {
                    break;
                }
                any = true;
            }
            _ = (a.as_mut().poll(cx), b.as_mut().poll(cx), c.as_mut().poll(cx));
            shared.act();
            if carry_out.as_mut().poll(cx).is_ready() {
                return Poll::Ready(End::Restart);
            }
            _ = tell.as_mut().poll(cx);
            any |= shared.moved.get();
            // What has come goes before time, but traffic without end does not stop the clock.
            if (!any || round == ROUNDS) && shared.tell_time() {
                shared.act();
                any = true;
            }
            if any {
                continue;
            }
            let deadline = shared.deadline();
            if deadline != alarm_at {
                alarm.set(deadline.map(|at| clock.wait_until(at)));
                alarm_at = deadline;
            }
            match alarm.as_mut().as_pin_mut().map(|alarm| alarm.poll(cx)) {
                Some(Poll::Ready(())) => {
                    alarm.set(None);
                    alarm_at = None;
                }
                Some(Poll::Pending) | None => return Poll::Pending,
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}
