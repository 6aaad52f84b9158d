//! What a server that is verified has to show: its certificate, then its signature, each once. embedded-tls looks at what comes, and does
//! not ask for what is left out.

use embedded_tls::{CertificateRef, CertificateVerifyRef, TlsCipherSuite, TlsError, TlsVerifier};

/// How much was proven.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Nothing,
    /// There is a certificate to be believed. Anybody may have a copy.
    Certificate,
    /// And the server has its key.
    Key,
}

/// A verifier, and whether the server has come through it.
pub(super) struct Proof<V> {
    verifier: V,
    stage: Stage,
}

impl<V> Proof<V> {
    pub(super) const fn by(verifier: V) -> Self {
        Self { verifier, stage: Stage::Nothing }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.stage == Stage::Key
    }
}

impl<S: TlsCipherSuite, V: TlsVerifier<S>> TlsVerifier<S> for Proof<V> {
    fn set_hostname_verification(&mut self, host: &str) -> Result<(), TlsError> {
        self.verifier.set_hostname_verification(host)
    }

    fn verify_certificate(
        &mut self,
        transcript: &S::Hash,
        certificate: CertificateRef<'_>,
    ) -> Result<(), TlsError> {
        if self.stage != Stage::Nothing {
            return Err(TlsError::InvalidHandshake);
        }
        self.verifier.verify_certificate(transcript, certificate)?;
        self.stage = Stage::Certificate;
        Ok(())
    }

    fn verify_signature(&mut self, signature: CertificateVerifyRef<'_>) -> Result<(), TlsError> {
        // The verifier of embedded-tls would panic.
        if self.stage != Stage::Certificate {
            return Err(TlsError::InvalidHandshake);
        }
        self.verifier.verify_signature(signature)?;
        self.stage = Stage::Key;
        Ok(())
    }
}
