//! Sessions in which nothing goes wrong.

use crate::play;
use wsat_testkit::frames::RawFrame;

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const NORMAL: &[u8] = &[0x03, 0xE8];

#[test]
fn text_and_binary_go_both_ways_and_the_host_closes() {
    play(async |bench| {
        let mut server = bench.open(0).await;
        assert_eq!(bench.network.asked_for(), ["server:80"]);
        let host = &mut bench.host;
        host.ask("AT+WSSEND=0,6", "\r\nOK\r\n\r\n>").await;
        host.send("Hällo").await;
        server.expect(TEXT, "Hällo".as_bytes()).await;
        host.expect("\r\nSEND OK\r\n").await;
        server.send(TEXT, b"hello").await;
        host.expect("+WS_DATA:0,5,hello\r\n").await;
        host.ask("AT+WSSEND=0,3,2", "\r\nOK\r\n\r\n>").await;
        host.send([0, 255, 13]).await;
        server.expect(BINARY, &[0, 255, 13]).await;
        host.expect("\r\nSEND OK\r\n").await;
        server.send(BINARY, &[10, 0]).await;
        assert_eq!(host.record(0).await, [10, 0]);
        host.send("AT+WSCLOSE=0\r\n").await;
        server.expect(CLOSE, NORMAL).await;
        server.send(CLOSE, NORMAL).await;
        assert_eq!(server.frame().await, None);
        assert!(!server.rx.was_reset(), "it ends in order");
        host.expect("\r\nOK\r\n").await;
        drop(server);
        bench.time.sleep(1).await;
        assert_eq!(bench.network.open(), 0);
        assert_eq!(bench.time.millis(), 11, "nothing waits for time but the look-up, and this");
    });
}

#[test]
fn the_server_closes() {
    play(async |bench| {
        let mut server = bench.open(2).await;
        server.send(TEXT, b"bye").await;
        server.send(CLOSE, NORMAL).await;
        bench.host.expect("+WS_DATA:2,3,bye\r\n").await;
        server.expect(CLOSE, NORMAL).await;
        server.tx.end();
        assert_eq!(server.frame().await, None);
        assert!(!server.rx.was_reset());
        bench.host.expect("+WS_CLOSED:2\r\n").await;
        // The link can be used anew.
        let mut server = bench.open(2).await;
        server.send(TEXT, b"again").await;
        bench.host.expect("+WS_DATA:2,5,again\r\n").await;
    });
}

#[test]
fn three_links_at_once_do_not_mix() {
    play(async |bench| {
        let mut servers = Vec::new();
        for link in 0..3 {
            servers.push(bench.open(link).await);
        }
        for round in 0_u8..5 {
            for (server, link) in servers.iter_mut().zip(0..) {
                server.send(BINARY, &[round * 3 + link; 200]).await;
            }
            let host = &mut bench.host;
            let mut got = Vec::new();
            while got.len() < 3 {
                let link = usize::from(peek_link(host).await);
                let data = rest_of_record(host).await;
                assert_eq!(data, [round * 3 + link as u8; 200]);
                got.push(link);
            }
            got.sort_unstable();
            assert_eq!(got, [0, 1, 2]);
        }
        for (server, link) in servers.iter_mut().zip(0..) {
            bench.host.ask(&format!("AT+WSSEND={link},1"), "\r\nOK\r\n\r\n>").await;
            bench.host.send([b'a' + link]).await;
            let RawFrame { payload, .. } = server.frame().await.unwrap();
            assert_eq!(payload, [b'a' + link]);
            bench.host.expect("\r\nSEND OK\r\n").await;
        }
    });
}

/// `+WS_DATA:<link>` of the next record.
async fn peek_link(host: &mut crate::host::Host) -> u8 {
    host.expect("+WS_DATA:").await;
    host.read(1).await[0] - b'0'
}

async fn rest_of_record(host: &mut crate::host::Host) -> Vec<u8> {
    host.expect(",200,").await;
    let data = host.read(200).await;
    host.expect("\r\n").await;
    data
}
