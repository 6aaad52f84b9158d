//! Who is believed, and to whom the module's certificate is shown.

use super::{Authority, TlsServer, play, play_over, sec1, server_config};
use crate::impostor::Message;
use crate::network::Network;
use crate::notes;
use rcgen::KeyPair;
use wsat_embassy::{ConnectError, Identity, Note, Trust};

#[test]
fn a_chain_is_followed_to_the_authority() {
    let root = Authority::new();
    let (intermediate, issuer) = root.intermediate();
    let (certificate, key) = issuer.certify("server");
    let config = server_config(&[&certificate, &intermediate], &key, None);
    let der = root.der();
    play(Trust { authorities: &[&der], ..Trust::NONE }, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,2,0,0", "\r\nOK\r\n").await;
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
    });
}

#[test]
fn whom_the_authority_does_not_know_is_not_believed() {
    let (known, stranger) = (Authority::new(), Authority::new());
    let der = known.der();
    let (right, right_key) = known.certify("server");
    let (other_name, other_key) = known.certify("another");
    let (forged, forged_key) = stranger.certify("server");
    play(Trust { authorities: &[&der], ..Trust::NONE }, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,2,0,0", "\r\nOK\r\n").await;
        for (certificate, key) in [(&other_name, &other_key), (&forged, &forged_key)] {
            notes();
            let config = server_config(&[certificate], key, None);
            bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
            TlsServer::accept(&bench.network, &config).await.err().expect("no connection");
            bench.host.expect("\r\nERROR\r\n").await;
            assert_eq!(notes()[0], Note::NotConnected(0, ConnectError::NotTrusted));
        }
        let config = server_config(&[&right], &right_key, None);
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
    });
}

/// Whatever server it is, and though one of them has certified it.
#[test]
fn with_an_authority_that_cannot_be_used_nobody_is_believed() {
    let (usable, other) = (Authority::new(), Authority::of(&rcgen::PKCS_ED25519));
    let (certificate, key) = usable.certify("server");
    let (other_certificate, other_key) = other.certify("server");
    let mut pem = b"-----BEGIN CERTIFICATE-----\n".to_vec();
    pem.extend([b'A'; 400]);
    let cases = [
        (pem, &certificate, &key, ConnectError::Tls),
        (Vec::new(), &certificate, &key, ConnectError::Tls),
        (other.der(), &certificate, &key, ConnectError::Tls),
        // Such a signature cannot be checked.
        (other.der(), &other_certificate, &other_key, ConnectError::NotTrusted),
    ];
    for (der, certificate, key, why) in cases {
        let config = server_config(&[certificate], key, None);
        play(Trust { authorities: &[&der], ..Trust::NONE }, async |bench| {
            bench.host.ask("AT+WSCFG=0,30,60,512,2,0,0", "\r\nOK\r\n").await;
            notes();
            bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
            TlsServer::accept(&bench.network, &config).await.err().expect("no connection");
            bench.host.expect("\r\nERROR\r\n").await;
            assert_eq!(notes()[0], Note::NotConnected(0, why));
        });
    }
}

/// The certificate is public: only a signature, once and behind it, proves that its owner is there (RFC 8446 4.4.3).
#[test]
fn a_server_that_proves_nothing_is_not_believed() {
    use Message::{Certificate, Signature};
    let authority = Authority::new();
    let der = authority.der();
    let (certificate, key) = authority.certify("server");
    let stranger = KeyPair::generate().unwrap();
    play(Trust { authorities: &[&der], ..Trust::NONE }, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,2,0,0", "\r\nOK\r\n").await;
        for (messages, key, why, answers) in [
            // Those whose Finished is right get one; nothing of the WebSocket's is behind it.
            (&[][..], &key, ConnectError::NotTrusted, 1),
            (&[Certificate], &key, ConnectError::NotTrusted, 1),
            (&[Certificate, Signature], &stranger, ConnectError::NotTrusted, 0),
            (&[Signature], &key, ConnectError::Tls, 0),
            (&[Signature, Certificate], &key, ConnectError::Tls, 0),
            (&[Certificate, Certificate, Signature], &key, ConnectError::Tls, 0),
            (&[Certificate, Signature, Signature], &key, ConnectError::Tls, 0),
            (&[Certificate, Signature, Certificate], &key, ConnectError::Tls, 0),
        ] {
            notes();
            bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
            let mut server = bench.network.accept_raw().await;
            server.pose(&certificate, key, messages).await;
            assert_eq!(server.encrypted(2).await.len(), answers);
            drop(server);
            bench.host.expect("\r\nERROR\r\n").await;
            assert_eq!(notes()[0], Note::NotConnected(0, why));
        }
        // The same server with all of it is believed: Finished, and the request.
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        let mut server = bench.network.accept_raw().await;
        server.pose(&certificate, &key, &[Certificate, Signature]).await;
        assert_eq!(server.encrypted(2).await.len(), 2);
    });
}

