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

    /// Reads a value of `Sec-WebSocket-Key`: exactly 24 characters, the base64 of 16 bytes (RFC
    /// 6455 4.2.1, item 5). `None` if it is anything else, also if bits that stand for nothing are
    /// set in its last character (RFC 4648 3.5: no encoder writes that).
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let key: &[u8; 24] = text.try_into().ok()?;
        let [digits @ .., last, b'=', b'='] = key else { return None };
        // 21 characters are 126 bits; the next one brings two more, at its top.
        let good = digits.iter().all(|digit| is_base64_digit(*digit))
            && matches!(last, b'A' | b'Q' | b'g' | b'w');
        good.then_some(Self(*key))
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

/// RFC 4648 4: the alphabet, without the padding.
const fn is_base64_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// `bytes` in base64 with padding. `N` is the length of that, which is a multiple of 4 and known to
/// the caller.
#[inline(never)]
pub(super) fn base64<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut encoded = [b'='; N];
    // The one error is a buffer that is too short; then the padding stays.
    let _ = Base64::encode(bytes, &mut encoded);
    encoded
}
