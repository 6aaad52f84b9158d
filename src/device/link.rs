//! One of the three links: its state, its settings, and the transport of its present attempt.

use super::{
    Config, Conn,
    memory::LinkMemory,
    record::Record,
    refusal::Refusal,
    state::{Event, Report, State},
    transport::Transport,
    wscfg::Settings,
};
use crate::{DataFormat, Instant, LinkId, Quirks};
use rfc6455::{Key, Request, RequestError, Uri};

/// A link. It lives in the engine; the files of the commands and lanes change it.
#[derive(Debug)]
pub(crate) struct Link<'m> {
    pub(crate) id: LinkId,
    state: State,
    /// What `AT+WSCFG` set last.
    pub(crate) settings: Settings,
    /// The settings of the present connection and its retries: those of its `AT+WSOPEN`.
    pub(crate) active: Settings,
    /// What `AT+WSDATAFMT` set last.
    pub(crate) format: DataFormat,
    pub(crate) record: Record,
    text: &'m mut [u8],
    uri_len: usize,
    protocol_len: usize,
    auth_len: usize,
    /// `<timeout_ms>` of the `AT+WSOPEN`, for each attempt.
    pub(crate) timeout_ms: u32,
    /// When the present attempt is given up.
    pub(crate) open_by: Option<Instant>,
    /// When the next attempt after a loss begins.
    pub(crate) retry_at: Option<Instant>,
    /// Bytes of the receive window that the driver lends.
    pub(crate) window: usize,
    attempt: u16,
    pub(crate) transport: Option<Transport>,
    /// A transport that the driver has to close.
    pub(crate) to_close: Option<Conn>,
    /// Why the connection was lost or an attempt after a loss failed, for the embedding program's log.
    pub(crate) failure: Option<Refusal>,
}

impl<'m> Link<'m> {
    pub(crate) const fn new(id: LinkId, LinkMemory { text, window }: LinkMemory<'m>) -> Self {
        Self {
            id,
            state: State::Free,
            settings: Settings::DEFAULT,
            active: Settings::DEFAULT,
            format: DataFormat::DEFAULT,
            record: Record::NONE,
            text,
            uri_len: 0,
            protocol_len: 0,
            auth_len: 0,
            timeout_ms: 0,
            open_by: None,
            retry_at: None,
            window,
            attempt: 0,
            transport: None,
            to_close: None,
            failure: None,
        }
    }

    /// As after power-up. Attempts go on being counted, so that facts about earlier ones are known
    /// to be out of date.
    pub(crate) fn restart(&mut self) {
        self.drop_transport();
        self.state = State::Free;
        (self.settings, self.active) = (Settings::DEFAULT, Settings::DEFAULT);
        self.format = DataFormat::DEFAULT;
        (self.open_by, self.retry_at, self.failure) = (None, None, None);
    }

    pub(crate) const fn state(&self) -> State {
        self.state
    }

    /// The only place where a link's state changes: by the table.
    #[inline(never)]
    pub(crate) fn apply(&mut self, event: Event, quirks: Quirks) -> Option<Report> {
        let (state, report) = self.state.next_with(event, quirks)?;
        self.state = state;
        self.retry_at = None;
        if !matches!(state, State::Opening | State::Retrying) {
            self.open_by = None;
        }
        report
    }

    /// The most octets of a record of received data and of a fragment of sent data: `<buffer_size>`,
    /// or what was lent if that is less.
    pub(crate) fn bound(&self) -> usize {
        self.active.buffer_size.min(self.window).max(1)
    }

    /// Stores what `AT+WSOPEN` said. False: the memory lent for it is too small.
    pub(crate) fn store_target(
        &mut self,
        uri: at_syntax::Text<'_>,
        protocol: at_syntax::Text<'_>,
        auth: at_syntax::Text<'_>,
    ) -> bool {
        let mut lengths = [0; 3];
        let mut used: usize = 0;
        for (length, text) in lengths.iter_mut().zip([uri, protocol, auth]) {
            let Some(rest) = self.text.get_mut(used..) else { return false };
            let Some(written) = text.write(rest) else { return false };
            *length = written;
            used = used.saturating_add(written);
        }
        [self.uri_len, self.protocol_len, self.auth_len] = lengths;
        true
    }

    /// The URI as the host gave it.
    pub(crate) fn uri_text(&self) -> &[u8] {
        self.text.get(..self.uri_len).unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn uri(&self) -> Result<Uri<'_>, rfc6455::UriError> {
        Uri::parse(self.uri_text())
    }

    /// The opening handshake's request, if all that goes into it may stand in one.
    pub(crate) fn request<'a>(
        &'a self,
        uri: Uri<'a>,
        key: Key,
        config: &'a Config,
        headers: &'a [u8],
    ) -> Result<Request<'a>, RequestError> {
        let (protocol, auth) = self.protocol_and_auth();
        Request::new(uri, key)
            .with_protocol(protocol)?
            .with_authorization(auth)?
            .with_user_agent(config.user_agent.as_bytes())?
            .with_headers(headers)
            .map(|request| {
                request.with_host_port_always(config.quirks.contains(Quirks::HOST_PORT_ALWAYS))
            })
    }

    fn protocol_and_auth(&self) -> (&[u8], &[u8]) {
        let text = self.text.get(self.uri_len..).unwrap_or_default();
        let (protocol, rest) = text.split_at_checked(self.protocol_len).unwrap_or_default();
        (protocol, rest.get(..self.auth_len).unwrap_or_default())
    }

    /// The transport, and the subprotocols that its request offers.
    pub(crate) fn transport_and_protocol(&mut self) -> (Option<&mut Transport>, &[u8]) {
        let text = self.text.get(self.uri_len..).unwrap_or_default();
        (self.transport.as_mut(), text.get(..self.protocol_len).unwrap_or_default())
    }

    /// Begins an attempt to connect, under a new name.
    #[inline(never)]
    pub(crate) fn begin_attempt(&mut self, now: Instant) {
        self.attempt = self.attempt.wrapping_add(1);
        self.transport = Some(Transport::new(Conn::new(self.id, self.attempt)));
        self.open_by = Some(now.after(self.timeout_ms));
    }

    /// Gives up the transport, if there is one: the driver closes it if it had been told to open it.
    #[inline(never)]
    pub(crate) fn drop_transport(&mut self) {
        if let Some(transport) = &self.transport {
            if transport.is_known_to_driver() {
                self.to_close = Some(transport.conn);
            }
            self.transport = None;
        }
    }
}
