//! A serial line that loses, adds and changes bytes, and modules that start anew, stop or are busy. Whatever happens, each
//! request ends within its bound, host and device agree again, and no payload is carried out as a command.

use crate::Pair;
use std::cell::Cell;
use std::rc::Rc;
use wsat::host::{Config, Configure, Failure, Open, Request, SendData};
use wsat::{DataFormat, DataMask, Dialect, Level, LinkId, Quirks};
use wsat_testkit::wire::Tamper;

/// Lines that would be noticed, if they were taken for lines.
const PAYLOAD: &[u8] = b"a\r\nAT+RST\r\nAT+GMR\r\nAT+WSCLOSE=1\r\n.";

/// What becomes of the byte with this number.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Lost,
    Doubled,
    Flipped(u8),
    /// So many are lost.
    Burst(usize),
}

/// `met` counts the bytes.
fn tamper(at: usize, fault: Fault, met: Rc<Cell<usize>>) -> Tamper {
    Box::new(move |byte| {
        let number = met.get();
        met.set(number + 1);
        let here = number == at;
        let burst = matches!(fault, Fault::Burst(n) if number >= at && number < at + n);
        match fault {
            _ if burst => Vec::new(),
            Fault::Lost if here => Vec::new(),
            Fault::Doubled if here => vec![byte, byte],
            Fault::Flipped(bits) if here => vec![byte ^ bits],
            _ => vec![byte],
        }
    })
}

/// How long the two may take to agree again after a request has failed, whatever happened: a record that will not end, zeros for a
/// payload, and the probes, with some to spare.
const RECOVERY_MS: u64 = 10_000;

/// Opens links 0 and 1, then makes a request with a fault on the line, and looks at what becomes of it. How many bytes the line had
/// is returned.
fn session(
    config: Config,
    request: &Request<'_>,
    to_module: bool,
    at: usize,
    fault: Fault,
) -> usize {
    let mut pair = Pair::with(config, Quirks::DOCUMENTED, at as u64);
    for link in [LinkId::L0, LinkId::L1] {
        pair.ok(&Open::new(link, b"ws://peer/").into());
    }
    pair.servers[0].echoes = false;
    let met = Rc::new(Cell::new(0));
    let wire = if to_module { &mut pair.to_module } else { &mut pair.to_host };
    wire.tamper = Some(tamper(at, fault, Rc::clone(&met)));
    // The longest time for an answer, 22 s, or the payload's 10 s and 2 s for the prompt and 2 s for the answer; and 20 s to get in
    // step before it is written again.
    let result = pair.within(42_000, request);
    pair.until(pair.bench.now + RECOVERY_MS);
    pair.to_module.tamper = None;
    pair.to_host.tamper = None;
    let context = format!("{request:?} {at} {fault:?} {result:?}");
    // Nobody asked for anything since. Whatever is wrong yet is damage that looked like something else.
    let list = pair.within(2000, &Request::ListLinks);
    assert_eq!(list, Ok(()), "{context}: {:?}", pair.told());
    pair.until(pair.bench.now + 1000);
    if to_module {
        pair.agree();
    }
    assert_eq!(pair.within(2000, &Request::Start), Ok(()), "{context}: {:?}", pair.told());
    pair.agree();
    // What is left of a statement may be one that nobody knows.
    let wanted = matches!(request, Request::Restart);
    let carried_out = |name: &str| pair.commands.iter().any(|command| command == name);
    assert!(wanted || !carried_out("+RST") && !carried_out("+GMR"), "{context}");
    if matches!(request, Request::Send(_)) {
        assert_eq!(pair.bench.device.link_state(1), Some(2), "{context}: link 1 was closed");
        let frames = &pair.servers[0].received;
        assert!(frames.len() <= 1, "{context}: it was sent twice");
        assert!(result.is_err() || frames.len() == 1, "{context}: it was not sent");
        if to_module && fault_is_length(fault) && result == Ok(()) {
            let payload =
                if format!("{request:?}").contains("Whole(0 octets)") { b"" } else { PAYLOAD };
            assert_eq!(frames[0].1, payload, "{context}: it is said to be sent");
        }
    }
    _ = pair.within(2000, &Request::Close(LinkId::L0));
    pair.ok(&Open::new(LinkId::L0, b"ws://peer/").into());
    pair.servers[0].received.clear();
    pair.ok(&SendData::text(LinkId::L0, b"next").into());
    assert_eq!(pair.servers[0].received, [(0x81, b"next".to_vec())], "{context}");
    met.get()
}

