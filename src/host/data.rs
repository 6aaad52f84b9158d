//! Received data: which records the links' formats make, and how they are read back.

use super::links::link;
use crate::commands::reports;
use crate::{DataFormat, DataMask, Level, LinkId};
use at_syntax::{Fields, Record};
use heapless::Vec;
use rfc6455::Opcode;

/// Received data of a link: a record, or a part of one.
///
/// A record is at most `<buffer_size>` octets of a frame
/// ([`Configure::with_buffer`](super::Configure::with_buffer), 1024 at first), so a longer message comes as
/// several. Before V4_2 nothing shows where a message ends: let messages say so themselves, or be no longer
/// than the buffer. In V4_2 [`DataHead::ends_message`] knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Data<'a> {
    /// Whose.
    pub link: LinkId,
    /// What the head of the record says.
    pub head: DataHead,
    /// Octets of the record that came before these.
    pub at: u32,
    /// The octets, where they arrived. None only if the record has none.
    pub octets: &'a [u8],
    /// The record ends with them; the message need not.
    pub last: bool,
}

/// What the head of a record says, as far as the link's format has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct DataHead {
    /// Octets of the record.
    pub len: u32,
    /// Opcode of the frame: a text, a binary or a continuation.
    pub opcode: Option<Opcode>,
    /// Whether the frame is the last of its message.
    pub fin: Option<bool>,
    /// Octets of the frame's payload.
    pub payload_len: Option<u32>,
    /// Octets of the frame that came in records before this one.
    pub payload_offset: Option<u32>,
    /// Octets of the record.
    pub data_len: Option<u32>,
}

/// The numbers of a head in their order.
const NUMBERS: [DataMask; 5] = [
    DataMask::OPCODE,
    DataMask::FIN,
    DataMask::PAYLOAD_LEN,
    DataMask::PAYLOAD_OFFSET,
    DataMask::DATA_LEN,
];

/// Where in the head a number stands, the link being field 0.
fn index(mask: DataMask, number: DataMask) -> Option<u8> {
    let before = NUMBERS.into_iter().take_while(|other| *other != number);
    let count = before.filter(|other| mask.contains(*other)).fold(1_u8, |n, _| n.saturating_add(1));
    mask.contains(number).then_some(count)
}

/// The records of a link with this format; `None`: nothing in their heads says how long they are.
pub(crate) fn record(link: LinkId, format: DataFormat, most: u32) -> Option<Record<'static>> {
    let mask = format.mask;
    let fields = NUMBERS.into_iter().filter(|number| mask.contains(*number));
    let fields = fields.fold(1_u8, |n, _| n.saturating_add(1));
    // A record of another level may end before the length in its head, and nothing shows it.
    if format.level != Level::Chunk {
        return None;
    }
    let length = index(mask, DataMask::DATA_LEN)?;
    let record = Record::new(reports::DATA, fields, length).of_first(link.number().into());
    let record = record.at_most(most);
    Some(if mask.contains(DataMask::LINE_END) { record } else { record.without_line_end() })
}

impl DataHead {
    /// Whether the message ends with this record. Known if the link's format has FIN, PAYLOAD_LEN and
    /// PAYLOAD_OFFSET ([`Request::SetFormat`](super::Request::SetFormat)).
    ///
    /// ```
    /// use wsat::host::Request;
    /// use wsat::{DataFormat, DataMask, Level, LinkId};
    ///
    /// let format = DataFormat { level: Level::Chunk, mask: DataMask::all() };
    /// let request = Request::SetFormat(LinkId::L0, format);
    /// # drop(request);
    /// ```
    #[must_use]
    pub fn ends_message(&self) -> Option<bool> {
        let (fin, offset, len) = (self.fin?, self.payload_offset?, self.payload_len?);
        Some(fin && offset.checked_add(self.len) == Some(len))
    }

    /// From the fields of a record of this length.
    fn read(mut fields: Fields<'_>, mask: DataMask, len: u32) -> Self {
        let mut head = Self { len, ..Self::default() };
        for number in NUMBERS {
            if !mask.contains(number) {
                continue;
            }
            let value = fields.next().and_then(|field| field.integer(0, u32::MAX.into()).ok());
            let value = value.and_then(|value| u32::try_from(value).ok());
            if number == DataMask::OPCODE {
                head.opcode = value.and_then(|n| u8::try_from(n).ok()).map(Opcode::from_bits);
            } else if number == DataMask::FIN {
                head.fin = value.map(|n| n != 0);
            } else if number == DataMask::PAYLOAD_LEN {
                head.payload_len = value;
            } else if number == DataMask::PAYLOAD_OFFSET {
                head.payload_offset = value;
            } else {
                head.data_len = value;
            }
        }
        head
    }
}

/// Which records are expected, and the one that is being read.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Reception {
    formats: [DataFormat; 3],
    /// Of the three links, then the caller's own.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    records: Vec<Record<'static>, MAX_RECORDS>,
    most: u32,
    open: Option<Open>,
    /// Records that have begun.
    count: u32,
}

/// The record that is being read.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Open {
    /// Of a link; so much of it has come.
    Link { link: LinkId, head: DataHead, at: u32 },
    /// One of the caller's own.
    Other { len: u32, at: u32 },
}

/// Records of links, and of the caller.
const MAX_RECORDS: usize = 8;

