//! What both sides look for in `Upgrade` and `Connection`.

/// The value of `Upgrade`, in lower case: RFC 6455 4.1, item 2 of the answer, and 4.2.1, item 3.
pub(super) const WEBSOCKET: &[u8] = b"websocket";
/// The element of `Connection`, in lower case: RFC 6455 4.1, item 3 of the answer, and 4.2.1, item 4.
pub(super) const UPGRADE: &[u8] = b"upgrade";
