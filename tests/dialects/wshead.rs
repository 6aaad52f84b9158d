//! `AT+WSHEAD` (WebSocket AT Commands, AT+WSHEAD).

use crate::bench;
use crate::support::Bench;
use wsat::Dialect;

/// Sets a header; what is printed after the prompt.
fn set(bench: &mut Bench, header: &str) -> String {
    bench.host(format!("AT+WSHEAD={}\r\n", header.len())).expect("\r\nOK\r\n\r\n>");
    bench.host(header);
    String::from_utf8(std::mem::take(&mut bench.printed)).unwrap()
}

// rules: HEAD-01, HEAD-02, HEAD-03
#[test]
fn headers_go_into_the_next_request_and_the_newest_is_listed_first() {
    let mut bench = bench(Dialect::V3_3);
    assert_eq!(set(&mut bench, "X-One: 1"), "\r\nOK\r\n");
    assert_eq!(set(&mut bench, "X-Two:2"), "\r\nOK\r\n");
    bench.host("AT+WSHEAD?\r\n");
    bench.expect("+WSHEAD:0,\"X-Two:2\"\r\n+WSHEAD:1,\"X-One: 1\"\r\n\r\nOK\r\n");
    for link in 0..2 {
        bench.host(format!("AT+WSOPEN={link},\"ws://h\"\r\n"));
        let request = bench.up(link).request(link);
        assert!(request.ends_with("\r\nX-One: 1\r\nX-Two:2\r\n\r\n"), "{request:?}");
        bench.eof(link);
    }
    bench.printed.clear();
    // 0 clears all, without a prompt.
    bench.host("AT+WSHEAD=0\r\nAT+WSHEAD?\r\n").expect("\r\nOK\r\n\r\nOK\r\n");
    bench.host("AT+WSOPEN=2,\"ws://h\"\r\n");
    assert!(!bench.up(2).request(2).contains("X-"));
}

// rules: HEAD-04
#[test]
fn what_is_no_header_of_the_hosts() {
    let mut bench = bench(Dialect::V3_3);
    for header in [
        "X",
        "X 1",
        ": 1",
        "X Y: 1",
        "X: 1\r\n",
        "X: 1\r\nY: 2",
        "X: a\rb",
        "X: a\nb",
        "X: a\0b",
        "\r\n",
        "Host: x",
        "upgrade: x",
        "Connection: x",
        "Sec-WebSocket-Key: x",
        "sec-websocket-anything: x",
    ] {
        assert_eq!(set(&mut bench, header), "\r\nERROR\r\n", "{header:?}");
    }
    bench.host("AT+WSHEAD?\r\n").expect("\r\nOK\r\n");
}

// rules: HEAD-05
#[test]
fn the_memory_that_was_lent_is_the_limit() {
    let mut bench = bench(Dialect::V3_3);
    // 100 bytes hold a header of 98 and its line end. More is refused before the prompt.
    bench.host("AT+WSHEAD=99\r\n").expect("\r\nERROR\r\n");
    bench.host("AT+WSHEAD=4294967295\r\n").expect("\r\nERROR\r\n");
    assert_eq!(set(&mut bench, &format!("X: {}", "a".repeat(47))), "\r\nOK\r\n");
    bench.host("AT+WSHEAD=47\r\n").expect("\r\nERROR\r\n");
    assert_eq!(set(&mut bench, &format!("Y: {}", "b".repeat(43))), "\r\nOK\r\n");
    bench.host("AT+WSHEAD=1\r\n").expect("\r\nERROR\r\n");
}

// rules: HEAD-06, HEAD-07
#[test]
fn every_attempt_has_the_headers_of_its_moment() {
    let mut bench = bench(Dialect::V3_3);
    assert_eq!(set(&mut bench, "X-One: 1"), "\r\nOK\r\n");
    bench.open(0).eof(0).expect("+WS_DISCONNECTED:0\r\n");
    assert_eq!(set(&mut bench, "X-Two: 2"), "\r\nOK\r\n");
    bench.at(10_000);
    // Half of the request is written; what is set now is for the next attempt.
    bench.peers[0].room = Some(20);
    bench.up(0);
    assert_eq!(set(&mut bench, "X-Three: 3"), "\r\nOK\r\n");
    bench.peers[0].room = None;
    let request = bench.drain().request(0);
    assert!(request.ends_with("\r\nX-One: 1\r\nX-Two: 2\r\n\r\n"), "{request:?}");
    bench.eof(0).at(20_000);
    bench.actions.clear();
    // If it is taken away meanwhile, the attempt begins again.
    bench.peers[0].room = Some(20);
    bench.up(0).host("AT+WSHEAD=0\r\n").expect("\r\nOK\r\n").expect_actions("c0 o0");
    bench.peers[0].room = None;
    bench.peers[0].sent.clear();
    let request = bench.up(0).request(0);
    assert!(request.starts_with("GET / HTTP/1.1\r\n") && !request.contains("X-"), "{request:?}");
}

// rules: OPEN-10, OPEN-11
#[test]
fn one_authorization_is_sent() {
    for (header, uri, auth, sent) in [
        ("", "ws://h", "Bearer abc", Some("Bearer abc")),
        ("", "ws://user:pass@h", "", Some("Basic dXNlcjpwYXNz")),
        ("", "ws://user:pass@h", "Bearer abc", Some("Bearer abc")),
        ("Authorization: Bearer xyz", "ws://h", "", Some("Bearer xyz")),
        ("authorization: Bearer xyz", "ws://user:pass@h", "", Some("Bearer xyz")),
        // Both were asked for: neither is chosen for the host.
        ("Authorization: Bearer xyz", "ws://h", "Bearer abc", None),
    ] {
        let mut bench = bench(Dialect::V3_3);
        if !header.is_empty() {
            assert_eq!(set(&mut bench, header), "\r\nOK\r\n");
        }
        bench.host(format!("AT+WSOPEN=0,\"{uri}\",,,\"{auth}\"\r\n"));
        let Some(sent) = sent else {
            bench.expect("\r\nERROR\r\n").expect_actions("");
            continue;
        };
        let request = bench.up(0).request(0);
        let found: Vec<&str> = request
            .lines()
            .filter(|line| line.to_ascii_lowercase().starts_with("authorization:"))
            .map(|line| line.split_once(": ").unwrap().1)
            .collect();
        assert_eq!(found, [sent], "{request:?}");
    }
    // A line may hold lone CR and LF.
    let mut bench = bench(Dialect::V3_3);
    for auth in ["a\rb", "a\nb", "a\x7fb", "a\x01b"] {
        bench.host(format!("AT+WSOPEN=0,\"ws://h\",,,\"{auth}\"\r\n")).expect("\r\nERROR\r\n");
    }
}
