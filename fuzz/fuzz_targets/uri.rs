//! The parts of a URI that is read are those that stand in it, also when it is printed and read again; the request for it is one that a
//! server takes, with its path and query as the target. A URI that is made by the rules of RFC 3986 is read.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("uri", data));
