//! The raw bytes behind a prompt.

use alloc::vec::Vec;

use super::FEW;
use at_syntax::DataPhase;

#[cfg_attr(test, test)]
pub(crate) fn exactly_n_bytes_in_any_pieces_and_any_bytes() {
    let input: Vec<u8> = (0..1000_u32).map(|n| n as u8).collect();
    for len in [0, 1, 2, 255, 256, 999, 1000].into_iter().step_by(FEW) {
        for size in [3, 1, 2, 255, 256, 300, 1000].into_iter().step_by(FEW) {
            let mut phase = DataPhase::new(len);
            let mut taken = Vec::new();
            for piece in input.chunks(size) {
                assert_eq!(phase.is_complete(), taken.len() == len);
                taken.extend_from_slice(phase.take(piece));
                assert_eq!((phase.taken(), phase.remaining()), (taken.len(), len - taken.len()));
            }
            assert!(phase.is_complete());
            assert_eq!(taken, input[..len]);
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn an_abort_leaves_the_rest_to_others() {
    let mut phase = DataPhase::new(4);
    phase.take(b"ab");
    assert_eq!((phase.abort(), phase.abort()), (2, 0));
    assert_eq!((phase.take(b"cd"), phase.taken(), phase.remaining()), (&b""[..], 2, 0));
    assert!(!phase.is_complete());
    // One that is over cannot be given up.
    let mut phase = DataPhase::new(2);
    phase.take(b"ab");
    assert_eq!(phase.abort(), 0);
    assert!(phase.is_complete());
    let mut phase = DataPhase::new(0);
    assert_eq!((phase.abort(), phase.is_complete()), (0, true));
}
