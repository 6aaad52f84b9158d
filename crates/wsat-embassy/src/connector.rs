//! How a link gets its transport: what a network stack, or TLS over one, has to offer.

use embedded_io_async::{Read, Write};
use heapless::String;
use wsat::TlsSettings;
use wsat::device::{Missing, Target};

/// The longest name of a host (RFC 1035 2.3.4, without the length octets), which any address is shorter than.
const MAX_HOST: usize = 253;

/// Makes connections, one at a time: each link has one of its own.
///
/// This is the boundary for TLS, too: `TlsLink` is a connector around a connector, and any other TLS library
/// can be put there the same way.
#[expect(async_fn_in_trait, reason = "one executor polls it: it need not be Send")]
pub trait Connector {
    /// Looks the host up, connects, runs [`Session::serve`] on the connection, and ends it. At any stage it goes on to the end once
    /// [`Session::closed`] is ready. It ends in order, behind what was written, until [`Session::hurried`] is ready;
    /// then at once, but so that the peer hears of it.
    ///
    /// # Errors
    ///
    /// [`ConnectError`]: there was no connection to be served.
    async fn connect<S: Session>(
        &mut self,
        to: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError>;
}

/// What is done with a connection. The module's own, or that of a [`Connector`] around another.
#[expect(async_fn_in_trait, reason = "one executor polls it: it need not be Send")]
pub trait Session {
    /// Reads and writes, both at a time, until the connection is to end. `rx` gives 0 bytes at the end of what the peer sends.
    /// `tx` need not send before it is flushed; flushing need not wait for the peer.
    ///
    /// To be polled whenever the future that it is part of is polled.
    async fn serve<R: Read, W: Write>(&mut self, rx: R, tx: W);

    /// Waits until the device wants no connection any more: it has closed this one, or given it up.
    async fn closed(&self);

    /// Waits until there is no time for a farewell: the link's next connection is wanted, or a few seconds have passed since the device
    /// has closed this one.
    async fn hurried(&self);

    /// The connection stands but cannot be used, and the device should hear of it before the connection is ended.
    fn fail(&mut self, why: ConnectError);
}

/// Why there is no connection. The AT port says `ERROR`; this is for the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The host's name is not known.
    Name,
    /// Nobody answers there, or who does refuses.
    Refused,
    /// It is `wss://`, and this connector has no TLS.
    NoTls,
    /// The TLS handshake failed; or the authority cannot be used: it is PEM, or empty, or has another key than `Trust::authorities`
    /// wants, such as RSA.
    Tls,
    /// A record of the TLS handshake is longer than the memory for it (that with the module's certificate, above all), or the
    /// name of a host that is to be verified has more characters than can be compared.
    TooLong,
    /// The server does not prove to be who it should be: its certificate, the chain to the authority, or the name in it. Or
    /// the authority has signed it with a key that cannot be used, such as RSA.
    NotTrusted,
    /// Whom to verify the server against was not said, and the firmware insists on that.
    NotVerified,
    /// A certificate, its key or an authority that the link was configured with. The AT port says which.
    Missing(Missing),
}

impl core::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Name => "the host's name was not found",
            Self::Refused => "no connection to the host",
            Self::NoTls => "there is no TLS in this firmware",
            Self::Tls => "the TLS handshake failed, or the authority cannot be used",
            Self::TooLong => "a record or a name is too long for this TLS",
            Self::NotTrusted => "the server's certificate is not to be trusted",
            Self::NotVerified => "the link does not say whom to verify the server against",
            Self::Missing(missing) => return missing.fmt(f),
        })
    }
}

impl core::error::Error for ConnectError {}

/// Where a connection leads: a [`Target`] of the device, kept while one is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    host: String<MAX_HOST>,
    port: u16,
    tls: Option<TlsSettings>,
}

impl Endpoint {
    /// `None`: the host is longer than any name.
    #[must_use]
    pub fn of(target: &Target<'_>) -> Option<Self> {
        let host = String::try_from(target.host).ok()?;
        Some(Self { host, port: target.port, tls: target.secure.then_some(target.tls) })
    }

    /// A name, or an address; an IPv6 address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// 1 to 65535.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// `wss://`: whose certificates are wanted. `None`: `ws://`, without TLS.
    #[must_use]
    pub const fn tls(&self) -> Option<TlsSettings> {
        self.tls
    }

    /// The same without TLS: where a connector with TLS has the one below it connect to.
    #[must_use]
    pub fn below_tls(&self) -> Self {
        Self { tls: None, ..self.clone() }
    }
}
