//! ESP-AT modules on a PC: the core is `wsat`, the network is real.
//!
//! This is the program `wsat-sim` as a library: [`Simulator`] is the loop that drives AT ports,
//! modules, their links and an echo server in one thread, [`demo`] plays a session in it, and
//! [`transcript`] plays sessions that are written down as files, without any network. For how the program
//! is used, run `wsat-sim --help`.
//!
//! It is also the example of how the device is driven on a system with sockets: `link/` moves
//! bytes between a socket and the device, with TLS for `wss://`, `module.rs` carries out what the device asks for, and
//! `station.rs` has the order in which the sides get their turns.
//!
//! ```text
//!  Port (stdio, pty, tcp, cable)  <->  Station  <->  Module  <->  Link x 3  <->  (TLS)  <->  Wire (socket)
//!                                                      |
//!                                                  wsat::Device, Firmware (Wi-Fi, clock, …)
//! ```
//!
//! To put modules into a program of your own, give each a [`Cable`] and turn the loop:
//!
//! ```
//! use std::time::Duration;
//! use wsat::device::Config;
//! use wsat_sim::Simulator;
//!
//! let mut simulator = Simulator::new(Config::default())?;
//! let cable = simulator.add_cable();
//! cable.send(b"AT\r\n");
//! let mut printed = Vec::new();
//! while !printed.ends_with(b"\r\nOK\r\n") {
//!     simulator.turn(Some(Duration::from_millis(100)))?;
//!     printed.extend(cable.receive());
//! }
//! assert_eq!(printed, b"\r\nready\r\nAT\r\n\r\nOK\r\n");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! For a test without sockets, threads and waiting there is [`Bench`]: the same module, with a clock that the test turns and
//! servers that do what they are told.
//!
//! Unix only: stdio and pty are made of Unix calls.

/// The README's example compiles and holds.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod bench;
mod cell;
mod control;
pub mod demo;
mod echo;
mod faults;
mod firmware;
mod link;
mod messages;
mod module;
mod network;
mod options;
mod port;
mod reactor;
mod recorder;
mod resolver;
mod say;
mod simulator;
mod sockets;
mod station;
mod timers;
mod tls;
pub mod transcript;
mod wire;

pub use bench::{Behaviour, Bench, Server};
pub use faults::Fault;
pub use options::{Options, Resolve};
pub use port::Cable;
pub use simulator::Simulator;
pub use tls::{Certificates, Verification};
pub use tungstenite;
