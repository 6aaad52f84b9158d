//! What the host believes of the links.

use crate::LinkId;
use crate::commands::numbers::LINK;
use crate::commands::reports;
use at_syntax::Fields;

/// The state of a link, as far as the module has said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum LinkState {
    /// The module was not asked yet.
    Unknown,
    /// Not in use: it may be opened.
    Free,
    /// `AT+WSOPEN` waits for the server.
    Opening,
    /// Connected: data may be sent.
    Open,
    /// Lost; the module tries again until the link is closed.
    Reconnecting,
    /// The server has sent a Close, and the link will be free within a second.
    Closing,
}

impl LinkState {
    /// By `<state>` of `AT+WSOPEN?`.
    fn from_number(number: i64) -> Option<Self> {
        match number {
            // ESP-AT's page calls both 1 and 3 reconnecting: trying, and waiting to.
            1 | 3 => Some(Self::Reconnecting),
            2 => Some(Self::Open),
            0 | 4 => Some(Self::Closing),
            _ => None,
        }
    }
}

/// A report about a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Report {
    Connected(LinkId),
    Disconnected(LinkId),
    Closed(LinkId),
}

impl Report {
    /// `+WS_CONNECTED:<link_id>` and its like; `None` is some other line.
    pub(crate) fn read(name: &[u8], mut fields: Fields<'_>) -> Option<Self> {
        let report = match name {
            reports::CONNECTED => Self::Connected,
            reports::DISCONNECTED => Self::Disconnected,
            reports::CLOSED => Self::Closed,
            _ => return None,
        };
        let link = link(&mut fields)?;
        fields.is_empty().then_some(report(link))
    }
}

/// The statement that asks for the list, as it is echoed.
pub(crate) const QUERY: &[u8] = b"AT+WSOPEN?";

/// A line of the answer to `AT+WSOPEN?`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Listed<'a> {
    pub(crate) link: LinkId,
    pub(crate) state: LinkState,
    pub(crate) uri: &'a [u8],
}

impl<'a> Listed<'a> {
    /// `+WSOPEN:<link_id>,<state>,<"uri">`
    pub(crate) fn read(name: &[u8], mut fields: Fields<'a>) -> Option<Self> {
        if name != b"WSOPEN" {
            return None;
        }
        let link = link(&mut fields)?;
        let state = LinkState::from_number(fields.next()?.integer(0, 4).ok()?)?;
        Some(Self { link, state, uri: fields.rest().string().ok()? })
    }
}

/// The first field, as the number of a link.
pub(crate) fn link(fields: &mut Fields<'_>) -> Option<LinkId> {
    let number = fields.next()?.integer(LINK.min.into(), LINK.max.into()).ok()?;
    LinkId::from_number(u32::try_from(number).ok()?)
}

/// The three.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Links {
    states: [LinkState; 3],
    /// What the running query has said so far.
    listed: [Option<LinkState>; 3],
    /// Some line of it was damaged, so that a link that is not listed need not be free.
    list_is_damaged: bool,
    /// What a query has shown to be otherwise than believed, and the caller was not yet told.
    corrected: [Option<LinkState>; 3],
}

impl Links {
    pub(crate) const fn new() -> Self {
        Self {
            states: [LinkState::Unknown; 3],
            listed: [None; 3],
            list_is_damaged: false,
            corrected: [None; 3],
        }
    }

    pub(crate) const fn state(&self, link: LinkId) -> LinkState {
        *link.of(&self.states)
    }

    pub(crate) const fn set(&mut self, link: LinkId, state: LinkState) {
        *link.of_mut(&mut self.states) = state;
    }

    /// The module has started: nothing is connected.
    pub(crate) const fn restart(&mut self) {
        self.states = [LinkState::Free; 3];
        self.corrected = [None; 3];
    }

    /// `AT+WSOPEN` goes out. A link that is in use stays as it is.
    pub(crate) fn begin_opening(&mut self, link: LinkId) {
        if self.state(link) == LinkState::Free {
            self.set(link, LinkState::Opening);
        }
    }

    /// It was carried out. A report may have come since, and that counts.
    pub(crate) fn opened(&mut self, link: LinkId) {
        if matches!(self.state(link), LinkState::Opening | LinkState::Unknown) {
            self.set(link, LinkState::Open);
        }
    }

    /// It was not, as far as is known.
    pub(crate) fn not_opened(&mut self, link: LinkId) {
        if self.state(link) == LinkState::Opening {
            self.set(link, LinkState::Free);
        }
    }