impl Reception {
    pub(crate) fn new(most: u32, others: &[Record<'static>]) -> Self {
        let mut reception = Self {
            formats: [DataFormat::DEFAULT; 3],
            records: Vec::new(),
            most,
            open: None,
            count: 0,
        };
        for link in LinkId::ALL {
            _ = record(link, DataFormat::DEFAULT, most).map(|new| reception.records.push(new));
        }
        for other in others {
            // More than there is room for do not count, as documented.
            _ = reception.records.push(*other);
        }
        reception
    }

    pub(crate) fn records(&self) -> &[Record<'static>] {
        &self.records
    }

    pub(crate) const fn format(&self, link: LinkId) -> DataFormat {
        *link.of(&self.formats)
    }

    /// From the next record of the link on.
    pub(crate) fn set_format(&mut self, link: LinkId, format: DataFormat) {
        let Some(new) = record(link, format, self.most) else { return };
        *link.of_mut(&mut self.formats) = format;
        if let Some(old) = self.records.get_mut(usize::from(link.number())) {
            *old = new;
        }
    }

    /// The module has started: every format is the default.
    pub(crate) fn restart(&mut self) {
        self.open = None;
        for link in LinkId::ALL {
            self.set_format(link, DataFormat::DEFAULT);
        }
    }

    /// A record begins. One of a link without data is complete; `None`: none of a link.
    pub(crate) fn begin(
        &mut self,
        name: &[u8],
        mut fields: Fields<'_>,
        len: u32,
    ) -> Option<Option<Data<'static>>> {
        self.count = self.count.wrapping_add(1);
        let open = (len > 0).then_some(Open::Other { len, at: 0 });
        self.open = open;
        if name != reports::DATA {
            return None;
        }
        let link = link(&mut fields)?;
        let format = self.format(link);
        let head = DataHead::read(fields, format.mask, len);
        if len == 0 {
            return Some(Some(Data { link, head, at: 0, octets: &[], last: true }));
        }
        self.open = Some(Open::Link { link, head, at: 0 });
        Some(None)
    }

    /// Octets of the record. `None`: of the caller's own.
    pub(crate) fn take<'a>(&mut self, octets: &'a [u8], last: bool) -> Option<Data<'a>> {
        let more = u32::try_from(octets.len()).unwrap_or(u32::MAX);
        let data = match &mut self.open {
            Some(Open::Link { link, head, at, .. }) => {
                let data = Data { link: *link, head: *head, at: *at, octets, last };
                *at = at.saturating_add(more);
                Some(data)
            }
            Some(Open::Other { at, .. }) => {
                *at = at.saturating_add(more);
                None
            }
            None => None,
        };
        if last {
            self.open = None;
        }
        data
    }

    /// A record has begun and not ended.
    pub(crate) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Records that have begun.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// Records that have begun since there were so many.
    pub(crate) const fn count_since(&self, before: u32) -> u32 {
        self.count.wrapping_sub(before)
    }

    /// Whether something waits for the record that is being read, which is the first one that it waits for.
    pub(crate) fn is_held_by(&self, held_by: &mut Option<u32>) -> bool {
        self.is_open() && *held_by.get_or_insert(self.count) == self.count
    }

    /// The rest of the record will not come: whose it is, unless the caller's own, and how much of it.
    pub(crate) fn give_up(&mut self) -> Option<(Option<LinkId>, u32)> {
        Some(match self.open.take()? {
            Open::Link { link, head, at } => (Some(link), head.len.saturating_sub(at)),
            Open::Other { len, at } => (None, len.saturating_sub(at)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(level: Level, mask: u8) -> DataFormat {
        DataFormat { level, mask: DataMask::from_bits_truncate(mask) }
    }

    // FMT-08: records of the other levels may end before their time, and the lengths in their heads were upper
    // bounds then.
    #[test]
    fn formats_that_can_be_read_back() {
        let mut readable = 0;
        for mask in 1..64 {
            let record = |level| record(LinkId::L0, format(level, mask), 8192);
            assert_eq!(record(Level::Chunk).is_some(), mask & 16 != 0, "{mask}");
            assert!(record(Level::Frame).is_none() && record(Level::Message).is_none());
            readable += u32::from(record(Level::Chunk).is_some());
        }
        assert_eq!(readable, 32);
    }

    #[test]
    fn heads_of_every_mask() {
        let all = [1_u32, 0, 900, 300, 600];
        for mask in (1..64_u8).filter(|mask| mask & 16 != 0) {
            let mut reception = Reception::new(8192, &[]);
            reception.set_format(LinkId::L2, format(Level::Chunk, mask));
            let numbers: std::vec::Vec<_> =
                (0..5).filter(|bit| mask >> bit & 1 == 1).map(|bit| all[bit].to_string()).collect();
            let text = std::format!("2,{}", numbers.join(","));
            let begun = reception.begin(b"WS_DATA", Fields::new(text.as_bytes()), 600);
            assert_eq!(begun, Some(None));
            let data = reception.take(b"abc", false).unwrap();
            let shown = |bit: u8, number: u32| (mask & bit != 0).then_some(number);
            assert_eq!(data.head.opcode, shown(1, 1).map(|_| Opcode::Text));
            assert_eq!(data.head.fin, shown(2, 0).map(|_| false));
            assert_eq!(data.head.payload_len, shown(4, 900));
            assert_eq!(data.head.payload_offset, shown(8, 300));
            assert_eq!((data.head.data_len, data.head.len), (Some(600), 600));
            assert_eq!((data.link, data.at, data.last), (LinkId::L2, 0, false));
            assert_eq!(reception.take(b"d", true).unwrap().at, 3);
            assert!(!reception.is_open());
        }
    }

    use std::string::ToString;
}
