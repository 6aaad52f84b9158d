//! What each fuzz target does with an input: one function each, which panics if its invariant does not hold. `fuzz/` gives them a
//! fuzzer's inputs, and an ordinary test those that are kept.

mod at_lines;
mod at_params;
mod at_responses;
mod device;
mod device_split;
#[cfg(feature = "differential")]
mod differential;
mod host;
mod pair;
mod uri;
mod ws_decoder;
mod ws_handshake;
mod ws_handshake_client;
mod ws_handshake_server;
mod ws_messages;

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All of them, by the names of their files in `fuzz/fuzz_targets`.
pub const ALL: &[Target] = &[
    ("at_lines", at_lines::run),
    ("at_params", at_params::run),
    ("at_responses", at_responses::run),
    ("device", device::run),
    ("device_split", device_split::run),
    #[cfg(feature = "differential")]
    ("differential", differential::run),
    ("host", host::run),
    ("pair", pair::run),
    ("uri", uri::run),
    ("ws_decoder", ws_decoder::run),
    ("ws_handshake", ws_handshake::run),
    ("ws_handshake_client", ws_handshake_client::run),
    ("ws_handshake_server", ws_handshake_server::run),
    ("ws_messages", ws_messages::run),
];

/// Runs a target by its name.
///
/// # Panics
///
/// There is none of this name, or its invariant does not hold.
pub fn run(name: &str, data: &[u8]) {
    let target = ALL.iter().find(|(other, _)| *other == name);
    let (_, run) = target.unwrap_or_else(|| panic!("there is no target {name}"));
    run(data);
}

/// Random bytes, and what came of them: for messages of asserts.
pub(crate) fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
