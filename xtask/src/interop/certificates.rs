//! Certificates that live for one run: an authority, and a server on this machine.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// Where the files are, all PEM.
#[derive(Debug)]
pub(crate) struct Certificates {
    /// Of the authority, for those who verify.
    pub(crate) authority: PathBuf,
    /// Of the server `localhost`, which has no other name.
    pub(crate) server: PathBuf,
    pub(crate) key: PathBuf,
}

/// Makes them.
pub(crate) fn make(dir: &Path) -> Result<Certificates, String> {
    let cannot = |error: rcgen::Error| format!("no certificate can be made ({error})");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "wsat interop authority");
    let key = KeyPair::generate().map_err(cannot)?;
    let authority = CertifiedIssuer::self_signed(params, key).map_err(cannot)?;

    let names = ["localhost".to_owned()];
    let params = CertificateParams::new(names).map_err(cannot)?;
    let key = KeyPair::generate().map_err(cannot)?;
    let server = params.signed_by(&key, &authority).map_err(cannot)?;

    let write = |name: &str, text: String| {
        let path = dir.join(name);
        std::fs::write(&path, text)
            .map_err(|error| format!("{} cannot be written ({error})", path.display()))?;
        Ok::<_, String>(path)
    };
    Ok(Certificates {
        authority: write("authority.pem", authority.pem())?,
        server: write("server.pem", server.pem())?,
        key: write("server-key.pem", key.serialize_pem())?,
    })
}
