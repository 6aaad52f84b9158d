//! `wss://`: embedded-tls on the module's side, rustls on the server's.

mod buffering;
mod sessions;
mod trust;

use crate::network::{Network, Server};
use crate::world::Time;
use crate::{Bench, play_on};
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
use wsat::device::Config;
use wsat_embassy::{Connector, NoMessages, NoProgram, TlsBuffers, TlsLink, Trust};
use wsat_testkit::frames::RawFrame;
use wsat_testkit::handshake::accepting;

/// An authority, and whom it has certified.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        Self::of(&rcgen::PKCS_ECDSA_P256_SHA256)
    }

    /// With a key of this kind.
    fn of(kind: &'static rcgen::SignatureAlgorithm) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate_for(kind).unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
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
pub(crate) fn server_config(
    chain: &[&[u8]],
    key: &KeyPair,
    clients: Option<&Authority>,
) -> Arc<ServerConfig> {
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
    play_over::<1024, _>(trust, Network::clone, script);
}

/// The same with `OUT` bytes for what is sent, over another connector on the network.
fn play_over<const OUT: usize, C: Connector>(
    trust: Trust<'_>,
    below: impl Fn(&Network) -> C,
    script: impl AsyncFnOnce(&mut Bench),
) {
    let time = Time::default();
    let network = Network::new(&time);
    let mut buffers = [const { TlsBuffers::<16640, OUT>::new() }; 3];
    let links = buffers
        .each_mut()
        .map(|buffers| TlsLink::new(below(&network), buffers, &trust, StdRng::seed_from_u64(2)));
    let config = Config::new(Dialect::V4_2);
    play_on((time, network), links, config, |_| (NoProgram, NoMessages), script);
}

/// The key of a certificate as `Identity` has it: PKCS #8 has SEC 1's form inside it, in an octet string.
fn sec1(pkcs8: &[u8]) -> &[u8] {
    let is_begin =
        |four: &[u8]| four[0] == 4 && four[1] == four[3].wrapping_add(2) && four[2] == 0x30;
    // The first: a key may look like anything.
    &pkcs8[pkcs8.windows(4).position(is_begin).unwrap() + 2..]
}
