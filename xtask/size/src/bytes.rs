//! Instructions for 1 KiB of payload: through the device in both directions, and what most of them are for. And those of
//! what is done once for a connection.

use rfc6455::{Encoder, Flags, Header, Key, Mask, Opcode, Response, Utf8};
use wsat::device::{Action, Config, Conn, Device, Serial, Storage};
use wsat::{Dialect, Instant};

use crate::random::Random;
use crate::{any, gauge, lent, print};

const LEN: usize = 1024;

const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\
    Connection: upgrade\r\n\
    Upgrade: websocket\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// That of the client's session.
const LONG_RESPONSE: &[u8] = include_bytes!("response.http");

/// Aligned as a buffer of words is.
#[repr(align(4))]
struct Aligned<const N: usize>([u8; N]);

/// Two, three and four octets to a character, and one.
const MIXED: [u8; LEN] = {
    let unit = "aß漢🦀xyz".as_bytes();
    let mut text = [b' '; LEN];
    let mut at = 0;
    while at + unit.len() <= LEN {
        let mut i = 0;
        while i < unit.len() {
            text[at + i] = unit[i];
            i += 1;
        }
        at += unit.len();
    }
    text
};

pub(crate) fn run() {
    let payload = &lent!(Aligned<LEN> = Aligned([b'x'; LEN])).0;
    let mixed = &lent!(Aligned<LEN> = Aligned(MIXED)).0;
    let out = &mut lent!(Aligned<2048> = Aligned([0; 2048])).0;

    let mut good = [0; 3];
    gauge::measure("utf8-ascii", &mut || {
        good[0] = u8::from(Utf8::new().check(any(payload)).is_ok());
    });
    gauge::measure("utf8-mixed", &mut || {
        good[1] = u8::from(Utf8::new().check(any(mixed)).is_ok());
    });
    gauge::measure("mask", &mut || {
        let mut mask = Mask::new(any([1, 2, 3, 4]));
        any(mask.copy(any(payload), any(&mut out[..])));
    });
    print::output(&out[LEN - 6..LEN + 1]);
    gauge::measure("encode", &mut || {
        let mask = any(Some([1, 2, 3, 4]));
        let header = Header { flags: Flags::FIN, opcode: Opcode::Binary, mask, len: LEN as u64 };
        // Eight octets of header: the payload is aligned behind it.
        any(Encoder::new(&header).encode(any(payload), any(&mut out[..])));
    });
    print::output(&out[..12]);

    let mut accept = [0; 28];
    gauge::measure("accept", &mut || accept = Key::new(any(*b"the sample nonce")).accept());
    gauge::measure("response", &mut || {
        let mut response = Response::new(any(accept), 8192);
        good[2] = u8::from(response.feed(b"", any(LONG_RESPONSE)).1 == Some(Ok(())));
    });
    print::output(&accept);
    print::output(&good);

    let storage = lent!(Storage<256, LEN, 64> = Storage::new());
    let mut device = Device::new(Config::new(any(Dialect::V4_2)), storage.lend([2048; 3]));
    let conn = open(&mut device, out).unwrap_or_else(|| semihosting::process::exit(1));
    for (name, opcode) in [("binary-in", 0x82), ("text-in", 0x81)] {
        let window = &mut lent!(Aligned<{ LEN + 4 }> = Aligned([b'x'; LEN + 4])).0;
        window[..4].copy_from_slice(&[opcode, 126, 4, 0]);
        let mut relayed = 0;
        gauge::measure(name, &mut || relayed = receive(&mut device, conn, any(window), out));
        print::output(&u32::try_from(relayed).unwrap_or(0).to_be_bytes());
    }
    let mut sent = 0;
    type_in(&mut device, b"AT+WSSEND=0,1024,2\r\n", out);
    gauge::measure("stage", &mut || type_in(&mut device, any(payload), out));
    gauge::measure("binary-out", &mut || {
        let now = any(Instant::ZERO);
        loop {
            let n = device.poll_peer(conn, &mut Random::new(), out);
            if n == 0 {
                return;
            }
            sent += n;
            any(device.handle_sent(now, conn, n).is_ok());
        }
    });
    print::output(&u32::try_from(sent).unwrap_or(0).to_be_bytes());
}

/// The host types a line, and the answer is printed.
fn type_in(device: &mut Device<'_>, mut typed: &[u8], out: &mut [u8]) {
    let now = any(Instant::ZERO);
    loop {
        let taken = device.handle_host(now, typed);
        typed = typed.get(taken..).unwrap_or_default();
        if device.poll_host(now, out) == Serial::Idle && taken == 0 {
            return;
        }
    }
}

/// Opens link 0.
fn open(device: &mut Device<'_>, out: &mut [u8]) -> Option<Conn> {
    let now = Instant::ZERO;
    type_in(device, b"ATE0\r\nAT+WSCFG=0,300,60,1024\r\nAT+WSOPEN=0,\"ws://h/\"\r\n", out);
    let Some(Action::Open(conn)) = device.poll_action() else { return None };
    device.handle_up(now, conn);
    let mut random = Random::new();
    while device.poll_peer(conn, &mut random, out) > 0 {}
    device.handle_peer(now, conn, RESPONSE, b"");
    type_in(device, b"", out);
    (device.link_state(0) == Some(2)).then_some(conn)
}

/// A frame, from the window to the serial line. What the driver itself does, a copy, is left out.
fn receive(device: &mut Device<'_>, conn: Conn, window: &[u8], out: &mut [u8]) -> usize {
    let now = any(Instant::ZERO);
    let (mut from, mut relayed) = (0, 0);
    loop {
        let taken = device.handle_peer(now, conn, window.get(from..).unwrap_or_default(), b"");
        from += taken;
        match device.poll_host(now, out) {
            Serial::Bytes(_) => {}
            Serial::Relay { conn, len } => {
                any(device.handle_relayed(now, conn, len).is_ok());
                from += len;
                relayed += len;
            }
            Serial::Idle if taken == 0 => return relayed,
            Serial::Idle => {}
        }
    }
}
