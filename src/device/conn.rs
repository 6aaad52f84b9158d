//! The name of one transport connection: which link, and which attempt of that link.

/// One of the three links.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum LinkId {
    /// Link 0.
    A,
    /// Link 1.
    B,
    /// Link 2.
    C,
}

impl LinkId {
    pub(crate) const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::A => 0,
            Self::B => 1,
            Self::C => 2,
        }
    }

    /// What belongs to this link of three.
    pub(crate) const fn of<T>(self, all: &[T; 3]) -> &T {
        let [a, b, c] = all;
        match self {
            Self::A => a,
            Self::B => b,
            Self::C => c,
        }
    }

    /// Likewise, to be changed.
    pub(crate) const fn of_mut<T>(self, all: &mut [T; 3]) -> &mut T {
        let [a, b, c] = all;
        match self {
            Self::A => a,
            Self::B => b,
            Self::C => c,
        }
    }

    /// By the `<link_id>` of a command, 0 to 2.
    pub(crate) const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::A),
            1 => Some(Self::B),
            2 => Some(Self::C),
            _ => None,
        }
    }
}

/// Names one transport connection: a link, and the attempt that this connection is of that link.
///
/// Every attempt to connect, a retry too, has a name of its own. A fact about an attempt that the
/// device has given up (bytes of a connection that it asked to close, say) is ignored, so a driver
/// may deliver what it still has without asking first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Conn {
    link: u8,
    attempt: u16,
}

impl Conn {
    pub(crate) const fn new(link: LinkId, attempt: u16) -> Self {
        Self { link: link.number(), attempt }
    }

    pub(crate) const fn id(self) -> Option<LinkId> {
        LinkId::from_number(self.link as u32)
    }

    /// The link's number, 0 to 2: an index for the driver's own table of three sockets.
    #[must_use]
    pub const fn link(self) -> usize {
        self.link as usize
    }
}
