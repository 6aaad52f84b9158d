//! The WebSocket protocol (RFC 6455) as sans-IO state machines: no transport, no clock, no
//! allocator, no executor.
//!
//! For firmware that has to speak WebSocket from whatever loop it already has, and for tools that
//! want to look at every byte. The caller moves the bytes, says what time it is, and brings the
//! random source. Nothing here blocks, nothing stores a payload, and input may be cut anywhere
//! without a difference in what comes out.
//!
//! ```text
//!   Connection            one open connection: Pings answered, the closing handshake, deadlines
//!     Receiver            what may follow what: fragments, control frames between them, text is UTF-8
//!     (sender)            frames of the caller's data, control frames between them
//!       HeaderDecoder     frame headers, strictly           Header    frame headers, leniently
//!       Mask  Utf8        payload, in pieces of any size
//!
//!   Request, Response     the client's opening handshake    Key  Uri
//!   RequestReader, Answer the server's
//! ```
//!
//! Every layer can be used alone. From below: a text in one masked frame, and the header of the
//! answer.
//!
//! ```
//! use rfc6455::{Flags, Header, HeaderDecoder, Mask, Opcode, Role};
//!
//! // RFC 6455 5.7: "Hello" from a client. A real key is random, and new for every frame.
//! let key = [0x37, 0xfa, 0x21, 0x3d];
//! let header = Header { flags: Flags::FIN, opcode: Opcode::Text, mask: Some(key), len: 5 };
//! let mut payload = [0; 5];
//! Mask::new(key).copy(b"Hello", &mut payload);
//! assert_eq!(header.encode().as_bytes(), [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]);
//! assert_eq!(payload, [0x7f, 0x9f, 0x4d, 0x51, 0x58]);
//!
//! // The server says "Hello" too. A server's frames are not masked.
//! let input = b"\x81\x05Hello";
//! let mut decoder = HeaderDecoder::new(Role::Client);
//! let (taken, header) = decoder.decode(input);
//! let header = header.expect("the header is complete")?;
//! assert_eq!((header.opcode, header.len, &input[taken..]), (Opcode::Text, 5, &b"Hello"[..]));
//! # Ok::<(), rfc6455::Fault>(())
//! ```
//!
//! Three words are used in one sense only. `decode` and `feed` take a part of the input and return
//! how much of it, with an outcome or `None` for "more input is needed". `parse` takes the whole
//! input. `encode` and `write` give bytes.
//!
//! # What goes wrong, and whose fault it is
//!
//! A [`Fault`] is the peer's: it has the close code that answers it. A [`HandshakeError`] is the
//! server's answer that no connection came of, a [`Rejection`] the client's request that none will.
//! A [`UriError`], a [`RequestError`], an [`AnswerError`] or a [`SendError`] is the caller's. No
//! input and no call makes this crate panic.
//!
//! # Features
//!
//! `defmt`: `defmt::Format` for every public type. `simd`, for hosts with `std`: long texts are checked with
//! the widest instructions that the processor has.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

#[cfg(test)]
#[macro_use]
extern crate std;

mod close;
mod connection;
mod decoder;
mod encoder;
mod fault;
mod flags;
mod handshake;
mod header;
mod instant;
mod limits;
mod mask;
mod opcode;
mod outgoing;
mod policy;
mod receiver;
mod role;
mod sender;
#[cfg(test)]
mod testing;
mod uri;
mod utf8;
mod wide;
mod words;

pub use close::CloseCode;
pub use connection::{Closed, Connection, Incoming};
pub use decoder::{Decoded, Decoder};
pub use encoder::Encoder;
pub use fault::Fault;
pub use flags::Flags;
pub use handshake::{
    Answer, AnswerError, DEFAULT_HEADER_LIMIT, Details, HandshakeError, HeaderMemory, Key,
    Rejection, Request, RequestError, RequestMemory, RequestReader, Response,
};
pub use header::{EncodedHeader, Header, HeaderDecoder, MAX_CONTROL_PAYLOAD, MAX_HEADER_LEN};
pub use instant::Instant;
pub use limits::Limits;
pub use mask::Mask;
pub use opcode::Opcode;
pub use outgoing::{Outgoing, SendError, Withdrawn};
pub use policy::Policy;
pub use rand_core;
pub use receiver::{Control, DataFrame, Received, Receiver};
pub use role::Role;
pub use uri::{Uri, UriError};
pub use utf8::Utf8;

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
