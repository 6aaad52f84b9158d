//! A host whose module is the test: what goes out is looked at byte by byte, and what comes in is written down.

use wsat::host::{Config, Event, Host, Open, Request, Storage, ToModule};
use wsat::{Instant, LinkId};

pub(crate) const L0: LinkId = LinkId::L0;

/// A host that is in step with its module, as it is by default.
pub(crate) fn in_step() -> Script {
    Script::in_step(Config::default())
}

pub(crate) struct Script {
    pub(crate) host: Host<'static>,
    pub(crate) now: u64,
    sent: Vec<u8>,
    told: Vec<String>,
}

impl Script {
    pub(crate) fn new(config: Config) -> Self {
        let storage = Box::leak(Box::new(Storage::<512, 256>::new()));
        let host = Host::new(config, storage.lend());
        Self { host, now: 0, sent: Vec::new(), told: Vec::new() }
    }

    /// A host that is in step with its module.
    pub(crate) fn in_step(config: Config) -> Self {
        let mut script = Self::new(config);
        script.begin(&Request::Start).sends("ATE1\r\n").module("ATE1\r\n\r\nOK\r\n").at(50);
        if config.error_codes {
            script.sends("AT+SYSLOG=1\r\n").module("AT+SYSLOG=1\r\n\r\nOK\r\n");
        }
        script.sends("AT+WSOPEN?\r\n").module("AT+WSOPEN?\r\n\r\nOK\r\n");
        script.tells(&["Finished(Ok(()))"]);
        script
    }

    /// A host with link 0 open, at the time 50 ms.
    pub(crate) fn open() -> Self {
        let mut script = in_step();
        script.begin(&Open::new(L0, b"ws://h").into()).sends("AT+WSOPEN=0,\"ws://h\"\r\n");
        script.module("AT+WSOPEN=0,\"ws://h\"\r\n+WS_CONNECTED:0\r\n\r\nOK\r\n");
        script.tells(&["Connected(L0)", "Finished(Ok(()))"]);
        script
    }

    fn instant(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    pub(crate) fn begin(&mut self, request: &Request<'_>) -> &mut Self {
        self.host.begin(self.instant(), request).unwrap();
        self.write()
    }

    /// What the host has to write goes out, but no streamed payload.
    fn write(&mut self) -> &mut Self {
        let mut out = [0; 64];
        while let ToModule::Bytes(n) = self.host.poll_module(self.instant(), &mut out) {
            self.sent.extend_from_slice(&out[..n]);
        }
        self.feed(b"");
        self
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        let now = self.instant();
        loop {
            let (taken, event) = self.host.feed(now, bytes);
            bytes = &bytes[taken..];
            match event {
                Some(Event::Data(data)) => self.told.push(format!(
                    "Data({:?}, {}, {}, last: {})",
                    data.link,
                    data.at,
                    data.octets.escape_ascii(),
                    data.last
                )),
                Some(Event::Octets { octets, last }) => {
                    self.told.push(format!("Octets({}, last: {last})", octets.escape_ascii()));
                }
                Some(event) => self.told.push(wsat_testkit::pair::shown(&event)),
                None if bytes.is_empty() => return,
                None => {}
            }
        }
    }

    /// The module prints this.
    pub(crate) fn module(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.feed(bytes.as_ref());
        self.write()
    }

    /// So many octets of a streamed payload go out.
    pub(crate) fn pays(&mut self, octets: &str) -> &mut Self {
        let left = self.host.poll_module(self.instant(), &mut []);
        assert!(matches!(left, ToModule::Payload(left) if octets.len() <= left), "{left:?}");
        self.sent.extend_from_slice(octets.as_bytes());
        self.host.handle_payload(self.instant(), octets.len()).unwrap();
        self.write()
    }

    /// The clock goes on to this many milliseconds, stopping at every deadline on the way.
    pub(crate) fn at(&mut self, millis: u64) -> &mut Self {
        while let Some(deadline) = self.host.poll_deadline()
            && deadline.as_millis() <= millis
        {
            self.now = self.now.max(deadline.as_millis());
            self.host.handle_time(deadline);
            self.write();
            assert_ne!(self.host.poll_deadline(), Some(deadline), "it is dealt with");
        }
        self.now = millis;
        self
    }

    /// Exactly this went out since the last look.
    #[track_caller]
    pub(crate) fn sends(&mut self, expected: &str) -> &mut Self {
        let sent = std::mem::take(&mut self.sent);
        let shown = sent.escape_ascii().to_string();
        assert_eq!(shown, expected.as_bytes().escape_ascii().to_string(), "at {} ms", self.now);
        self
    }

    /// All events since the last look.
    pub(crate) const fn told_mut(&mut self) -> &mut Vec<String> {
        &mut self.told
    }

    /// Exactly these events since the last look.
    #[track_caller]
    pub(crate) fn tells(&mut self, expected: &[&str]) -> &mut Self {
        assert_eq!(std::mem::take(&mut self.told), expected, "at {} ms", self.now);
        self
    }
}
