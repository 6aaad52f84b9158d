//! `AT+WSDATAFMT=<link_id>[,<level>][,<mask>]` (WebSocket AT Commands, AT+WSDATAFMT), since V4_2: what the
//! head of a record of received data says, and how much goes into one.

use super::{
    Config,
    command::{finish, link_id},
    engine::Engine,
    refusal::Refusal,
};
use crate::commands::numbers::{self, Range};
use crate::{DataFormat, DataMask, Level, LinkId, Quirks};
use at_syntax::{Params, Reply};

/// `AT+WSDATAFMT=…`
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetFormat {
    link: LinkId,
    format: DataFormat,
}

impl SetFormat {
    pub(crate) fn parse(mut params: Params<'_>, config: &Config) -> Result<Self, Refusal> {
        let three = config.quirks.contains(Quirks::DATAFMT_THREE_FIELDS);
        let count = params.count();
        let link = link_id(params.next())?;
        // Empty fields are taken here by every firmware: `command::optional` would refuse them with a quirk.
        let (level, mask) = (numbers::LEVEL, numbers::MASK);
        let mut number = |range: Range| {
            params.next().integer_or(range.default.into(), range.min.into(), range.max.into())
        };
        let level = u32::try_from(number(level)?).ok().and_then(Level::from_number);
        let mask = u8::try_from(number(mask)?).unwrap_or_default();
        finish(params)?;
        if three && count != 3 {
            return Err(Refusal::FieldCount);
        }
        // The ranges keep the fallbacks from being met.
        let level = level.unwrap_or(Level::Chunk);
        Ok(Self { link, format: DataFormat { level, mask: DataMask::from_bits_truncate(mask) } })
    }
}

impl Engine<'_> {
    /// From the link's next record on; what has begun keeps its format. Kept when the link is closed.
    pub(crate) fn set_format(&mut self, command: SetFormat) {
        self.link_mut(command.link).format = command.format;
        self.reply(Reply::Ok);
    }
}
