#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod clock;
mod connector;
mod drive;
#[cfg(feature = "embassy-net")]
mod embassy;
mod link;
mod memory;
mod module;
mod note;
mod program;
mod restart;
mod serial;
mod shared;
#[cfg(feature = "tls")]
mod tls;
mod window;

pub use clock::Clock;
pub use connector::{ConnectError, Connector, Endpoint, Session};
#[cfg(feature = "embassy-net")]
pub use embassy::{EmbassyClock, TcpLink};
pub use memory::Memory;
pub use module::{Board, End, Module};
pub use note::Note;
pub use program::{Messages, NoMessages, NoProgram, Outcome, Port, Program};
#[cfg(feature = "tls")]
pub use tls::{Identity, TlsBuffers, TlsLink, Trust};
