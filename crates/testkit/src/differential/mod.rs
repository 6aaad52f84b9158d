//! The same bytes for rfc6455 and for tungstenite: the same messages, the same Pongs, the same verdict with the same close code, or a
//! difference that stands in a table.

mod peers;

use crate::frames::{RawFrame, RawHeader};
use peers::LIMIT;
use rfc6455::{Fault, Role};

/// A difference that is right as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Difference {
    /// RFC 6455 5.2: a length that is not in its shortest form fails the connection; tungstenite takes it.
    NotMinimal,
    /// Code 1014 (registered for gateways) is refused by tungstenite.
    BadGateway,
    /// One frame has several faults, and the two look in another order. Ours in the order of the bytes.
    SeveralFaults,
    /// Our verdict comes on the octet that shows the fault, tungstenite's when the frame is whole.
    Later,
}

/// Which of our faults goes with which code of tungstenite's, when the frame has both faults.
const SEVERAL: [(Fault, u16); 10] = [
    // It looks at the claimed length before anything else.
    (Fault::ReservedBits, 1009),
    (Fault::FragmentedControl, 1009),
    (Fault::ControlTooLong, 1009),
    (Fault::Masked, 1009),
    (Fault::Unmasked, 1009),
    (Fault::LengthTooLong, 1009),
    (Fault::ContinuationWithoutStart, 1009),
    (Fault::StartInsideMessage, 1009),
    (Fault::ReservedOpcode, 1009),
    // It looks at the reason of a Close before its code.
    (Fault::CloseCode, 1007),
];

/// Whether the first frame of a stream with a length that is not allowed has this fault.
fn has_bad_length(mut stream: &[u8], fault: Fault) -> bool {
    loop {
        // The longer forms are too long for a control frame, whatever they say.
        if let [first, second, ..] = stream
            && (first & 0x08 != 0 && second & 0x7F > 125)
        {
            return fault == Fault::ControlTooLong;
        }
        // The mask comes behind the length, which is wrong without it.
        let mut unmasked: Vec<u8> = stream.iter().take(10).copied().collect();
        if let Some(second) = unmasked.get_mut(1) {
            *second &= 0x7F;
        }
        if RawHeader::read(&unmasked).is_some_and(|(header, _)| !header.is_minimal) {
            return fault == Fault::LengthNotMinimal;
        }
        match RawFrame::read(stream) {
            Some((_, rest)) => stream = rest,
            None => return false,
        }
    }
}

/// Whether the two say the same of a stream, which comes to ours in pieces, or how they differ.
///
/// # Errors
///
/// They differ in another way: what each of them says.
pub fn compare(role: Role, pieces: &[&[u8]]) -> Result<Option<Difference>, String> {
    let stream = &pieces.concat();
    let (ours, fault) = peers::ours(role, pieces);
    let theirs = peers::theirs(role, stream);
    if ours == theirs {
        return Ok(None);
    }
    let same_until_verdict = ours.events == theirs.events && ours.pongs == theirs.pongs;
    match (fault, theirs.verdict) {
        (Some(fault @ (Fault::LengthNotMinimal | Fault::ControlTooLong)), _)
            if has_bad_length(stream, fault)
                && theirs.events.starts_with(&ours.events)
                && theirs.pongs.starts_with(&ours.pongs) =>
        {
            return Ok(Some(Difference::NotMinimal));
        }
        (None, Some(Some(1002))) if ours.verdict == Some(Some(1014)) => {
            return Ok(Some(Difference::BadGateway));
        }
        (Some(fault), Some(Some(code)))
            if same_until_verdict && SEVERAL.contains(&(fault, code)) =>
        {
            return Ok(Some(Difference::SeveralFaults));
        }
        (Some(fault), None) if same_until_verdict => {
            // Whatever the frame's missing octets are, the verdict is the same at its end.
            let mut longer = stream.to_vec();
            longer.resize(stream.len() + LIMIT + 14, 0);
            let theirs = peers::theirs(role, &longer);
            let code = theirs.verdict.flatten();
            let same = theirs.verdict == ours.verdict
                || code.is_some_and(|code| SEVERAL.contains(&(fault, code)))
                || fault == Fault::LengthNotMinimal && has_bad_length(stream, fault);
            if same && theirs.events.starts_with(&ours.events) {
                return Ok(Some(Difference::Later));
            }
        }
        _ => {}
    }
    Err(format!("{role:?}, {}\nours {fault:?} {ours:?}\ntheirs {theirs:?}", stream.escape_ascii()))
}
