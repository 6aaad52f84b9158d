//! `AT+WSOPEN`: opening, failing to open, and the query.

use crate::support::Bench;
use wsat::device::{Config, Refusal};

#[test]
fn opening_a_link() {
    let mut bench = Bench::new();
    bench
        .host("AT+WSOPEN=0,\"ws://example.com:8080/chat?x=1#top\"\r\n")
        .expect("")
        .expect_actions("o0");
    let conn = bench.peers[0].conn.unwrap();
    let target = bench.device.target(conn).unwrap();
    assert_eq!((target.host, target.port, target.secure), ("example.com", 8080, false));
    let request = bench.up(0).request(0);
    let mut lines = request.lines();
    assert_eq!(lines.next(), Some("GET /chat?x=1 HTTP/1.1"));
    assert_eq!(lines.next(), Some("Host: example.com:8080"));
    assert_eq!(lines.next(), Some("Upgrade: websocket"));
    assert_eq!(lines.next(), Some("Connection: Upgrade"));
    assert!(lines.next().unwrap().starts_with("Sec-WebSocket-Key: "));
    assert_eq!(lines.next(), Some("Sec-WebSocket-Version: 13"));
    assert_eq!((lines.next(), lines.next()), (Some(""), None));
}

#[test]
fn the_line_of_the_seed_page_asks_for_tls() {
    let mut bench = Bench::new();
    let line = "AT+WSOPEN=0,\"wss://demo.piesocket.com/v3/channel_123?api_key=\
                VCXCEuvhGcBDP7XhiJJUDvR1e1D3eiVjgZ9VRiaV\u{ac}ify_self\"\r\n";
    bench.host(line).expect_actions("o0");
    let target = bench.device.target(bench.peers[0].conn.unwrap()).unwrap();
    assert_eq!((target.host, target.port, target.secure), ("demo.piesocket.com", 443, true));
    let request = bench.up(0).request(0);
    assert!(request.starts_with(
        "GET /v3/channel_123?api_key=VCXCEuvhGcBDP7XhiJJUDvR1e1D3eiVjgZ9VRiaV%C2%ACify_self HTTP/1.1\r\n\
         Host: demo.piesocket.com\r\n"
    ));
}

#[test]
fn connected_and_ok_are_one_unit_and_early_data_follows() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=2,\"ws://h\"\r\n").up(2);
    let mut bytes = bench.response(2);
    bytes.extend_from_slice(b"\x81\x05early\x89\x00");
    bench.peer(2, bytes).expect("+WS_CONNECTED:2\r\n\r\nOK\r\n+WS_DATA:2,5,early\r\n");
    bench.expect_sent(2, &[(0x8A, b"")]);
}

#[test]
fn the_subprotocol_is_offered_and_the_answer_checked() {
    let mut bench = Bench::new();
    for (answer, printed) in [
        ("", "+WS_CONNECTED:0\r\n\r\nOK\r\n"),
        ("Sec-WebSocket-Protocol: superchat\r\n", "+WS_CONNECTED:0\r\n\r\nOK\r\n"),
        ("Sec-WebSocket-Protocol: mqtt\r\n", "\r\nERROR\r\n"),
        ("Sec-WebSocket-Extensions: permessage-deflate\r\n", "\r\nERROR\r\n"),
    ] {
        bench.host("AT+WSOPEN=0,\"ws://h\",\"chat\\, superchat\"\r\n").up(0);
        assert!(
            String::from_utf8_lossy(&bench.peers[0].sent)
                .contains("\r\nSec-WebSocket-Protocol: chat, superchat\r\n")
        );
        let mut response = bench.response(0);
        response.truncate(response.len() - 2);
        response.extend_from_slice(answer.as_bytes());
        response.extend_from_slice(b"\r\n");
        bench.peer(0, response).expect(printed);
        let later = bench.now + 1000;
        bench.host("AT+WSCLOSE=0\r\n").at(later).expect("\r\nOK\r\n");
    }
}

