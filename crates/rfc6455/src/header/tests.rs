//! One table of headers for encoder and decoder, faults with the byte that shows them, and any
//! bytes.

use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::testing::{FEW, STEP};
use crate::{Fault, Role};

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Role of the receiver, the header's bytes, flags, opcode, key, length.
type Vector = (Role, &'static [u8], Flags, Opcode, Option<[u8; 4]>, u64);

const VECTORS: &[Vector] = &[
    // RFC 6455 5.7, in its order: the headers of its examples.
    (Role::Client, &[0x81, 0x05], Flags::FIN, Opcode::Text, None, 5),
    (Role::Server, &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d], Flags::FIN, Opcode::Text, Some(KEY), 5),
    (Role::Client, &[0x01, 0x03], Flags::empty(), Opcode::Text, None, 3),
    (Role::Client, &[0x80, 0x02], Flags::FIN, Opcode::Continuation, None, 2),
    (Role::Client, &[0x89, 0x05], Flags::FIN, Opcode::Ping, None, 5),
    (Role::Server, &[0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d], Flags::FIN, Opcode::Pong, Some(KEY), 5),
    (Role::Client, &[0x82, 0x7e, 0x01, 0x00], Flags::FIN, Opcode::Binary, None, 256),
    (
        Role::Client,
        &[0x82, 0x7f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00],
        Flags::FIN,
        Opcode::Binary,
        None,
        65536,
    ),
    // RFC 6455 5.2: both ends of each form of the length.
    (Role::Client, &[0x82, 0x00], Flags::FIN, Opcode::Binary, None, 0),
    (Role::Client, &[0x82, 0x7d], Flags::FIN, Opcode::Binary, None, 125),
    (Role::Client, &[0x82, 0x7e, 0x00, 0x7e], Flags::FIN, Opcode::Binary, None, 126),
    (Role::Client, &[0x82, 0x7e, 0xff, 0xff], Flags::FIN, Opcode::Binary, None, 65535),
    (
        Role::Server,
        &[0x00, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x37, 0xfa, 0x21, 0x3d],
        Flags::empty(),
        Opcode::Continuation,
        Some(KEY),
        u64::MAX >> 1,
    ),
    // RFC 6455 5.5: the longest control frame, and the shortest ones.
    (Role::Client, &[0x88, 0x7d], Flags::FIN, Opcode::Close, None, 125),
    (Role::Client, &[0x88, 0x00], Flags::FIN, Opcode::Close, None, 0),
    (
        Role::Server,
        &[0x89, 0x80, 0x00, 0x00, 0x00, 0x00],
        Flags::FIN,
        Opcode::Ping,
        Some([0; 4]),
        0,
    ),
];

/// Receiver, bytes up to the one that shows the fault, the fault.
const FAULTS: &[(Role, &[u8], Fault)] = &[
    // RFC 6455 5.2: each reserved bit, with anything else right or wrong.
    (Role::Client, &[0xc1], Fault::ReservedBits),
    (Role::Client, &[0xa1], Fault::ReservedBits),
    (Role::Client, &[0x91], Fault::ReservedBits),
    (Role::Client, &[0x7f], Fault::ReservedBits),
    // RFC 6455 5.2: reserved opcodes, of data and of control, final or not.
    (Role::Client, &[0x83], Fault::ReservedOpcode),
    (Role::Client, &[0x07], Fault::ReservedOpcode),
    (Role::Server, &[0x8b], Fault::ReservedOpcode),
    (Role::Server, &[0x0f], Fault::ReservedOpcode),
    // RFC 6455 5.5.
    (Role::Client, &[0x08], Fault::FragmentedControl),
    (Role::Client, &[0x09], Fault::FragmentedControl),
    (Role::Client, &[0x0a], Fault::FragmentedControl),
    (Role::Client, &[0x89, 0x7e], Fault::ControlTooLong),
    (Role::Client, &[0x88, 0x7f], Fault::ControlTooLong),
    (Role::Server, &[0x8a, 0xfe], Fault::ControlTooLong),
    // RFC 6455 5.1.
    (Role::Client, &[0x81, 0x85], Fault::Masked),
    (Role::Server, &[0x81, 0x05], Fault::Unmasked),
    (Role::Server, &[0x89, 0x00], Fault::Unmasked),
    // RFC 6455 5.2.
    (Role::Client, &[0x82, 0x7e, 0x00, 0x7d], Fault::LengthNotMinimal),
    (Role::Client, &[0x82, 0x7e, 0x00, 0x00], Fault::LengthNotMinimal),
    (Role::Client, &[0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0xff, 0xff], Fault::LengthNotMinimal),
    (Role::Client, &[0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0], Fault::LengthNotMinimal),
    (Role::Client, &[0x82, 0x7f, 0x80], Fault::LengthTooLong),
    (Role::Server, &[0x82, 0xff, 0xff], Fault::LengthTooLong),
];

