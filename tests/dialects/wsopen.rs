//! `AT+WSOPEN`: its answer, its query, and the key of each request (RFC 6455 4.1).

use crate::bench;
use wsat::Dialect;

// rules: WIRE-03
#[test]
fn every_attempt_has_a_key_of_its_own() {
    let mut bench = bench(Dialect::V3_1);
    let mut keys: Vec<String> = Vec::new();
    for attempt in 1..=5 {
        if attempt == 1 {
            bench.host("AT+WSOPEN=0,\"ws://h\"\r\n");
        } else {
            bench.eof(0).at((attempt - 1) * 10_000);
        }
        let request = bench.up(0).request(0);
        let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let key = key.unwrap().to_string();
        // 16 bytes in Base64.
        assert!(key.len() == 24 && key.ends_with("=="), "{key}");
        assert!(!keys.contains(&key), "{key} again");
        keys.push(key);
        if attempt == 1 {
            bench.peers[0].sent.extend_from_slice(request.as_bytes());
            let response = bench.response(0);
            bench.peer(0, response).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
        }
    }
}

// rules: OPEN-02, LINE-22
#[test]
fn connected_and_ok_are_not_parted_by_an_echo() {
    let mut bench = bench(Dialect::V3_1);
    bench.host("ATE1\r\n").expect("\r\nOK\r\n");
    // The echo of the line is not printed yet when the link is open.
    bench.serial_blocked = true;
    bench.serial_piece = 1;
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").accept(0);
    bench.serial_blocked = false;
    bench.drain().expect("AT+WSOPEN=0,\"ws://h\"\r\n+WS_CONNECTED:0\r\n\r\nOK\r\n");
}

// rules: OPEN-12
#[test]
fn the_query_shows_the_states_of_the_moment_it_was_asked() {
    let mut bench = bench(Dialect::V3_1);
    bench.open(0).open(1);
    bench.serial_blocked = true;
    bench.host("AT+WSOPEN?\r\n").eof(0).peer(1, b"\x88\x00").eof(1);
    bench.serial_blocked = false;
    bench.drain().expect(
        "+WSOPEN:0,2,\"ws://peer0/\"\r\n+WSOPEN:1,2,\"ws://peer1/\"\r\n\r\nOK\r\n\
         +WS_DISCONNECTED:0\r\n+WS_CLOSED:1\r\n",
    );
    bench.host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,3,\"ws://peer0/\"\r\n\r\nOK\r\n");
}
