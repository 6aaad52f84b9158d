//! ESP-AT's line syntax as sans-IO state machines: no `std`, no allocation, no reachable panic.
//!
//! This crate knows how a module on the device side of the serial line reads commands and words
//! its answers, and how the host on the other side writes and reads them. It knows no command. On the
//! module's side, in the order in which a byte meets them:
//!
//! - [`LineReader`] turns bytes, cut anywhere, into lines, and gives back their echo;
//! - [`Statement`] splits a line into a [`Name`], a [`Form`] and [`Params`];
//! - [`Param`] reads a field as an integer or as a [`Text`];
//! - [`DataPhase`] counts the raw bytes behind a prompt;
//! - [`Writer`] and [`Reply`] render what the module prints into buffers of any size.
//!
//! On the host's side:
//!
//! - [`StatementWriter`] renders a statement, with its strings escaped;
//! - [`ResponseReader`] turns what the module prints into [`Response`]s;
//! - [`Fields`] takes a line of it apart.
//!
//! The rules are those of the ESP-AT documentation, AT Command Set › AT Command Types. Where that
//! page is silent, the item says whose rule it follows.
//!
//! ```
//! use at_syntax::{Form, LineEvent, LineReader, Name, Reply, Statement, Terminator, Writer};
//!
//! let mut memory = [0; 256];
//! let mut reader = LineReader::new(&mut memory, Terminator::CrLf);
//!
//! // Bytes come as the serial line delivers them; a complete line is an event.
//! assert_eq!(reader.feed(b"at+wscf"), (7, None));
//! assert_eq!(reader.feed(b"g=0,30,,1024\r\nAT"), (14, Some(LineEvent::Line)));
//!
//! let statement = Statement::parse(reader.line()).unwrap();
//! assert!(statement.name.is(Name::Extended(b"WSCFG")));
//! assert_eq!(statement.form, Form::Set);
//!
//! let mut params = statement.params();
//! assert_eq!(params.next().integer(0, 2), Ok(0));
//! assert_eq!(params.next().integer_or(10, 1, 7200), Ok(30));
//! assert_eq!(params.next().integer_or(120, 1, 7200), Ok(120)); // omitted: the default
//! assert_eq!(params.next().integer_or(1024, 1, 8192), Ok(1024));
//! assert_eq!(params.finish(), Ok(()));
//!
//! // The echo comes before the answer, both in pieces of whatever size fits.
//! let mut out = [0; 64];
//! let echoed = reader.poll_echo(&mut out);
//! assert_eq!(&out[..echoed], b"at+wscfg=0,30,,1024\r\n");
//! reader.release();
//!
//! let mut writer = Writer::new(0, &mut out);
//! writer.reply(Reply::Ok);
//! assert!(writer.is_complete());
//! let written = writer.written();
//! assert_eq!(&out[..written], b"\r\nOK\r\n");
//! ```

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

#[cfg(test)]
extern crate alloc;
#[cfg(test)]
extern crate self as at_syntax;
#[cfg(test)]
extern crate std;

#[cfg(test)]
#[path = "../conformance/mod.rs"]
mod conformance;

/// The README's example compiles and holds.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod data_phase;
mod host;
mod integer;
mod leaf;
mod line;
mod params;
mod reply;
mod runs;
mod statement;
mod string;
#[cfg(test)]
mod testing;
mod writer;

pub use data_phase::DataPhase;
pub use host::{
    Expected, Field, Fields, Lost, Piece, Record, Response, ResponseReader, StatementWriteError,
    StatementWriter,
};
pub use line::{LineEvent, LineReader, MAX_LINE, Terminator};
pub use params::{MAX_PARAMS, Param, ParamError, ParamErrorKind, Params};
pub use reply::Reply;
pub use statement::{Form, Name, Statement, StatementError};
pub use string::{Text, TextBytes};
pub use writer::Writer;
