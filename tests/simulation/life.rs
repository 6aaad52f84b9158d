//! One connection from its wish to its end, as everybody has seen it: what the checks are made of.

use wsat_testkit::frames::Frame;

/// A frame that a server has sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Data,
    /// A Ping or a Pong.
    Control,
    /// A Close as it may be, with this code.
    Close(Option<u16>),
    /// It breaks a rule; the code that answers it. `true`: what stands before it in the same frame may be lost.
    Illegal(u16, bool),
    /// It stands behind a Close or an illegal frame, and means nothing.
    Behind,
}

/// Where it stands in what the server has sent.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
    /// Of its payload.
    pub(crate) at: usize,
    pub(crate) end: usize,
}

/// A connection.
#[derive(Debug, Default)]
pub(crate) struct Life {
    pub(crate) link: usize,
    /// It is an attempt after a loss.
    pub(crate) retry: bool,
    /// The lines of the request that an attempt after a loss repeats: what is asked for, of whom, and the subprotocols.
    pub(crate) request: Option<Vec<String>>,
    /// The link was open on it.
    pub(crate) opened: bool,
    /// The server has accepted it.
    pub(crate) accepted: bool,
    /// What the server has sent.
    pub(crate) sent: Vec<Item>,
    /// Bytes that the server has sent, that have come to the module's window, and that the device has taken.
    pub(crate) written: usize,
    pub(crate) arrived: usize,
    pub(crate) taken: usize,
    /// Octets that went to the serial line.
    pub(crate) relayed: Vec<u8>,
    /// Frames that the server has got.
    pub(crate) got: Vec<Frame>,
    /// Bytes that the device gave have not come to the server.
    pub(crate) lost: bool,
    /// The device was told that nothing more comes.
    pub(crate) ended: bool,
    /// The device has asked to close it.
    pub(crate) closed: bool,
    /// The module gave it up on its own account: a time was over, it was left, or it started anew.
    pub(crate) given_up: bool,
}

impl Life {
    /// Octets of data that have arrived, up to a Close or a breach of the rules; and how many of them must be reported, because
    /// the device has looked at that Close or breach.
    pub(crate) fn data(&self) -> (Vec<u8>, usize) {
        let (mut octets, mut due, mut last) = (Vec::new(), 0, 0);
        for item in &self.sent {
            match item.kind {
                Kind::Data => {
                    last = octets.len();
                    let arrived = self.arrived.saturating_sub(item.at).min(item.payload.len());
                    octets.extend_from_slice(&item.payload[..arrived]);
                }
                Kind::Control => {}
                Kind::Close(_) if self.taken >= item.end => {
                    due = octets.len();
                    break;
                }
                Kind::Illegal(_, cut) if self.taken >= item.end => {
                    due = if cut { last } else { octets.len() };
                    break;
                }
                Kind::Close(_) | Kind::Illegal(..) | Kind::Behind => break,
            }
        }
        (octets, due)
    }

    /// Empty data frames that have arrived.
    pub(crate) fn empty_frames(&self) -> usize {
        let data =
            self.sent.iter().take_while(|item| matches!(item.kind, Kind::Data | Kind::Control));
        data.filter(|item| item.kind == Kind::Data && item.payload.is_empty())
            .filter(|item| self.arrived >= item.end)
            .count()
    }
}
