//! The client's side (RFC 6455 4.1): the request out, the server's answer in.

mod details;
mod encoding;
mod error;
mod field;
mod found;
mod request;
mod response;
mod status;
#[cfg(test)]
mod tests;

pub use self::details::Details;
pub use self::error::HandshakeError;
pub use self::request::{Request, RequestError};
pub use self::response::Response;
