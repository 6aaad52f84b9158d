//! The host against the device of this project, wired back to back. Expectations are those of ESP-AT's pages and of
//! `wsat::host`'s own documentation.

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod commands;
mod damage;
mod faults;
mod firmware;
mod formats;
mod links;
mod payload;
mod random;
mod readme;
mod refused;
mod requests;
mod script;
mod split;
mod starting;
mod step;

use support::Pair;
