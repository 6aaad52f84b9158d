//! Expectations from RFC 6455 5.4 to 5.6, 7.4 and 8.1.

use super::*;
use crate::testing::FEW;
use proptest::prelude::*;
use std::vec::Vec;

/// What a whole stream comes to: data with its octets joined, control frames with theirs.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Seen {
    Frame(Opcode, bool, Vec<u8>),
    Ping(Vec<u8>),
    Pong,
    Close(Option<u16>, Vec<u8>),
    Fault(Fault),
}

/// Runs a stream through a receiver, in pieces of these sizes over and over. An open frame at the end counts
/// with the octets that were valid.
fn run(role: Role, stream: &[u8], sizes: &[usize]) -> Vec<Seen> {
    let mut receiver = Receiver::new(role, Limits::NONE);
    let mut seen: Vec<Seen> = Vec::new();
    let mut mask = None;
    let mut sizes = sizes.iter().cycle();
    let mut rest = stream;
    while !rest.is_empty() {
        let (mut piece, after) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        rest = after;
        while !piece.is_empty() {
            if receiver.remaining() > 0 {
                let n = piece.len().min(usize::try_from(receiver.remaining()).unwrap());
                let mut octets = piece[..n].to_vec();
                if let Some(mask) = &mut mask {
                    Mask::apply(mask, &mut octets);
                }
                // Octet by octet, so that the verdict's place shows.
                for octet in octets {
                    if let Err(fault) = receiver.check(&[octet]) {
                        seen.push(Seen::Fault(fault));
                        return seen;
                    }
                    let Some(Seen::Frame(_, _, payload)) = seen.last_mut() else { panic!() };
                    payload.push(octet);
                }
                assert_eq!(receiver.consume(n as u64), n as u64);
                piece = &piece[n..];
                continue;
            }
            let (taken, found) = receiver.receive(piece);
            piece = &piece[taken..];
            seen.push(match found {
                None => {
                    assert!(piece.is_empty(), "what is not taken has a reason");
                    continue;
                }
                Some(Ok(Received::Data(frame))) => {
                    mask = frame.mask.map(Mask::new);
                    Seen::Frame(frame.opcode, frame.fin, Vec::new())
                }
                Some(Ok(Received::Control(Control::Ping))) => {
                    Seen::Ping(receiver.control_payload().unwrap().to_vec())
                }
                Some(Ok(Received::Control(Control::Pong(_)))) => Seen::Pong,
                Some(Ok(Received::Control(Control::Close(code)))) => {
                    let body = receiver.control_payload().unwrap();
                    Seen::Close(
                        code.map(CloseCode::get),
                        body.get(2..).unwrap_or_default().to_vec(),
                    )
                }
                Some(Err(fault)) => Seen::Fault(fault),
            });
        }
    }
    seen
}

/// The same in pieces of 1, 2, 3, 7 and 300 bytes.
#[track_caller]
fn expect(role: Role, stream: &[u8], expected: &[Seen]) {
    for sizes in [&[usize::MAX][..], &[1], &[2], &[3], &[7, 1], &[300]].into_iter().step_by(FEW) {
        assert_eq!(run(role, stream, sizes), expected, "{} by {sizes:?}", stream.escape_ascii());
    }
}

fn frame(opcode: Opcode, fin: bool, payload: &[u8]) -> Seen {
    Seen::Frame(opcode, fin, payload.to_vec())
}

