//! The key of a handshake and the answer to it.

use base64ct::{Base64, Encoding};
use sha1::{Digest, Sha1};

/// RFC 6455 1.3: what the server appends to the key before it hashes it.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A value of `Sec-WebSocket-Key`: 16 unpredictable bytes in base64.
///
/// ```
/// use rfc6455::Key;
///
/// // The example of RFC 6455 1.3. A real key is made of random bytes.
/// let key = Key::new(*b"the sample nonce");
/// assert_eq!(key.as_bytes(), b"dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(&key.accept(), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Key([u8; 24]);

impl Key {
    /// The key made of `nonce`, which must be chosen at random for each connection (RFC 6455 4.1).
    #[must_use]
    pub fn new(nonce: [u8; 16]) -> Self {
        Self(base64(&nonce))
    }

    /// The value of `Sec-WebSocket-Key`.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 24] {
        &self.0
    }

    /// The value of `Sec-WebSocket-Accept` that a server must answer with (RFC 6455 4.2.2).
    #[must_use]
    pub fn accept(&self) -> [u8; 28] {
        base64(&Sha1::new().chain_update(self.0).chain_update(GUID).finalize())
    }
}

/// `bytes` in base64 with padding. `N` is the length of that, which is a multiple of 4 and known to
/// the caller.
pub(super) fn base64<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut encoded = [b'='; N];
    // The one error is a buffer that is too short; then the padding stays.
    let _ = Base64::encode(bytes, &mut encoded);
    encoded
}
