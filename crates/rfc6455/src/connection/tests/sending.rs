//! Data on its way out, and what may be sent when (RFC 6455 5.4, 5.5).

use super::*;
use crate::testing::FEW;

#[test]
fn data_goes_out_in_fragments_into_pieces_of_any_size() {
    let data: Vec<u8> = (0..700_u32).map(|n| (n % 251) as u8).collect();
    for size in [64, 1, 2, 5, 1000].into_iter().step_by(FEW) {
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
    let close = |connection: &mut Connection| connection.close(NOW, None);
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
    assert_eq!(connection.poll(&mut Zeros, b"abcd", &mut out).1, 7);
    connection.receive(NOW, b"\x89\x01p");
    connection.ping(None);
    let rest = drain(&mut connection, b"abcd", 3);
    assert_eq!(rest[0], b'b');
    assert_eq!(rest[1..], masked(&[(0x8A, b"p"), (0x89, b""), (0x80, b"cd")]));
}

#[test]
fn data_may_come_in_pieces_and_the_frame_waits_for_them() {
    let mut connection = client();
    connection.send(text(5, 9)).unwrap();
    let mut out = [0; 99];
    assert_eq!(connection.poll(&mut Zeros, b"", &mut out), (0, 6));
    assert_eq!(connection.poll(&mut Zeros, b"He", &mut out[6..]), (2, 2));
    assert_eq!((connection.data_taken(), connection.is_sending()), (2, true));
    // Nothing can go between, not even a Close.
    connection.receive(NOW, b"\x89\x00");
    connection.close(NOW, None);
    assert_eq!(connection.poll(&mut Zeros, b"", &mut out[8..]), (0, 0));
    assert!(!connection.is_cut_short());
    assert_eq!(connection.poll(&mut Zeros, b"llo, more", &mut out[8..]), (3, 3));
    assert_eq!(out[..11], masked(&[(0x81, b"Hello")]));
    assert_eq!((connection.data_taken(), connection.is_sending()), (0, false));
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x8A, b""), (0x88, b"")]));
}

#[test]
fn an_opcode_written_as_reserved_is_what_its_number_says() {
    let request =
        |bits, fin, len| Outgoing { opcode: Opcode::Reserved(bits), fin, len, fragment: 9 };
    for upper in (0..=0xF0).step_by(0x10) {
        let connection = client();
        assert_eq!(connection.may_send(&request(upper | 8, true, 1)), Err(SendError::CloseBody));
        assert_eq!(connection.may_send(&request(upper | 9, false, 0)), Err(SendError::Control));
        assert_eq!(connection.may_send(&request(upper, true, 1)), Err(SendError::NoMessage));
    }
    // RFC 6455 5.5.1: no data after a Close, whatever it is called.
    let mut connection = client();
    connection.send(request(8, true, 0)).unwrap();
    assert_eq!(drain(&mut connection, b"", 9), masked(&[(0x88, b"")]));
    assert!(connection.is_close_written());
    assert_eq!(connection.send(text(1, 1)), Err(SendError::Closing));
    // RFC 6455 5.4: this one begins a message.
    let mut connection = client();
    connection.send(request(1, false, 0)).unwrap();
    drain(&mut connection, b"", 9);
    assert_eq!(connection.send(text(1, 1)), Err(SendError::InsideMessage));
    connection.send(request(0, true, 0)).unwrap();
    drain(&mut connection, b"", 9);
    assert_eq!(connection.send(text(1, 1)), Ok(()));
}

#[test]
fn the_longest_control_frame_and_the_smallest_fragment() {
    let body: Vec<u8> = (0..125).collect();
    for (opcode, fragment) in
        [(Opcode::Ping, 1), (Opcode::Pong, 1), (Opcode::Close, 1), (Opcode::Reserved(0xB), 125)]
    {
        let mut connection = client();
        connection.send(Outgoing { opcode, fin: true, len: 125, fragment }).unwrap();
        let first = 0x80 | opcode.bits();
        assert_eq!(drain(&mut connection, &body, 40), masked(&[(first, &body)]));
    }
    let mut connection = client();
    connection.send(text(2, 0)).unwrap();
    assert_eq!(drain(&mut connection, b"ab", 40), masked(&[(0x01, b"a"), (0x80, b"b")]));
    let one = Outgoing { opcode: Opcode::Reserved(3), fin: true, len: 1, fragment: 0 };
    assert_eq!(connection.may_send(&one), Ok(()));
    let long = Outgoing { opcode: Opcode::Reserved(0xB), fin: true, len: 11, fragment: 10 };
    assert_eq!(connection.may_send(&long), Err(SendError::Unfragmentable));
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
    // Nothing has changed by that, and a Close does not make it more.
    assert_eq!(drain(&mut connection, b"abcd", 99), masked(&[(0x80, b"cd")]));
    connection.send(text(4, 2)).unwrap();
    connection.poll(&mut Zeros, b"abcd", &mut out);
    connection.close(NOW, None);
    assert_eq!((connection.is_sending(), connection.withdraw()), (false, Withdrawn::Partly));
    let mut connection = client();
    connection.send(text(4, 2)).unwrap();
    connection.close(NOW, None);
    assert_eq!(connection.withdraw(), Withdrawn::Whole);
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

/// RFC 6455 5.4, 5.5, 5.5.1.
#[test]
fn what_may_be_sent_at_all() {
    let check =
        |opcode, fin, len, is_begun| Outgoing { opcode, fin, len, fragment: 1024 }.check(is_begun);
    assert_eq!(check(Opcode::Ping, true, 125, true), Ok(()));
    assert_eq!(check(Opcode::Ping, true, 126, false), Err(SendError::Control));
    assert_eq!(check(Opcode::Close, true, 1, false), Err(SendError::CloseBody));
    assert_eq!(check(Opcode::Continuation, true, 1, true), Ok(()));
    assert_eq!(check(Opcode::Continuation, true, 1, false), Err(SendError::NoMessage));
    assert_eq!(check(Opcode::Text, true, 1, false), Ok(()));
    assert_eq!(check(Opcode::Text, true, 1, true), Err(SendError::InsideMessage));
}
