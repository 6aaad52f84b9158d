//! Authorities and certificates, made anew in each run, and servers that show them.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(unreachable_pub, reason = "a module of test programs")]

use crate::common::{ERROR, Host, OK, Sim, server};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
};
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub type TlsStream = StreamOwned<ServerConnection, TcpStream>;

/// A folder for files of one test. It is gone when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file; returns its path.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A certificate and its key.
pub struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Identity {
    pub fn certificate(&self) -> String {
        self.certificate.pem()
    }

    pub fn key(&self) -> String {
        self.key.serialize_pem()
    }

    /// A certificate that its owner has signed himself.
    pub fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key);
        Self { certificate: certificate.unwrap(), key }
    }

    /// The same, with leave to sign others: what `openssl req -x509` makes.
    pub fn self_signed_authority(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { certificate: params.self_signed(&key).unwrap(), key }
    }
}

/// What signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Signs a certificate for a server of this name or address.
    pub fn sign(&self, name: &str) -> Identity {
        self.sign_with(name, |_| {})
    }

    pub fn sign_with(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &self.0).unwrap(), key }
    }
}

/// How a server does TLS.
pub struct Server<'a> {
    shows: &'a Identity,
    asks: Option<&'a Authority>,
    versions: &'static [&'static SupportedProtocolVersion],
}

impl<'a> Server<'a> {
    pub const fn new(shows: &'a Identity) -> Self {
        Self { shows, asks: None, versions: rustls::ALL_VERSIONS }
    }

    /// Clients need a certificate of this authority.
    pub const fn asking(self, authority: &'a Authority) -> Self {
        Self { asks: Some(authority), ..self }
    }

    /// TLS 1.2, and no other.
    pub const fn old(self) -> Self {
        const OLD: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
        Self { versions: OLD, ..self }
    }

    fn config(&self) -> Arc<ServerConfig> {
        let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(self.versions)
            .unwrap();
        let config = match self.asks {
            None => config.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.0.der().clone()).unwrap();
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                config.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let key = PrivateKeyDer::try_from(self.shows.key.serialize_der()).unwrap();
        let chain = vec![self.shows.certificate.der().clone()];
        Arc::new(config.with_single_cert(chain, key).unwrap())
    }

    /// Serves one connection with the given function. The handshake of TLS is done as it goes on.
    pub fn serve(&self, serve: impl FnOnce(TlsStream) + Send + 'static) -> SocketAddr {
        let config = self.config();
        server(move |stream| {
            serve(StreamOwned::new(ServerConnection::new(config).unwrap(), stream));
        })
    }

    /// Sends every message back.
    pub fn echo(&self) -> SocketAddr {
        self.serve(|stream| {
            let Ok(mut socket) = tungstenite::accept(stream) else { return };
            while let Ok(message) = socket.read() {
                if (message.is_text() || message.is_binary()) && socket.send(message).is_err() {
                    return;
                }
            }
        })
    }
}

/// A module with these options, and its host.
pub fn start(options: &[&str]) -> (Sim, Host<TcpStream>) {
    let sim = Sim::start(&[&["--serial", "tcp:127.0.0.1:0"], options].concat());
    let (mut host, _) = sim.client();
    host.begin();
    (sim, host)
}

pub fn wss(address: SocketAddr) -> String {
    format!("wss://{address}/")
}

/// Link 0 cannot be opened, and this is why.
#[track_caller]
pub fn refused(sim: &Sim, host: &mut Host<TcpStream>, address: SocketAddr, why: &str) {
    host.command(&format!("AT+WSOPEN=0,\"{}\"", wss(address)), ERROR);
    assert_eq!(sim.said("wsat-sim: link 0: no TLS with 127.0.0.1: "), why);
    host.command("AT+WSOPEN?", OK);
}
