//! Any other command of a module, as a request.

use super::exchange::{End, Plan, Prompt};
use super::request::{Effect, Staged, need, plain};
use super::staging::Staging;
use super::{Config, Refused};
use at_syntax::{Form, Name, StatementWriter};

/// A command that the host knows nothing of: its statement, the lines of its answer, and its time.
///
/// ```
/// use wsat::host::{Command, Value};
///
/// // AT+CIPSNTPCFG=1,1,"pool.ntp.org"
/// let params = [Value::Integer(1), Value::Integer(1), Value::String(b"pool.ntp.org")];
/// let clock = Command::set(b"CIPSNTPCFG", &params);
/// // AT+GMR, whose answer has lines of any form.
/// let version = Command::execute(b"GMR").with_lines(&[b""]);
/// // AT+CIPSEND=5, which wants 5 bytes behind a prompt.
/// let params = [Value::Integer(5)];
/// let send = Command::set(b"CIPSEND", &params).with_payload(b"Hello").until_send_ok();
/// # drop((clock, version, send));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Command<'a> {
    name: Name<'a>,
    form: Form,
    params: &'a [Value<'a>],
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    lines: &'static [&'static [u8]],
    more_ms: u32,
    payload: &'a [u8],
    end: End,
}

/// A parameter of a [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Value<'a> {
    /// −2³¹ to 2³²−1.
    Integer(i64),
    /// Any bytes but 0x00, as they are meant: the host escapes them.
    String(&'a [u8]),
    /// Left out.
    Omitted,
}

impl<'a> Command<'a> {
    const fn new(name: Name<'a>, form: Form, params: &'a [Value<'a>]) -> Self {
        Self { name, form, params, lines: &[], more_ms: 0, payload: b"", end: End::Ok }
    }

    /// `AT+NAME`
    #[must_use]
    pub const fn execute(name: &'a [u8]) -> Self {
        Self::new(Name::Extended(name), Form::Execute, &[])
    }

    /// `AT+NAME?`
    #[must_use]
    pub const fn query(name: &'a [u8]) -> Self {
        Self::new(Name::Extended(name), Form::Query, &[])
    }

    /// `AT+NAME=?`
    #[must_use]
    pub const fn test(name: &'a [u8]) -> Self {
        Self::new(Name::Extended(name), Form::Test, &[])
    }

    /// `AT+NAME=…`
    #[must_use]
    pub const fn set(name: &'a [u8], params: &'a [Value<'a>]) -> Self {
        Self::new(Name::Extended(name), Form::Set, params)
    }

    /// A command without `+`, as `ATE0`: what stands behind `AT`. Echo is the host's own to set
    /// ([`Config::echo`](super::Config::echo)).
    #[must_use]
    pub const fn basic(name: &'a [u8]) -> Self {
        Self::new(Name::Basic(name), Form::Execute, &[])
    }

    /// Lines of the answer that do not have the command's own name: the names of lines `+NAME:…`, or how others
    /// begin. An empty one is every line that has no name.
    #[must_use]
    pub const fn with_lines(self, lines: &'static [&'static [u8]]) -> Self {
        Self { lines, ..self }
    }

    /// The module may take so much longer than [`Config::answer_ms`](super::Config::answer_ms), in
    /// milliseconds.
    #[must_use]
    pub const fn with_time(self, more_ms: u32) -> Self {
        Self { more_ms, ..self }
    }

    /// What goes out behind the prompt.
    #[must_use]
    pub const fn with_payload(self, octets: &'a [u8]) -> Self {
        Self { payload: octets, ..self }
    }

    /// It ends with `SEND OK`; behind `OK` alone the module is still at it.
    #[must_use]
    pub const fn until_send_ok(self) -> Self {
        Self { end: End::SendOk, ..self }
    }

    /// It ends when the module has started anew, as behind `AT+RESTORE`.
    #[must_use]
    pub const fn until_ready(self) -> Self {
        Self { end: End::Ready, ..self }
    }

    pub(crate) fn stage(
        &self,
        config: &Config,
        staging: &mut Staging<'_>,
    ) -> Result<Staged, Refused> {
        let write = |statement: &mut StatementWriter<'_>| {
            match self.form {
                Form::Execute => statement.execute(self.name),
                Form::Query => statement.query(self.name),
                Form::Test => statement.test(self.name),
                Form::Set => statement.set(self.name),
            };
            for param in self.params {
                match *param {
                    Value::Integer(number) => statement.integer(number),
                    Value::String(text) => statement.string(text),
                    Value::Omitted => statement.omitted(),
                };
            }
        };
        if let Name::Extended(name) = self.name {
            need(config.dialect, name)?;
        }
        let octets = self.payload;
        staging.put(config, &write, [octets, b""])?;
        let plan = plain(config, self.more_ms);
        let prompt = if octets.is_empty() { Prompt::Never } else { Prompt::Always };
        let plan = Plan { prompt, end: self.end, ..plan };
        let staged = Staged::new(plan, Effect::Nothing);
        Ok(Staged { payload: octets.len(), lines: self.lines, ..staged })
    }
}
