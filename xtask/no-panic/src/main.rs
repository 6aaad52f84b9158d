//! Links only if no panic is reachable from any public function of at-syntax, rfc6455 and wsat.
//!
//! `cargo xtask no-panic` builds it and compares the calls with what the crates make public. It never runs.

#![no_std]
#![allow(clippy::redundant_closure, reason = "a call is what `cargo xtask no-panic` looks for")]
#![no_main]

#[cfg(names_alloc)]
extern crate alloc;
#[cfg(feature = "embassy")]
use wsat_embassy as _;

mod at_syntax;
mod host;
mod rfc6455;
mod wsat;

use core::convert::Infallible;
use core::fmt::{self, Display, Write};
use core::panic::PanicInfo;

use rand_core::{TryCryptoRng, TryRng};

/// A value that the optimiser knows nothing about.
pub(crate) use core::hint::black_box as any;

/// Where the linker starts: everything reachable from here is in the program.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    at_syntax::run();
    rfc6455::run();
    wsat::run();
    host::run();
    #[cfg(feature = "deliberate")]
    keep(bytes()[any(3)]);
    loop {
        core::hint::spin_loop();
    }
}

/// The result is looked at, so nothing that it needs can be optimised away.
pub(crate) fn keep<T>(value: T) {
    any(value);
}

/// Any bytes, of any length.
pub(crate) fn bytes() -> &'static [u8] {
    any::<&[u8]>(&[0; 16])
}

/// Calls `Display` of any value of a type.
pub(crate) fn show<T: Display>(value: &T) {
    let mut sink = Sink;
    keep(write!(sink, "{}", any(value)));
}

/// Calls a `Debug` that is written by hand: in a closure, for the check of this package looks for calls.
pub(crate) fn debug<T>(value: &T, write: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result) {
    show(&Debugged(value, write));
}

struct Debugged<'v, T>(&'v T, fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result);

impl<T> Display for Debugged<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.1)(self.0, f)
    }
}

/// Takes text and looks at it.
struct Sink;

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        keep(text);
        any(Ok(()))
    }
}

/// A source of random numbers of which the optimiser knows nothing.
pub(crate) struct Random;

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(any(0))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(any(0))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            *byte = any(0);
        }
        Ok(())
    }
}

impl TryCryptoRng for Random {}

#[cfg(not(feature = "locate"))]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        /// Exists nowhere: the linker fails if it is needed.
        safe fn a_panic_is_reachable() -> !;
    }
    a_panic_is_reachable()
}

#[cfg(feature = "locate")]
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    keep(info.location());
    loop {
        core::hint::spin_loop();
    }
}
