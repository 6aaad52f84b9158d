//! Whatever happens to a device, and in whatever order a driver turns to its lanes: no panic, no byte taken that was not offered, no
//! endless work; links go along their diagram; what is printed are whole units; what is sent are legal frames.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("device", data));
