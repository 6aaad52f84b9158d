//! `AT+WSSEND` as a request.

use super::configure::in_range;
use super::exchange::{End, Plan, Prompt};
use super::request::{Effect, Staged};
use super::staging::Staging;
use super::{Config, Refused};
use crate::LinkId;
use crate::commands::numbers;
use at_syntax::{Name, StatementWriter};
use rfc6455::{Opcode, Outgoing};

/// Sends data on a link (WebSocket AT Commands, AT+WSSEND).
///
/// ```
/// use wsat::LinkId;
/// use wsat::host::SendData;
///
/// // A text, which is copied into the host's memory.
/// let hello = SendData::text(LinkId::L0, b"Hello");
/// // 5000 octets that the caller writes when the module asks for them, the beginning of a binary message …
/// let first = SendData::streamed(LinkId::L0, 5000).binary().without_fin();
/// // … and its end.
/// let rest = SendData::streamed(LinkId::L0, 1234).continuation();
/// # drop((hello, first, rest));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SendData<'a> {
    link: LinkId,
    payload: Payload<'a>,
    opcode: Opcode,
    timeout_ms: Option<u32>,
    fin: bool,
}

/// Where the octets are.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Payload<'a> {
    Whole(&'a [u8]),
    Streamed(usize),
}

impl<'a> SendData<'a> {
    /// A text of these octets; the module does not check that they are UTF-8.
    #[must_use]
    pub const fn text(link: LinkId, payload: &'a [u8]) -> Self {
        Self {
            link,
            payload: Payload::Whole(payload),
            opcode: Opcode::Text,
            timeout_ms: None,
            fin: true,
        }
    }

    /// A text of so many octets, at most 8192, in V4_2 16384. The caller writes them when it is told to
    /// ([`ToModule::Payload`](super::ToModule::Payload)).
    #[must_use]
    pub const fn streamed(link: LinkId, len: usize) -> Self {
        Self { payload: Payload::Streamed(len), ..Self::text(link, b"") }
    }

    /// A binary message instead of a text.
    #[must_use]
    pub const fn binary(self) -> Self {
        self.with_opcode(Opcode::Binary)
    }

    /// The next part of the message that was begun [without FIN](Self::without_fin).
    #[must_use]
    pub const fn continuation(self) -> Self {
        self.with_opcode(Opcode::Continuation)
    }

    /// Any opcode: a Ping, a Close of our own, a reserved one.
    #[must_use]
    pub const fn with_opcode(self, opcode: Opcode) -> Self {
        Self { opcode, ..self }
    }

    /// A part of a message that [goes on](Self::continuation) (since V4_2).
    #[must_use]
    pub const fn without_fin(self) -> Self {
        Self { fin: false, ..self }
    }

    /// The module may take so many milliseconds to hand it to the network, 0 to 60000; 10000 unless it is said.
    #[must_use]
    pub const fn with_timeout(self, millis: u32) -> Self {
        Self { timeout_ms: Some(millis), ..self }
    }

    pub(crate) fn stage(
        &self,
        config: &Config,
        staging: &mut Staging<'_>,
    ) -> Result<Staged, Refused> {
        let (whole, len): (&[u8], _) = match self.payload {
            Payload::Whole(payload) => (payload, payload.len()),
            Payload::Streamed(len) => (b"", len),
        };
        let length = u32::try_from(len).unwrap_or(u32::MAX);
        in_range(length, numbers::send_length(config.dialect))?;
        let timeout_ms = self.timeout_ms.unwrap_or(numbers::SEND_TIMEOUT_MS.default);
        in_range(timeout_ms, numbers::SEND_TIMEOUT_MS)?;
        if !self.fin && !config.dialect.has_fin() {
            return Err(Refused::Dialect);
        }
        // Whether a message is begun, and how long fragments are, is the module's to know.
        let is_begun = self.opcode == Opcode::Continuation;
        Outgoing { opcode: self.opcode, fin: self.fin, len, fragment: usize::MAX }
            .check(is_begun)
            .map_err(Refused::Send)?;
        let write = |statement: &mut StatementWriter<'_>| {
            statement
                .set(Name::Extended(b"WSSEND"))
                .integer(self.link.number().into())
                .integer(length.into());
            // What is in front of a field that is there is there, too: some firmware refuses empty ones.
            let timed = self.timeout_ms.is_some() || !self.fin;
            if timed || self.opcode != Opcode::Text {
                statement.integer(self.opcode.bits().into());
            }
            if timed {
                statement.integer(timeout_ms.into());
            }
            if !self.fin {
                statement.integer(0);
            }
        };
        staging.put(config, &write, [whole, b""])?;
        let sent_ms = config.answer_ms.saturating_add(timeout_ms);
        let plan = if len == 0 {
            Plan { prompt: Prompt::Perhaps, end: End::SendOk, answer_ms: sent_ms, sent_ms }
        } else {
            let answer_ms = config.answer_ms;
            Plan { prompt: Prompt::Always, end: End::SendOk, answer_ms, sent_ms }
        };
        let streamed = matches!(self.payload, Payload::Streamed(_));
        Ok(Staged { payload: len, streamed, ..Staged::new(plan, Effect::Send) })
    }
}

/// How much it is.
impl core::fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Whole(payload) => write!(f, "Whole({} octets)", payload.len()),
            Self::Streamed(len) => write!(f, "Streamed({len} octets)"),
        }
    }
}
