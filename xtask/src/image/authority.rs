//! What the firmware's build script lets pass as an authority (`WSAT_CA`): no other file may get into a firmware, where it would make every
//! `wss://` an `ERROR`.

use std::path::Path;
use std::process::Command;

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SignatureAlgorithm};

use crate::Outcome;

/// A file's name, what is in it, and whether that is to be built in.
type File = (&'static str, Vec<u8>, bool);

fn files() -> Result<[File; 6], rcgen::Error> {
    let certificate = |key: &KeyPair| CertificateParams::default().self_signed(key);
    let of = |kind: &'static SignatureAlgorithm| certificate(&KeyPair::generate_for(kind)?);
    let key = KeyPair::generate()?;
    let good = certificate(&key)?;
    Ok([
        ("p256.der", good.der().to_vec(), true),
        ("p384.der", of(&PKCS_ECDSA_P384_SHA384)?.der().to_vec(), true),
        ("pem.der", good.pem().into_bytes(), false),
        ("key.der", key.serialize_der(), false),
        ("ed25519.der", of(&PKCS_ED25519)?.der().to_vec(), false),
        ("longer.der", [good.der(), &b"more"[..]].concat(), false),
    ])
}

/// Fails if a build with one of these files does what it should not.
pub(super) fn check(dir: &Path, build: impl Fn() -> Command) -> Outcome {
    let files = files().map_err(|error| format!("no certificate can be made ({error})"))?;
    for (name, bytes, is_good) in files {
        let path = dir.join(name);
        std::fs::write(&path, bytes)
            .map_err(|error| format!("{} cannot be written ({error})", path.display()))?;
        let output = build()
            .env("WSAT_CA", &path)
            .output()
            .map_err(|error| format!("cargo cannot be started ({error})"))?;
        let says = String::from_utf8_lossy(&output.stderr);
        // The build script's words: another failure is none of this one's.
        let is_refused = says.contains(&format!("WSAT_CA={} ", path.display()));
        if output.status.success() != is_good || is_refused == is_good {
            return Err(format!(
                "{says}\n{name}: is it an authority? The answer should be {is_good}"
            ));
        }
    }
    println!("only certificates that TLS can use are built in as authorities");
    Ok(())
}
