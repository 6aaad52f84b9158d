//! The linker script is esp-hal's. And the authority that goes into the firmware is looked at: no server would ever be believed because
//! of another file, and nobody would know why.

use x509_cert::Certificate;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};

/// RFC 5480 2.1.1 and 2.1.1.1
const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

fn main() {
    println!("cargo:rustc-link-arg-bins=-Tlinkall.x");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=WSAT_CA");
    let out = std::env::var("OUT_DIR").expect("cargo says where");
    let authority = std::env::var("WSAT_CA").unwrap_or_default();
    let der = if authority.is_empty() {
        Vec::new()
    } else {
        println!("cargo:rerun-if-changed={authority}");
        let read = std::fs::read(&authority).map_err(|error| format!("cannot be read: {error}"));
        read.and_then(|der| check(&der).map(|()| der)).unwrap_or_else(|why| {
            eprintln!("WSAT_CA={authority} {why}");
            std::process::exit(1)
        })
    };
    std::fs::write(format!("{out}/authority.der"), der).expect("it can be written");
}

/// Whether it is the certificate of an authority that embedded-tls can verify against.
fn check(der: &[u8]) -> Result<(), String> {
    if der.starts_with(b"-----BEGIN") {
        let how = "openssl x509 -in authority.pem -outform DER -out authority.der";
        return Err(format!("is PEM, and DER is wanted: {how}"));
    }
    let certificate = Certificate::from_der(der)
        .map_err(|error| format!("is not a certificate in DER, X.509 ({error})"))?;
    let key = certificate.tbs_certificate.subject_public_key_info.algorithm;
    let curve = key.parameters.and_then(|curve| curve.to_der().ok());
    let is_on = |oid: ObjectIdentifier| curve == oid.to_der().ok();
    if key.oid == EC_KEY && (is_on(P256) || is_on(P384)) {
        return Ok(());
    }
    Err("has a key that this TLS cannot use: an authority with one of P-256 or P-384 is wanted, not RSA \
         or another curve"
        .to_owned())
}
