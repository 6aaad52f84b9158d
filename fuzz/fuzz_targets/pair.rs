//! Host and device back to back. On a sound line each request ends with `OK` or `ERROR`, nothing is damaged, what servers sent is told in
//! order, and the two never disagree; on an unsound one each request ends within its bound, no payload is carried out as a command, and
//! once the line is sound again they agree.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("pair", data));