#[test]
fn whatever_is_no_acceptance_is_an_error_and_frees_the_link() {
    for response in [
        "HTTP/1.1 404 Not Found\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: ws://elsewhere/\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    ] {
        let mut bench = Bench::new();
        bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").up(0).peer(0, response);
        bench.expect("\r\nERROR\r\n").expect_actions("o0 c0");
        assert!(matches!(bench.device.poll_refusal(), Some(Refusal::Handshake(_))), "{response}");
        bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
        bench.open(0);
    }
}

#[test]
fn a_transport_that_cannot_be_made_is_an_error() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").expect("").eof(0).expect("\r\nERROR\r\n");
    bench.expect_actions("o0 c0");
    // It ends inside the handshake.
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n").up(0).peer(0, "HTTP/1.1 101 Sw").eof(0);
    bench.expect("\r\nERROR\r\n").at(100_000).expect("");
}

#[test]
fn the_timeout_frees_the_link_and_late_facts_are_ignored() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h\"\r\n");
    let late = bench.peers[0].conn.unwrap();
    bench.at(14_999).expect("").at(15_000).expect("\r\nERROR\r\n").expect_actions("o0 c0");
    bench.host("AT+WSOPEN=0,\"ws://h\",,500\r\n").expect("");
    bench.device.handle_up(bench.instant(), late);
    bench.device.handle_eof(bench.instant(), late);
    assert_eq!(bench.device.handle_peer(bench.instant(), late, b"\x81\x01a", b"b"), 0);
    bench.at(15_499).expect("").at(15_500).expect("\r\nERROR\r\n");
}

#[test]
fn a_timeout_of_zero_fails_at_once_without_trying() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h\",\"\",0\r\n").expect("\r\nERROR\r\n").expect_actions("");
    bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
}

#[test]
fn each_end_of_each_range_and_one_beyond() {
    let mut bench = Bench::new();
    for line in [
        "AT+WSOPEN=3,\"ws://h\"",
        "AT+WSOPEN=-1,\"ws://h\"",
        "AT+WSOPEN=0,\"ws://h\",,180001",
        "AT+WSOPEN=0,\"ws://h\",,-1",
        "AT+WSOPEN=0,\"ws://h\",chat",
        "AT+WSOPEN=0,\"ws://h\",\"a b\"",
        "AT+WSOPEN=0,\"ws://h\",\"a\\,\"",
        "AT+WSOPEN=0,\"ws://h\",\"a\rb\"",
        "AT+WSOPEN=0,\"ws://h\",\"chat\",1000,\"auth\"",
        "AT+WSOPEN=0",
        "AT+WSOPEN=0,",
        "AT+WSOPEN=0,\"\"",
        "AT+WSOPEN=0,ws://h",
        "AT+WSOPEN=0,\"http://h\"",
        "AT+WSOPEN=0,\"ws://\"",
        "AT+WSOPEN=0,\"ws://h:0\"",
        "AT+WSOPEN=0,\"ws://h:65536\"",
        "AT+WSOPEN=0,\"ws://h/a b\"",
        "AT+WSOPEN=0,\"ws://h/\nX: y\"",
    ] {
        bench.host(format!("{line}\r\n")).expect("\r\nERROR\r\n").expect_actions("");
    }
    bench.host("AT+WSOPEN=2,\"WS://h\",\"\",180000\r\n").expect_actions("o2");
    bench.at(179_999).expect("").at(180_000).expect("\r\nERROR\r\n");
}

#[test]
fn a_link_in_use_is_refused_in_every_state() {
    let mut bench = Bench::new();
    let again = "AT+WSOPEN=0,\"ws://h\"\r\n";
    bench.open(0).host(again).expect("\r\nERROR\r\n");
    bench.eof(0).expect("+WS_DISCONNECTED:0\r\n").host(again).expect("\r\nERROR\r\n");
    bench.at(10_000).host("AT+WSOPEN?\r\n").expect("+WSOPEN:0,1,\"ws://peer0/\"\r\n\r\nOK\r\n");
    bench.host(again).expect("\r\nERROR\r\n").accept(0).expect("+WS_CONNECTED:0\r\n");
    bench.peer(0, b"\x88\x02\x03\xe8").host(again).expect("\r\nERROR\r\n");
}

