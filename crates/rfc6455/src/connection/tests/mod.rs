//! Expectations from RFC 6455 5.4 to 5.5 and 7, a file a subject.

mod closing;
mod pongs;
mod reading;
mod sending;

use super::*;
use crate::Limits;
use crate::{Flags, Header, Opcode};
use std::{
    string::{String, ToString as _},
    vec::Vec,
};

/// Keys of zeros: masked octets read as they are.
struct Zeros;

impl rand_core::TryRng for Zeros {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.fill(0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Zeros {}

fn client() -> Connection {
    Connection::new(Role::Client, Policy::new())
}

const NOW: Instant = Instant::from_millis(5000);

/// Everything that is due, in pieces of this size.
fn drain(connection: &mut Connection, data: &[u8], size: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut out = vec![0; size];
    loop {
        let from = connection.data_taken();
        let (_, n) = connection.poll(&mut Zeros, &data[from..], &mut out);
        if n == 0 {
            return all;
        }
        all.extend_from_slice(&out[..n]);
    }
}

/// A client's frames with a key of zeros.
fn masked(frames: &[(u8, &[u8])]) -> Vec<u8> {
    let mut all = Vec::new();
    for (first, payload) in frames {
        let header = Header {
            flags: Flags::from_bits_retain(first & 0xF0),
            opcode: Opcode::from_bits(*first),
            mask: Some([0; 4]),
            len: payload.len() as u64,
        };
        all.extend_from_slice(header.encode().as_bytes());
        all.extend_from_slice(payload);
    }
    all
}

fn text(len: usize, fragment: usize) -> Outgoing {
    Outgoing { opcode: Opcode::Text, fin: true, len, fragment }
}
