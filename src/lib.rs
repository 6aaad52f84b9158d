#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

#[cfg(test)]
extern crate std;

mod commands;
pub mod device;
mod dialect;
pub mod host;
mod quirks;

pub use at_syntax;
pub use commands::{
    data_format::{DataFormat, DataMask, Level},
    link_id::LinkId,
    tls::TlsSettings,
};
pub use dialect::Dialect;
pub use quirks::Quirks;
pub use rand_core;
pub use rfc6455::{self, Instant};

/// The code of the guide compiles and holds.
#[cfg(doctest)]
#[doc = include_str!("../docs/porting.md")]
struct Porting;
