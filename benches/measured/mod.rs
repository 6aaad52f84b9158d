//! The hot paths, each as a closure that does the work once: for the benchmarks and for the counts of instructions, so that both
//! mean the same. One file a subject; `inputs.rs` is what is read and written.

#![allow(dead_code, reason = "each of its users needs a part")]

pub(crate) mod device;
pub(crate) mod frames;
pub(crate) mod handshakes;
pub(crate) mod inputs;
pub(crate) mod lines;
pub(crate) mod messages;

use aligned_vec::{AVec, ConstAlign};
use inputs::KEY;
use wsat::rand_core::{TryCryptoRng, TryRng};

/// Octets that begin with a line of the cache: what a step costs depends on where they lie, and that of the heap on chance.
pub(crate) type Octets = AVec<u8, ConstAlign<64>>;

/// They are so placed.
pub(crate) fn placed(octets: &[u8]) -> Octets {
    AVec::from_slice(64, octets)
}

/// Room for so many octets.
pub(crate) fn room(octets: usize) -> Octets {
    placed(&vec![0; octets])
}

/// Work that can be done again and again.
pub(crate) type Work = Box<dyn FnMut()>;

/// A key that costs nothing.
pub(crate) struct Fixed;

impl TryRng for Fixed {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes(KEY))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(7)
    }

    fn try_fill_bytes(&mut self, room: &mut [u8]) -> Result<(), Self::Error> {
        room.fill(7);
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}
