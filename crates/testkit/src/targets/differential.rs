//! rfc6455 and tungstenite say the same of a stream, or differ in one of the ways that stand in a table.
//!
//! Choice: for a server (even) or a client. The body is the stream; tungstenite gets it whole, rfc6455 in pieces.

use crate::Input;
use crate::differential::compare;
use rfc6455::Role;

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let role = if input.choice() & 1 == 0 { Role::Server } else { Role::Client };
    if let Err(text) = compare(role, &input.cuts().pieces(input.body)) {
        panic!("{text}");
    }
}
