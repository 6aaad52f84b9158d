//! The host against the device of this project, wired back to back. Expectations are those of ESP-AT's pages and of
//! `wsat::host`'s own documentation.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod faults;
mod firmware;
mod links;
mod random;
mod readme;
mod refused;
mod requests;
mod script;
mod split;
mod step;
mod wire;

use support::Pair;
