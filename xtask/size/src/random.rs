//! Stands for the random source of the chip.

use rand_core::{TryCryptoRng, TryRng};

use crate::any;

/// Gives whatever the optimiser cannot know.
pub(crate) struct Random;

impl TryRng for Random {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(any(0))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(any(0))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.fill(any(0));
        Ok(())
    }
}

impl TryCryptoRng for Random {}
