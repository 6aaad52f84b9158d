//! `wss://` by embedded-tls: a connector around another.

mod proof;
mod provider;
mod records;
mod trust;

pub use trust::{Identity, Trust};

use crate::{ConnectError, Connector, Endpoint, Session};
use core::cell::{Cell, RefCell};
use embassy_futures::select::{Either, select};
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use embedded_tls::{Aes128GcmSha256, FlushPolicy, TlsConfig, TlsConnection, TlsContext, TlsError};
use provider::Provider;
use records::Records;
use trust::Chosen;
use wsat::rand_core::CryptoRng;

/// Of a first message, with the longest name of a host.
const LEAST_OUT: usize = 768;
const LEAST_IN: usize = 1024;

/// The memory of one TLS connection, in bytes. Lengths that are too short for any do not compile.
///
/// `IN`, 1024 or more, is the longest record that a server may send: 16640 bytes are enough for any (RFC 8446 5.2), less only for
/// servers of one's own that send shorter ones, in the handshake, too, where the certificates are.
///
/// `OUT`, 768 or more, is the longest record that is sent; 128 bytes of it are not payload. Each message of the handshake is
/// one record, so that a certificate of the module's own ([`Identity`]) has to fit, with 128 bytes more. The default has room
/// for one of 896 bytes; a longer one is [`ConnectError::TooLong`].
///
/// ```compile_fail
/// static SHORT: wsat_embassy::TlsBuffers<16640, 128> = wsat_embassy::TlsBuffers::new();
/// ```
pub struct TlsBuffers<const IN: usize = 16640, const OUT: usize = 1024> {
    input: [u8; IN],
    output: [u8; OUT],
}

impl<const IN: usize, const OUT: usize> TlsBuffers<IN, OUT> {
    /// All zeros: fits into `.bss`.
    #[must_use]
    pub const fn new() -> Self {
        // Below the first embedded-tls panics, and nobody can be connected to; below the second, few servers.
        const { assert!(OUT >= LEAST_OUT && IN >= LEAST_IN, "TlsBuffers: see the least lengths") };
        Self { input: [0; IN], output: [0; OUT] }
    }
}

impl<const IN: usize, const OUT: usize> Default for TlsBuffers<IN, OUT> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const IN: usize, const OUT: usize> core::fmt::Debug for TlsBuffers<IN, OUT> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TlsBuffers").finish_non_exhaustive()
    }
}

/// The connections of a link, with TLS 1.3 if it is `wss://`: over those of `C`.
pub struct TlsLink<'m, C, R> {
    below: C,
    input: &'m mut [u8],
    output: &'m mut [u8],
    trust: &'m Trust<'m>,
    rng: R,
}

impl<'m, C, R> TlsLink<'m, C, R> {
    /// `rng` has to be unpredictable: the connection's keys come of it.
    pub fn new<const IN: usize, const OUT: usize>(
        below: C,
        buffers: &'m mut TlsBuffers<IN, OUT>,
        trust: &'m Trust<'m>,
        rng: R,
    ) -> Self {
        let TlsBuffers { input, output } = buffers;
        Self { below, input, output, trust, rng }
    }
}

impl<C: core::fmt::Debug, R> core::fmt::Debug for TlsLink<'_, C, R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TlsLink").field("below", &self.below).finish_non_exhaustive()
    }
}

impl<C: Connector, R: CryptoRng> Connector for TlsLink<'_, C, R> {
    async fn connect<S: Session>(
        &mut self,
        to: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError> {
        let Some(settings) = to.tls() else { return self.below.connect(to, session).await };
        let mut session = TlsSession {
            session,
            host: to.host(),
            chosen: self.trust.choose(settings)?,
            input: self.input,
            output: self.output,
            rng: &mut self.rng,
        };
        self.below.connect(&to.below_tls(), &mut session).await
    }
}

/// What is done with the connection below.
struct TlsSession<'a, S, R> {
    session: &'a mut S,
    host: &'a str,
    chosen: Chosen<'a>,
    input: &'a mut [u8],
    output: &'a mut [u8],
    rng: &'a mut R,
}

