//! The names of what a module prints unasked (WebSocket AT Commands).

/// A link is connected.
pub(crate) const CONNECTED: &[u8] = b"WS_CONNECTED";
/// A link was lost, and will be tried again.
pub(crate) const DISCONNECTED: &[u8] = b"WS_DISCONNECTED";
/// A link was closed in order.
pub(crate) const CLOSED: &[u8] = b"WS_CLOSED";
/// Received data.
pub(crate) const DATA: &[u8] = b"WS_DATA";
