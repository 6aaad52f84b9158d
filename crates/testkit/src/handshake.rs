//! The opening handshake as a server of a test sees it.

use rfc6455::{DEFAULT_HEADER_LIMIT, RequestMemory, RequestReader};

/// The answer that accepts this request, whole and nothing behind it.
///
/// # Panics
///
/// It is not a right one (RFC 6455 4.2.1).
#[must_use]
pub fn accepting(request: &[u8]) -> Vec<u8> {
    let mut reader = RequestReader::new(RequestMemory::new(), DEFAULT_HEADER_LIMIT);
    let (taken, verdict) = reader.feed(request);
    assert_eq!(verdict, Some(Ok(())), "{}", request.escape_ascii());
    assert_eq!(taken, request.len(), "nothing stands behind it");
    let answer = reader.accept(b"").expect("a right one was read");
    let mut response = vec![0; answer.encoded_len()];
    assert_eq!(answer.write(0, &mut response), response.len());
    response
}
