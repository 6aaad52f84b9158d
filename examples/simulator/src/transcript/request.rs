//! Where a link leads and what it asks for there, in full or by default.

use super::text;

/// Where `open` connects to.
pub(super) fn default_target(link: usize) -> String {
    format!("peer{link}:80")
}

pub(super) fn default_request(link: usize) -> Vec<u8> {
    written_request(b"/", format!("peer{link}").as_bytes(), b"")
}

/// `PATH HOST`, then further headers; nothing: that of `open`.
pub(super) fn request(link: usize, rest: &str) -> Result<Vec<u8>, String> {
    if rest.is_empty() {
        return Ok(default_request(link));
    }
    let mut words = rest.splitn(3, ' ');
    let (Some(path), Some(host)) = (words.next(), words.next()) else {
        return Err("PATH HOST, and further headers, each with its ⏎".to_owned());
    };
    let (path, host) = (text::parse(path)?, text::parse(host)?);
    Ok(written_request(&path, &host, &text::parse(words.next().unwrap_or_default())?))
}

/// The request of the opening handshake (RFC 6455 4.1).
fn written_request(path: &[u8], host: &[u8], headers: &[u8]) -> Vec<u8> {
    let between = b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n\
                    Sec-WebSocket-Version: 13\r\n";
    [b"GET ", path, b" HTTP/1.1\r\nHost: ", host, between, headers, b"\r\n"].concat()
}
