//! `AT+WSDATAFMT=<link_id>[,<level>][,<mask>]` (WebSocket AT Commands, AT+WSDATAFMT), since V4_2: what the
//! head of a record of received data says, and how much goes into one.

use super::{
    Config,
    command::{finish, link_id},
    conn::LinkId,
    engine::Engine,
    refusal::Refusal,
};
use crate::Quirks;
use at_syntax::{Params, Reply};

/// The format of a link's records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Format {
    pub(crate) level: Level,
    pub(crate) mask: u8,
}

/// What goes into one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    /// 0: a chunk.
    Chunk,
    /// 1: a frame.
    Frame,
    /// 2: a message.
    Message,
}

impl Format {
    /// The page's default: level 0, mask 48: `+WS_DATA:<link_id>,<data_len>,<data>` and a line end.
    pub(crate) const DEFAULT: Self =
        Self { level: Level::Chunk, mask: Self::DATA_LEN | Self::LINE_END };

    pub(crate) const OPCODE: u8 = 1;
    pub(crate) const FIN: u8 = 2;
    pub(crate) const PAYLOAD_LEN: u8 = 4;
    pub(crate) const PAYLOAD_OFFSET: u8 = 8;
    pub(crate) const DATA_LEN: u8 = 16;
    pub(crate) const LINE_END: u8 = 32;
}

/// `AT+WSDATAFMT=…`
#[derive(Clone, Copy, Debug)]
pub(crate) struct DataFormat {
    link: LinkId,
    format: Format,
}

impl DataFormat {
    pub(crate) fn parse(mut params: Params<'_>, config: &Config) -> Result<Self, Refusal> {
        let three = config.quirks.contains(Quirks::DATAFMT_THREE_FIELDS);
        let count = params.count();
        let link = link_id(params.next())?;
        // Empty fields are taken here by every firmware: `command::optional` would refuse them with a quirk.
        let level = match params.next().integer_or(0, 0, 2)? {
            0 => Level::Chunk,
            1 => Level::Frame,
            _ => Level::Message,
        };
        let mask = params.next().integer_or(Format::DEFAULT.mask.into(), 1, 63)?;
        finish(params)?;
        if three && count != 3 {
            return Err(Refusal::FieldCount);
        }
        Ok(Self { link, format: Format { level, mask: u8::try_from(mask).unwrap_or_default() } })
    }
}

impl Engine<'_> {
    /// From the link's next record on; what has begun keeps its format. Kept when the link is closed.
    pub(crate) fn set_format(&mut self, command: DataFormat) {
        self.link_mut(command.link).format = command.format;
        self.reply(Reply::Ok);
    }
}
