//! What a host tells the program around it.

use super::{Data, Failure, LinkState};
use crate::LinkId;
use at_syntax::{Fields, Lost, Response};

/// Something that has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Event<'a> {
    /// The request has ended, and the next one may begin. Exactly one follows each
    /// [`begin`](super::Host::begin) that was not refused.
    Finished(Result<(), Failure>),
    /// The module has started: every link is gone, and every setting has its default. A request that was on the
    /// line has ended before. When module and host are switched on together, this is the first event.
    Ready,
    /// A link is connected: behind `AT+WSOPEN`, or again after a loss.
    Connected(LinkId),
    /// A link was lost, and the module tries to connect it again. Some firmware says so for each attempt that
    /// fails, and of an opening that fails; [`Host::link_state`](super::Host::link_state) knows better.
    Disconnected(LinkId),
    /// The server has closed a link, or the Close that the host sent has ended it. It may be opened again.
    Closed(LinkId),
    /// Received data of a link, a record or a part of one.
    Data(Data<'a>),
    /// What was left of a record will not come: bytes were lost, or the module has started anew. Its last
    /// octets may be something else, as what followed the lost ones: data is not searched. The host gets in
    /// step.
    Cut {
        /// Whose; `None`: a record of [`Config::records`](super::Config::records).
        link: Option<LinkId>,
        /// Octets that its head announced and that did not come.
        missing: u32,
    },
    /// A line of the answer to [`Request::ListLinks`](super::Request::ListLinks).
    Link {
        /// Which.
        link: LinkId,
        /// What the module says of it.
        state: LinkState,
        /// Where it leads.
        uri: &'a [u8],
    },
    /// What was believed of a link was wrong: a report was lost, or another host has used the module.
    Corrected {
        /// Which.
        link: LinkId,
        /// What the module says of it.
        state: LinkState,
    },
    /// A line of the answer to the running request.
    Answer(Line<'a>),
    /// Any other line: a report of another part of the module, or what is left of a damaged one.
    Report(Line<'a>),
    /// Another unit with binary data begins ([`Config::records`](super::Config::records)).
    Record {
        /// Its name.
        name: &'a [u8],
        /// The fields of its head.
        fields: Fields<'a>,
        /// Octets that follow.
        len: u32,
    },
    /// Octets of such a unit.
    Octets {
        /// Where they arrived.
        octets: &'a [u8],
        /// The last of it.
        last: bool,
    },
    /// Bytes of the module were lost or changed. What is in doubt is asked for anew by itself.
    Damaged(Lost),
}

/// A line that a module printed.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Line<'a> {
    /// `+NAME:field,field…`
    Named {
        /// Between `+` and the first `:`.
        name: &'a [u8],
        /// Behind it.
        fields: Fields<'a>,
    },
    /// Any other, without its line end.
    Text(&'a [u8]),
}

impl<'a> Line<'a> {
    /// The line of a response, if it is one.
    pub(crate) const fn of(response: &Response<'a>) -> Option<Self> {
        match *response {
            Response::Line { name, fields } => Some(Self::Named { name, fields }),
            Response::Text(text) => Some(Self::Text(text)),
            _ => None,
        }
    }
}

/// As text.
impl core::fmt::Debug for Line<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Named { name, fields } => {
                let rest = fields.rest();
                write!(f, "\"+{}:{}\"", name.escape_ascii(), rest.bytes().escape_ascii())
            }
            Self::Text(text) => write!(f, "\"{}\"", text.escape_ascii()),
        }
    }
}
