//! The name of one transport connection: which link, and which attempt of that link.

use crate::LinkId;

/// Names one transport connection: a link, and the attempt that this connection is of that link.
///
/// Every attempt to connect, a retry too, has a name of its own. A fact about an attempt that the
/// device has given up (bytes of a connection that it asked to close, say) is ignored, so a driver
/// may deliver what it still has without asking first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Conn {
    /// Its number, so that an `Option` of this is `None` where all is 0, as statics of drivers are at first.
    link: u8,
    attempt: u16,
}

impl Conn {
    pub(crate) const fn new(link: LinkId, attempt: u16) -> Self {
        Self { link: link.number(), attempt }
    }

    pub(crate) const fn id(self) -> LinkId {
        match LinkId::from_number(self.link as u32) {
            Some(id) => id,
            None => LinkId::L0,
        }
    }

    /// The link's number, 0 to 2: an index for the driver's own table of three sockets.
    #[must_use]
    pub const fn link(self) -> usize {
        self.link as usize
    }
}
