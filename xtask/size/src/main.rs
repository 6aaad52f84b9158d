//! One small firmware for each cargo feature, to be measured by `cargo xtask size`. It never runs.

#![no_std]
#![no_main]

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "device")]
mod device;
#[cfg(feature = "frames")]
mod frames;
#[cfg(feature = "host")]
mod host;
#[cfg(feature = "lines")]
mod lines;
#[cfg(any(feature = "client", feature = "device"))]
mod random;

use core::panic::PanicInfo;

#[allow(unused_imports, reason = "the empty firmware uses nothing")]
/// A value that the optimiser knows nothing about: what a driver would hand in.
pub(crate) use core::hint::black_box as any;

/// Where the linker starts.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
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
    loop {
        core::hint::spin_loop();
    }
}

/// Records the size of a type that holds state, for the table; the section is not counted as flash.
#[allow(unused_macros, reason = "the empty firmware has no state")]
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
#[allow(unused_imports, reason = "the empty firmware has no state")]
pub(crate) use state;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
