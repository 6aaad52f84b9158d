//! How a module prints the data that it receives (WebSocket AT Commands, AT+WSDATAFMT).

/// The format of a link's records.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DataFormat {
    /// What goes into one record.
    pub level: Level,
    /// What its head says.
    pub mask: DataMask,
}

/// What goes into one record, `<level>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Level {
    /// 0: a chunk, of at most `<buffer_size>` octets.
    Chunk,
    /// 1: a frame.
    Frame,
    /// 2: a message.
    Message,
}

bitflags::bitflags! {
    /// `<mask>`: the numbers in the head of a record, in this order, and its line end.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct DataMask: u8 {
        /// The opcode of the frame.
        const OPCODE = 1;
        /// Whether the frame is the last of its message.
        const FIN = 2;
        /// Octets of the frame's payload.
        const PAYLOAD_LEN = 4;
        /// Octets of the frame that came in records before this one.
        const PAYLOAD_OFFSET = 8;
        /// Octets of the record's data.
        const DATA_LEN = 16;
        /// CR LF behind the data.
        const LINE_END = 32;
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for DataMask {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "DataMask({=u8:#x})", self.bits());
    }
}

impl DataFormat {
    /// The page's default: level 0, mask 48: `+WS_DATA:<link_id>,<data_len>,<data>` and a line end.
    pub const DEFAULT: Self =
        Self { level: Level::Chunk, mask: DataMask::DATA_LEN.union(DataMask::LINE_END) };
}

impl Default for DataFormat {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Level {
    /// 0 to 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Chunk => 0,
            Self::Frame => 1,
            Self::Message => 2,
        }
    }

    /// By its number, 0 to 2.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Chunk),
            1 => Some(Self::Frame),
            2 => Some(Self::Message),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `AT+WSDATAFMT`, `<level>`: 0 a chunk, 1 a frame, 2 a message.
    #[test]
    fn levels_have_their_numbers() {
        for (number, level) in [(0, Level::Chunk), (1, Level::Frame), (2, Level::Message)] {
            assert_eq!((level.number(), Level::from_number(number.into())), (number, Some(level)));
        }
        assert_eq!(Level::from_number(3), None);
    }
}
