//! Stands for the random source of the chip: the nonce of RFC 6455 1.3 first, and then the mask of 5.7.

use rand_core::{TryCryptoRng, TryRng};

const NONCE: [u8; 16] = *b"the sample nonce";
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// What it has given does not come again.
pub(crate) struct Random {
    given: bool,
}

impl Random {
    pub(crate) const fn new() -> Self {
        Self { given: false }
    }
}

impl TryRng for Random {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes(MASK))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from(u32::from_le_bytes(MASK)))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        let from: &[u8] = if self.given { &MASK } else { &NONCE };
        self.given = true;
        for (to, &from) in out.iter_mut().zip(from) {
            *to = from;
        }
        Ok(())
    }
}

impl TryCryptoRng for Random {}
