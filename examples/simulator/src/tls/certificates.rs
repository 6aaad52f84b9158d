//! Certificates by number, as a module has them in its flash: authorities, and what it shows.

use super::{Failure, cause};
use crate::say::reason;
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use wsat::device::Missing;

/// The certificates that `AT+WSCFG` names by number, read from PEM files.
///
/// A file without any certificate or key in it stands for a place in the flash that is empty: a link that needs
/// it is answered with `NO CERT FOUND`, `NO PRVT_KEY FOUND` or `NO CA FOUND`, as is a number that was
/// never given.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    authorities: BTreeMap<u8, Arc<RootCertStore>>,
    shown: BTreeMap<u8, Shown>,
}

/// What is under a `<pki_number>`.
#[derive(Clone, Debug)]
enum Shown {
    Nothing,
    NoKey,
    Whole(Arc<CertifiedKey>),
}

impl Certificates {
    /// Reads an authority, or several under one number. Without a number it gets the lowest that is free.
    /// Returns the number.
    ///
    /// # Errors
    ///
    /// A sentence: the file cannot be read or is damaged, or the number is taken.
    pub fn load_authority(&mut self, number: Option<u8>, file: &Path) -> Result<u8, String> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(file)? {
            roots.add(certificate).map_err(|error| damaged(file, &error))?;
        }
        let number = free(&self.authorities, number, "authority")?;
        self.authorities.insert(number, Arc::new(roots));
        Ok(number)
    }

    /// Reads a certificate, with those between it and its authority behind it, and its private key. Without a
    /// number it gets the lowest that is free. Returns the number.
    ///
    /// # Errors
    ///
    /// A sentence: a file cannot be read or is damaged, the key is another certificate's, or the number is
    /// taken.
    pub fn load_certificate(
        &mut self,
        number: Option<u8>,
        certificate: &Path,
        key: Option<&Path>,
    ) -> Result<u8, String> {
        let chain = certificates(certificate)?;
        let key = match key {
            None => None,
            Some(file) => private_key(file)?,
        };
        let shown = match (chain.is_empty(), key) {
            (true, _) => Shown::Nothing,
            (false, None) => Shown::NoKey,
            (false, Some(key)) => CertifiedKey::from_der(chain, key, &ring::default_provider())
                .map(|whole| Shown::Whole(Arc::new(whole)))
                .map_err(|error| damaged(certificate, &error))?,
        };
        let number = free(&self.shown, number, "certificate")?;
        self.shown.insert(number, shown);
        Ok(number)
    }

    pub(super) fn authorities(&self) -> impl Iterator<Item = &RootCertStore> {
        self.authorities.values().map(Arc::as_ref)
    }

    /// The authority `<ca_number>`.
    pub(super) fn authority(&self, number: u8) -> Result<&Arc<RootCertStore>, Failure> {
        self.authorities.get(&number).filter(|roots| !roots.is_empty()).ok_or_else(|| {
            let text = format!("there is no authority {number}: --ca {number}=FILE.pem gives it");
            Failure::Missing(Missing::Authority, text)
        })
    }

    /// The certificate `<pki_number>` and its key.
    pub(super) fn shown(&self, number: u8) -> Result<&Arc<CertifiedKey>, Failure> {
        let (missing, what) = match self.shown.get(&number) {
            Some(Shown::Whole(whole)) => return Ok(whole),
            Some(Shown::NoKey) => (Missing::PrivateKey, "private key of certificate"),
            Some(Shown::Nothing) | None => (Missing::Certificate, "certificate"),
        };
        let text =
            format!("there is no {what} {number}: --cert {number}=CERT.pem,KEY.pem gives it");
        Err(Failure::Missing(missing, text))
    }
}

/// The number asked for, or else the lowest that is free.
fn free<T>(taken: &BTreeMap<u8, T>, number: Option<u8>, what: &str) -> Result<u8, String> {
    match number {
        Some(number) if taken.contains_key(&number) => {
            Err(format!("{what} {number} is given twice"))
        }
        Some(number) => Ok(number),
        None => (0..=u8::MAX)
            .find(|number| !taken.contains_key(number))
            .ok_or_else(|| format!("there is no number left for another {what}")),
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_slice_iter(&contents(file)?)
        .collect::<Result<_, _>>()
        .map_err(|error| malformed(file, &error))
}

fn private_key(file: &Path) -> Result<Option<PrivateKeyDer<'static>>, String> {
    match PrivateKeyDer::from_pem_slice(&contents(file)?) {
        Ok(key) => Ok(Some(key)),
        Err(pem::Error::NoItemsFound) => Ok(None),
        Err(error) => Err(malformed(file, &error)),
    }
}

fn contents(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("cannot read {}: {}", file.display(), reason(&error)))
}

fn malformed(file: &Path, error: &pem::Error) -> String {
    format!("cannot read {}: {error}", file.display())
}

fn damaged(file: &Path, error: &rustls::Error) -> String {
    format!("cannot use {}: {}", file.display(), cause(error))
}
