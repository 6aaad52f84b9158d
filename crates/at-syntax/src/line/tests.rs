//! Any input, in any pieces, with any backpressure.

use std::vec;
use std::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::Terminator;
use crate::conformance::FEW;
use crate::conformance::lines::check_run;

/// Bytes that matter to a reader, far more often than chance has them.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => Just(b'A'), 3 => Just(b'\r'), 3 => Just(b'\n'), 1 => Just(0), 1 => any::<u8>(),
    ];
    let piece = prop_oneof![
        6 => byte.prop_map(|byte| vec![byte]),
        3 => Just(b"\r\n".to_vec()),
        1 => vec_of(any::<u8>(), 0..600 / FEW),
    ];
    vec_of(piece, 0..40 / FEW).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    // rules: LINE-24
    #[test]
    fn cuts_and_backpressure_change_nothing(
        limit in prop_oneof![0_usize..12, Just(256)],
        terminator in prop_oneof![
            3 => Just(Terminator::CrLf),
            1 => Just(Terminator::Byte(b'\n')),
            1 => any::<u8>().prop_map(Terminator::Byte),
        ],
        input in stream(),
        feeds in vec_of(prop_oneof![4 => 1_usize..9, 1 => 200_usize..700], 1..20),
        polls in vec_of(0_usize..9, 0..20),
        switches in vec_of(0_usize..200, 0..4),
    ) {
        // At least one piece of echo is polled in each round.
        let polls = [&polls[..], &[1]].concat();
        check_run((limit, terminator), &input, (&feeds, &polls), |at| {
            switches.iter().filter(|&&switch| switch <= at).count() % 2 == 0
        });
    }
}