impl<S: Session, R: CryptoRng> Session for TlsSession<'_, S, R> {
    async fn serve<Rx: Read, Tx: Write>(&mut self, rx: Rx, tx: Tx) {
        let (rx, tx) = (RefCell::new(rx), RefCell::new(tx));
        let records = RefCell::new(Records::default());
        let wire = Wire { rx: &rx, tx: &tx, records: &records };
        let mut tls = TlsConnection::<_, Aes128GcmSha256>::new(wire, self.input, self.output);
        // A connection below may send nothing before.
        tls.set_flush_policy(FlushPolicy::Strict);
        let mut config = TlsConfig::new().with_server_name(self.host);
        if !self.chosen.is_verified() {
            // Nobody looks at the signature: it may be one that could not be verified.
            config = config.enable_rsa_signatures();
        }
        let mut provider = Provider::new(self.rng, &self.chosen);
        let context = TlsContext::new(&config, &mut provider);
        match select(tls.open(context), self.session.closed()).await {
            Either::First(Ok(())) => {}
            Either::First(Err(error)) => return self.session.fail(reason(&error)),
            Either::Second(()) => return,
        }
        if !provider.is_server_trusted() {
            return self.session.fail(ConnectError::NotTrusted);
        }
        records.borrow_mut().is_open = true;
        let is_broken = Cell::new(false);
        let (rx, tx) = tls.split();
        self.session.serve(rx, Whole { tx, is_broken: &is_broken }).await;
        // Behind a part of a record there can be no other.
        if !is_broken.get() {
            select(tls.close(), self.session.hurried()).await;
        }
    }

    async fn closed(&self) {
        self.session.closed().await;
    }

    async fn hurried(&self) {
        self.session.hurried().await;
    }

    fn fail(&mut self, why: ConnectError) {
        self.session.fail(why);
    }
}

const fn reason(error: &TlsError) -> ConnectError {
    match error {
        TlsError::InvalidCertificate | TlsError::InvalidSignature => ConnectError::NotTrusted,
        TlsError::InvalidSignatureScheme | TlsError::InvalidCertificateEntry => {
            ConnectError::NotTrusted
        }
        TlsError::InsufficientSpace | TlsError::EncodeError => ConnectError::TooLong,
        _ => ConnectError::Tls,
    }
}

/// Both directions of the connection below. A TLS connection is split into two that each have a copy of it, of which each uses one direction.
struct Wire<'a, Rx, Tx> {
    rx: &'a RefCell<Rx>,
    tx: &'a RefCell<Tx>,
    records: &'a RefCell<Records>,
}

impl<Rx, Tx> Clone for Wire<'_, Rx, Tx> {
    fn clone(&self) -> Self {
        Self { rx: self.rx, tx: self.tx, records: self.records }
    }
}

/// What went wrong on the connection below.
#[derive(Debug)]
struct WireError(ErrorKind);

impl core::fmt::Display for WireError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl core::error::Error for WireError {}

impl embedded_io_async::Error for WireError {
    fn kind(&self) -> ErrorKind {
        self.0
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn of_wire(error: impl embedded_io_async::Error) -> WireError {
    WireError(error.kind())
}

impl<Rx, Tx> ErrorType for Wire<'_, Rx, Tx> {
    type Error = WireError;
}

#[expect(clippy::await_holding_refcell_ref, reason = "one reads, and one writes")]
impl<Rx: Read, Tx> Read for Wire<'_, Rx, Tx> {
    async fn read(&mut self, bytes: &mut [u8]) -> Result<usize, WireError> {
        let n = self.rx.borrow_mut().read(bytes).await.map_err(of_wire)?;
        let is_right = self.records.borrow_mut().see(&bytes[..n]);
        if is_right { Ok(n) } else { Err(WireError(ErrorKind::InvalidData)) }
    }
}

#[expect(clippy::await_holding_refcell_ref, reason = "one reads, and one writes")]
impl<Rx, Tx: Write> Write for Wire<'_, Rx, Tx> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, WireError> {
        self.tx.borrow_mut().write(bytes).await.map_err(of_wire)
    }

    async fn flush(&mut self) -> Result<(), WireError> {
        self.tx.borrow_mut().flush().await.map_err(of_wire)
    }
}

/// Remembers whether a write was given up in the middle.
struct Whole<'a, Tx> {
    tx: Tx,
    is_broken: &'a Cell<bool>,
}

impl<Tx: ErrorType> ErrorType for Whole<'_, Tx> {
    type Error = Tx::Error;
}

impl<Tx: Write> Write for Whole<'_, Tx> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Tx::Error> {
        self.is_broken.set(true);
        let result = self.tx.write(bytes).await;
        self.is_broken.set(result.is_err());
        result
    }

    async fn flush(&mut self) -> Result<(), Tx::Error> {
        self.is_broken.set(true);
        let result = self.tx.flush().await;
        self.is_broken.set(result.is_err());
        result
    }
}