#[test]
fn the_frames_of_section_5_7() {
    let hello = || frame(Opcode::Text, true, b"Hello");
    expect(Role::Client, b"\x81\x05Hello", &[hello()]);
    expect(Role::Server, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", &[hello()]);
    expect(
        Role::Client,
        b"\x01\x03Hel\x80\x02lo",
        &[frame(Opcode::Text, false, b"Hel"), frame(Opcode::Continuation, true, b"lo")],
    );
    expect(Role::Client, b"\x89\x05Hello", &[Seen::Ping(b"Hello".to_vec())]);
    expect(Role::Server, b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", &[Seen::Pong]);
    let mut long = b"\x82\x7e\x01\x00".to_vec();
    long.resize(4 + 256, b'x');
    expect(Role::Client, &long, &[frame(Opcode::Binary, true, &[b'x'; 256])]);
    if cfg!(miri) {
        return;
    }
    let mut longer = b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00".to_vec();
    longer.resize(10 + 65_536, b'x');
    expect(Role::Client, &longer, &[frame(Opcode::Binary, true, &[b'x'; 65_536])]);
}

#[test]
fn control_frames_between_fragments() {
    expect(
        Role::Client,
        b"\x01\x01a\x89\x01p\x00\x01b\x8a\x00\x80\x01c",
        &[
            frame(Opcode::Text, false, b"a"),
            Seen::Ping(b"p".to_vec()),
            frame(Opcode::Continuation, false, b"b"),
            Seen::Pong,
            frame(Opcode::Continuation, true, b"c"),
        ],
    );
}

#[test]
fn a_message_begins_and_ends_once() {
    let fault = |fault| [Seen::Fault(fault)];
    expect(Role::Client, b"\x80\x00", &fault(Fault::ContinuationWithoutStart));
    expect(Role::Client, b"\x00\x00", &fault(Fault::ContinuationWithoutStart));
    let begun = frame(Opcode::Binary, false, b"a");
    expect(
        Role::Client,
        b"\x02\x01a\x81\x00",
        &[begun.clone(), Seen::Fault(Fault::StartInsideMessage)],
    );
    expect(
        Role::Client,
        b"\x02\x01a\x80\x00\x80\x00",
        &[
            begun,
            frame(Opcode::Continuation, true, b""),
            Seen::Fault(Fault::ContinuationWithoutStart),
        ],
    );
}

#[test]
fn text_is_utf8_and_the_verdict_comes_with_the_first_impossible_octet() {
    expect(
        Role::Client,
        b"\x81\x04ab\xffc",
        &[frame(Opcode::Text, true, b"ab"), Seen::Fault(Fault::Utf8)],
    );
    // A character over two frames, and one that the last frame leaves open.
    expect(
        Role::Client,
        b"\x01\x01\xc3\x80\x01\xa4",
        &[frame(Opcode::Text, false, b"\xc3"), frame(Opcode::Continuation, true, b"\xa4")],
    );
    expect(
        Role::Client,
        b"\x81\x02a\xc3",
        &[frame(Opcode::Text, true, b"a"), Seen::Fault(Fault::Utf8)],
    );
    expect(
        Role::Client,
        b"\x01\x01\xc3\x80\x00",
        &[frame(Opcode::Text, false, b"\xc3"), Seen::Fault(Fault::Utf8)],
    );
    // A frame without octets in the middle of a character, which the message goes on with.
    expect(
        Role::Client,
        b"\x01\x01\xc3\x00\x00\x80\x01\xa4",
        &[
            frame(Opcode::Text, false, b"\xc3"),
            frame(Opcode::Continuation, false, b""),
            frame(Opcode::Continuation, true, b"\xa4"),
        ],
    );
    // Binary is not looked at, and the next text begins anew.
    expect(
        Role::Client,
        b"\x82\x01\xff\x81\x01a",
        &[frame(Opcode::Binary, true, b"\xff"), frame(Opcode::Text, true, b"a")],
    );
}

#[test]
fn the_body_of_a_close() {
    let close = |code, reason: &[u8]| [Seen::Close(code, reason.to_vec())];
    let fault = |fault| [Seen::Fault(fault)];
    expect(Role::Client, b"\x88\x00", &close(None, b""));
    expect(Role::Client, b"\x88\x02\x03\xe8", &close(Some(1000), b""));
    expect(Role::Client, b"\x88\x05\x0f\xa0bye", &close(Some(4000), b"bye"));
    // What follows it means nothing.
    expect(Role::Client, b"\x88\x00\x81\x01a\xff\xff", &close(None, b""));
    expect(Role::Client, b"\x88\x01a", &fault(Fault::CloseBody));
    for code in [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
        let [high, low] = code.to_be_bytes();
        expect(Role::Client, &[0x88, 2, high, low], &fault(Fault::CloseCode));
    }
    expect(Role::Client, b"\x88\x03\x03\xe8\xff", &fault(Fault::Utf8));
    expect(Role::Client, b"\x88\x03\x03\xe8\xc3", &fault(Fault::Utf8));
}

#[test]
fn each_role_wants_its_own_kind_of_frames() {
    expect(Role::Client, b"\x81\x81abcd\x00", &[Seen::Fault(Fault::Masked)]);
    expect(Role::Server, b"\x81\x01a", &[Seen::Fault(Fault::Unmasked)]);
}

#[test]
fn only_checked_octets_can_be_consumed() {
    let mut receiver = Receiver::new(Role::Client, Limits::NONE);
    receiver.receive(b"\x82\x04");
    assert_eq!((receiver.remaining(), receiver.consume(4)), (4, 0));
    assert_eq!(receiver.check(b"ab"), Ok(2));
    assert_eq!((receiver.checked(), receiver.consume(9)), (2, 2));
    // What is beyond the frame is not looked at.
    assert_eq!(receiver.check(b"cd\x81"), Ok(2));
    assert_eq!((receiver.consume(1), receiver.remaining()), (1, 1));
    assert_eq!(receiver.receive(b"\x89\x00"), (0, None));
    assert_eq!(receiver.consume(1), 1);
    assert_eq!(receiver.receive(b"\x89\x00"), (2, Some(Ok(Received::Control(Control::Ping)))));
}

#[test]
fn the_payload_of_a_ping_stays_until_the_next_ping_or_close() {
    let mut receiver = Receiver::new(Role::Client, Limits::NONE);
    receiver.receive(b"\x89\x02hi");
    assert_eq!(receiver.control_payload(), Some(&b"hi"[..]));
    // Half a Pong is neither.
    assert_eq!(receiver.receive(b"\x8a\x02a"), (3, None));
    assert_eq!(receiver.control_payload(), Some(&b"hi"[..]));
    receiver.receive(b"b");
    assert_eq!(receiver.control_payload(), Some(&b"hi"[..]));
    assert_eq!(receiver.receive(b"\x89\x02h"), (3, None));
    assert_eq!(receiver.control_payload(), None);
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn any_bytes_in_any_pieces(
        stream in prop::collection::vec(any::<u8>(), 0..400 / FEW),
        sizes in prop::collection::vec(1..400_usize, 1..8),
        server in any::<bool>(),
    ) {
        let role = if server { Role::Server } else { Role::Client };
        prop_assert_eq!(run(role, &stream, &[usize::MAX]), run(role, &stream, &sizes));
    }
}
