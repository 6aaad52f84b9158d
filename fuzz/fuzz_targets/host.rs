//! Whatever a module prints: no panic, no byte lost, the same events and the same statements in every cut; each request ends once and
//! within its bound; and with a module that answers again the host is in step again.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("host", data));
