//! The whole device: from network bytes to serial bytes, and back.

use super::inputs::{self, Kind};
use super::{Fixed, Work, placed, room};
use std::hint::black_box;
use wsat::device::{Action, Config, Conn, Device, Serial, Storage};
use wsat::rfc6455::Key;
use wsat::{Dialect, Instant};

const NOW: Instant = Instant::ZERO;

/// A message of a server, to where the driver would copy it to the serial line.
pub(crate) fn to_serial(kind: Kind, size: usize) -> Work {
    let (mut device, conn) = open();
    let frame = placed(&inputs::frame(kind, size, None));
    Box::new(move || {
        let (mut rest, mut relayed) = (black_box(&frame[..]), 0);
        while !rest.is_empty() {
            let before = rest.len();
            let taken = device.handle_peer(NOW, conn, rest, b"");
            rest = &rest[taken..];
            loop {
                match device.poll_host(NOW, &mut [0; 64]) {
                    Serial::Relay { conn, len } => {
                        (rest, relayed) = (&rest[len..], relayed + len);
                        device.handle_relayed(NOW, conn, len).expect("that much was asked for");
                    }
                    Serial::Bytes(_) => {}
                    Serial::Idle => break,
                }
            }
            assert!(rest.len() < before, "the device goes on");
        }
        assert_eq!(relayed, size);
    })
}

/// `AT+WSSEND` and its payload, to the masked frame and `SEND OK`.
pub(crate) fn to_network(size: usize) -> Work {
    let (mut device, conn) = open();
    let command = format!("AT+WSSEND=0,{size}\r\n");
    let (payload, mut out) = (placed(&inputs::payload(Kind::Ascii, size)), room(size + 14));
    Box::new(move || {
        type_in(&mut device, command.as_bytes());
        type_in(&mut device, black_box(&payload));
        let mut sent = 0;
        loop {
            let n = device.poll_peer(conn, &mut Fixed, &mut out);
            if n == 0 {
                break;
            }
            device.handle_sent(NOW, conn, n).expect("that much was given");
            sent += n;
        }
        type_in(&mut device, b"");
        assert!(sent > size);
    })
}

fn type_in(device: &mut Device<'_>, mut typed: &[u8]) {
    loop {
        let taken = device.handle_host(NOW, typed);
        typed = &typed[taken..];
        if device.poll_host(NOW, &mut [0; 256]) == Serial::Idle && taken == 0 {
            return;
        }
    }
}

/// A device whose link 0 is open.
fn open() -> (Device<'static>, Conn) {
    let storage = Box::leak(Box::new(Storage::<256, 8192, 64>::new()));
    let mut device = Device::new(Config::new(Dialect::V3_1), storage.lend([1 << 17; 3]));
    type_in(&mut device, b"ATE0\r\nAT+WSCFG=0,300,60,8192\r\nAT+WSOPEN=0,\"ws://h/\"\r\n");
    let Some(Action::Open(conn)) = device.poll_action() else { panic!("the link is opened") };
    device.handle_up(NOW, conn);
    let mut request = Vec::new();
    loop {
        let mut out = [0; 512];
        let n = device.poll_peer(conn, &mut Fixed, &mut out);
        if n == 0 {
            break;
        }
        request.extend_from_slice(&out[..n]);
        device.handle_sent(NOW, conn, n).expect("that much was given");
    }
    let request = String::from_utf8(request).expect("ASCII");
    let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
    let key = Key::parse(key.expect("a key").as_bytes()).expect("a key");
    let answer = [
        &b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Accept: "[..],
        &key.accept()[..],
        b"\r\n\r\n",
    ]
    .concat();
    device.handle_peer(NOW, conn, &answer, b"");
    type_in(&mut device, b"");
    assert_eq!(device.link_state(0), Some(2));
    (device, conn)
}