/// Feeds `bytes` in pieces that end at the given cuts, up to the first outcome.
fn in_pieces(
    mut decoder: HeaderDecoder,
    bytes: &[u8],
    cuts: &[usize],
) -> (usize, Option<Result<Header, Fault>>) {
    let mut at = 0;
    for end in cuts.iter().copied().filter(|cut| *cut < bytes.len()).chain([bytes.len()]) {
        if end < at {
            continue;
        }
        let (taken, outcome) = decoder.decode(&bytes[at..end]);
        at += taken;
        if outcome.is_some() {
            return (at, outcome);
        }
        assert_eq!(at, end, "everything is taken before an outcome");
    }
    (at, None)
}

/// Whole, with bytes behind it, byte by byte, every single cut, and every prefix.
fn check_all_splits(role: Role, bytes: &[u8], expected: Result<Header, Fault>) {
    let all = (bytes.len(), Some(expected));
    let trailing = [bytes, &[0xA5; 300 / STEP]].concat();
    let each: Vec<usize> = (0..trailing.len()).collect();
    assert_eq!(in_pieces(HeaderDecoder::new(role), bytes, &[]), all, "{bytes:x?}");
    assert_eq!(in_pieces(HeaderDecoder::new(role), &trailing, &[]), all, "{bytes:x?}");
    assert_eq!(in_pieces(HeaderDecoder::new(role), &trailing, &each), all, "{bytes:x?}");
    for cut in (0..bytes.len()).step_by(FEW) {
        assert_eq!(in_pieces(HeaderDecoder::new(role), &trailing, &[cut, cut]), all);
        let prefix = &bytes[..cut];
        assert_eq!(in_pieces(HeaderDecoder::new(role), prefix, &[]), (cut, None));
    }
}

#[test]
fn vectors_both_ways() {
    for &(role, bytes, flags, opcode, mask, len) in VECTORS {
        let header = Header { flags, opcode, mask, len };
        assert_eq!(header.encode().as_bytes(), bytes);
        assert_eq!(header.encoded_len(), bytes.len());
        check_all_splits(role, bytes, Ok(header));
    }
}

#[test]
fn faults_at_the_first_byte_that_shows_them() {
    for &(role, bytes, fault) in FAULTS {
        check_all_splits(role, bytes, Err(fault));
    }
}

#[test]
fn a_fault_stays() {
    let mut decoder = HeaderDecoder::new(Role::Client);
    assert_eq!(decoder.decode(&[0x83, 0]), (1, Some(Err(Fault::ReservedOpcode))));
    assert_eq!(decoder.decode(&[0x81, 0]), (0, Some(Err(Fault::ReservedOpcode))));
    assert_eq!(decoder.decode(&[]), (0, Some(Err(Fault::ReservedOpcode))));
}

#[test]
fn one_header_after_another() {
    for role in [Role::Client, Role::Server] {
        let mut decoder = HeaderDecoder::new(role);
        for &(_, bytes, flags, opcode, mask, len) in VECTORS.iter().filter(|v| v.0 == role) {
            let header = Header { flags, opcode, mask, len };
            assert_eq!(decoder.decode(bytes), (bytes.len(), Some(Ok(header))));
            // However it came, nothing of it is left.
            assert_eq!(decoder, HeaderDecoder::new(role));
            let (last, before) = bytes.split_last().unwrap();
            assert!(before.iter().all(|byte| decoder.decode(&[*byte]) == (1, None)));
            assert_eq!(decoder.decode(&[*last]), (1, Some(Ok(header))));
            assert_eq!(decoder, HeaderDecoder::new(role));
        }
    }
}

