//! Conversations, good and bad, and their bytes.

use proptest::{collection::vec, prelude::*};
use rfc6455::{Flags, Header, Opcode, Role};
use wsat_testkit::Counter;

/// A part of a conversation.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A message, with the places where it is cut into frames.
    Message {
        text: bool,
        payload: Vec<u8>,
        cuts: Vec<usize>,
        between: Option<Vec<u8>>,
    },
    Control {
        opcode: Opcode,
        payload: Vec<u8>,
    },
    /// Anything.
    Odd {
        first: u8,
        form: u8,
        wrong_mask: bool,
        claimed: Option<u64>,
        payload: Vec<u8>,
    },
}

/// Octets from both sides of every edge of RFC 3629 4, after good text.
fn edges_of_utf8() -> impl Strategy<Value = Vec<u8>> {
    let octet = |octets: &'static [u8]| prop::sample::select(octets);
    let first = octet(b"\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5");
    let next = || octet(b"\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0");
    let tail = vec(octet(b"\x80\xbf"), 0..3);
    ("[a-zé]{0,9}", first, next(), tail)
        .prop_map(|(good, first, next, tail)| [good.as_bytes(), &[first, next], &tail[..]].concat())
}

pub(crate) fn items() -> impl Strategy<Value = Vec<Item>> {
    let payload = prop_oneof![
        6 => ".{0,20}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..20),
        2 => edges_of_utf8(),
        1 => (100..300_usize).prop_map(|n| "é".repeat(n).into_bytes()),
        1 => (65530..65540_usize).prop_map(|n| vec![b'x'; n]),
    ];
    let small = prop_oneof![
        3 => "[a-zé€]{0,12}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..126),
    ];
    let code = prop_oneof![
        6 => prop_oneof![Just(1000_u16), Just(1001), Just(1011), Just(1014), Just(3000), Just(4999)],
        2 => prop_oneof![Just(0_u16), Just(999), Just(1004), Just(1005), Just(1006), Just(1015)],
        1 => any::<u16>(),
        1 => 1000..5001_u16,
    ];
    let body = prop_oneof![
        1 => Just(Vec::new()),
        1 => Just(vec![3]),
        8 => (code, "[a-z€]{0,8}", prop::option::weighted(0.1, any::<u8>())).prop_map(
            |(code, reason, octet)| [&code.to_be_bytes(), reason.as_bytes(), octet.as_slice()].concat()
        ),
    ];
    let message =
        (any::<bool>(), payload, vec(any::<usize>(), 0..4), prop::option::of(small.clone()))
            .prop_map(|(text, payload, cuts, between)| Item::Message {
                text,
                payload,
                cuts,
                between,
            });
    let control = (any::<bool>(), small.clone()).prop_map(|(ping, payload)| Item::Control {
        opcode: if ping { Opcode::Ping } else { Opcode::Pong },
        payload,
    });
    let close = body.prop_map(|payload| Item::Control { opcode: Opcode::Close, payload });
    let claimed =
        prop_oneof![any::<u64>(), 0..300_u64, Just(u64::MAX), Just(1 << 63), Just(1 << 20)];
    let odd = (
        prop_oneof![any::<u8>(), (0..16_u8).prop_map(|opcode| 0x80 | opcode)],
        prop_oneof![4 => Just(0_u8), 1 => Just(16), 1 => Just(64)],
        prop::bool::weighted(0.1),
        prop::option::weighted(0.2, claimed),
        small,
    )
        .prop_map(|(first, form, wrong_mask, claimed, payload)| {
            let form = if claimed.is_some_and(|n| n > 0xFFFF) { 64 } else { form };
            Item::Odd { first, form, wrong_mask, claimed, payload }
        });
    vec(prop_oneof![5 => message, 4 => control, 1 => close, 2 => odd], 1..8)
}

fn frame(out: &mut Vec<u8>, first: u8, key: Option<[u8; 4]>, payload: &[u8]) {
    let header = Header {
        flags: Flags::from_bits_retain(first & 0xF0),
        opcode: Opcode::from_bits(first),
        mask: key,
        len: payload.len() as u64,
    };
    out.extend_from_slice(header.encode().as_bytes());
    let key = key.unwrap_or_default();
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key));
}

/// The bytes of the conversation, for an endpoint of this role.
pub(crate) fn bytes(role: Role, items: &[Item]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rng = Counter::new(7);
    for item in items {
        let number = (rng.next() as u32).to_be_bytes();
        let key = (role == Role::Server).then_some(number);
        match item {
            Item::Message { text, payload, cuts, between } => {
                let mut places: Vec<usize> =
                    cuts.iter().map(|cut| cut % (payload.len() + 1)).collect();
                places.extend([0, payload.len()]);
                places.sort_unstable();
                for (n, place) in places.windows(2).enumerate() {
                    let fin = if n + 2 == places.len() { 0x80 } else { 0 };
                    let opcode = if n > 0 { 0 } else { 2 - u8::from(*text) };
                    frame(&mut out, fin | opcode, key, &payload[place[0]..place[1]]);
                    if let Some(ping) = between {
                        frame(&mut out, 0x89, key, ping);
                    }
                }
            }
            Item::Control { opcode, payload } => {
                frame(&mut out, 0x80 | opcode.bits(), key, payload);
            }
            Item::Odd { first, form, wrong_mask, claimed, payload } => {
                let key = if *wrong_mask { key.xor(Some(number)) } else { key };
                let mask_bit = u8::from(key.is_some()) << 7;
                let len = claimed.unwrap_or(payload.len() as u64);
                out.push(*first);
                match form {
                    64 => {
                        out.push(mask_bit | 127);
                        out.extend(len.to_be_bytes());
                    }
                    16 => {
                        out.push(mask_bit | 126);
                        out.extend((len as u16).to_be_bytes());
                    }
                    _ => out.push(mask_bit | (len.min(125) as u8)),
                }
                out.extend(key.unwrap_or_default().iter().take(if key.is_some() { 4 } else { 0 }));
                let key = key.unwrap_or_default();
                out.extend(payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key));
            }
        }
    }
    out
}
