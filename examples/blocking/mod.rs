//! rfc6455 over a blocking `TcpStream`: what the example programs share.
//!
//! [`Transport`] bounds every wait, [`Endpoint`] drives a [`Connection`](wsat::rfc6455::Connection) over it
//! and collects whole messages. The opening handshakes are in the programs themselves.

#![allow(dead_code, unused_imports, reason = "no program needs all of it")]

mod endpoint;
mod transport;

pub(crate) use endpoint::{Endpoint, Message};
pub(crate) use transport::{Patience, Transport, left};