#[test]
fn a_server_of_which_no_proof_is_wanted_needs_none() {
    let (certificate, key) = Authority::new().certify("server");
    play(Trust::NONE, async |bench| {
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        let mut server = bench.network.accept_raw().await;
        server.pose(&certificate, &key, &[]).await;
        assert_eq!(server.encrypted(2).await.len(), 2);
    });
}

#[test]
fn a_certificate_is_shown_to_a_server_that_wants_one() {
    let authority = Authority::new();
    let (certificate, key) = authority.certify("server");
    let (shown, shown_key) = authority.certify("module");
    let config = server_config(&[&certificate], &key, Some(&authority));
    let shown_key = shown_key.serialize_der();
    let identity = Identity { certificate: &shown, key: Some(sec1(&shown_key)) };
    play(Trust { identities: &[identity], ..Trust::NONE }, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,1,0,0", "\r\nOK\r\n").await;
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
    });
}

#[test]
fn a_certificate_is_shown_to_nobody_who_has_proven_nothing() {
    use Message::{Certificate, Request, Signature};
    let authority = Authority::new();
    let der = authority.der();
    let (certificate, key) = authority.certify("server");
    let (shown, shown_key) = authority.certify("module");
    let shown_key = shown_key.serialize_der();
    let identity = Identity { certificate: &shown, key: Some(sec1(&shown_key)) };
    let trust = Trust { authorities: &[&der], identities: &[identity], ..Trust::NONE };
    play(trust, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,3,0,0", "\r\nOK\r\n").await;
        for (messages, is_shown) in
            [(&[Request, Certificate][..], false), (&[Request, Certificate, Signature], true)]
        {
            bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
            let mut server = bench.network.accept_raw().await;
            server.pose(&certificate, &key, messages).await;
            let records = server.encrypted(2).await;
            assert_eq!(records.iter().any(|len| *len > shown.len()), is_shown, "{records:?}");
            drop(server);
            bench.host.expect("\r\nERROR\r\n").await;
        }
    });
}

#[test]
fn a_firmware_that_insists_on_verifying_connects_to_nobody_unverified() {
    play(Trust { verified_only: true, ..Trust::NONE }, async |bench| {
        bench.host.ask("AT+WSOPEN=0,\"wss://server/\"", "\r\nERROR\r\n").await;
        assert_eq!(notes()[0], Note::NotConnected(0, ConnectError::NotVerified));
        // Without TLS nobody has asked for it.
        bench.open(0).await;
    });
}

/// Its handshake's messages go out in one record each, which has to fit into the buffer with 128 bytes more.
#[test]
fn a_long_certificate_wants_a_long_buffer() {
    let authority = Authority::new();
    let (certificate, key) = authority.certify("server");
    let config = server_config(&[&certificate], &key, Some(&authority));
    let names: Vec<String> = (0..40).map(|n| format!("module-{n:010}.example.org")).collect();
    let shown_key = KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(names).unwrap();
    let shown = params.signed_by(&shown_key, &authority.0).unwrap().der().to_vec();
    assert!((1024..2048 - 128).contains(&shown.len()), "{}", shown.len());
    let shown_key = shown_key.serialize_der();
    let identity = Identity { certificate: &shown, key: Some(sec1(&shown_key)) };
    let trust = Trust { identities: &[identity], ..Trust::NONE };
    play_over::<2048, _>(trust, Network::clone, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,1,0,0", "\r\nOK\r\n").await;
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        TlsServer::accept(&bench.network, &config).await.unwrap();
        bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
    });
    play_over::<1024, _>(trust, Network::clone, async |bench| {
        bench.host.ask("AT+WSCFG=0,30,60,512,1,0,0", "\r\nOK\r\n").await;
        notes();
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        TlsServer::accept(&bench.network, &config).await.err().expect("no connection");
        bench.host.expect("\r\nERROR\r\n").await;
        assert_eq!(notes()[0], Note::NotConnected(0, ConnectError::TooLong));
    });
}
