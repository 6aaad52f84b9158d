//! What is measured, and what has to come of it: a firmware that does something else is small for nothing.

/// A part of the project.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// Of `xtask/size`.
    pub(super) feature: &'static str,
    /// What it prints: what went over its lines.
    pub(super) expected: &'static [&'static [u8]],
}

pub(super) const PARTS: [Part; 5] = [
    Part { name: "rfc6455, frames", feature: "frames", expected: &[FRAME] },
    Part { name: "rfc6455, client", feature: "client", expected: &[CLIENT] },
    Part { name: "at-syntax, device side", feature: "lines", expected: &[LINES] },
    Part { name: "wsat, device", feature: "device", expected: &[DEVICE] },
    Part { name: "wsat, host", feature: "host", expected: &[HOST] },
];

/// Octets of payload in each of [`BYTES`].
pub(super) const PAYLOAD: f64 = 1024.0;

/// What the feature `bytes` measures, and how the page calls it.
pub(super) const BYTES: [(&str, &str); 8] = [
    ("binary-in", "device, peer to serial, binary"),
    ("text-in", "device, peer to serial, text"),
    ("stage", "device, serial to staged payload"),
    ("binary-out", "device, staged payload to masked frames"),
    ("encode", "rfc6455, payload to a masked frame"),
    ("mask", "rfc6455, mask alone, aligned"),
    ("utf8-ascii", "rfc6455, UTF-8, ASCII"),
    ("utf8-mixed", "rfc6455, UTF-8, one to four octets a character"),
];

/// What it measures beside that, each once for a connection.
pub(super) const ONCE: [(&str, &str); 2] = [
    ("accept", "rfc6455, what a key is accepted with: SHA-1 and base64"),
    ("response", "rfc6455, a response of six headers, 208 octets"),
];

/// Octets of `x` with the mask 1 2 3 4, up to the last one and not further; a frame of them; RFC 6455 1.3's accept value; two texts
/// and a response that are right; two messages that came in, and one that went out with its header.
pub(super) const BYTES_EXPECTED: &[&[u8]] = &[
    b"{|yz{|\0",
    b"\x82\xfe\x04\0\x01\x02\x03\x04yz{|",
    b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    &[1, 1, 1],
    &1024_u32.to_be_bytes(),
    &1024_u32.to_be_bytes(),
    &1032_u32.to_be_bytes(),
];

// RFC 6455 5.7's mask over 64 of `x`.
const FRAME: &[u8] = b"\x81\xc0\x37\xfa\x21\x3d\
    O\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YE\
    O\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YE";

const CLIENT: &[u8] = b"GET /chat HTTP/1.1\r\n\
    Host: server.example.com\r\n\
    Upgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n\
    \x81\xc0\x37\xfa\x21\x3d\
    O\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YE\
    O\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YEO\x82YE\
    yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\
    \x88\x80\x37\xfa\x21\x3d";

const LINES: &[u8] = b"AT+CWJAP=\"a\\,b\",300\r\n\r\nOK\r\n";

const DEVICE: &[u8] = b"\r\nready\r\nATE0\r\n\r\nOK\r\n\
    v4.2.0.0\r\n\r\nOK\r\n\
    +WS_CONNECTED:0\r\n\r\nOK\r\n\
    \r\nOK\r\n\r\n>\r\nSEND OK\r\n\
    +WS_DATA:0,64,yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n\
    \r\nOK\r\n";

const HOST: &[u8] = b"ATE1\r\nAT+SYSLOG=1\r\nAT+WSOPEN?\r\n\
    AT+WSOPEN=0,\"ws://192.168.1.2/\"\r\n\
    AT+WSSEND=0,5\r\nHellohi\
    AT+WSCLOSE=0\r\n";
