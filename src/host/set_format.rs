//! `AT+WSDATAFMT` as a request.

use super::chores::write_format;
use super::request::{Effect, Staged, need, plain};
use super::staging::Staging;
use super::{Config, Refused, data};
use crate::{DataFormat, LinkId};

pub(crate) fn stage(
    link: LinkId,
    format: DataFormat,
    config: &Config,
    staging: &mut Staging<'_>,
) -> Result<Staged, Refused> {
    need(config.dialect, b"WSDATAFMT")?;
    if data::record(link, format, config.dialect.max_payload()).is_none() {
        return Err(Refused::Unreadable);
    }
    staging.put(config, &|statement| _ = write_format(statement, link, format), [b"", b""])?;
    Ok(Staged::new(plain(config, 0), Effect::Format(link, format)))
}
