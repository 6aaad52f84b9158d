//! An open connection tells and sends the same in every cut and by both ways of reading; what it sends is legal, and of what it was
//! given to send the beginning in fragments of the length asked for, or all of it if it is not closing; behind a Close or a fault everything is
//! taken and means nothing.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wsat_testkit::targets::run("ws_messages", data));
