//! What a host can be asked for, and what each request becomes: a statement, a payload and how it is to end.

use super::exchange::{End, Plan, Prompt};
use super::staging::Staging;
use super::{Command, Config, Configure, Join, Open, Refused, SendData, header, set_format};
use crate::commands::names;
use crate::{DataFormat, Dialect, LinkId};
use at_syntax::{Name, StatementWriter};

/// A request, for [`Host::begin`](super::Host::begin).
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Request<'a> {
    /// Nothing but to get in step with the module, which every other request does, too, if it is the first; and
    /// to ask it again for everything that is believed.
    Start,
    /// Ping times, buffer and certificates of a link, from its next opening on.
    Configure(Configure),
    /// One more header `key: value` for the opening handshakes of all links, without its line end (since V3_3).
    AddHeader(&'a [u8]),
    /// No more headers (since V3_3).
    ClearHeaders,
    /// The headers, newest first: lines [`Event::Answer`](super::Event::Answer) with the name `WSHEAD`, and in
    /// each the index and the header in quotes (since V3_3).
    ListHeaders,
    /// Connects a link.
    Open(Open<'a>),
    /// Which links are in use: [`Event::Link`](super::Event::Link) for each.
    ListLinks,
    /// Sends data on a link.
    Send(SendData<'a>),
    /// How received data of a link is printed (since V4_2): level 0, with data_len and whatever else a program
    /// wants in [`DataHead`](super::DataHead). Refused if it could not be read back. It is kept until the
    /// module restarts.
    SetFormat(LinkId, DataFormat),
    /// Ends a link, whatever its state; it is free then.
    Close(LinkId),
    /// Switches the module's Wi-Fi to being a station, which joins networks.
    Station,
    /// Joins a Wi-Fi network.
    Join(Join<'a>),
    /// Starts the module anew. It ends when the module has said `ready`.
    Restart,
    /// Any other command.
    Command(Command<'a>),
}

impl<'a> From<Configure> for Request<'a> {
    fn from(configure: Configure) -> Self {
        Self::Configure(configure)
    }
}

impl<'a> From<Open<'a>> for Request<'a> {
    fn from(open: Open<'a>) -> Self {
        Self::Open(open)
    }
}

impl<'a> From<SendData<'a>> for Request<'a> {
    fn from(send: SendData<'a>) -> Self {
        Self::Send(send)
    }
}

impl<'a> From<Join<'a>> for Request<'a> {
    fn from(join: Join<'a>) -> Self {
        Self::Join(join)
    }
}

impl<'a> From<Command<'a>> for Request<'a> {
    fn from(command: Command<'a>) -> Self {
        Self::Command(command)
    }
}

/// What a request means for the links, when its statement goes out and when it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Effect {
    Nothing,
    Open(LinkId),
    /// `AT+WSSEND` of a link: an error may mean that it is not what it was believed to be.
    Send,
    Close(LinkId),
    Format(LinkId, DataFormat),
    Query,
}

/// A request, staged.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Staged {
    /// `None`: there is nothing to be written.
    pub(crate) plan: Option<Plan>,
    pub(crate) effect: Effect,
    /// Octets of payload, and whether the caller writes them.
    pub(crate) payload: usize,
    pub(crate) streamed: bool,
    /// How lines of the answer begin that have another name than the command.
    pub(crate) lines: &'static [&'static [u8]],
}

/// How an ordinary command goes: it is answered at once, or after so much more.
pub(crate) const fn plain(config: &Config, more_ms: u32) -> Plan {
    let answer_ms = config.answer_ms.saturating_add(more_ms);
    Plan { prompt: Prompt::Never, end: End::Ok, answer_ms, sent_ms: answer_ms }
}

impl Staged {
    const START: Self =
        Self { plan: None, effect: Effect::Nothing, payload: 0, streamed: false, lines: &[] };

    pub(crate) const fn new(plan: Plan, effect: Effect) -> Self {
        Self { plan: Some(plan), effect, ..Self::START }
    }
}

/// Whether the dialect has the command.
pub(crate) fn need(dialect: Dialect, name: &[u8]) -> Result<(), Refused> {
    match names::find(Name::Extended(name)) {
        Some(row) if !row.is_in(dialect) => Err(Refused::Dialect),
        _ => Ok(()),
    }
}

/// How long a module may take to close a link: firmware blocks for seconds.
const CLOSE_MS: u32 = 5000;
/// How long a module may take to start.
const RESTART_MS: u32 = 5000;

/// Puts a request into the staging memory, or says why it cannot go out.
pub(crate) fn stage(
    request: &Request<'_>,
    config: &Config,
    staging: &mut Staging<'_>,
) -> Result<Staged, Refused> {
    let mut put = |name: &'static [u8], write: &dyn Fn(&mut StatementWriter<'_>, Name<'_>)| {
        need(config.dialect, name)?;
        staging.put(config, &|statement| write(statement, Name::Extended(name)), [b"", b""])
    };
    let plain_one = |effect| Staged::new(plain(config, 0), effect);
    match request {
        Request::Start => Ok(Staged::START),
        Request::Configure(configure) => configure.stage(config, staging),
        Request::AddHeader(header) => header::stage(header, config, staging),
        Request::ClearHeaders => {
            put(b"WSHEAD", &|statement, name| _ = statement.set(name).integer(0))?;
            Ok(plain_one(Effect::Nothing))
        }
        Request::ListHeaders => {
            put(b"WSHEAD", &|statement, name| _ = statement.query(name))?;
            Ok(plain_one(Effect::Nothing))
        }
        Request::Open(open) => open.stage(config, staging),
        Request::ListLinks => {
            put(b"WSOPEN", &|statement, name| _ = statement.query(name))?;
            Ok(plain_one(Effect::Query))
        }
        Request::Send(send) => send.stage(config, staging),
        Request::SetFormat(link, format) => set_format::stage(*link, *format, config, staging),
        Request::Close(link) => {
            let link = *link;
            put(b"WSCLOSE", &|statement, name| {
                _ = statement.set(name).integer(link.number().into());
            })?;
            Ok(Staged::new(plain(config, CLOSE_MS), Effect::Close(link)))
        }
        Request::Station => {
            put(b"CWMODE", &|statement, name| _ = statement.set(name).integer(1))?;
            Ok(plain_one(Effect::Nothing))
        }
        Request::Join(join) => join.stage(config, staging),
        Request::Restart => {
            put(b"RST", &|statement, name| _ = statement.execute(name))?;
            let plan = Plan { end: End::Ready, ..plain(config, 0) };
            let plan = Plan { sent_ms: config.answer_ms.saturating_add(RESTART_MS), ..plan };
            Ok(Staged::new(plan, Effect::Nothing))
        }
        Request::Command(command) => command.stage(config, staging),
    }
}
