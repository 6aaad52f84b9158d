//! Everything behind the line reader: the links, the running command, the output. The files of the
//! commands and of the lanes add their part to it.

use super::{
    Config, Conn, LinkMemory,
    input::Discard,
    link::Link,
    output::{Output, Unit},
    payload::Payload,
    refusal::Refusal,
    response::Text,
    state::{Event, Report, State},
    transport::{Frames, Transport},
    wscfg::Settings,
    wshead::Headers,
    wssend::Sending,
};
use crate::{Instant, LinkId, Quirks};
use at_syntax::Reply;
use core::num::NonZeroU32;

/// The command being carried out. There is one at a time; while there is, lines are answered with
/// `busy p...`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Running {
    Nothing,
    /// `AT+WSOPEN` waits for the opening handshake.
    Open(LinkId),
    /// It has failed, and a quirk has the answer wait until then.
    OpenFailed(Instant, Refusal),
    /// `AT+WSSEND` or `AT+WSHEAD` takes its payload.
    Payload(Payload),
    /// `AT+WSSEND` waits for the transport.
    Send(Sending),
    /// `AT+WSCLOSE` waits for the peer.
    Close(LinkId),
    /// The embedding program carries out a command of its own.
    Firmware,
}

/// The state of a device but for its line.
pub(crate) struct Engine<'m> {
    pub(crate) config: Config,
    /// Staging memory: the payload of the running `AT+WSSEND`, or text of the embedding program's answer.
    pub(crate) payload: &'m mut [u8],
    pub(crate) headers: Headers<'m>,
    pub(crate) links: [Link<'m>; 3],
    pub(crate) output: Output,
    pub(crate) running: Running,
    pub(crate) discard: Discard,
    pub(crate) text: Text,
    /// `Action::Command` is to be given.
    pub(crate) command_due: bool,
    pub(crate) refusal: Option<Refusal>,
    /// `AT+SYSLOG=1`: refusals are answered with their error code, too.
    pub(crate) syslog: bool,
    /// Some echo is not printed yet.
    pub(crate) echo_waits: bool,
}

impl<'m> Engine<'m> {
    /// One expression, so that it is made where it stays and not moved there: it is most of a device.
    pub(crate) const fn new(
        config: Config,
        payload: &'m mut [u8],
        headers: &'m mut [u8],
        [a, b, c]: [LinkMemory<'m>; 3],
    ) -> Self {
        Self {
            config,
            payload,
            headers: Headers::new(headers),
            links: [Link::new(LinkId::L0, a), Link::new(LinkId::L1, b), Link::new(LinkId::L2, c)],
            output: Output::new(),
            running: Running::Nothing,
            discard: Discard::new(),
            text: Text::new(),
            command_due: false,
            refusal: None,
            syslog: false,
            echo_waits: false,
        }
    }

    /// As after power-up; open transports are to be closed.
    pub(crate) fn restart(&mut self) {
        for link in &mut self.links {
            link.restart();
        }
        self.output = Output::new();
        self.running = Running::Nothing;
        self.discard = Discard::new();
        self.text = Text::new();
        self.command_due = false;
        self.refusal = None;
        self.syslog = false;
        self.echo_waits = false;
        self.headers.clear();
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn link(&self, id: LinkId) -> &Link<'m> {
        id.of(&self.links)
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn link_mut(&mut self, id: LinkId) -> &mut Link<'m> {
        id.of_mut(&mut self.links)
    }

    /// The link whose present transport has this name. Facts about any other are out of date.
    pub(crate) fn live(&self, conn: Conn) -> Option<LinkId> {
        let id = conn.id();
        let transport = self.link(id).transport.as_ref()?;
        (transport.conn == conn && transport.is_known_to_driver()).then_some(id)
    }

    pub(crate) fn transport_mut(&mut self, id: LinkId) -> Option<&mut Transport> {
        self.link_mut(id).transport.as_mut()
    }

    pub(crate) fn frames_mut(&mut self, id: LinkId) -> Option<&mut Frames> {
        self.transport_mut(id)?.frames_mut()
    }

    pub(crate) fn reply(&mut self, reply: Reply) {
        self.output.push(Unit::Reply(reply));
    }

    /// The running command has ended, and with it the discarding of input: the host's next byte
    /// begins a new line.
    pub(crate) fn end_command(&mut self) {
        self.running = Running::Nothing;
        self.discard = Discard::new();
    }

    /// Ends the running command with this unit.
    pub(crate) fn finish_with(&mut self, unit: Unit) {
        self.end_command();
        self.output.push(unit);
    }

    pub(crate) fn finish(&mut self, reply: Reply) {
        self.finish_with(Unit::Reply(reply));
    }

    /// The answer of a command that was carried out or refused; the refusal is kept for the embedding
    /// program.
    pub(crate) fn result(&mut self, refusal: Option<Refusal>) -> Unit {
        let Some(refusal) = refusal else { return Unit::Reply(Reply::Ok) };
        self.refusal = Some(refusal);
        let code = refusal.code().filter(|_| self.syslog).and_then(NonZeroU32::new);
        Unit::Refused { missing: refusal.missing(), code }
    }

    /// Ends the running command with `ERROR`.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        let result = self.result(Some(refusal));
        self.finish_with(result);
    }

