//! Connections that cannot be made or do not last.

use crate::{notes, play};
use wsat::device::{Refusal, Wait};
use wsat_embassy::{ConnectError, Note};

const TEXT: u8 = 0x81;
const PING: u8 = 0x89;
const PONG: u8 = 0x8A;

#[test]
fn what_cannot_be_reached_is_an_error_with_a_reason() {
    play(async |bench| {
        for (uri, why) in [
            ("ws://nobody/", ConnectError::Name),
            ("ws://closed:8080/", ConnectError::Refused),
            ("wss://server/", ConnectError::NoTls),
        ] {
            notes();
            bench.host.ask(&format!("AT+WSOPEN=1,\"{uri}\""), "\r\nERROR\r\n").await;
            assert_eq!(notes()[0], Note::NotConnected(1, why));
        }
        assert_eq!(bench.network.asked_for(), ["nobody:80", "closed:8080", "server:443"]);
        // None of them is in the way.
        bench.open(1).await;
    });
}

#[test]
fn an_attempt_ends_with_its_timeout() {
    play(async |bench| {
        notes();
        let begun = bench.time.millis();
        bench.host.ask("AT+WSOPEN=0,\"ws://silent/\",,3000", "\r\nERROR\r\n").await;
        assert_eq!(bench.time.millis() - begun, 3000);
        assert_eq!(notes(), [Note::Refused(Refusal::Timeout(Wait::Open))]);
        // One that is connected, and says nothing.
        let begun = bench.time.millis();
        bench.host.send("AT+WSOPEN=0,\"ws://server/\",,3000\r\n").await;
        let mut server = bench.network.accept_raw().await;
        bench.host.expect("\r\nERROR\r\n").await;
        assert_eq!(bench.time.millis() - begun, 3000);
        while server.read_some().await.is_ok() {}
        assert!(!server.rx.was_reset());
        bench.open(0).await;
    });
}

#[test]
fn a_reset_is_reported_and_the_link_comes_back() {
    play(async |bench| {
        let server = bench.open(0).await;
        server.tx.reset();
        server.rx.reset();
        bench.host.expect("+WS_DISCONNECTED:0\r\n").await;
        let lost = bench.time.millis();
        let mut server = bench.network.accept().await;
        // `retry_delay_ms`, and the look-up of this network.
        assert_eq!(bench.time.millis() - lost, 10_010);
        bench.host.expect("+WS_CONNECTED:0\r\n").await;
        server.send(TEXT, b"hello").await;
        bench.host.expect("+WS_DATA:0,5,hello\r\n").await;
    });
}

/// The peer's side ends without a Close. What it has sent before is not lost, and it is heard what we have to say.
#[test]
fn an_end_of_one_side_comes_behind_its_data() {
    play(async |bench| {
        let mut server = bench.open(0).await;
        server.send(TEXT, &[b'x'; 500]).await;
        server.tx.end();
        assert_eq!(bench.host.record(0).await, [b'x'; 500]);
        bench.host.expect("+WS_DISCONNECTED:0\r\n").await;
        assert_eq!(server.frame().await, None);
        assert!(!server.rx.was_reset());
    });
}

#[test]
fn pings_are_sent_and_a_missing_pong_is_a_loss() {
    play(async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60", "\r\nOK\r\n").await;
        let mut server = bench.open(0).await;
        let open = bench.time.millis();
        let ping = server.frame().await.unwrap();
        assert_eq!((ping.first, bench.time.millis() - open), (PING, 30_000));
        server.send(PONG, &ping.payload).await;
        assert_eq!(server.frame().await.unwrap().first, PING);
        assert_eq!(bench.time.millis() - open, 60_000);
        // That one is not answered.
        assert_eq!(server.frame().await.unwrap().first, PING);
        bench.host.expect("+WS_DISCONNECTED:0\r\n").await;
        assert_eq!(bench.time.millis() - open, 120_000);
        let again = bench.network.accept().await;
        assert_eq!(bench.time.millis() - open, 130_010);
        bench.host.expect("+WS_CONNECTED:0\r\n").await;
        drop(again);
    });
}

#[test]
fn an_answer_to_a_ping_does_not_wait_for_time() {
    play(async |bench| {
        let mut server = bench.open(1).await;
        let at = bench.time.millis();
        server.send(PING, b"?").await;
        server.expect(PONG, b"?").await;
        assert_eq!(bench.time.millis(), at);
    });
}
