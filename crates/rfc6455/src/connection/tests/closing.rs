//! The closing handshake and its end (RFC 6455 5.5.1, 7).

use super::*;
use crate::testing::FEW;

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
    assert_eq!(event, Some(Ok(Received::Control(Control::Close(CloseCode::new(1001))))));
    assert_eq!(connection.send(text(1, 1)), Err(SendError::Closing));
    assert!(!connection.is_close_written());
    assert_eq!(drain(&mut connection, b"", 1), masked(&[(0x88, b"\x03\xe9")]));
    assert!(connection.is_close_written() && connection.is_close_received());
    assert_eq!(connection.deadline(), Some(Instant::from_millis(6000)));
    connection.close(NOW, Some(CloseCode::NORMAL));
    connection.ping(None);
    assert_eq!(drain(&mut connection, b"", 9), b"");
}

#[test]
fn we_close_first() {
    let mut connection = client();
    connection.close(NOW, Some(CloseCode::NORMAL));
    connection.close(NOW, Some(CloseCode::GOING_AWAY));
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"\x03\xe8")]));
    assert!(connection.is_close_written() && !connection.is_close_received());
    // Data and Pings may still come.
    let (_, event) = connection.receive(NOW, b"\x81\x00");
    assert!(matches!(event, Some(Ok(Received::Data(_)))));
    let (_, event) = connection.receive(NOW, b"\x88\x02\x03\xe8");
    assert_eq!(event, Some(Ok(Received::Control(Control::Close(CloseCode::new(1000))))));
    assert_eq!(drain(&mut connection, b"", 9), b"");
}

#[test]
fn both_close_at_once() {
    let mut connection = client();
    connection.close(NOW, Some(CloseCode::NORMAL));
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
    connection.close(NOW, Some(CloseCode::NORMAL));
    assert_eq!(drain(&mut connection, b"", 9), b"");
}

#[test]
fn a_close_waits_for_the_frame_being_written_and_for_no_further_fragment() {
    for peer in [&b"\x88\x02\x03\xe8"[..], b"\x83\x00"] {
        let mut connection = client();
        connection.send(text(6, 3)).unwrap();
        let mut out = [0; 4];
        assert_eq!(connection.poll(&mut Zeros, b"abcdef", &mut out).1, 4);
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
fn a_fault_takes_the_place_of_a_close_that_only_waits() {
    // RFC 6455 7.1.7: the Close says what was wrong. Ours has not gone out.
    let mut connection = client();
    connection.close_with_reason(NOW, CloseCode::NORMAL, "done").unwrap();
    connection.receive(NOW, b"\x83\x00");
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"\x03\xea")]));
    // Once it has begun it is the only one.
    let mut connection = client();
    connection.close(NOW, Some(CloseCode::NORMAL));
    connection.poll(&mut Zeros, b"", &mut [0; 3]);
    connection.receive(NOW, b"\x83\x00");
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"\x03\xe8")])[3..]);
}

#[test]
fn a_reason_goes_out_between_fragments_and_in_any_cut() {
    for size in [1, 2, 3, 7, 8, 9, 300].into_iter().step_by(FEW) {
        let mut connection = client();
        connection.send(text(6, 3)).unwrap();
        connection.poll(&mut Zeros, b"abcdef", &mut [0; 99]);
        connection.close_with_reason(NOW, CloseCode::GOING_AWAY, "update").unwrap();
        assert_eq!(drain(&mut connection, b"", size), masked(&[(0x88, b"\x03\xe9update")]));
    }
    let (fits, long) = (["r"; 123].concat().leak(), ["r"; 124].concat().leak());
    let mut connection = client();
    let refused = connection.close_with_reason(NOW, CloseCode::NORMAL, long);
    assert_eq!((refused, connection.is_closing()), (Err(SendError::Control), false));
    assert_eq!(connection.deadline(), None);
    connection.close_with_reason(NOW, CloseCode::NORMAL, fits).unwrap();
    let all = [b"\x03\xe8", fits.as_bytes()].concat();
    assert_eq!(drain(&mut connection, b"", 50), masked(&[(0x88, &all)]));
}

#[test]
fn a_close_has_its_deadline() {
    let mut policy = Policy::new();
    policy.close_wait_ms = 250;
    for case in 0..4 {
        let mut connection = Connection::new(Role::Client, policy);
        assert_eq!(connection.deadline(), None);
        match case {
            0 => connection.close(NOW, None),
            1 => connection.close_with_reason(NOW, CloseCode::NORMAL, "").unwrap(),
            2 => _ = connection.receive(NOW, b"\x88\x00"),
            _ => _ = connection.receive(NOW, b"\x83\x00"),
        }
        assert_eq!(connection.deadline(), Some(NOW.after(250)));
        // Sooner is possible, later is not.
        connection.close_by(NOW.after(251));
        assert_eq!(connection.deadline(), Some(NOW.after(250)));
        connection.close_by(NOW.after(249));
        assert_eq!(connection.deadline(), Some(NOW.after(249)));
    }
}

#[test]
fn the_server_ends_the_transport_and_both_do_at_the_deadline() {
    // RFC 6455 7.1.1 and 7.1.7. A masked empty Close, and a frame with a reserved opcode, of either side.
    for role in [Role::Server, Role::Client] {
        let close: &[u8] = if role == Role::Server { b"\x88\x80\0\0\0\0" } else { b"\x88\x00" };
        for peer in [close, b"\x83"] {
            let mut connection = Connection::new(role, Policy::new());
            assert!(!connection.is_over(Instant::MAX));
            connection.receive(NOW, peer);
            // Our Close is not through.
            assert!(!connection.is_over(NOW));
            connection.poll(&mut Zeros, b"", &mut [0; 1]);
            assert!(!connection.is_over(NOW) && !connection.is_close_written());
            drain(&mut connection, b"", 9);
            assert_eq!(connection.is_over(NOW), role == Role::Server);
            assert!(!connection.is_over(NOW.after(999)) || role == Role::Server);
            assert!(connection.is_over(NOW.after(1000)));
        }
        // Ours alone is not enough.
        let mut connection = Connection::new(role, Policy::new());
        connection.close(NOW, None);
        drain(&mut connection, b"", 9);
        assert!(!connection.is_over(NOW.after(999)) && connection.is_over(NOW.after(1000)));
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

#[test]
fn a_ping_leaves_no_reason_behind() {
    let mut connection = client();
    connection.receive(NOW, b"\x89\x04abcd");
    assert_eq!(connection.close_reason(), "");
    connection.receive(NOW, b"\x88\x05\x03\xe8bye");
    assert_eq!(connection.close_reason(), "bye");
}

#[test]
fn an_answer_without_a_code_is_a_policy() {
    let mut policy = Policy::new();
    policy.empty_close_reply = true;
    let mut connection = Connection::new(Role::Client, policy);
    connection.receive(NOW, b"\x88\x02\x03\xe8");
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"")]));
    // A fault still says what was wrong.
    let mut connection = Connection::new(Role::Client, policy);
    connection.receive(NOW, b"\x83");
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"\x03\xea")]));
}