#[test]
fn lenient_encoder() {
    let flags = Flags::all();
    let header = Header { flags, opcode: Opcode::Reserved(0xFB), mask: None, len: u64::MAX };
    let bytes = [0xfb, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(header.encode().as_bytes(), bytes);
    // Only the lower 63 bits count: for the form too.
    let header = Header { flags: Flags::empty(), opcode: Opcode::Close, mask: None, len: 1 << 63 };
    assert_eq!(header.encode().as_bytes(), [0x08, 0x00]);
    assert_eq!(header.encoded_len(), 2);
}

/// RFC 6455 5.2 read once more, over input that is all there.
fn by_the_book(role: Role, bytes: &[u8]) -> (usize, Option<Result<Header, Fault>>) {
    let Some(&first) = bytes.first() else { return (0, None) };
    let opcode = Opcode::from_bits(first);
    if first & 0x70 != 0 {
        return (1, Some(Err(Fault::ReservedBits)));
    }
    if matches!(first & 0x0F, 3..=7 | 11..=15) {
        return (1, Some(Err(Fault::ReservedOpcode)));
    }
    if first & 0x88 == 0x08 {
        return (1, Some(Err(Fault::FragmentedControl)));
    }
    let Some(&second) = bytes.get(1) else { return (1, None) };
    if first & 0x08 != 0 && second & 0x7F > 125 {
        return (2, Some(Err(Fault::ControlTooLong)));
    }
    match role {
        Role::Client if second >= 0x80 => return (2, Some(Err(Fault::Masked))),
        Role::Server if second < 0x80 => return (2, Some(Err(Fault::Unmasked))),
        _ => {}
    }
    let key_at = match second & 0x7F {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    if key_at == 10 && bytes.get(2).is_some_and(|byte| *byte >= 0x80) {
        return (3, Some(Err(Fault::LengthTooLong)));
    }
    let Some(extended) = bytes.get(2..key_at) else { return (bytes.len(), None) };
    let len = match key_at {
        2 => u64::from(second & 0x7F),
        _ => extended.iter().fold(0, |len, byte| len * 256 + u64::from(*byte)),
    };
    if (key_at == 4 && len < 126) || (key_at == 10 && len < 65536) {
        return (key_at, Some(Err(Fault::LengthNotMinimal)));
    }
    let mask_len = if second >= 0x80 { 4 } else { 0 };
    let Some(key) = bytes.get(key_at..key_at + mask_len) else { return (bytes.len(), None) };
    let flags = Flags::from_bits_truncate(first);
    let header = Header { flags, opcode, mask: key.try_into().ok(), len };
    (key_at + mask_len, Some(Ok(header)))
}

/// Bytes that get further than uniformly random ones do.
fn likely_header() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![any::<u8>(), Just(0x82), Just(0x01), Just(0x89)];
    let second = prop_oneof![any::<u8>(), Just(126), Just(127), Just(254), Just(255)];
    let small = prop_oneof![any::<u8>(), Just(0)];
    (first, second, prop::collection::vec(small, 0..20)).prop_map(|(first, second, rest)| {
        let mut bytes = vec![first, second];
        bytes.extend(rest);
        bytes
    })
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn any_bytes_any_cuts(
        bytes in prop_oneof![likely_header(), any::<Vec<u8>>()],
        mut cuts: Vec<usize>,
        server: bool,
    ) {
        let role = if server { Role::Server } else { Role::Client };
        for cut in &mut cuts {
            *cut %= 24;
        }
        cuts.sort_unstable();
        let expected = by_the_book(role, &bytes);
        prop_assert_eq!(in_pieces(HeaderDecoder::new(role), &bytes, &[]), expected);
        prop_assert_eq!(in_pieces(HeaderDecoder::new(role), &bytes, &cuts), expected);
    }

    #[test]
    fn what_is_encoded_is_decoded(key: [u8; 4], masked: bool, fin: bool, len: u64, shift in 0..64) {
        let mask = masked.then_some(key);
        let flags = if fin { Flags::FIN } else { Flags::empty() };
        let header = Header { flags, opcode: Opcode::Binary, mask, len: (len >> 1) >> shift };
        let role = if masked { Role::Server } else { Role::Client };
        let encoded = header.encode();
        prop_assert_eq!(encoded.as_bytes().len(), header.encoded_len());
        check_all_splits(role, encoded.as_bytes(), Ok(header));
    }
}

#[test]
fn bits_of_the_opcode_in_the_flags_do_not_count() {
    let flags = Flags::from_bits_retain(0x8F);
    let header = Header { flags, opcode: Opcode::Text, mask: None, len: 0 };
    assert_eq!(header.encode().as_bytes(), [0x81, 0]);
}
