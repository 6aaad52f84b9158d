//! What embedded-tls asks for during a handshake: randomness, a verifier, a certificate of one's own.

use super::proof::Proof;
use super::trust::Chosen;
use embedded_tls::pki::CertVerifier;
use embedded_tls::{
    Aes128GcmSha256, Certificate, CryptoProvider, CryptoRngCore, NoClock, SignatureScheme,
    TlsError, TlsVerifier, UnsecureProvider,
};
use rand_core_06::{CryptoRng as OlderCryptoRng, RngCore};
use signature::SignerMut;
use wsat::rand_core::CryptoRng;

/// The longest chain of certificates, in bytes, that is looked at.
const CHAIN: usize = 4096;

/// `NoClock`: nobody says what day it is, so certificates that have expired are believed, too.
type Verifier<'a> = CertVerifier<'a, Aes128GcmSha256, NoClock, CHAIN>;
type Inner<'a, R> = UnsecureProvider<'a, Aes128GcmSha256, Older<'a, R>>;

pub(super) struct Provider<'a, R> {
    inner: Inner<'a, R>,
    /// `None`: the server has nothing to prove.
    proof: Option<Proof<Verifier<'a>>>,
}

impl<'a, R: CryptoRng> Provider<'a, R> {
    pub(super) fn new(rng: &'a mut R, chosen: &Chosen<'a>) -> Self {
        let mut inner: Inner<'a, R> = UnsecureProvider::new(Older(rng));
        if let Some((certificate, key)) = chosen.identity {
            inner = inner.with_cert(Certificate::X509(certificate)).with_priv_key(key);
        }
        let authority = chosen.authority.map(Certificate::X509);
        Self { inner, proof: authority.map(|ca| Proof::by(CertVerifier::new(ca))) }
    }

    /// Whether the server has proven what it has to. A handshake may come to its end without.
    pub(super) fn is_server_trusted(&self) -> bool {
        self.proof.as_ref().is_none_or(Proof::is_complete)
    }
}

impl<'a, R: CryptoRng> CryptoProvider for Provider<'a, R> {
    type CipherSuite = Aes128GcmSha256;
    type Signature = <Inner<'a, R> as CryptoProvider>::Signature;

    fn rng(&mut self) -> impl CryptoRngCore {
        self.inner.rng()
    }

    fn verifier(&mut self) -> Result<&mut impl TlsVerifier<Aes128GcmSha256>, TlsError> {
        // embedded-tls goes on without: that is `<auth_mode>` 0.
        self.proof.as_mut().ok_or(TlsError::Unimplemented)
    }

    fn signer(&mut self) -> Result<(impl SignerMut<Self::Signature>, SignatureScheme), TlsError> {
        self.inner.signer()
    }

    fn client_cert(&mut self) -> Option<Certificate<impl AsRef<[u8]>>> {
        // It is asked for behind all that the server has to show.
        let is_shown = self.is_server_trusted();
        self.inner.client_cert().filter(|_| is_shown)
    }
}

/// A random source as an older rand_core has it.
pub(super) struct Older<'a, R>(&'a mut R);

impl<R: CryptoRng> RngCore for Older<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        self.0.fill_bytes(out);
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand_core_06::Error> {
        self.0.fill_bytes(out);
        Ok(())
    }
}

impl<R: CryptoRng> OlderCryptoRng for Older<'_, R> {}
