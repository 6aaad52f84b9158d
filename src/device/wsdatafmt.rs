//! `AT+WSDATAFMT=<link_id>[,<level>][,<mask>]` (WebSocket AT Commands, AT+WSDATAFMT), since V4_2: what the
//! head of a record of received data says, and how much goes into one.

use super::{Config, command::Fields, engine::Engine, refusal::Refusal};
use crate::commands::numbers;
use crate::{DataFormat, DataMask, Level, LinkId, Quirks};
use at_syntax::{Params, Reply};

/// `AT+WSDATAFMT=…`
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetFormat {
    link: LinkId,
    format: DataFormat,
}

impl SetFormat {
    pub(crate) fn parse(params: Params<'_>, config: &Config) -> Result<Self, Refusal> {
        let three = config.quirks.contains(Quirks::DATAFMT_THREE_FIELDS);
        let count = params.count();
        // Empty fields are taken here by every firmware, whatever the quirk.
        let mut fields = Fields::new(params, false);
        let link = fields.link();
        let level = Level::from_number(fields.optional(numbers::LEVEL));
        let mask = u8::try_from(fields.optional(numbers::MASK)).unwrap_or_default();
        fields.finish()?;
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
