//! What a module prints, unit by unit.

use super::Fields;
use crate::Reply;

/// A unit of what a module prints, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Response<'a> {
    /// An answer whose words never vary; never [`Reply::Prompt`].
    Reply(Reply),
    /// `>` at the beginning of a line: raw data is expected. `OK` has come before it, as an answer of its
    /// own.
    Prompt,
    /// `ERR CODE:0x…`: why the next answer is [`Reply::Error`] or [`Reply::Busy`] (Basic AT Commands ›
    /// AT+SYSLOG).
    ErrorCode(u32),
    /// A line `+NAME:field,field…`: a part of a response, or a report; the name tells.
    Line {
        /// Between `+` and the first `:`.
        name: &'a [u8],
        /// Behind it.
        fields: Fields<'a>,
    },
    /// Any other line, without its end: `WIFI GOT IP`, a version, or what is left of a damaged one.
    Text(&'a [u8]),
    /// A record that was expected begins; with a length of 0 that is all of it.
    Record {
        /// Its name.
        name: &'a [u8],
        /// The fields of its head, the length among them.
        fields: Fields<'a>,
        /// Bytes of data that follow.
        len: u32,
    },
    /// Data of a record, where it stands in the input.
    Data {
        /// At least one.
        octets: &'a [u8],
        /// The announced length is reached. Whether the record was intact shows with what follows: the end of
        /// its line, or [`Lost::RecordEnd`].
        last: bool,
    },
    /// All of the echo has come.
    Echoed,
    /// The reader was out of step and is in step again, or will be at the end of the present line.
    Lost(Lost),
}

/// How it shows that bytes were lost, added or changed, or that the module began anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Lost {
    /// A line, or the head of a record, is longer than the memory for it. The rest of the line is not looked
    /// at.
    TooLong,
    /// The length in the head of a record is none, or more than [`Record::at_most`](crate::Record::at_most).
    /// The rest of the line is not looked at.
    Length,
    /// Behind the data of a record stands something else than the end of its line. The rest of that line is
    /// not looked at.
    RecordEnd,
    /// An answer came before the echo of the statement was complete. The echo is no longer expected.
    Echo,
}
