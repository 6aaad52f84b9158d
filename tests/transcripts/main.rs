//! Sessions byte for byte, with a virtual clock. Each says what the host types, what the network does and
//! what the module prints; the expectations are those of ESP-AT's page on the WebSocket commands and of
//! RFC 6455.

#[path = "../support/mod.rs"]
mod support;

mod busy;
mod closing;
mod firmware;
mod keepalive;
mod lines;
mod records;
mod retry;
mod wscfg;
mod wsclose;
mod wsopen;
mod wssend;
