//! The opening handshake, both sides.

use super::Work;
use std::hint::black_box;
use wsat::rfc6455::{Key, RequestMemory, RequestReader, Response};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

pub(crate) fn accept() -> Work {
    Box::new(|| _ = black_box(Key::new(black_box(*b"the sample nonce")).accept()))
}

/// A client reads the server's response.
pub(crate) fn response() -> Work {
    Box::new(|| {
        let mut response = Response::new(*b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 8192);
        assert_eq!(response.feed(b"", black_box(RESPONSE)).1, Some(Ok(())));
    })
}

/// A server reads the client's request.
pub(crate) fn request() -> Work {
    Box::new(|| {
        let mut reader = RequestReader::new(RequestMemory::new(), 8192);
        assert!(matches!(reader.feed(black_box(REQUEST)).1, Some(Ok(_))));
    })
}
