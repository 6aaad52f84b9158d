//! rfc6455's frame layer: frames out of bytes and into bytes, no messages.

use rfc6455::{Decoded, Decoder, Encoder, Flags, Header, Opcode, Role};

use crate::any;

crate::state!(Decoder: Decoder, Encoder: Encoder);

/// What a firmware keeps between two turns of its loop.
struct State {
    decoder: Decoder,
    encoder: Encoder,
    memory: [u8; 256],
    out: [u8; 256],
}

pub(crate) fn run() {
    let mut state = State {
        decoder: Decoder::new(any(Role::Client)),
        encoder: Encoder::new(&header(any(0))),
        memory: [0; 256],
        out: [0; 256],
    };
    loop {
        turn(any(&mut state));
    }
}

fn turn(state: &mut State) {
    let (taken, decoded) = state.decoder.decode(any(&mut state.memory));
    any(taken);
    match decoded {
        // What came goes back in a frame of its own.
        Some(Ok(Decoded::Header(came))) => state.encoder = Encoder::new(&header(came.len)),
        Some(Ok(Decoded::Payload { octets, .. })) => {
            any(state.encoder.encode(octets, &mut state.out));
        }
        Some(Err(fault)) => _ = any(fault),
        None => {}
    }
}

fn header(len: u64) -> Header {
    Header { flags: Flags::FIN, opcode: Opcode::Text, mask: Some(any([0; 4])), len }
}
