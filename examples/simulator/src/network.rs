//! What a module has of a network: three connections, whatever they are made of.

use wsat::Instant;
use wsat::device::{Conn, Device};

/// The three links' connections, as a module uses them. Nothing here blocks.
pub(crate) trait Network {
    /// Carries out `Action::Open`: begins to connect to the device's target.
    fn open(&mut self, now: Instant, conn: Conn, device: &mut Device<'_>);

    /// Carries out `Action::Close`, if the attempt is still the one at hand.
    fn close(&mut self, conn: Conn);

    /// The receive window of this attempt: what a `Serial::Relay` names is at its front.
    fn window(&self, conn: Conn) -> &[u8];

    /// The first `n` bytes of a link's window have been taken.
    fn consume(&mut self, link: usize, n: usize);

    /// One round of everything that the links can do now. Returns whether anything moved.
    fn pump(&mut self, now: Instant, device: &mut Device<'_>) -> bool;
}
