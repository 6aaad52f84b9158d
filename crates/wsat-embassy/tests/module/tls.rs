//! `wss://`: embedded-tls on the module's side, rustls on the server's.

use crate::impostor::Message;
use crate::network::{Network, Server};
use crate::world::Time;
use crate::{Bench, notes, play_on};
use embedded_io_async::{Read, Write};
use rand::{SeedableRng, rngs::StdRng};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use wsat::Dialect;
use wsat::device::{Config, Missing};
use wsat_embassy::{
    ConnectError, Identity, NoMessages, NoProgram, Note, TlsBuffers, TlsLink, Trust,
};
use wsat_testkit::frames::{RawFrame, server_frame};
use wsat_testkit::handshake::accepting;

/// An authority, and whom it has certified.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    fn certify(&self, name: &str) -> (Vec<u8>, KeyPair) {
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap().der().to_vec(), key)
    }

    /// One that has certified others in the name of this one.
    fn intermediate(&self) -> (Vec<u8>, Self) {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::signed_by(params, key, &self.0).unwrap();
        (issuer.der().to_vec(), Self(issuer))
    }
}

/// What a server shows, and whose clients it wants.
fn server_config(chain: &[&[u8]], key: &KeyPair, clients: Option<&Authority>) -> Arc<ServerConfig> {
    let builder = ServerConfig::builder_with_protocol_versions(&[&rustls::version::TLS13]);
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from(authority.der())).unwrap();
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let chain = chain.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    Arc::new(builder.with_single_cert(chain, key).unwrap())
}

/// A server that speaks TLS.
struct TlsServer {
    below: Server,
    tls: ServerConnection,
    read: Vec<u8>,
}

impl TlsServer {
    /// `Err`: the handshake failed, or the client has left.
    async fn accept(network: &Network, config: &Arc<ServerConfig>) -> Result<Self, String> {
        let below = network.accept_raw().await;
        let tls = ServerConnection::new(config.clone()).unwrap();
        let mut server = Self { below, tls, read: Vec::new() };
        while server.tls.is_handshaking() {
            server.turn().await?;
        }
        server.write(&[]).await;
        while !server.read.ends_with(b"\r\n\r\n") {
            server.turn().await?;
        }
        let answer = accepting(&std::mem::take(&mut server.read));
        server.write(&answer).await;
        Ok(server)
    }

    /// Reads and writes some. `Err`: it is over.
    async fn turn(&mut self) -> Result<(), String> {
        self.write(&[]).await;
        let mut bytes = [0; 256];
        let n = self.below.rx.read(&mut bytes).await.map_err(|error| format!("{error:?}"))?;
        if n == 0 {
            return Err("the end".to_owned());
        }
        let mut bytes = &bytes[..n];
        while !bytes.is_empty() {
            self.tls.read_tls(&mut bytes).unwrap();
            let state = self.tls.process_new_packets().map_err(|error| error.to_string());
            // Alerts, too.
            self.write(&[]).await;
            let count = state?.plaintext_bytes_to_read();
            let from = self.read.len();
            self.read.resize(from + count, 0);
            io::Read::read_exact(&mut self.tls.reader(), &mut self.read[from..]).unwrap();
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) {
        io::Write::write_all(&mut self.tls.writer(), bytes).unwrap();
        let mut out = VecDeque::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut out).unwrap();
        }
        // A client that has left needs none of it.
        _ = self.below.tx.write_all(out.make_contiguous()).await;
    }

    async fn frame(&mut self) -> Result<RawFrame, String> {
        loop {
            if let Some((frame, rest)) = RawFrame::read(&self.read) {
                self.read = rest.to_vec();
                return Ok(frame);
            }
            self.turn().await?;
        }
    }
}

/// Plays a script against a module with these certificates.
fn play(trust: Trust<'_>, script: impl AsyncFnOnce(&mut Bench)) {
    let time = Time::default();
    let network = Network::new(&time);
    let mut buffers = [const { <TlsBuffers>::new() }; 3];
    let links = buffers
        .each_mut()
        .map(|buffers| TlsLink::new(network.clone(), buffers, &trust, StdRng::seed_from_u64(2)));
    let config = Config::new(Dialect::V4_2);
    play_on((time, network), links, config, |_| (NoProgram, NoMessages), script);
}

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
fn a_server_of_which_no_proof_is_wanted_needs_none() {
    let (certificate, key) = Authority::new().certify("server");
    play(Trust::NONE, async |bench| {
        bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
        let mut server = bench.network.accept_raw().await;
        server.pose(&certificate, &key, &[]).await;
        assert_eq!(server.encrypted(2).await.len(), 2);
    });
}

/// The key of a certificate as `Identity` has it: PKCS #8 has SEC 1's form inside it, in an octet string.
fn sec1(pkcs8: &[u8]) -> &[u8] {
    let is_begin =
        |four: &[u8]| four[0] == 4 && four[1] == four[3].wrapping_add(2) && four[2] == 0x30;
    // The first: a key may look like anything.
    &pkcs8[pkcs8.windows(4).position(is_begin).unwrap() + 2..]
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

#[test]
fn a_firmware_that_insists_on_verifying_connects_to_nobody_unverified() {
    play(Trust { verified_only: true, ..Trust::NONE }, async |bench| {
        bench.host.ask("AT+WSOPEN=0,\"wss://server/\"", "\r\nERROR\r\n").await;
        assert_eq!(notes()[0], Note::NotConnected(0, ConnectError::NotVerified));
        // Without TLS nobody has asked for it.
        bench.open(0).await;
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
