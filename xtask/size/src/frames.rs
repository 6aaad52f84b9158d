//! rfc6455's lowest layer as an endpoint uses it: headers out of and into bytes, masks in place and
//! while copying.

use rfc6455::{Header, HeaderDecoder, Mask, Role};

use crate::any;

crate::state!(HeaderDecoder: HeaderDecoder, Mask: Mask);

pub(crate) fn run() {
    let mut memory = [0; 256];
    let mut out = [0; 256];
    let mut decoder = HeaderDecoder::new();
    loop {
        let input: &[u8] = any(&[0; 16]);
        let (_, result) = decoder.decode(any(Role::Client), input);
        let Some(Ok(header)) = any(result) else { continue };
        any(send(header, any(&mut memory), any(&mut out)));
    }
}

/// Answers with the same header under a mask.
fn send(header: Header, payload: &mut [u8], out: &mut [u8]) -> usize {
    let mut mask = Mask::new(any([0; 4]));
    let header = Header { mask: Some(mask.key()), ..header };
    any(header.encode().as_bytes());
    mask.apply(payload);
    mask.copy(payload, out)
}
