//! How many instructions something takes, and how much stack.

use crate::{any, print};
use core::arch::asm;
use core::ptr;
use riscv::register::minstret;

/// Stack below the present one that is looked at, in bytes. The machine has much more of it.
const DEPTH: usize = 32 * 1024;

/// Left unpainted below the stack pointer: the painter stands there itself.
const OWN: usize = 64;

/// What is written there, and is gone where something was written since.
const PAINT: u32 = 0x5aa5_c33c;

/// Does something, and prints what it took: `NAME INSTRUCTIONS`, and `stack BYTES`.
#[inline(never)]
pub(crate) fn measure(name: &str, work: &mut dyn FnMut()) {
    // What is inlined here would have its stack above `top`.
    let work = any(work);
    let top = stack_pointer();
    paint(top);
    let before = minstret::read64();
    work();
    let taken = minstret::read64().wrapping_sub(before);
    print::number(name, taken as u32);
    print::number("stack", high_water(top) as u32);
}

fn stack_pointer() -> usize {
    let at: usize;
    // SAFETY: reads a register.
    unsafe { asm!("mv {}, sp", out(reg) at, options(nomem, nostack, preserves_flags)) };
    at
}

fn words(top: usize) -> impl Iterator<Item = *mut u32> {
    ((top - DEPTH) & !3..top - OWN).step_by(4).map(|at| at as *mut u32)
}

fn paint(top: usize) {
    for word in words(top) {
        // SAFETY: it is RAM below the stack pointer, further than this function and those it calls
        // reach, and nothing else uses that.
        unsafe { ptr::write_volatile(word, PAINT) };
    }
}

/// Bytes from `top` down to the lowest word that was written to.
fn high_water(top: usize) -> usize {
    // SAFETY: as above.
    let lowest = words(top).find(|word| unsafe { ptr::read_volatile(*word) } != PAINT);
    lowest.map_or(OWN, |word| top - word as usize)
}
