//! Expectations from RFC 6455 5.4 to 5.5 and 7.

use super::*;
use crate::{Flags, Header, Opcode};
use std::{
    string::{String, ToString as _},
    vec::Vec,
};

/// Keys of zeros: masked octets read as they are.
struct Zeros;

impl rand_core::TryRng for Zeros {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.fill(0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Zeros {}

fn client() -> Connection {
    Connection::new(Role::Client, Policy::new())
}

const NOW: Instant = Instant::from_millis(5000);

/// Everything that is due, in pieces of this size.
fn drain(connection: &mut Connection, data: &[u8], size: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut out = vec![0; size];
    loop {
        let n = connection.poll(&mut Zeros, data, &mut out);
        if n == 0 {
            return all;
        }
        all.extend_from_slice(&out[..n]);
    }
}

/// A client's frames with a key of zeros.
fn masked(frames: &[(u8, &[u8])]) -> Vec<u8> {
    let mut all = Vec::new();
    for (first, payload) in frames {
        let header = Header {
            flags: Flags::from_bits_retain(first & 0xF0),
            opcode: Opcode::from_bits(*first),
            mask: Some([0; 4]),
            len: payload.len() as u64,
        };
        all.extend_from_slice(header.encode().as_bytes());
        all.extend_from_slice(payload);
    }
    all
}

fn text(len: usize, fragment: usize) -> Outgoing {
    Outgoing { opcode: Opcode::Text, fin: true, len, fragment }
}

#[test]
fn data_goes_out_in_fragments_into_pieces_of_any_size() {
    let data: Vec<u8> = (0..700_u32).map(|n| (n % 251) as u8).collect();
    for size in [1, 2, 5, 64, 1000] {
        let mut connection = client();
        connection.send(text(700, 300)).unwrap();
        assert_eq!(connection.send(text(1, 1)), Err(SendError::Busy));
        assert_eq!(
            drain(&mut connection, &data, size),
            masked(&[(0x01, &data[..300]), (0x00, &data[300..600]), (0x80, &data[600..])])
        );
        assert!(!connection.is_sending() && !connection.is_cut_short());
    }
}

#[test]
fn what_was_written_is_told_from_what_was_cut_short() {
    let close = |connection: &mut Connection| connection.close(None);
    // Nothing of it had been written, or one of two fragments.
    for written in [0, 1] {
        let mut connection = client();
        connection.send(text(6, 3)).unwrap();
        for _ in 0..written {
            connection.poll(&mut Zeros, b"abcdef", &mut [0; 99]);
        }
        assert!(connection.is_sending() && !connection.is_cut_short());
        close(&mut connection);
        assert!(!connection.is_sending() && connection.is_cut_short());
    }
    // An empty message that had not begun is lost too.
    let mut connection = client();
    connection.send(text(0, 3)).unwrap();
    close(&mut connection);
    assert!(connection.is_cut_short());
    // The last frame had begun: it is completed, and with it the message.
    let mut connection = client();
    connection.send(text(3, 3)).unwrap();
    connection.poll(&mut Zeros, b"abc", &mut [0; 2]);
    close(&mut connection);
    assert!(connection.is_sending() && !connection.is_cut_short());
    assert_eq!(drain(&mut connection, b"abc", 9)[..7], masked(&[(0x81, b"abc")])[2..]);
    assert!(!connection.is_sending() && !connection.is_cut_short());
    // All was written before; nothing was asked for.
    for data in [&b""[..], b"abc"] {
        let mut connection = client();
        connection.send(text(data.len(), 3)).unwrap();
        drain(&mut connection, data, 9);
        close(&mut connection);
        assert!(!connection.is_cut_short());
    }
    let mut connection = client();
    close(&mut connection);
    assert!(!connection.is_cut_short());
}

#[test]
fn a_server_does_not_mask() {
    let mut connection = Connection::new(Role::Server, Policy::new());
    connection.send(text(5, 100)).unwrap();
    assert_eq!(drain(&mut connection, b"Hello", 4), b"\x81\x05Hello");
}

#[test]
fn control_frames_go_between_fragments() {
    let mut connection = client();
    connection.send(text(4, 2)).unwrap();
    let mut out = [0; 7];
    // Header and one octet of the first fragment.
    assert_eq!(connection.poll(&mut Zeros, b"abcd", &mut out), 7);
    connection.receive(NOW, b"\x89\x01p");
    connection.ping(None);
    let rest = drain(&mut connection, b"abcd", 3);
    assert_eq!(rest[0], b'b');
    assert_eq!(rest[1..], masked(&[(0x8A, b"p"), (0x89, b""), (0x80, b"cd")]));
}

#[test]
fn of_several_pings_the_latest_is_answered_and_a_pong_being_written_stays_whole() {
    let mut connection = client();
    connection.receive(NOW, b"\x89\x01a");
    let mut out = [0; 3];
    assert_eq!(connection.poll(&mut Zeros, b"", &mut out), 3);
    for ping in [&b"\x89\x02bb"[..], b"\x89\x03ccc"] {
        assert_eq!(connection.receive(NOW, ping), (ping.len(), Some(Ok(Event::Ping))));
    }
    // A Pong, and the beginning of a Ping that never comes to its end, change nothing.
    connection.receive(NOW, b"\x8a\x02zz");
    let rest = drain(&mut connection, b"", 2);
    let mut all = out.to_vec();
    all.extend(rest);
    assert_eq!(all, masked(&[(0x8A, b"a"), (0x8A, b"ccc")]));
}

#[test]
fn while_the_next_ping_arrives_the_waiting_one_is_not_answered_with_half_of_it() {
    let mut connection = client();
    connection.receive(NOW, b"\x89\x01a");
    let mut out = [0; 3];
    connection.poll(&mut Zeros, b"", &mut out);
    connection.receive(NOW, b"\x89\x02bb");
    connection.receive(NOW, b"\x89\x03c");
    assert_eq!(drain(&mut connection, b"", 99), masked(&[(0x8A, b"a")])[3..]);
    connection.receive(NOW, b"cc");
    assert_eq!(drain(&mut connection, b"", 99), masked(&[(0x8A, b"ccc")]));
}

#[test]
fn a_close_overtakes_a_ping_that_waits_for_its_pong() {
    let mut connection = client();
    connection.receive(NOW, b"\x89\x01a");
    let mut out = [0; 3];
    connection.poll(&mut Zeros, b"", &mut out);
    connection.receive(NOW, b"\x89\x02bb");
    connection.receive(NOW, b"\x88\x05\x03\xe9bye");
    let expected = masked(&[(0x8A, b"a"), (0x88, b"\x03\xe9")]);
    assert_eq!(drain(&mut connection, b"", 1), expected[3..]);
}

#[test]
fn the_peer_closes_first() {
    let mut connection = client();
    let (_, event) = connection.receive(NOW, b"\x88\x05\x03\xe9bye");
    assert_eq!(event, Some(Ok(Event::Close(CloseCode::new(1001)))));
    assert_eq!(connection.send(text(1, 1)), Err(SendError::Closing));
    assert!(!connection.is_close_written());
    assert_eq!(drain(&mut connection, b"", 1), masked(&[(0x88, b"\x03\xe9")]));
    assert!(connection.is_close_written() && connection.is_close_received());
    assert_eq!(connection.deadline(), Some(Instant::from_millis(6000)));
    connection.close(Some(CloseCode::NORMAL));
    connection.ping(None);
    assert_eq!(drain(&mut connection, b"", 9), b"");
}

#[test]
fn we_close_first() {
    let mut connection = client();
    connection.close(Some(CloseCode::NORMAL));
    connection.close(Some(CloseCode::GOING_AWAY));
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"\x03\xe8")]));
    assert!(connection.is_close_written() && !connection.is_close_received());
    // Data and Pings may still come.
    let (_, event) = connection.receive(NOW, b"\x81\x00");
    assert!(matches!(event, Some(Ok(Event::Data(_)))));
    let (_, event) = connection.receive(NOW, b"\x88\x02\x03\xe8");
    assert_eq!(event, Some(Ok(Event::Close(CloseCode::new(1000)))));
    assert_eq!(drain(&mut connection, b"", 9), b"");
}

