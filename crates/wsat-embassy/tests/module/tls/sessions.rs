//! Sessions over TLS, and handshakes that come to none.

use super::{Authority, TlsServer, play, play_over, server_config};
use crate::network::Network;
use crate::notes;
use embedded_io_async::Write;
use rustls::ServerConfig;
use std::sync::Arc;
use wsat::device::Missing;
use wsat_embassy::{ConnectError, Note, Trust};
use wsat_testkit::frames::server_frame;

#[test]
fn a_verified_server_both_ways_and_an_end_in_order() {
    let authority = Authority::new();
    let (certificate, key) = authority.certify("server");
    let config = server_config(&[&certificate], &key, None);
    let der = authority.der();
    play(Trust { authorities: &[&der], ..Trust::NONE }, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,2,0,0", "\r\nOK\r\n").await;
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        let mut server = TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
        assert_eq!(bench.network.asked_for(), ["server:443"]);
        let payload: Vec<u8> = (0..2000).map(|n| (n % 251) as u8).collect();
        bench.host.ask("AT+WSSEND=0,2000,2", "\r\nOK\r\n\r\n>").await;
        bench.host.send(&payload).await;
        let mut got = Vec::new();
        while got.len() < payload.len() {
            got.extend(server.frame().await.unwrap().payload);
        }
        assert!(got == payload);
        bench.host.expect("\r\nSEND OK\r\n").await;
        // More than a record of TLS holds, and than anything on the way.
        let message: Vec<u8> = (0..40_000).map(|n| (n % 241) as u8).collect();
        let frame = server_frame(0x82, &message);
        let reading = async {
            let mut got = Vec::new();
            while got.len() < message.len() {
                got.extend(bench.host.record(0).await);
            }
            assert!(got == message);
        };
        let writing = async {
            for piece in frame.chunks(5000) {
                server.write(piece).await;
            }
        };
        embassy_futures::join::join(reading, writing).await;
        bench.host.send("AT+WSCLOSE=0\r\n").await;
        assert_eq!(server.frame().await.unwrap().first, 0x88);
        server.write(&server_frame(0x88, &[0x03, 0xE8])).await;
        assert_eq!(server.frame().await, Err("the end".to_owned()));
        // Not just TCP: TLS has said that it ends, too (RFC 8446 6.1).
        let state = server.tls.process_new_packets().unwrap();
        assert!(state.peer_has_closed());
        bench.host.expect("\r\nOK\r\n").await;
    });
}

#[test]
fn three_links_each_with_tls_of_its_own() {
    let (certificate, key) = Authority::new().certify("server");
    let config = server_config(&[&certificate], &key, None);
    play(Trust::NONE, async |bench| {
        let mut servers = Vec::new();
        for link in 0..3 {
            bench.host.send(format!("AT+WSOPEN={link},\"wss://server/\"\r\n")).await;
            servers.push(TlsServer::accept(&bench.network, &config).await.unwrap());
            bench.host.expect(&format!("+WS_CONNECTED:{link}\r\n\r\nOK\r\n")).await;
        }
        for (server, link) in servers.iter_mut().zip(0..) {
            server.write(&server_frame(0x81, &[b'a' + link])).await;
            assert_eq!(bench.host.record(link.into()).await, [b'a' + link]);
        }
    });
}

/// Whoever is on the way can put in a message that is not encrypted; only the encrypted ones are the server's.
#[test]
fn a_message_that_is_put_into_a_connection_ends_it() {
    let (certificate, key) = Authority::new().certify("server");
    let config = server_config(&[&certificate], &key, None);
    play(Trust::NONE, async |bench| {
        // EncryptedExtensions, and a record without anything in it.
        for put_in in [&[22, 3, 3, 0, 6, 8, 0, 0, 2, 0, 0][..], &[23, 3, 3, 0, 0]] {
            bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
            let mut server = TlsServer::accept(&bench.network, &config).await.unwrap();
            bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
            server.below.tx.write_all(put_in).await.unwrap();
            bench.host.expect("+WS_DISCONNECTED:0\r\n").await;
            bench.host.ask("AT+WSCLOSE=0", "\r\nOK\r\n").await;
        }
    });
}

#[test]
fn what_is_missing_is_said_on_the_line() {
    play(Trust::NONE, async |bench| {
        for (settings, text, missing) in [
            ("1,0,0", "NO CERT FOUND", Missing::Certificate),
            ("2,0,0", "NO CA FOUND", Missing::Authority),
        ] {
            bench.host.ask(&format!("AT+WSCFG=0,30,60,512,{settings}"), "\r\nOK\r\n").await;
            notes();
            let answer = format!("{text}\r\n\r\nERROR\r\n");
            bench.host.ask("AT+WSOPEN=0,\"wss://server/\"", &answer).await;
            let why = ConnectError::Missing(missing);
            assert_eq!(notes()[0], Note::NotConnected(0, why));
        }
        assert_eq!(bench.network.asked_for(), [""; 0]);
    });
}

/// A server that speaks something else, and one that says nothing, until the attempt is given up.
#[test]
fn a_handshake_that_does_not_come_to_an_end_is_ended() {
    play(Trust::NONE, async |bench| {
        notes();
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        let mut server = bench.network.accept_raw().await;
        server.tx.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        bench.host.expect("\r\nERROR\r\n").await;
        assert_eq!(notes()[0], Note::NotConnected(0, ConnectError::Tls));
        let begun = bench.time.millis();
        bench.host.send("AT+WSOPEN=1,\"wss://server/\",,2000\r\n").await;
        let mut server = bench.network.accept_raw().await;
        bench.host.expect("\r\nERROR\r\n").await;
        assert_eq!(bench.time.millis() - begun, 2000);
        while server.read_some().await.is_ok() {}
    });
}

/// RFC 8446 5.1 allows it; embedded-tls does not put them together. The README says so.
#[test]
fn messages_that_are_cut_over_records_are_not_understood() {
    let (certificate, key) = Authority::new().certify("server");
    let config = server_config(&[&certificate], &key, None);
    let mut config = ServerConfig::clone(&config);
    config.max_fragment_size = Some(256);
    let config = Arc::new(config);
    play(Trust::NONE, async |bench| {
        notes();
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        TlsServer::accept(&bench.network, &config).await.err().expect("no connection");
        bench.host.expect("\r\nERROR\r\n").await;
        // It is the certificate that is cut.
        assert_eq!(notes()[0], Note::NotConnected(0, ConnectError::NotTrusted));
    });
}

/// RFC 8446 4.6.3. It does not panic, as the README says.
#[test]
fn a_server_that_changes_its_keys_is_lost_and_the_link_comes_back() {
    let (certificate, key) = Authority::new().certify("server");
    let config = server_config(&[&certificate], &key, None);
    play(Trust::NONE, async |bench| {
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        let mut server = TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
        server.tls.refresh_traffic_keys().unwrap();
        server.write(&[]).await;
        bench.host.expect("+WS_DISCONNECTED:0\r\n").await;
        TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n").await;
    });
}

/// In a line of 256 bytes there is room for it.
#[test]
fn a_long_name_fits_into_the_shortest_buffer() {
    let label = "a".repeat(63);
    let name = [&label[..], &label, &label, &label[..33]].join(".");
    let (certificate, key) = Authority::new().certify(&name);
    let config = server_config(&[&certificate], &key, None);
    play_over::<768, _>(Trust::NONE, Network::clone, async |bench| {
        bench.host.send(format!("AT+WSOPEN=0,\"wss://{name}/\"\r\n")).await;
        TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
    });
}
