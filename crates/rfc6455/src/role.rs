//! Which end of the connection this is.

/// The end of the connection that this program is.
///
/// The two ends differ in masking: a client masks every frame that it sends, a server none, and
/// each fails the connection when the other does otherwise (RFC 6455 5.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Role {
    /// The end that opened the connection: sends masked frames, receives unmasked ones.
    Client,
    /// The end that accepted the connection: sends unmasked frames, receives masked ones.
    Server,
}