#[test]
fn both_close_at_once() {
    let mut connection = client();
    connection.close(Some(CloseCode::NORMAL));
    connection.receive(NOW, b"\x88\x02\x03\xe9");
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"\x03\xe8")]));
}

#[test]
fn the_callers_own_close_is_the_only_one_and_pongs_may_follow_until_the_peers() {
    let mut connection = client();
    connection.send(Outgoing { opcode: Opcode::Close, fin: true, len: 4, fragment: 2 }).unwrap();
    assert_eq!(drain(&mut connection, b"\x03\xe8by", 5), masked(&[(0x88, b"\x03\xe8by")]));
    assert!(connection.is_close_written());
    assert_eq!(connection.send(text(1, 1)), Err(SendError::Closing));
    connection.receive(NOW, b"\x89\x01p");
    connection.ping(None);
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x8A, b"p")]));
    connection.receive(NOW, b"\x89\x01q\x88\x00");
    connection.receive(NOW, b"\x88\x00");
    connection.close(Some(CloseCode::NORMAL));
    assert_eq!(drain(&mut connection, b"", 9), b"");
}

#[test]
fn a_close_waits_for_the_frame_being_written_and_for_no_further_fragment() {
    for peer in [&b"\x88\x02\x03\xe8"[..], b"\x83\x00"] {
        let mut connection = client();
        connection.send(text(6, 3)).unwrap();
        let mut out = [0; 4];
        assert_eq!(connection.poll(&mut Zeros, b"abcdef", &mut out), 4);
        connection.receive(NOW, peer);
        assert!(connection.is_sending() && connection.is_cut_short());
        let mut all = out.to_vec();
        all.extend(drain(&mut connection, b"abcdef", 99));
        let code = if peer[0] == 0x83 { b"\x03\xea" } else { b"\x03\xe8" };
        assert_eq!(all, masked(&[(0x01, b"abc"), (0x88, code)]));
        assert!(!connection.is_sending() && connection.is_cut_short());
    }
}

