//! `wsat::device` on bare metal: between a UART and smoltcp, with no heap, no interrupts and no executor.
//!
//! `main.rs` puts it together. [`drive`] is the loop, and the only place that knows the device's calls; around it are
//! [`uart`], [`links`] with its sockets over [`ethernet`], [`random`], [`clock`] and the module's own
//! [`commands`]. [`machine`] is where QEMU's `virt` keeps its devices, [`dma`] the memory that virtio shares with them: with
//! `ethernet` the only files with `unsafe`.

#![no_std]

pub mod clock;
pub mod commands;
pub mod dma;
pub mod drive;
pub mod ethernet;
pub mod links;
pub mod machine;
pub mod memory;
pub mod panic;
pub mod random;
pub mod uart;
