//! wsat: the host, in any dialect. Any request may be begun; it gets in step, opens a link, sends a text, receives one, and
//! closes the link.

use core::mem::MaybeUninit;
use wsat::host::{Config, Event, Host, Open, Request, SendData, Storage, ToModule};
use wsat::{Dialect, Instant, LinkId};

use crate::{any, gauge, lent, print};

type Lent = Storage<512, 256>;

crate::state!(Host: Host<'static>);

/// Statements, and what the module prints at the end of each: its echo first.
const TALK: [(&str, &str); 7] = [
    ("ATE1\r\n", "ATE1\r\n\r\nOK\r\n"),
    ("AT+SYSLOG=1\r\n", "AT+SYSLOG=1\r\n\r\nOK\r\n"),
    ("AT+WSOPEN?\r\n", "AT+WSOPEN?\r\n\r\nOK\r\n"),
    (
        "AT+WSOPEN=0,\"ws://192.168.1.2/\"\r\n",
        "AT+WSOPEN=0,\"ws://192.168.1.2/\"\r\n+WS_CONNECTED:0\r\n\r\nOK\r\n",
    ),
    ("AT+WSSEND=0,5\r\n", "AT+WSSEND=0,5\r\n\r\nOK\r\n\r\n>"),
    ("Hello", "\r\nSEND OK\r\n+WS_DATA:0,2,hi\r\n"),
    ("AT+WSCLOSE=0\r\n", "AT+WSCLOSE=0\r\n\r\nOK\r\n"),
];

/// The module, as it talks.
struct Module {
    /// Of [`TALK`], how much is over.
    at: usize,
    /// Bytes that it has got since.
    got: usize,
    printed: &'static [u8],
}

impl Module {
    fn take(&mut self, n: usize) {
        self.got += n;
        if let Some((statement, answer)) = TALK.get(self.at)
            && self.got >= statement.len()
        {
            self.at += 1;
            self.got = 0;
            self.printed = any(answer.as_bytes());
        }
    }
}

pub(crate) fn run() {
    let storage = lent!(Lent = Lent::new());
    let slot = lent!(MaybeUninit<Host<'static>> = MaybeUninit::uninit());
    let out = lent!([u8; 512] = [0; 512]);
    let mut written = 0;
    let mut memory = Some((slot, storage));
    gauge::measure("session", &mut || {
        let Some((slot, storage)) = memory.take() else { return };
        let host = slot.write(Host::new(Config::new(any(Dialect::default())), storage.lend()));
        let mut module = Module { at: 0, got: 0, printed: b"" };
        let mut now = any(Instant::ZERO);
        for request in [
            Open::new(LinkId::L0, b"ws://192.168.1.2/").into(),
            SendData::text(LinkId::L0, b"Hello").into(),
            Request::Close(LinkId::L0),
        ] {
            any(host.begin(now, &any(request)).is_ok());
            let mut finished = false;
            while !finished || !module.printed.is_empty() {
                finished |= turn(host, &mut module, &mut now, out, &mut written);
            }
        }
        any(host.link_state(any(LinkId::L0)));
        if any(false) {
            any(host.give_up());
        }
    });
    print::output(out.get(..written).unwrap_or_default());
}

/// Once round; whether the request is finished. What goes to the module, and what it sent, stands in `out`.
fn turn(
    host: &mut Host<'_>,
    module: &mut Module,
    now: &mut Instant,
    out: &mut [u8],
    written: &mut usize,
) -> bool {
    let room = out.get_mut(*written..).unwrap_or_default();
    match host.poll_module(*now, room) {
        ToModule::Bytes(n) => {
            *written += n;
            module.take(n);
        }
        ToModule::Payload(n) => {
            any(host.handle_payload(*now, n).is_ok());
            module.take(n);
        }
        ToModule::Idle => {}
    }
    let (taken, event) = host.feed(*now, module.printed);
    module.printed = module.printed.get(taken..).unwrap_or_default();
    match event {
        Some(Event::Finished(result)) => {
            any(result.is_ok());
            return true;
        }
        Some(Event::Data(data)) => {
            for (to, &from) in out.iter_mut().skip(*written).zip(data.octets) {
                *to = from;
            }
            *written += data.octets.len();
        }
        None if taken == 0 => {
            // Nothing comes any more: the host waits until it is sure of that.
            if let Some(deadline) = host.poll_deadline() {
                *now = deadline;
                host.handle_time(deadline);
            }
        }
        event => {
            any(event);
        }
    }
    false
}
