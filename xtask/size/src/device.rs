//! wsat: the whole device, with the calls that a driver makes.

use rand_core::CryptoRng;
use wsat::device::{Action, Answer, Config, Device, Serial, Storage};
use wsat::{Dialect, Instant};

use crate::any;
use crate::random::Random;

crate::state!(Device: Device<'static>);

pub(crate) fn run() {
    let mut storage = Storage::<256, 256, 256>::new();
    let mut out = [0; 256];
    let mut device = Device::new(Config::new(any(Dialect::default())), storage.lend([1024; 3]));
    loop {
        let now = Instant::from_millis(any(0));
        device.handle_time(now);
        any(device.handle_host(now, any(&[0; 16])));
        match any(device.poll_action()) {
            Some(Action::Open(conn)) => {
                any(device.target(conn));
                device.handle_up(now, conn);
            }
            Some(Action::Close(conn)) => device.handle_eof(now, conn),
            Some(Action::Command) => {
                any(device.command());
                any(device.handle_answer(now, any(Answer::Ok)).is_ok());
            }
            _ => {}
        }
        if let Serial::Relay { conn, len } = any(device.poll_host(now, &mut out)) {
            any(device.handle_relayed(now, conn, len).is_ok());
            any(device.handle_peer(now, conn, any(&[0; 16]), any(&[])));
            let random: &mut dyn CryptoRng = &mut Random;
            let sent = any(device.poll_peer(conn, random, &mut out));
            any(device.handle_sent(now, conn, sent).is_ok());
        }
        any(device.poll_deadline());
    }
}
