//! Joining a Wi-Fi network (Wi-Fi AT Commands, AT+CWJAP).

use super::request::{Effect, Staged, plain};
use super::staging::Staging;
use super::{Config, Line, Refused};
use at_syntax::{Name, StatementWriter};

/// Joins a network; before it, [`Request::Station`](super::Request::Station). It ends when the module has an
/// address.
///
/// If it fails, an [`Event::Answer`](super::Event::Answer) before the end says why: [`JoinError::of`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Join<'a> {
    ssid: &'a [u8],
    password: &'a [u8],
}

/// How long a module may take to join: 15 seconds unless a parameter says otherwise, and as long for an
/// address.
const JOIN_MS: u32 = 30_000;

impl<'a> Join<'a> {
    /// The network of this name, with this password; an open one has an empty password.
    #[must_use]
    pub const fn new(ssid: &'a [u8], password: &'a [u8]) -> Self {
        Self { ssid, password }
    }

    pub(crate) fn stage(
        &self,
        config: &Config,
        staging: &mut Staging<'_>,
    ) -> Result<Staged, Refused> {
        let write = |statement: &mut StatementWriter<'_>| {
            statement.set(Name::Extended(b"CWJAP")).string(self.ssid).string(self.password);
        };
        staging.put(config, &write, [b"", b""])?;
        Ok(Staged::new(plain(config, JOIN_MS), Effect::Nothing))
    }
}

impl core::fmt::Debug for Join<'_> {
    /// Without the password.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Join {{ ssid: \"{}\" }}", self.ssid.escape_ascii())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Join<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Join {{ ssid: {=[u8]:a} }}", self.ssid);
    }
}

/// Why a network could not be joined (Wi-Fi AT Commands, AT+CWJAP, `<error code>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JoinError {
    /// 1: it took too long.
    Timeout,
    /// 2: the password is wrong.
    Password,
    /// 3: there is no such network.
    NotFound,
    /// 4, or a number that the page does not have: the connection failed.
    Failed,
}

impl JoinError {
    /// What a line of the answer says; `None`: nothing of that kind.
    #[must_use]
    pub fn of(line: &Line<'_>) -> Option<Self> {
        let Line::Named { name: b"CWJAP", mut fields } = *line else { return None };
        let code = fields.next()?.integer(0, i64::from(u8::MAX)).ok()?;
        fields.is_empty().then_some(match code {
            1 => Self::Timeout,
            2 => Self::Password,
            3 => Self::NotFound,
            _ => Self::Failed,
        })
    }
}

impl core::fmt::Display for JoinError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Timeout => "the network did not answer in time",
            Self::Password => "the password is wrong",
            Self::NotFound => "there is no such network",
            Self::Failed => "the network could not be joined",
        })
    }
}

impl core::error::Error for JoinError {}
