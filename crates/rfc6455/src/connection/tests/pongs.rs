//! Pings and Pongs (RFC 6455 5.5.2, 5.5.3).

use super::*;
use crate::testing::FEW;

#[test]
fn of_several_pings_the_latest_is_answered_and_a_pong_being_written_stays_whole() {
    let mut connection = client();
    connection.receive(NOW, b"\x89\x01a");
    let mut out = [0; 3];
    assert_eq!(connection.poll(&mut Zeros, b"", &mut out).1, 3);
    for ping in [&b"\x89\x02bb"[..], b"\x89\x03ccc"] {
        assert_eq!(
            connection.receive(NOW, ping),
            (ping.len(), Some(Ok(Received::Control(Control::Ping))))
        );
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
fn pings_without_end_hold_nothing_back() {
    for close in [false, true] {
        let mut connection = Connection::new(Role::Server, Policy::new());
        connection.send(text(6, 3)).unwrap();
        let mut wire = Vec::new();
        for round in 0..40 / FEW {
            // As fast as we write.
            connection.receive(NOW, b"\x89\x82\0\0\0\0pp");
            if close && round == 3 {
                connection.close(NOW, None);
            }
            let mut out = [0; 3];
            let from = connection.data_taken();
            let (_, n) = connection.poll(&mut Zeros, &b"abcdef"[from..], &mut out);
            wire.extend_from_slice(&out[..n]);
        }
        let (pong, first, last) = (b"\x8a\x02pp", b"\x01\x03abc", b"\x80\x03def");
        let expected = if close {
            [&pong[..], first, pong, b"\x88\x00", pong].concat()
        } else {
            [&pong[..], first, pong, last, pong].concat()
        };
        assert_eq!(wire[..expected.len()], expected, "{}", wire.escape_ascii());
    }
}

#[test]
fn a_pong_is_told_by_its_token() {
    let mut connection = client();
    connection.ping(Some(0x0102_0304));
    assert_eq!(drain(&mut connection, b"", 3), masked(&[(0x89, b"\x01\x02\x03\x04")]));
    let pong = |connection: &mut Connection, bytes: &[u8]| connection.receive(NOW, bytes).1;
    let event = |token| Some(Ok(Received::Control(Control::Pong(token))));
    assert_eq!(pong(&mut connection, b"\x8a\x04\x01\x02\x03\x04"), event(Some(0x0102_0304)));
    assert_eq!(pong(&mut connection, b"\x8a\x00"), event(None));
    assert_eq!(pong(&mut connection, b"\x8a\x05\x01\x02\x03\x04\x05"), event(None));
    assert_eq!(pong(&mut connection, b"\x8a\x03\x01\x02\x03"), event(None));
}
