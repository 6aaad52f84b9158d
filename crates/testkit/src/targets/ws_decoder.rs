//! Frames and their payload are the same in every cut, and those of a plain reader of the whole input, up to the first frame that is
//! not legal; each of them is encoded to the bytes that it came in.
//!
//! Choice: for a server (even) or a client. The body is the stream.

use super::shown;
use crate::frames::{RawFrame, RawHeader};
use crate::{Cuts, Input};
use rfc6455::{Decoded, Decoder, Encoder, Fault, Header, Role};

type Frames = (Vec<(Header, Vec<u8>)>, Option<Fault>, bool);

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let role = if input.choice() & 1 == 0 { Role::Server } else { Role::Client };
    let whole = decode(role, input.body, Cuts::WHOLE);
    let cut = decode(role, input.body, input.cuts());
    assert_eq!(whole, cut);
    let (frames, fault, between) = whole;
    let mut rest = input.body;
    let mut found = frames.iter();
    loop {
        let legal = RawHeader::read(rest).map(|(header, _)| header.is_legal(role == Role::Server));
        if legal == Some(false) {
            // A fault shows with the octet that is at fault, or not sooner than the header ends.
            assert!(fault.is_some());
            break;
        }
        let Some((frame, after)) = RawFrame::read(rest) else {
            let begun = found.next();
            assert_eq!(begun.is_some(), fault.is_none() && legal.is_some(), "{}", shown(rest));
            assert_eq!(between, fault.is_none() && rest.is_empty());
            break;
        };
        let (header, payload) = found.next().expect("a frame that is whole");
        let first = header.flags.bits() | header.opcode.bits();
        assert_eq!((first, header.mask), (frame.first, frame.key));
        assert_eq!(shown(payload), shown(&frame.payload));
        let encoded = encode(header, payload, input.cuts());
        assert_eq!(shown(&encoded), shown(&rest[..rest.len() - after.len()]));
        assert_eq!(encoded, frame.to_bytes());
        rest = after;
    }
    assert!(found.next().is_none(), "no frame more than there are");
}

fn decode(role: Role, input: &[u8], mut cuts: Cuts<'_>) -> Frames {
    let mut decoder = Decoder::new(role);
    let mut frames: Vec<(Header, Vec<u8>)> = Vec::new();
    for piece in cuts.pieces(input) {
        let mut piece = piece.to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() {
            let (taken, decoded) = decoder.decode(rest);
            let said = decoded.is_some();
            match decoded {
                None => {}
                Some(Err(fault)) => {
                    let mut more = [0x81, 0];
                    let again = decoder.decode(&mut more).1;
                    assert!(matches!(again, Some(Err(other)) if other == fault), "it is repeated");
                    assert!(!decoder.is_between_frames());
                    return (frames, Some(fault), false);
                }
                Some(Ok(Decoded::Header(header))) => frames.push((header, Vec::new())),
                Some(Ok(Decoded::Payload { octets, last })) => {
                    assert!(!octets.is_empty());
                    let (header, payload) = frames.last_mut().expect("behind its header");
                    payload.extend_from_slice(octets);
                    assert_eq!(last, payload.len() as u64 == header.len);
                }
            }
            assert!(taken <= rest.len() && (taken > 0 || said));
            assert!(said || taken == rest.len());
            rest = &mut rest[taken..];
        }
    }
    (frames, None, decoder.is_between_frames())
}

fn encode(header: &Header, mut payload: &[u8], mut cuts: Cuts<'_>) -> Vec<u8> {
    let mut encoder = Encoder::new(header);
    let mut bytes = Vec::new();
    while !encoder.is_done() {
        let mut out = vec![0; cuts.next_of(1 << 16)];
        let (taken, n) = encoder.encode(&payload[..cuts.next_of(payload.len())], &mut out);
        assert!(n > 0 && taken <= payload.len());
        bytes.extend_from_slice(&out[..n]);
        payload = &payload[taken..];
    }
    assert_eq!(
        bytes.len(),
        header.encoded_len() + usize::try_from(header.len).expect("it was here")
    );
    bytes
}
