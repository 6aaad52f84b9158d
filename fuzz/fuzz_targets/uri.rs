//! A URI that is read and printed is read as the same, and the request for it is one that a server takes.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("uri", data));
