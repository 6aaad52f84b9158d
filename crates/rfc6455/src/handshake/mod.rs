//! The client's opening handshake (RFC 6455 4.1): the request out, the server's answer in, nothing
//! stored.

mod error;
mod field;
mod key;
mod matcher;
mod request;
mod response;
mod status;
#[cfg(test)]
mod tests;

pub use self::error::HandshakeError;
pub use self::key::Key;
pub use self::request::{Request, RequestError};
pub use self::response::{DEFAULT_HEADER_LIMIT, Response};
