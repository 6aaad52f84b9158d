//! What both ends of the serial line know of the commands: which there are, the ranges of their numbers, and
//! what their parameters mean.

pub(crate) mod data_format;
pub(crate) mod header;
pub(crate) mod link_id;
pub(crate) mod names;
pub(crate) mod numbers;
pub(crate) mod reports;
pub(crate) mod tls;
