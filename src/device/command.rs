//! From a line to a command: which one, in which form, with which parameters.
//!
//! Parsing looks at the line and the dialect only. Checks run over the parameters from left to
//! right, then their count; what depends on a link's state is checked when the command is carried out.

use super::{conn::LinkId, refusal::Refusal, wscfg::Configure, wsopen::Open, wssend::Send};
use crate::Dialect;
use at_syntax::{Form, MAX_PARAMS, Name, Param, ParamError, Params, Statement};

/// A command whose parameters are what its grammar asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Command<'a> {
    /// `AT`
    Attention,
    /// `ATE0`, `ATE1`
    Echo(bool),
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
    pub(crate) fn parse(line: &'a [u8], dialect: Dialect) -> Result<Self, Refusal> {
        let statement = Statement::parse(line).map_err(Refusal::Statement)?;
        // Ours, as everywhere on the AT port: the firmware's own commands have no more either.
        if statement.params().count() > MAX_PARAMS {
            return Err(Refusal::TooManyParams);
        }
        match statement.name {
            Name::Basic(_) => Self::basic(&statement),
            Name::Extended(_) => Self::extended(&statement, dialect),
        }
    }

    fn basic(statement: &Statement<'_>) -> Result<Self, Refusal> {
        let command = if statement.name.is(Name::Basic(b"")) {
            Self::Attention
        } else if statement.name.is(Name::Basic(b"E0")) {
            Self::Echo(false)
        } else if statement.name.is(Name::Basic(b"E1")) {
            Self::Echo(true)
        } else {
            return Ok(Self::Foreign);
        };
        match statement.form {
            Form::Execute => Ok(command),
            _ => Err(Refusal::Form),
        }
    }

    fn extended(statement: &Statement<'a>, dialect: Dialect) -> Result<Self, Refusal> {
        let is = |name: &[u8]| statement.name.is(Name::Extended(name));
        let set = || match statement.form {
            Form::Set => Ok(statement.params()),
            _ => Err(Refusal::Form),
        };
        if is(b"WSCFG") {
            Configure::parse(set()?, dialect).map(Self::Configure)
        } else if is(b"WSOPEN") && statement.form == Form::Query {
            Ok(Self::Links)
        } else if is(b"WSOPEN") {
            Open::parse(set()?).map(Self::Open)
        } else if is(b"WSSEND") {
            Send::parse(set()?, dialect).map(Self::Send)
        } else if is(b"WSCLOSE") {
            let mut params = set()?;
            let link = link_id(params.next())?;
            params.finish()?;
            Ok(Self::Close(link))
        } else if is(b"WSHEAD") || is(b"WSDATAFMT") {
            // Commands of later dialects (ESP-AT v3.3 and v4.2) are not the embedding program's to
            // answer either.
            Err(Refusal::Dialect)
        } else {
            Ok(Self::Foreign)
        }
    }
}

/// `<link_id>`, 0 to 2.
pub(crate) fn link_id(param: Param<'_>) -> Result<LinkId, ParamError> {
    // The range keeps the fallback from being met.
    Ok(LinkId::from_number(integer(param, 0, 2)?).unwrap_or(LinkId::A))
}

/// A required number within a range.
pub(crate) fn integer(param: Param<'_>, min: u32, max: u32) -> Result<u32, ParamError> {
    let value = param.integer(min.into(), max.into())?;
    Ok(u32::try_from(value).unwrap_or(min))
}

/// A number that may be left out.
pub(crate) fn integer_or(
    param: Param<'_>,
    default: u32,
    min: u32,
    max: u32,
) -> Result<u32, ParamError> {
    if param.is_omitted() { Ok(default) } else { integer(param, min, max) }
}

/// No field is left over.
pub(crate) fn finish(params: Params<'_>) -> Result<(), Refusal> {
    params.finish().map_err(Refusal::Param)
}
