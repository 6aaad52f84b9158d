#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

#[cfg(test)]
extern crate std;

pub mod device;
mod dialect;
mod quirks;

pub use at_syntax;
pub use dialect::Dialect;
pub use quirks::Quirks;
pub use rand_core;
pub use rfc6455::{self, Instant};
