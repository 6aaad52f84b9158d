//! TLS for `wss://`: what a link shows and whom it believes, and the session that it begins with.

mod cause;
mod certificates;
mod unverified;

pub(crate) use cause::cause;
pub use certificates::Certificates;

use crate::say::say;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use std::cell::OnceCell;
use std::sync::Arc;
use unverified::Unverified;
use wsat::TlsSettings;
use wsat::device::Missing;

/// Which servers are believed to be who they say they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Verification {
    /// Those with a certificate of an authority that this system knows, or of one of
    /// [`Certificates`], whatever `<auth_mode>` is. A program that is tried here talks to the real
    /// network, so this is the default.
    #[default]
    Always,
    /// As on the chip: with `<auth_mode>` 0 and 1 everybody, with 2 and 3 those with a certificate of
    /// the authority `<ca_number>`, and of no other.
    AsModule,
}

/// Why TLS cannot begin.
#[derive(Debug)]
pub(crate) enum Failure {
    /// For want of this, which the AT port says, too.
    Missing(Missing, String),
    Other(String),
}

/// Begins the sessions of all links.
#[derive(Debug)]
pub(crate) struct Tls {
    verification: Verification,
    certificates: Certificates,
    provider: Arc<CryptoProvider>,
    /// All authorities, and those of the system among them: read when they are first needed.
    roots: OnceCell<Arc<RootCertStore>>,
}

impl Tls {
    pub(crate) fn new(verification: Verification, certificates: Certificates) -> Self {
        // Named here, because the process may have another provider as its default.
        let provider = Arc::new(ring::default_provider());
        Self { verification, certificates, provider, roots: OnceCell::new() }
    }

    /// A session with the server of this name, which has written its first message.
    pub(crate) fn begin(
        &self,
        host: &str,
        settings: TlsSettings,
    ) -> Result<ClientConnection, Failure> {
        let other = |what: &str, error: rustls::Error| {
            Failure::Other(format!("cannot begin TLS with {host}: {what}{}", cause(&error)))
        };
        let shown =
            settings.certificate.map(|number| self.certificates.shown(number)).transpose()?;
        let authority =
            settings.authority.map(|number| self.certificates.authority(number)).transpose()?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            Failure::Other(format!(
                "cannot begin TLS with {host}: no certificate can be for that name"
            ))
        })?;
        let verifier: Arc<dyn ServerCertVerifier> = match (self.verification, authority) {
            (Verification::AsModule, None) => Arc::new(Unverified::new(&self.provider)),
            (Verification::AsModule, Some(authority)) => self.verifier(Arc::clone(authority))?,
            // The number was looked for, as a module does; it does not make anybody less trusted.
            (Verification::Always, _) => self.verifier(self.roots())?,
        };
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| other("", error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let config = match shown {
            None => config.with_no_client_auth(),
            Some(shown) => config
                .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(shown)))),
        };
        ClientConnection::new(Arc::new(config), name).map_err(|error| other("", error))
    }

    fn verifier(&self, roots: Arc<RootCertStore>) -> Result<Arc<WebPkiServerVerifier>, Failure> {
        WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&self.provider))
            .build()
            .map_err(|error| Failure::Other(format!("no server can be verified: {error}")))
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let read = || {
            let mut roots = RootCertStore::empty();
            let system = rustls_native_certs::load_native_certs();
            let (known, _) = roots.add_parsable_certificates(system.certs);
            if known == 0 {
                let why = system.errors.first().map_or_else(String::new, |why| format!(" ({why})"));
                say!("this system has no authorities for TLS{why}; --ca FILE names one");
            }
            for authority in self.certificates.authorities() {
                roots.extend(authority.roots.iter().cloned());
            }
            Arc::new(roots)
        };
        Arc::clone(self.roots.get_or_init(read))
    }
}
