//! wsat: the host, with the calls that a program around it makes. Any request may be begun.

use wsat::host::{Config, Event, Host, Request, Storage, ToModule};
use wsat::{Dialect, Instant, LinkId};

use crate::any;

type Lent = Storage<1024, 256>;

crate::state!(Host: Host<'static>, Storage: Lent);

pub(crate) fn run() {
    let mut storage = Lent::new();
    let mut out = [0; 256];
    let mut host = Host::new(Config::new(any(Dialect::default())), storage.lend());
    loop {
        let now = Instant::from_millis(any(0));
        if !host.is_busy() {
            any(host.begin(now, &any(Request::Start)).is_ok());
        }
        match any(host.poll_module(now, &mut out)) {
            ToModule::Payload(n) => {
                any(host.handle_payload(now, n).is_ok());
            }
            ToModule::Bytes(_) | ToModule::Idle => {}
        }
        let (taken, event) = host.feed(now, any(&[0; 16]));
        any(taken);
        match event {
            Some(Event::Data(data)) => {
                any(data.octets);
            }
            Some(Event::Finished(result)) => {
                any(result.is_ok());
            }
            event => {
                any(event);
            }
        }
        host.handle_time(now);
        any(host.link_state(any(LinkId::L0)));
        if any(false) {
            any(host.give_up());
        }
        any(host.poll_deadline());
    }
}
