//! rfc6455's frame layer: frames out of bytes and into bytes, no messages.

use rfc6455::{Decoded, Decoder, Encoder, Flags, Header, Opcode, Role};

use crate::any;

crate::state!(Decoder: Decoder, Encoder: Encoder);

pub(crate) fn run() {
    let mut memory = [0; 256];
    let mut out = [0; 256];
    let mut decoder = Decoder::new(Role::Client);
    loop {
        let (_, decoded) = decoder.decode(any(&mut memory));
        match any(decoded) {
            Some(Ok(Decoded::Payload { octets, last })) => any((octets.len(), last)),
            _ => (0, false),
        };
        let header = Header {
            flags: Flags::FIN,
            opcode: Opcode::Text,
            mask: any(Some([0; 4])),
            len: any(64),
        };
        let mut encoder = Encoder::new(&header);
        any(encoder.encode(any(&[0; 64]), any(&mut out)));
    }
}
