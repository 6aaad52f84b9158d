//! The client's side.

mod refused;
mod request;
mod response;

use super::super::tests::{ACCEPT, NONCE};
