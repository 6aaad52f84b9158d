//! The server's side (RFC 6455 4.2): the client's request in, the answer out.

mod answer;
mod field;
mod fields;
mod found;
mod memory;
mod offers;
mod reader;
mod rejection;
mod request_line;
#[cfg(test)]
mod tests;

pub use self::answer::{Answer, AnswerError};
pub use self::memory::{HeaderMemory, RequestMemory};
pub use self::reader::RequestReader;
pub use self::rejection::Rejection;
