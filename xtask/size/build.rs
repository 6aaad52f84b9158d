//! Tells the linker how the memory is laid out: as in the firmware that runs on the same machine.

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo:rustc-link-search={here}/../../examples/rv32-qemu");
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rerun-if-changed=../../examples/rv32-qemu/memory.x");
}
