//! The opening handshake (RFC 6455 4): what a client writes and reads, and what a server reads and
//! writes. No header section is ever stored.

mod client;
mod extra;
#[cfg(test)]
mod interop_tests;
mod kept;
mod key;
mod limit;
mod lines;
mod matcher;
mod once;
mod part;
mod server;
#[cfg(test)]
mod tests;
mod text;
mod upgrade;

pub use self::client::{Details, HandshakeError, Request, RequestError, Response};
pub use self::key::Key;
pub use self::limit::DEFAULT_HEADER_LIMIT;
pub use self::server::{
    Answer, AnswerError, HeaderMemory, Rejection, RequestMemory, RequestReader,
};
