//! Frames and their payload are the same in every cut, and those of a plain reader of the whole input, up to the first frame that is
//! not legal; each of them is encoded to the bytes that it came in.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("ws_decoder", data));
