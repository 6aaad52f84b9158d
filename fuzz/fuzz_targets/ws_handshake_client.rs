//! A server's answer is judged the same in every cut and by both ways to read it, nothing behind its blank line is taken, and what is
//! accepted has what RFC 6455 4.1 demands.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("ws_handshake_client", data));
