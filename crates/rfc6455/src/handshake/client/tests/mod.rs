//! The client's side.

mod refused;
mod request;
mod response;
mod status;

use super::super::tests::{ACCEPT, NONCE};
