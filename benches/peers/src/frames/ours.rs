//! rfc6455: a connection, which checks every rule.

use super::{LARGEST, Peer, Role};
use crate::inputs::Kind;
use crate::results::Standing;
use crate::wire::{Cheap, Sink};
use wsat::rfc6455::{Connection, Incoming, Instant, Opcode, Outgoing, Policy, Role as OurRole};

pub const PEER: Peer = Peer {
    name: if cfg!(feature = "simd") { "rfc6455, simd" } else { "rfc6455" },
    standing: Standing::Ours,
    note: "",
    decode: |role, feed| {
        let (feed, mut buffer) = (feed.clone(), vec![0; LARGEST]);
        let mut connection = Connection::new(of(role), Policy::new());
        Box::new(move |sink: &mut Sink| {
            loop {
                let (mut at, end) = (0, feed.read(&mut buffer));
                if end == 0 {
                    return true;
                }
                while at < end {
                    let (taken, found) = connection.read(Instant::ZERO, &mut buffer[at..end]);
                    match found {
                        Some(Ok(Incoming::Payload { octets, .. })) => sink.take(octets),
                        Some(Err(_)) => return false,
                        _ => {}
                    }
                    at += taken;
                }
            }
        })
    },
    encode: |role, kind, payload, drain| {
        let (drain, mut rng) = (drain.clone(), Cheap::new());
        let mut connection = Connection::new(of(role), Policy::new());
        let opcode = if kind == Kind::Binary { Opcode::Binary } else { Opcode::Text };
        let request = Outgoing { opcode, fin: true, len: payload.len(), fragment: usize::MAX };
        Box::new(move || {
            connection.send(request).expect("nothing else is being sent");
            let payload = std::hint::black_box(payload);
            let (_, n) = connection.poll(&mut rng, payload, &mut drain.room());
            drain.written(n);
        })
    },
};

fn of(role: Role) -> OurRole {
    match role {
        Role::Server => OurRole::Server,
        Role::Client => OurRole::Client,
    }
}