    pub(crate) fn report(&mut self, report: Report) {
        let (link, state) = match report {
            Report::Connected(link) => (link, LinkState::Open),
            // Some firmware says so of an attempt that was never connected, before its `ERROR`.
            Report::Disconnected(link) if self.state(link) == LinkState::Opening => return,
            Report::Disconnected(link) => (link, LinkState::Reconnecting),
            Report::Closed(link) => (link, LinkState::Free),
        };
        self.set(link, state);
        // It is newer than a line of a list before it.
        *link.of_mut(&mut self.listed) = Some(state);
    }

    /// A query begins.
    pub(crate) const fn begin_list(&mut self) {
        self.listed = [None; 3];
        self.list_is_damaged = false;
    }

    pub(crate) const fn list(&mut self, listed: &Listed<'_>) {
        *listed.link.of_mut(&mut self.listed) = Some(listed.state);
    }

    /// A line came that may have been one of the list.
    pub(crate) const fn damage_list(&mut self) {
        self.list_is_damaged = true;
    }

    pub(crate) const fn is_list_whole(&self) -> bool {
        !self.list_is_damaged
    }

    /// The query has been answered: a link that was not listed is free, if no line was damaged.
    pub(crate) fn end_list(&mut self) {
        for link in LinkId::ALL {
            let believed = self.state(link);
            let unlisted = if self.list_is_damaged { believed } else { LinkState::Free };
            let listed = link.of(&self.listed).unwrap_or(unlisted);
            // Some firmware reports the end when the server's Close is read.
            let on_its_way = believed == LinkState::Free && listed == LinkState::Closing;
            if believed != listed && !on_its_way {
                self.set(link, listed);
                let news = (believed, listed) != (LinkState::Unknown, LinkState::Free);
                if news {
                    *link.of_mut(&mut self.corrected) = Some(listed);
                }
            }
        }
    }

    pub(crate) const fn has_corrected(&self) -> bool {
        !matches!(self.corrected, [None, None, None])
    }

    /// A link whose state the caller believes to be another, once, and what the module has said of it.
    pub(crate) fn take_corrected(&mut self) -> Option<(LinkId, LinkState)> {
        LinkId::ALL
            .into_iter()
            .find_map(|link| Some((link, link.of_mut(&mut self.corrected).take()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_one_link_and_nothing_else() {
        let read = |fields| Report::read(b"WS_CLOSED", Fields::new(fields));
        assert_eq!(read(b"2"), Some(Report::Closed(LinkId::L2)));
        for fields in [&b"3"[..], b"", b"1,", b"1,2", b"x"] {
            assert_eq!(read(fields), None, "{}", fields.escape_ascii());
        }
    }

    #[test]
    fn a_uri_is_listed_raw() {
        let listed = Listed::read(b"WSOPEN", Fields::new(br#"0,2,"ws://h/",1,""#)).unwrap();
        assert_eq!((listed.link, listed.state), (LinkId::L0, LinkState::Open));
        assert_eq!(listed.uri, br#"ws://h/",1,"#);
    }

    #[test]
    fn what_the_module_has_said_is_told_although_more_has_happened() {
        let mut links = Links::new();
        links.begin_list();
        links.end_list();
        links.report(Report::Disconnected(LinkId::L0));
        links.begin_list();
        links.end_list();
        // The next request has begun before anybody has asked.
        links.begin_opening(LinkId::L0);
        assert_eq!(links.take_corrected(), Some((LinkId::L0, LinkState::Free)));
        assert_eq!(links.take_corrected(), None);
        assert_eq!(links.state(LinkId::L0), LinkState::Opening);
    }

    #[test]
    fn a_query_corrects_what_was_believed() {
        let mut links = Links::new();
        let list = |links: &mut Links, lines: &[(&[u8], LinkState)]| {
            links.begin_list();
            for (fields, state) in lines {
                let listed = Listed::read(b"WSOPEN", Fields::new(fields)).unwrap();
                assert_eq!(listed.state, *state);
                links.list(&listed);
            }
            links.end_list();
            core::iter::from_fn(|| links.take_corrected()).collect::<std::vec::Vec<_>>()
        };
        // At first nothing is believed, and that a link is free is no news.
        let open = (&b"1,2,\"ws://h\""[..], LinkState::Open);
        assert_eq!(list(&mut links, &[open]), [(LinkId::L1, LinkState::Open)]);
        assert_eq!(list(&mut links, &[open]), []);
        assert_eq!(list(&mut links, &[]), [(LinkId::L1, LinkState::Free)]);
        // A Close that was reported when it was read.
        let closing = (&b"1,0,\"ws://h\""[..], LinkState::Closing);
        assert_eq!(list(&mut links, &[closing]), []);
        assert_eq!(links.state(LinkId::L1), LinkState::Free);
    }
}
