//! The linker script is esp-hal's.

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
        let der = std::fs::read(&authority)
            .unwrap_or_else(|error| panic!("WSAT_CA={authority}: {error}"));
        // A certificate is a SEQUENCE (RFC 5280 4.1). No server would ever be believed because of anything else.
        assert!(
            der.first() == Some(&0x30),
            "WSAT_CA={authority} is not DER: openssl x509 -in {authority} -outform DER -out authority.der"
        );
        der
    };
    std::fs::write(format!("{out}/authority.der"), der).expect("it can be written");
}
