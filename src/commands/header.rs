//! What may be a header of `AT+WSHEAD`.

use rfc6455::{Key, Request, RequestError, Uri};

/// Why it may not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum HeaderError {
    /// It is empty, or more than one line.
    NotOne,
    /// It may not stand in an opening handshake's request.
    Request(RequestError),
}

/// The line end that a header has in a request, and not in the command.
pub(crate) const LINE_END: &[u8] = b"\r\n";

/// Checks a header with its line end.
pub(crate) fn check(line: &[u8]) -> Result<(), HeaderError> {
    // Its own end is the only one. What a request takes is rfc6455's to know.
    if line.len() <= LINE_END.len() || line.iter().filter(|byte| **byte == b'\n').count() != 1 {
        return Err(HeaderError::NotOne);
    }
    // This URI has nothing that a header could contradict.
    let Ok(uri) = Uri::parse(b"ws://h") else { return Err(HeaderError::NotOne) };
    let request = Request::new(uri, Key::new([0; 16])).with_headers(line);
    request.map(|_| ()).map_err(HeaderError::Request)
}
