//! rfc6455's frame layer: a frame out of bytes, and one into bytes. No messages.

use rfc6455::{Decoded, Decoder, Encoder, Flags, Header, Opcode, Role};

use crate::{any, gauge, lent, print};

crate::state!(Decoder: Decoder, Encoder: Encoder);

pub(crate) fn run() {
    // A text of 64 octets, from a server.
    let input = lent!(
        [u8; 66] = {
            let mut frame = [b'x'; 66];
            (frame[0], frame[1]) = (0x81, 64);
            frame
        }
    );
    let out = lent!([u8; 72] = [0; 72]);
    let mut written = 0;
    gauge::measure("session", &mut || {
        let mut decoder = Decoder::new(any(Role::Client));
        let mut from = 0;
        loop {
            let (taken, decoded) = decoder.decode(any(input.get_mut(from..).unwrap_or_default()));
            from += taken;
            match decoded {
                Some(Ok(Decoded::Header(_))) => {}
                Some(Ok(Decoded::Payload { octets, .. })) => return written = send(octets, out),
                Some(Err(_)) | None => return,
            }
        }
    });
    print::output(out.get(..written).unwrap_or_default());
}

/// They go back, masked.
fn send(octets: &[u8], out: &mut [u8]) -> usize {
    let header = Header {
        flags: Flags::FIN,
        opcode: Opcode::Text,
        mask: any(Some([0x37, 0xfa, 0x21, 0x3d])),
        len: octets.len() as u64,
    };
    Encoder::new(&header).encode(octets, out).1
}
