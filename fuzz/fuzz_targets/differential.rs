//! rfc6455 and tungstenite say the same of a stream, or differ in one of the ways that stand in a table.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("differential", data));
