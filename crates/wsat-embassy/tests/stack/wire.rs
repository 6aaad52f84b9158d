//! An Ethernet cable between two stacks of embassy-net, and embassy-time's clock: that of the test's thread.

use crate::world::Time;
use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Waker};

thread_local! {
    /// Each test has a thread, and so a clock, of its own.
    pub(crate) static TIME: Time = Time::default();
    static IS_CUT: Cell<bool> = const { Cell::new(false) };
    static WATCHING: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

/// Cuts the cable, or mends it. Both ends notice.
pub(crate) fn cut(is_cut: bool) {
    IS_CUT.set(is_cut);
    WATCHING.take().into_iter().for_each(Waker::wake);
}

struct ThreadTime;

impl embassy_time_driver::Driver for ThreadTime {
    fn now(&self) -> u64 {
        TIME.with(|time| time.millis() * (embassy_time_driver::TICK_HZ / 1000))
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        let at = at.div_ceil(embassy_time_driver::TICK_HZ / 1000);
        // A stack that wants to be polled at once, and again, gets on only because that takes time.
        TIME.with(|time| time.wake_at(at.max(time.millis() + 1), waker));
    }
}

embassy_time_driver::time_driver_impl!(static DRIVER: ThreadTime = ThreadTime);

#[derive(Default)]
struct Lane {
    frames: VecDeque<Vec<u8>>,
    waker: Option<Waker>,
}

/// One end of the cable.
pub(crate) struct Plug {
    from: Rc<RefCell<Lane>>,
    to: Rc<RefCell<Lane>>,
    address: u8,
}

pub(crate) fn cable() -> (Plug, Plug) {
    let lanes: [Rc<RefCell<Lane>>; 2] = Default::default();
    let [a, b] = lanes;
    (Plug { from: a.clone(), to: b.clone(), address: 1 }, Plug { from: b, to: a, address: 2 })
}

impl Driver for Plug {
    type RxToken<'a> = Frame;
    type TxToken<'a> = Sender<'a>;

    fn receive(&mut self, cx: &mut Context<'_>) -> Option<(Frame, Sender<'_>)> {
        let mut lane = self.from.borrow_mut();
        lane.waker = Some(cx.waker().clone());
        if IS_CUT.get() {
            lane.frames.clear();
        }
        let frame = lane.frames.pop_front()?;
        drop(lane);
        Some((Frame(frame), Sender(&self.to)))
    }

    fn transmit(&mut self, _: &mut Context<'_>) -> Option<Sender<'_>> {
        Some(Sender(&self.to))
    }

    fn link_state(&mut self, cx: &mut Context<'_>) -> LinkState {
        WATCHING.with_borrow_mut(|watching| {
            watching.retain(|waker| !waker.will_wake(cx.waker()));
            watching.push(cx.waker().clone());
        });
        if IS_CUT.get() { LinkState::Down } else { LinkState::Up }
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = 1514;
        capabilities
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet([2, 0, 0, 0, 0, self.address])
    }
}

pub(crate) struct Frame(Vec<u8>);

impl RxToken for Frame {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(mut self, read: F) -> R {
        read(&mut self.0)
    }
}

pub(crate) struct Sender<'a>(&'a RefCell<Lane>);

impl TxToken for Sender<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut frame = vec![0; len];
        let result = write(&mut frame);
        let mut lane = self.0.borrow_mut();
        lane.frames.push_back(frame);
        lane.waker.take().into_iter().for_each(Waker::wake);
        result
    }
}
