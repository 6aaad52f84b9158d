//! Messages of a connection, with every rule: in, in pieces of any size, and out. And UTF-8 alone.

use super::inputs::{self, KEY, Kind};
use super::{Fixed, Work, placed, room};
use std::hint::black_box;
use wsat::rfc6455::{Connection, Incoming, Instant, Opcode, Outgoing, Policy, Role, Utf8};

/// A message through a connection, in pieces of at most so many bytes; its copy out of `frame` is counted, too.
pub(crate) fn read(role: Role, kind: Kind, size: usize, piece: usize) -> Work {
    let frame = placed(&inputs::frame(kind, size, (role == Role::Server).then_some(KEY)));
    let mut window = frame.clone();
    let mut connection = Connection::new(role, Policy::new());
    Box::new(move || {
        window.copy_from_slice(&frame);
        let mut octets = 0;
        for piece in window.chunks_mut(piece.min(frame.len())) {
            let mut at = 0;
            while at < piece.len() {
                let (taken, found) = connection.read(Instant::ZERO, &mut piece[at..]);
                if let Some(Ok(Incoming::Payload { octets: some, .. })) = black_box(found) {
                    octets += some.len();
                }
                at += taken;
            }
        }
        assert_eq!(octets, size);
    })
}

/// A message out of a connection.
pub(crate) fn write(role: Role, size: usize) -> Work {
    let (payload, mut out) = (placed(&inputs::payload(Kind::Binary, size)), room(size + 14));
    let mut connection = Connection::new(role, Policy::new());
    let request = Outgoing { opcode: Opcode::Binary, fin: true, len: size, fragment: usize::MAX };
    Box::new(move || {
        connection.send(black_box(request)).expect("nothing else is being sent");
        let (taken, _) = connection.poll(&mut Fixed, black_box(&payload), &mut out);
        assert_eq!(taken, size);
    })
}

pub(crate) fn utf8(kind: Kind, size: usize) -> Work {
    let text = placed(&inputs::payload(kind, size));
    Box::new(move || assert_eq!(Utf8::new().check(black_box(&text)), Ok(())))
}
