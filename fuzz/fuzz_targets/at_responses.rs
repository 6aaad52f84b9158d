//! A module's output is the same units in every cut, and if nothing in it is damaged those that a plain scan of all of it finds; of bytes
//! that are given some are taken; and after the caller has given up what is incomplete, the next answer is read.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("at_responses", data));
