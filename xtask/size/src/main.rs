//! One small firmware for each cargo feature: it does something from beginning to end with one part of the project, says in how
//! many instructions and with how much stack, and what came of it. `cargo xtask size` builds and runs them.
//!
//! What each of them works in, its state too, is [lent](lent): static memory, which is neither flash nor stack. What it is given, the optimiser
//! does not [know](any).

#![no_std]
#![no_main]

mod gauge;
mod print;

#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "device")]
mod device;
#[cfg(feature = "empty")]
mod empty;
#[cfg(feature = "frames")]
mod frames;
#[cfg(feature = "host")]
mod host;
#[cfg(feature = "lines")]
mod lines;
#[cfg(any(feature = "bytes", feature = "client", feature = "device"))]
mod random;

use core::panic::PanicInfo;

/// A value that the optimiser knows nothing about: what a driver would hand in.
#[allow(unused_imports, reason = "not every firmware takes something")]
pub(crate) use core::hint::black_box as any;

#[riscv_rt::entry]
fn main() -> ! {
    #[cfg(feature = "empty")]
    empty::run();
    #[cfg(feature = "frames")]
    frames::run();
    #[cfg(feature = "client")]
    client::run();
    #[cfg(feature = "lines")]
    lines::run();
    #[cfg(feature = "device")]
    device::run();
    #[cfg(feature = "host")]
    host::run();
    #[cfg(feature = "bytes")]
    bytes::run();
    semihosting::process::exit(0)
}

/// Static memory, handed out once.
#[allow(unused_macros, reason = "not every firmware needs some")]
macro_rules! lent {
    ($of:ty = $value:expr) => {{
        static mut MEMORY: $of = $value;
        // SAFETY: `main` calls each firmware once, and nothing else names this static.
        unsafe { &mut *(&raw mut MEMORY) }
    }};
}
#[allow(unused_imports, reason = "not every firmware needs some")]
pub(crate) use lent;

/// Records the size of a type that holds state, for the table; the section is not counted as flash.
#[allow(unused_macros, reason = "not every firmware has state")]
macro_rules! state {
    ($($name:ident: $of:ty),* $(,)?) => {$(
        const _: () = {
            #[used]
            #[unsafe(export_name = concat!("state:", stringify!($name)))]
            #[unsafe(link_section = ".state")]
            static SIZE: usize = size_of::<$of>();
        };
    )*};
}
#[allow(unused_imports, reason = "not every firmware has state")]
pub(crate) use state;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    semihosting::process::exit(1)
}
