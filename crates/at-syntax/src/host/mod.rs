//! The host's side of the serial line: statements out, responses in.

mod echo;
mod fields;
mod found;
mod line_buffer;
mod reader;
mod record;
mod response;
mod statement_writer;
mod whole;

pub use fields::{Field, Fields};
pub use reader::{Expected, ResponseReader};
pub use record::Record;
pub use response::{Lost, Response};
pub use statement_writer::{Piece, StatementWriteError, StatementWriter};
