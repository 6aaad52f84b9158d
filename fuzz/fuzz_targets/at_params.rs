//! Whatever a parameter is read as is written again as something that is read as the same; a string of any bytes comes back.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("at_params", data));