/// Whether such a fault changes how many bytes there are: one that does not is not seen inside a payload.
fn fault_is_length(fault: Fault) -> bool {
    matches!(fault, Fault::Lost | Fault::Burst(_))
}

fn every_place(config: Config, to_module: bool, fault: Fault) {
    every_place_of(&SendData::text(LinkId::L0, PAYLOAD).into(), config, to_module, fault);
}

fn every_place_of(request: &Request<'_>, config: Config, to_module: bool, fault: Fault) {
    let mut at = 0;
    while at < session(config, request, to_module, at, fault) {
        at += 1;
    }
    assert!(at > 10, "every byte was met");
}

#[test]
fn every_request_with_a_fault_at_every_place() {
    let format = DataFormat { level: Level::Chunk, mask: DataMask::all() };
    let requests: [Request<'_>; 8] = [
        Open::new(LinkId::L2, b"ws://peer/").into(),
        Configure::new(LinkId::L0, 30, 60).into(),
        Request::AddHeader(b"X-Name: value"),
        Request::SetFormat(LinkId::L0, format),
        Request::ListLinks,
        Request::Close(LinkId::L1),
        Request::Restart,
        SendData::text(LinkId::L0, b"").into(),
    ];
    for request in requests {
        for to_module in [true, false] {
            for fault in [Fault::Lost, Fault::Doubled, Fault::Flipped(4), Fault::Burst(3)] {
                every_place_of(&request, Config::new(Dialect::V4_2), to_module, fault);
            }
        }
    }
}

#[test]
fn a_byte_to_the_module_is_lost_at_every_place() {
    every_place(Config::new(Dialect::V3_1), true, Fault::Lost);
}

#[test]
fn a_byte_to_the_module_comes_twice_at_every_place() {
    every_place(Config::new(Dialect::V4_2), true, Fault::Doubled);
}

#[test]
fn bits_to_the_module_are_flipped_at_every_place() {
    for bits in [0x01, 0x10, 0x80] {
        every_place(Config::new(Dialect::V3_3), true, Fault::Flipped(bits));
    }
}

#[test]
fn several_bytes_to_the_module_are_lost_at_every_place() {
    for n in [2, 5, 20] {
        every_place(Config::new(Dialect::V3_1), true, Fault::Burst(n));
    }
}

#[test]
fn a_byte_to_the_host_is_lost_at_every_place() {
    every_place(Config::new(Dialect::V3_1), false, Fault::Lost);
}

#[test]
fn a_byte_to_the_host_comes_twice_at_every_place() {
    every_place(Config::new(Dialect::V3_1), false, Fault::Doubled);
}

#[test]
fn bits_to_the_host_are_flipped_at_every_place() {
    for bits in [0x01, 0x10, 0x80] {
        every_place(Config::new(Dialect::V4_1), false, Fault::Flipped(bits));
    }
}

#[test]
fn several_bytes_to_the_host_are_lost_at_every_place() {
    for n in [3, 11] {
        every_place(Config::new(Dialect::V3_1), false, Fault::Burst(n));
    }
}

#[test]
fn a_reboot_at_every_place() {
    for at in 0..90 {
        let mut pair = Pair::new(Dialect::V4_2, Quirks::DOCUMENTED, at);
        for link in [LinkId::L0, LinkId::L1] {
            pair.ok(&Open::new(link, b"ws://peer/").into());
        }
        pair.told();
        // All of it at once would be there before the host hears of anything.
        let begin = pair.to_module.log.len() as u64;
        pair.host
            .begin(pair.now(), &SendData::text(LinkId::L0, b"0123456789abcdef").into())
            .unwrap();
        for _ in 0..at {
            pair.step();
        }
        let done = pair.finished.is_some();
        pair.reboot();
        let result = if done { pair.finished.take().unwrap() } else { pair.end_within(34_000) };
        let on_the_line = pair.to_module.log.len() as u64 > begin;
        match result {
            Ok(()) => assert!(done || !pair.servers[0].received.is_empty()),
            // It had not been begun, and then there was no link.
            Err(Failure::Error(None) | Failure::Rebooted) => {}
            other => panic!("{at} {on_the_line}: {other:?}"),
        }
        pair.until(pair.bench.now + 1000);
        assert!(pair.told().contains(&String::from("Ready")), "{at}");
        pair.agree();
        pair.ok(&Open::new(LinkId::L0, b"ws://peer/").into());
        pair.ok(&SendData::text(LinkId::L0, b"again").into());
    }
}

