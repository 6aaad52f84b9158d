//! `AT+WSHEAD` with a header, as a request.

use super::exchange::{End, Plan, Prompt};
use super::request::{Effect, Staged, need};
use super::staging::Staging;
use super::{Config, Refused};
use crate::commands::header::{self, HeaderError, LINE_END};
use at_syntax::{Name, StatementWriter};

/// `key: value`, checked as the module checks it: a line end in it would change the request of every link.
pub(crate) fn stage(
    header: &[u8],
    config: &Config,
    staging: &mut Staging<'_>,
) -> Result<Staged, Refused> {
    need(config.dialect, b"WSHEAD")?;
    let write = |statement: &mut StatementWriter<'_>| {
        let len = i64::try_from(header.len()).unwrap_or(i64::MAX);
        statement.set(Name::Extended(b"WSHEAD")).integer(len);
    };
    staging.put(config, &write, [header, LINE_END])?;
    header::check(staging.payload()).map_err(|error| match error {
        HeaderError::NotOne => Refused::Header,
        HeaderError::Request(error) => Refused::Request(error),
    })?;
    staging.shorten_payload(LINE_END.len());
    let answer_ms = config.answer_ms;
    let plan = Plan { prompt: Prompt::Always, end: End::Ok, answer_ms, sent_ms: answer_ms };
    Ok(Staged { payload: header.len(), ..Staged::new(plan, Effect::Nothing) })
}
