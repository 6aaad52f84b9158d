//! Host and device back to back. On a sound line each request ends with `OK` or `ERROR`, and whenever nothing goes on the two agree; of
//! each connection the host was told what the server sent from its beginning, and all of it if it is open; a server has got what ended
//! with `OK`, once and in order, and nothing else. On an unsound line each request ends within its bound, no payload is carried out as a
//! command, and once the line is sound again the two agree.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("pair", data));
