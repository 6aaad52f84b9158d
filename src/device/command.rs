//! From a line to a command: which one, in which form, with which parameters.
//!
//! Parsing looks at the line and the dialect only. Checks run over the parameters from left to
//! right, then their count; what depends on a link's state is checked when the command is carried out.

use super::{
    Config, refusal::Refusal, wscfg::Configure, wsdatafmt::SetFormat, wshead::Head, wsopen::Open,
    wssend::Send,
};
use crate::commands::names::{self, Own};
use crate::commands::numbers::{self, Range};
use crate::{LinkId, Quirks};
use at_syntax::{Form, MAX_PARAMS, Param, ParamError, Params, Statement, Text};

/// A command whose parameters are what its grammar asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Command<'a> {
    /// `AT`
    Attention,
    /// `ATE0`, `ATE1`
    Echo(bool),
    /// `AT+CMD?`
    Commands,
    /// `AT+SYSLOG=…`, or with `None` its query.
    SysLog(Option<bool>),
    /// `AT+WSHEAD=…`
    Head(Head),
    /// `AT+WSHEAD?`
    Headers,
    /// `AT+WSDATAFMT=…`
    Format(SetFormat),
    /// `AT+WSCFG=…`
    Configure(Configure),
    /// `AT+WSOPEN=…`
    Open(Open<'a>),
    /// `AT+WSOPEN?`
    Links,
    /// `AT+WSSEND=…`
    Send(Send),
    /// `AT+WSCLOSE=…`
    Close(LinkId),
    /// None of the device's own: the embedding program's.
    Foreign,
}

impl<'a> Command<'a> {
    pub(crate) fn parse(line: &'a [u8], config: &Config) -> Result<Self, Refusal> {
        let statement = Statement::parse(line).map_err(Refusal::Statement)?;
        let Some(row) = names::find(statement.name) else {
            // None of our own commands takes as many: their `finish` says so, after what is wrong with one of
            // them.
            if statement.params().count() > MAX_PARAMS {
                return Err(Refusal::TooManyParams);
            }
            return Ok(Self::Foreign);
        };
        if !row.is_in(config.dialect) {
            return Err(Refusal::Dialect);
        }
        if !row.has(statement.form) {
            return Err(Refusal::Form);
        }
        let query = statement.form == Form::Query;
        let empty_is_wrong = config.quirks.contains(Quirks::EMPTY_OPTIONAL_REJECTED);
        let fields = Fields::new(statement.params(), empty_is_wrong);
        Ok(match row.own {
            Own::Attention => Self::Attention,
            Own::EchoOff => Self::Echo(false),
            Own::EchoOn => Self::Echo(true),
            Own::List => Self::Commands,
            Own::SysLog if query => Self::SysLog(None),
            Own::SysLog => Self::SysLog(Some(syslog(fields)?)),
            Own::Configure => Self::Configure(Configure::parse(fields, config.dialect)?),
            Own::Head if query => Self::Headers,
            Own::Head => Self::Head(Head::parse(fields)?),
            Own::Open if query => Self::Links,
            Own::Open => Self::Open(Open::parse(fields, config.dialect)?),
            Own::Send => Self::Send(Send::parse(fields, config.dialect)?),
            Own::Format => Self::Format(SetFormat::parse(statement.params(), config)?),
            Own::Close => Self::Close(close(fields)?),
        })
    }
}

/// `AT+SYSLOG=<0|1>` (Basic AT Commands, AT+SYSLOG).
fn syslog(mut fields: Fields<'_>) -> Result<bool, Refusal> {
    let on = fields.number(numbers::ON_OFF);
    fields.finish()?;
    Ok(on == 1)
}

fn close(mut fields: Fields<'_>) -> Result<LinkId, Refusal> {
    let link = fields.link();
    fields.finish()?;
    Ok(link)
}

/// The parameters of a command, from left to right. What is wrong first is kept, and said by
/// [`finish`](Self::finish): until then a value that is wrong is some other one. So one place looks for
/// errors, not each parameter.
pub(crate) struct Fields<'a> {
    params: Params<'a>,
    /// [`Quirks::EMPTY_OPTIONAL_REJECTED`]
    empty_is_wrong: bool,
    wrong: Option<ParamError>,
}

impl<'a> Fields<'a> {
    pub(crate) const fn new(params: Params<'a>, empty_is_wrong: bool) -> Self {
        Self { params, empty_is_wrong, wrong: None }
    }

    /// `<link_id>`, 0 to 2.
    pub(crate) fn link(&mut self) -> LinkId {
        LinkId::from_number(self.number(numbers::LINK)).unwrap_or(LinkId::L0)
    }

    /// A required number within a range.
    #[inline(never)]
    pub(crate) fn number(&mut self, range: Range) -> u32 {
        let param = self.params.next();
        self.integer(param, range)
    }

    /// A number that may be left out.
    pub(crate) fn optional(&mut self, range: Range) -> u32 {
        let param = self.params.next();
        if param.is_omitted() && !(self.empty_is_wrong && param.is_written()) {
            return range.default;
        }
        self.integer(param, range)
    }

    /// A required string.
    pub(crate) fn string(&mut self) -> Text<'a> {
        let text = self.params.next().string();
        self.keep(text).unwrap_or(Text::EMPTY)
    }

    /// A string that may be left out, and is empty then.
    pub(crate) fn optional_string(&mut self) -> Text<'a> {
        let text = self.params.next().string_or_empty();
        self.keep(text).unwrap_or(Text::EMPTY)
    }

    /// No field is left over, and none was wrong.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        let end = self.params.finish();
        self.keep(end);
        self.wrong.map_or(Ok(()), |error| Err(Refusal::Param(error)))
    }

    fn integer(&mut self, param: Param<'_>, range: Range) -> u32 {
        let value = self.keep(param.integer(range.min.into(), range.max.into()));
        value.and_then(|value| u32::try_from(value).ok()).unwrap_or(range.min)
    }

    fn keep<T>(&mut self, value: Result<T, ParamError>) -> Option<T> {
        value.map_err(|error| _ = self.wrong.get_or_insert(error)).ok()
    }
}
