//! Whatever a module prints: no panic, the same events and the same statements in every cut; each request ends once and within its bound;
//! and with a module that answers again the host is in step again. Where the module prints whole units, the records that a plain scan finds
//! are told, each octet once and in order.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("host", data));