    /// Moves a link along the table, and reports what the table says.
    pub(crate) fn apply(&mut self, now: Instant, id: LinkId, event: Event) {
        let quirks = self.config.quirks;
        let delay = if quirks.contains(Quirks::RETRY_DELAY_15S) {
            15_000
        } else {
            self.config.retry_delay_ms
        };
        let link = self.link_mut(id);
        let opening = link.state() == State::Opening;
        // An attempt may fail without time passing, and a driver would never come to an end.
        let least = u32::from(link.state() == State::Retrying);
        let retry_at = now.after(delay.max(least));
        let report = link.apply(event, quirks);
        let closed = matches!(report, Some(Report::Closed));
        let failed = opening && link.state() == State::Free;
        if quirks.contains(Quirks::CFG_FORGOTTEN) && (closed || failed || event == Event::Leave) {
            link.settings = Settings::DEFAULT;
        }
        if link.state() == State::Lost && link.retry_at.is_none() {
            link.retry_at = Some(retry_at);
        }
        if let Some(report) = report {
            self.output.push(Unit::Report(report, id));
        }
    }

    /// The transport of a link has ended, could not be made, or cannot be used any more.
    pub(crate) fn gone(&mut self, now: Instant, id: LinkId, why: Refusal) {
        if self.link(id).transport.is_none() {
            return;
        }
        // What had arrived of a record comes before the report of the loss.
        self.end_records_of(now, id);
        let link = self.link_mut(id);
        link.drop_transport();
        if matches!(link.state(), State::Open | State::Retrying) {
            link.failure.get_or_insert(why);
        }
        self.apply(now, id, Event::Gone);
        match self.running {
            Running::Open(link) if link == id => self.open_failed(now, id, why),
            Running::Send(sending) if sending.link == id => self.refuse(why),
            Running::Close(link) if link == id => self.finish(Reply::Ok),
            // A data phase takes its payload to the end all the same.
            _ => {}
        }
    }

    /// Looks whether something that was waited for has come about on a link, after any fact about it.
    pub(crate) fn settle(&mut self, now: Instant, id: LinkId) {
        self.settle_send(now, id);
        let state = self.link(id).state();
        let Some(frames) = self.frames_mut(id) else { return };
        let connection = &frames.connection;
        let ours = frames.close_left == Some(0);
        let theirs = connection.is_close_received() || connection.fault().is_some();
        match state {
            State::Closing if ours => self.apply(now, id, Event::CloseWritten),
            State::Ending | State::Leaving if ours && theirs => self.gone(now, id, Refusal::Closed),
            _ => {}
        }
    }
}
