#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod ask;
mod bench;
pub mod delivery;
pub mod device_check;
#[cfg(feature = "differential")]
pub mod differential;
pub mod frames;
pub mod handshake;
pub mod input;
pub mod links;
pub mod pair;
mod random;
pub mod scan;
pub mod session;
pub mod targets;
pub mod transport_check;
pub mod units;
pub mod wire;
pub mod worded;
pub mod world;

pub use bench::{Bench, Peer, WINDOW};
pub use input::{Cuts, Input};
pub use random::Counter;
