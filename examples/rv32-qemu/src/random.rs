//! Keys and masks come from the machine's entropy source (RFC 6455 10.3: they have to be unpredictable).

use core::convert::Infallible;
use virtio_drivers::device::rng::VirtIORng;
use wsat::rand_core::{TryCryptoRng, TryRng};

use crate::{dma::Dma, machine::Virtio};

/// virtio-rng.
pub struct Random(VirtIORng<Dma, Virtio>);

impl Random {
    /// Starts the device.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn new(device: Virtio) -> Self {
        Self(VirtIORng::new(device).expect("virtio-rng starts"))
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let Ok(()) = self.try_fill_bytes(&mut bytes);
        bytes
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, mut out: &mut [u8]) -> Result<(), Infallible> {
        // It may give fewer than it is asked for.
        while !out.is_empty() {
            let n = self.0.request_entropy(out).expect("virtio-rng answers");
            out = &mut out[n..];
        }
        Ok(())
    }
}

impl TryCryptoRng for Random {}
