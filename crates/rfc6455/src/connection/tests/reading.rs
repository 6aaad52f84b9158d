//! Reading in place (RFC 6455 5, 8.1).

use super::*;
use crate::testing::FEW;
use crate::{DataFrame, Mask};

/// Everything that a stream comes to for a reader in place: `Ok` with the octets of each message and
/// whether it is whole, control frames, and the fault.
fn read_all(connection: &mut Connection, stream: &[u8], size: usize) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut fin = false;
    for piece in stream.chunks(size) {
        let mut piece = piece.to_vec();
        let mut at = 0;
        while at < piece.len() {
            let (taken, found) = connection.read(NOW, &mut piece[at..]);
            at += taken;
            match found {
                None => assert_eq!(at, piece.len(), "what is not taken has a reason"),
                Some(Ok(Incoming::Frame(frame))) => {
                    if frame.opcode != Opcode::Continuation {
                        seen.push(format!("{:?} ", frame.opcode));
                    }
                    fin = frame.fin;
                    if fin && frame.len == 0 {
                        seen.last_mut().unwrap().push('.');
                    }
                }
                Some(Ok(Incoming::Payload { octets, last })) => {
                    let message =
                        seen.iter_mut().rfind(|line| !line.starts_with("Control")).unwrap();
                    message.push_str(&octets.escape_ascii().to_string());
                    if last && fin {
                        message.push('.');
                    }
                }
                Some(Ok(Incoming::Control(event))) => seen.push(format!("Control {event:?}")),
                Some(Err(fault)) => {
                    seen.push(format!("{fault:?}"));
                    return seen;
                }
            }
        }
    }
    seen
}

#[test]
fn reading_in_place_unmasks_over_any_cut() {
    let message =
        masked_with([1, 2, 3, 4], &[(0x01, b"Hel"), (0x89, b"p"), (0x80, b"lo W\xc3\xb6rld")]);
    for size in (1..message.len() + 1).step_by(FEW) {
        let mut server = Connection::new(Role::Server, Policy::new());
        assert_eq!(
            read_all(&mut server, &message, size),
            ["Text Hello W\\xc3\\xb6rld.", "Control Ping"],
            "pieces of {size}"
        );
        assert_eq!(drain(&mut server, b"", 99), b"\x8a\x01p");
    }
}

/// Its octets are unmasked when they are handed over, so there is no mask for the caller to apply.
#[test]
fn what_is_read_in_place_has_no_mask() {
    let mut input = masked_with([1, 2, 3, 4], &[(0x81, b"Hello")]);
    for size in 1..=6 {
        let mut server = Connection::new(Role::Server, Policy::new());
        let frame = input[..6].chunks_mut(size).map(|piece| server.read(NOW, piece).1).last();
        let frame = frame.flatten();
        assert!(
            matches!(frame, Some(Ok(Incoming::Frame(DataFrame { mask: None, len: 5, .. })))),
            "pieces of {size}"
        );
    }
}

/// Whoever has looked ahead goes on reading behind what he has looked at: it is unmasked, and not unmasked
/// again.
#[test]
fn what_was_checked_is_handed_over_as_it_is() {
    for first in [0x81, 0x82] {
        for ahead in 1..=5 {
            let mut server = Connection::new(Role::Server, Policy::new());
            let mut input = masked_with([1, 2, 3, 4], &[(first, b"Hello"), (0x89, b"")]);
            let (taken, found) = server.receive(NOW, &input);
            let Some(Ok(Received::Data(frame))) = found else { panic!("{found:?}") };
            let payload = &mut input[taken..];
            Mask::new(frame.mask.unwrap()).apply(&mut payload[..ahead]);
            assert_eq!(server.check(NOW, &payload[..ahead]), Ok(ahead));
            let (taken, found) = server.read(NOW, payload);
            let last = ahead == 5;
            assert_eq!(taken, ahead);
            assert_eq!(
                found,
                Some(Ok(Incoming::Payload { octets: &b"Hello"[..ahead], last })),
                "{first:#x} {ahead}"
            );
            if !last {
                let (taken, found) = server.read(NOW, &mut input[6 + ahead..]);
                assert_eq!(taken, 5 - ahead);
                let octets = &b"Hello"[ahead..];
                assert_eq!(found, Some(Ok(Incoming::Payload { octets, last: true })));
            }
            let (_, found) = server.read(NOW, &mut input[11..]);
            assert_eq!(found, Some(Ok(Incoming::Control(Control::Ping))));
        }
    }
}