#[test]
fn the_query_lists_links_in_use_with_their_state() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN?\r\n").expect("\r\nOK\r\n");
    bench.open(2).open(0);
    bench
        .host("AT+WSOPEN?\r\n")
        .expect("+WSOPEN:0,2,\"ws://peer0/\"\r\n+WSOPEN:2,2,\"ws://peer2/\"\r\n\r\nOK\r\n");
    bench.eof(2).expect("+WS_DISCONNECTED:2\r\n");
    bench
        .host("AT+WSOPEN?\r\n")
        .expect("+WSOPEN:0,2,\"ws://peer0/\"\r\n+WSOPEN:2,3,\"ws://peer2/\"\r\n\r\nOK\r\n");
    // The Close of link 0's peer has come, and ours cannot be written yet.
    bench.peers[0].room = Some(0);
    bench.peer(0, b"\x88\x00");
    bench
        .host("AT+WSOPEN?\r\n")
        .expect("+WSOPEN:0,4,\"ws://peer0/\"\r\n+WSOPEN:2,3,\"ws://peer2/\"\r\n\r\nOK\r\n");
    bench.peers[0].room = None;
    bench
        .host("AT+WSOPEN?\r\n")
        .expect("+WSOPEN:0,4,\"ws://peer0/\"\r\n+WSOPEN:2,3,\"ws://peer2/\"\r\n\r\nOK\r\n");
    bench
        .host("AT+WSOPEN?\r\n")
        .expect("+WSOPEN:0,0,\"ws://peer0/\"\r\n+WSOPEN:2,3,\"ws://peer2/\"\r\n\r\nOK\r\n");
}

#[test]
fn an_acceptance_before_the_whole_request_is_none() {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h/\"\r\n");
    // Just the last line end of the request is missing.
    bench.peers[0].room = Some(bench_request_len() - 1);
    bench.up(0);
    bench.peers[0].sent.extend_from_slice(b"\n");
    let response = bench.response(0);
    bench.peer(0, response).expect("\r\nERROR\r\n").expect_actions("o0 c0");
    assert_eq!(bench.device.poll_refusal(), Some(Refusal::EarlyResponse));
}

/// Bytes of the request for `ws://h/`.
fn bench_request_len() -> usize {
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h/\"\r\n").up(0).request(0).len()
}

#[test]
fn a_subprotocol_is_offered_once() {
    // RFC 6455 4.1, item 10: the elements "MUST all be unique strings".
    let mut bench = Bench::new();
    bench.host("AT+WSOPEN=0,\"ws://h/\",\"a\\,b\\, a\"\r\n").expect("\r\nERROR\r\n");
    bench.expect_actions("");
}

#[test]
fn what_the_embedding_program_configures_for_the_handshake() {
    let bench = |user_agent, header_limit| {
        let mut config = Config::default();
        config.user_agent = user_agent;
        config.header_limit = header_limit;
        let mut bench = Bench::with_config(config);
        bench.drain().host("ATE0\r\n").expect("\r\nready\r\nATE0\r\n\r\nOK\r\n");
        bench.host("AT+WSOPEN=0,\"ws://h/\"\r\n");
        bench
    };
    let mut named = bench("thing/1.0", 129);
    assert!(named.up(0).request(0).contains("\r\nUser-Agent: thing/1.0\r\n"));
    // An acceptance of 129 bytes fits into 129 and not into 128.
    bench("", 129).accept(0).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
    bench("", 128).accept(0).expect("\r\nERROR\r\n");
    // A line end in it would make a header of what follows.
    bench("thing\r\nX: y", 8192).expect("\r\nERROR\r\n").expect_actions("");
}
