//! Lines and their echo are the same in every cut of the input, and those that a plain scan of all of it finds.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("at_lines", data));
