//! A client's request is judged the same in every cut, nothing behind its blank line is taken, and a client hears the answer: the
//! acceptance, or the status of the refusal.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("ws_handshake_server", data));