#[test]
fn a_module_that_is_off() {
    let mut pair = Pair::new(Dialect::V4_2, Quirks::DOCUMENTED, 1);
    pair.off = true;
    // Probes, zeros for a data phase that might be, and probes again.
    assert_eq!(pair.within(8000, &Request::Station), Err(Failure::Unreachable));
    assert_eq!(pair.host.poll_deadline(), None, "it is left in peace");
    pair.until(60_000);
    assert_eq!(pair.within(8000, &Request::Station), Err(Failure::Unreachable));
    pair.off = false;
    pair.ok(&Request::Station);
}

#[test]
fn a_module_that_stops() {
    let mut pair = Pair::new(Dialect::V3_1, Quirks::DOCUMENTED, 1);
    pair.ok(&Open::new(LinkId::L0, b"ws://h").into());
    pair.off = true;
    assert_eq!(pair.within(2000, &SendData::text(LinkId::L0, b"x").into()), Err(Failure::NoAnswer));
    // Until then the host tries to get in step, and a request that waits for it ends with it.
    assert_eq!(pair.within(8000, &Request::Close(LinkId::L0)), Err(Failure::Unreachable));
}

#[test]
fn a_serial_line_that_takes_nothing() {
    let mut pair = Pair::new(Dialect::V3_1, Quirks::DOCUMENTED, 1);
    pair.ok(&Open::new(LinkId::L0, b"ws://h").into());
    pair.to_module.blocked = true;
    assert_eq!(pair.within(10_000, &Request::Close(LinkId::L0)), Err(Failure::Stalled));
    pair.to_module.blocked = false;
    assert_eq!(pair.within(2000, &Request::Close(LinkId::L0)), Ok(()));
}

#[test]
fn a_module_that_is_busy_with_something_older() {
    for (timeout_ms, result) in [(15_000, Ok(())), (180_000, Err(Failure::Busy))] {
        let mut pair = Pair::new(Dialect::V3_1, Quirks::DOCUMENTED, 1);
        pair.servers[0].silent = true;
        pair.until(10);
        // Another host, before this one.
        pair.bench.host(format!("AT+WSOPEN=0,\"ws://h\",,{timeout_ms}\r\n"));
        assert_eq!(pair.within(20_000, &Request::Station), result);
        assert_eq!(pair.commands.len(), usize::from(result.is_ok()));
    }
}

#[test]
fn garbage_between_everything() {
    let mut pair = Pair::new(Dialect::V3_1, Quirks::DOCUMENTED, 9);
    pair.ok(&Open::new(LinkId::L0, b"ws://h").into());
    for round in 0..50 {
        let garbage = pair.octets(round);
        pair.garbage_to_host(&garbage);
        let sent = pair.within(34_000, &SendData::text(LinkId::L0, b"x").into());
        assert!(matches!(sent, Ok(()) | Err(Failure::NoAnswer | Failure::Garbled)), "{sent:?}");
        pair.until(pair.bench.now + 30_000);
        pair.agree();
    }
    pair.ok(&SendData::text(LinkId::L0, b"x").into());
}

#[test]
fn many_bytes_of_a_payload_are_lost() {
    for lost in [1, 6, 7, 100, 1999] {
        let mut pair = Pair::new(Dialect::V3_1, Quirks::DOCUMENTED, lost as u64);
        pair.ok(&Open::new(LinkId::L0, b"ws://peer/").into());
        pair.stream = vec![b'x'; 2000];
        let met = Rc::new(Cell::new(0));
        // Behind the statement.
        pair.to_module.tamper = Some(tamper(30, Fault::Burst(lost), Rc::clone(&met)));
        let sent = pair.within(12_000, &SendData::streamed(LinkId::L0, 2000).into());
        assert_eq!(sent, Err(Failure::NoAnswer));
        // The rest of the payload is zeros, twice as many each time.
        assert_eq!(pair.within(6000, &Request::Start), Ok(()), "{lost}");
        pair.agree();
        pair.servers[0].received.clear();
        pair.ok(&SendData::text(LinkId::L0, b"next").into());
        assert_eq!(pair.servers[0].received, [(0x81, b"next".to_vec())]);
    }
}
