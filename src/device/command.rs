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
use at_syntax::{Form, MAX_PARAMS, Param, ParamError, Params, Statement};

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
        let (params, query) = (statement.params(), statement.form == Form::Query);
        Ok(match row.own {
            Own::Attention => Self::Attention,
            Own::EchoOff => Self::Echo(false),
            Own::EchoOn => Self::Echo(true),
            Own::List => Self::Commands,
            Own::SysLog if query => Self::SysLog(None),
            Own::SysLog => Self::SysLog(Some(syslog(params)?)),
            Own::Configure => Self::Configure(Configure::parse(params, config)?),
            Own::Head if query => Self::Headers,
            Own::Head => Self::Head(Head::parse(params)?),
            Own::Open if query => Self::Links,
            Own::Open => Self::Open(Open::parse(params, config)?),
            Own::Send => Self::Send(Send::parse(params, config)?),
            Own::Format => Self::Format(SetFormat::parse(params, config)?),
            Own::Close => Self::Close(close(params)?),
        })
    }
}

/// `AT+SYSLOG=<0|1>` (Basic AT Commands, AT+SYSLOG).
fn syslog(mut params: Params<'_>) -> Result<bool, Refusal> {
    let on = integer(params.next(), numbers::ON_OFF)?;
    finish(params)?;
    Ok(on == 1)
}

fn close(mut params: Params<'_>) -> Result<LinkId, Refusal> {
    let link = link_id(params.next())?;
    finish(params)?;
    Ok(link)
}

/// `<link_id>`, 0 to 2.
pub(crate) fn link_id(param: Param<'_>) -> Result<LinkId, ParamError> {
    // The range keeps the fallback from being met.
    Ok(LinkId::from_number(integer(param, numbers::LINK)?).unwrap_or(LinkId::L0))
}

/// A required number within a range.
#[inline(never)]
pub(crate) fn integer(param: Param<'_>, range: Range) -> Result<u32, ParamError> {
    let value = param.integer(range.min.into(), range.max.into())?;
    Ok(u32::try_from(value).unwrap_or(range.min))
}

/// A number that may be left out.
pub(crate) fn optional(param: Param<'_>, config: &Config, range: Range) -> Result<u32, ParamError> {
    let empty_is_wrong = config.quirks.contains(Quirks::EMPTY_OPTIONAL_REJECTED);
    if param.is_omitted() && !(empty_is_wrong && param.is_written()) {
        return Ok(range.default);
    }
    integer(param, range)
}

/// No field is left over.
pub(crate) fn finish(params: Params<'_>) -> Result<(), Refusal> {
    params.finish().map_err(Refusal::Param)
}
