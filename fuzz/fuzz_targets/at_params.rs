//! A parameter is read as what `docs/commands.md` says (LINE-11 to LINE-16), by a reader that is not the crate's; what it was read as is
//! written again as something that both read as the same; a string of any bytes comes back.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("at_params", data));
