//! A request that can be made is taken by the server, and its answer by the client, whatever URI, protocols and headers are in
//! them and however they are cut.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("ws_handshake", data));
