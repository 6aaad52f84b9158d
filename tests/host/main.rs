//! The host against the device of this project, wired back to back. Expectations are those of ESP-AT's pages and of
//! `wsat::host`'s own documentation.

#[path = "../support/mod.rs"]
mod support;

mod requests;

use support::pair::Pair;
