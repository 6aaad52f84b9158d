//! The conformance vectors of `at-syntax` and `rfc6455` on the processor that they are for. They are the files that the tests of those
//! crates run; they compare with `alloc`, so this program, unlike the firmware, has a heap.
//!
//! Told by semihosting with which vector to begin, a number and a line end, it prints the number and name of each and runs it. A panic ends it;
//! `cargo xtask qemu` then begins with the next one.

#![no_std]
#![no_main]

extern crate alloc;

mod at_syntax_vectors;
mod rfc6455_vectors;

use core::mem::MaybeUninit;
use embedded_alloc::LlffHeap;
use rv32_qemu::machine::{Verdict, stop};
use semihosting::io::{Read, stdin};
use semihosting::println;
use static_cell::ConstStaticCell;

#[global_allocator]
static HEAP: LlffHeap = LlffHeap::empty();

const HEAP_SIZE: usize = 12 * 1024 * 1024;
static MEMORY: ConstStaticCell<[MaybeUninit<u8>; HEAP_SIZE]> =
    ConstStaticCell::new([MaybeUninit::uninit(); HEAP_SIZE]);

#[riscv_rt::entry]
fn main() -> ! {
    let memory = MEMORY.take().as_mut_ptr().addr();
    // SAFETY: it is that memory, which nobody else has, and nothing was allocated before.
    unsafe { HEAP.init(memory, HEAP_SIZE) };
    let mut vectors = Vectors { next: 0, first: first() };
    at_syntax_vectors::run(&mut vectors);
    rfc6455_vectors::run(&mut vectors);
    println!("passed {}", vectors.next);
    stop(Verdict::Passed)
}

/// The number that is told.
fn first() -> usize {
    let mut input = stdin().expect("semihosting is on");
    let mut number = 0;
    loop {
        let mut byte = [0];
        input.read_exact(&mut byte).expect("somebody says where to begin");
        match byte[0] {
            digit @ b'0'..=b'9' => number = number * 10 + usize::from(digit - b'0'),
            _ => return number,
        }
    }
}

/// The vectors, counted.
struct Vectors {
    next: usize,
    first: usize,
}

impl Vectors {
    fn run(&mut self, crate_name: &str, name: impl core::fmt::Display, vector: impl FnOnce()) {
        let number = self.next;
        self.next += 1;
        if number >= self.first {
            println!("{number} {crate_name} {name}");
            vector();
        }
    }
}