fn masked_with(key: [u8; 4], frames: &[(u8, &[u8])]) -> Vec<u8> {
    let mut all = Vec::new();
    for (first, payload) in frames {
        let header = Header {
            flags: Flags::from_bits_retain(first & 0xF0),
            opcode: Opcode::from_bits(*first),
            mask: Some(key),
            len: payload.len() as u64,
        };
        all.extend_from_slice(header.encode().as_bytes());
        all.extend(payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key));
    }
    all
}

#[test]
fn limits_of_frame_and_message() {
    let with = |frame, message| {
        let mut policy = Policy::new();
        policy.limits = Limits { frame, message };
        Connection::new(Role::Client, policy)
    };
    // Exactly as much is fine.
    assert_eq!(read_all(&mut with(3, 6), b"\x02\x03abc\x80\x03def\x82\x03ghi", 2).len(), 2);
    let mut connection = with(2, 9);
    assert_eq!(read_all(&mut connection, b"\x82\x03abc", 9), ["FrameTooBig"]);
    assert_eq!(drain(&mut connection, b"", 99), masked(&[(0x88, b"\x03\xf1")]));
    // The verdict comes with the header, whatever it announces.
    assert_eq!(
        read_all(&mut with(9, 5), b"\x02\x03abc\x80\x03", 1),
        ["Binary abc", "MessageTooBig"]
    );
    let huge = b"\x02\x01a\x80\x7f\x7f\xff\xff\xff\xff\xff\xff\xff";
    assert_eq!(read_all(&mut with(u64::MAX, 5), huge, 99), ["Binary a", "MessageTooBig"]);
    // Control frames do not count.
    assert_eq!(read_all(&mut with(1, 2), b"\x02\x01a\x89\x05hello\x80\x01b", 99).len(), 2);
}

#[test]
fn octets_before_the_first_impossible_one_are_handed_over_in_every_cut() {
    // RFC 6455 8.1. The second message ends inside a character: its last octet is the one at fault.
    for (payload, good) in
        [(&b"ab\xffcd"[..], 2), (b"ab\xe2\x82", 3), (b"\xff", 0), (b"a\xf4\x90", 2)]
    {
        for key in [[0; 4], [0x37, 0xfa, 0x21, 0x3d]] {
            let stream = masked_with(key, &[(0x81, payload)]);
            for size in (1..=stream.len()).step_by(FEW * FEW) {
                let mut connection = Connection::new(Role::Server, Policy::new());
                let mut handed = Vec::new();
                let mut fault = None;
                let mut taken_before = 0;
                for piece in stream.chunks(size) {
                    let mut piece = piece.to_vec();
                    let mut at = 0;
                    while at < piece.len() {
                        let (taken, found) = connection.read(NOW, &mut piece[at..]);
                        let mut may_be_read_again = false;
                        match found {
                            Some(Ok(Incoming::Payload { octets, last })) => {
                                assert!(!last && fault.is_none());
                                handed.extend_from_slice(octets);
                                may_be_read_again = true;
                            }
                            Some(Err(found)) => {
                                assert_eq!(fault.replace(found), None);
                                assert_eq!(taken_before + at, 6 + good);
                            }
                            _ => {}
                        }
                        at += taken;
                        if may_be_read_again {
                            // What was not taken is as it came.
                            assert_eq!(
                                piece[at..],
                                stream[taken_before + at..][..piece.len() - at]
                            );
                        }
                    }
                    taken_before += piece.len();
                }
                assert_eq!((&handed[..], fault), (&payload[..good], Some(Fault::Utf8)));
            }
        }
    }
}
