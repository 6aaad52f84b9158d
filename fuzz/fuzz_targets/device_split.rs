//! A session of a device comes out the same on every lane, however its inputs are cut and wherever windows wrap.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("device_split", data));