#[test]
fn a_fault_is_answered_with_its_code() {
    let mut connection = client();
    connection.receive(NOW, b"\x81\x02");
    assert_eq!(connection.check(NOW, b"\xff"), Err(Fault::Utf8));
    assert_eq!(connection.fault(), Some(Fault::Utf8));
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"\x03\xef")]));
    assert_eq!(connection.receive(NOW, b"\x88\x00whatever"), (10, None));
    assert!(!connection.is_close_received());
}

#[test]
fn withdrawing() {
    let mut connection = client();
    connection.send(text(4, 2)).unwrap();
    assert_eq!(connection.withdraw(), Withdrawn::Whole);
    assert_eq!(drain(&mut connection, b"", 9), b"");
    connection.send(text(4, 2)).unwrap();
    // The first fragment is out: the message is begun.
    let mut out = [0; 99];
    connection.poll(&mut Zeros, b"abcd", &mut out);
    assert_eq!(connection.withdraw(), Withdrawn::Partly);
}

#[test]
fn what_may_be_sent_when() {
    let mut connection = client();
    let request = |opcode, fin, len| Outgoing { opcode, fin, len, fragment: 10 };
    let refused = |connection: &Connection, opcode, fin, len| {
        connection.may_send(&request(opcode, fin, len)).unwrap_err()
    };
    assert_eq!(refused(&connection, Opcode::Ping, true, 126), SendError::Control);
    assert_eq!(refused(&connection, Opcode::Ping, false, 0), SendError::Control);
    assert_eq!(refused(&connection, Opcode::Close, true, 1), SendError::CloseBody);
    assert_eq!(refused(&connection, Opcode::Reserved(3), true, 11), SendError::Unfragmentable);
    assert_eq!(refused(&connection, Opcode::Reserved(3), false, 1), SendError::Unfragmentable);
    assert_eq!(refused(&connection, Opcode::Reserved(11), true, 126), SendError::Control);
    assert_eq!(refused(&connection, Opcode::Continuation, true, 1), SendError::NoMessage);

    connection.send(request(Opcode::Text, false, 1)).unwrap();
    assert_eq!(drain(&mut connection, b"a", 99), masked(&[(0x01, b"a")]));
    assert_eq!(refused(&connection, Opcode::Binary, true, 1), SendError::InsideMessage);
    assert_eq!(refused(&connection, Opcode::Reserved(3), true, 1), SendError::InsideMessage);
    connection.send(request(Opcode::Pong, true, 0)).unwrap();
    assert_eq!(drain(&mut connection, b"", 99), masked(&[(0x8A, b"")]));
    connection.send(request(Opcode::Continuation, true, 1)).unwrap();
    assert_eq!(drain(&mut connection, b"b", 99), masked(&[(0x80, b"b")]));
    assert_eq!(refused(&connection, Opcode::Continuation, true, 1), SendError::NoMessage);

    let mut policy = Policy::new();
    policy.stray_continuation = true;
    let lenient = Connection::new(Role::Client, policy);
    assert_eq!(lenient.may_send(&request(Opcode::Continuation, true, 1)), Ok(()));
}

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
    for size in 1..message.len() + 1 {
        let mut server = Connection::new(Role::Server, Policy::new());
        assert_eq!(
            read_all(&mut server, &message, size),
            ["Text Hello W\\xc3\\xb6rld.", "Control Ping"],
            "pieces of {size}"
        );
        assert_eq!(drain(&mut server, b"", 99), b"\x8a\x01p");
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
fn a_pong_is_told_by_its_token() {
    let mut connection = client();
    connection.ping(Some(0x0102_0304));
    assert_eq!(drain(&mut connection, b"", 3), masked(&[(0x89, b"\x01\x02\x03\x04")]));
    let pong = |connection: &mut Connection, bytes: &[u8]| connection.receive(NOW, bytes).1;
    let event = |token| Some(Ok(Event::Pong(token)));
    assert_eq!(pong(&mut connection, b"\x8a\x04\x01\x02\x03\x04"), event(Some(0x0102_0304)));
    assert_eq!(pong(&mut connection, b"\x8a\x00"), event(None));
    assert_eq!(pong(&mut connection, b"\x8a\x05\x01\x02\x03\x04\x05"), event(None));
    assert_eq!(pong(&mut connection, b"\x8a\x03\x01\x02\x03"), event(None));
}

#[test]
fn how_it_ended() {
    let mut connection = client();
    assert_eq!(connection.closed(), Closed { clean: false, code: 1006 });
    connection.receive(NOW, b"\x88\x05\x0f\xa0bye");
    assert_eq!(
        (connection.closed(), connection.close_reason()),
        (Closed { clean: false, code: 4000 }, "bye")
    );
    drain(&mut connection, b"", 99);
    assert!(connection.closed().clean);

    let mut connection = client();
    connection.receive(NOW, b"\x88\x00");
    assert_eq!((connection.closed().code, connection.close_reason()), (1005, ""));

    let mut connection = client();
    connection.receive(NOW, b"\x83\x00");
    drain(&mut connection, b"", 99);
    assert_eq!(connection.closed(), Closed { clean: false, code: 1006 });
}
