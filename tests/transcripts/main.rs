//! What a session of the `*.at` files cannot say; those are played by the simulator's player
//! (`examples/simulator/src/transcript`).

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod messages;
