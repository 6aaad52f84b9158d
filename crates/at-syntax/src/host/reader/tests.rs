//! Any bytes, in any pieces.

use std::vec;

use proptest::prelude::*;

use super::{Expected, ResponseReader};
use crate::Record;
use crate::conformance::FEW;
use crate::conformance::reader::{Act, run};

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn any_bytes_in_any_pieces(
        units in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..30),
            prop::sample::select(vec![
                &b"\r\nOK\r\n"[..], b"\r\n>", b"> ", b"+WS_DATA:0,3,", b"+WS_DATA:1,70000,", b"+IPD,0,2:", b"+WS_DATA:0,0,",
                b"+WS_DATA:00,0000000002,", b"+WS_DATA:0,", b"+WS_DATA:", b"12,", b"+CIPSTA:ip:\"1.2.3.4\"\r\n",
                b"+WS_DATA:2,1,1,9,0,3,", b"\r\n", b"\n", b"+", b"AT+WS", b"AT+WSSEND=0,4\r\n", b"ERR CODE:0x", b"\"",
                b"+MQTTSUBRECV:0,\"", b"\r\nready\r\n",
            ]).prop_map(<[u8]>::to_vec),
        ], 0..12 / FEW),
        sizes in prop::collection::vec(1..400_usize, 1..5),
        memory in prop_oneof![0..40_usize, Just(256)],
        echo: bool,
    ) {
        let stream = units.concat();
        let mut acts = vec![Act::Come(&stream)];
        if echo {
            acts.insert(0, Act::Send(b"AT+WSSEND=0,4\r\n"));
        }
        let whole = run(&acts, &[usize::MAX], memory);
        prop_assert_eq!(&whole, &run(&acts, &[1], memory));
        prop_assert_eq!(&whole, &run(&acts, &sizes, memory));
    }
}

/// Of two records that a line may be, the one whose head ends first counts, however the line is cut.
#[test]
fn a_name_that_begins_as_another() {
    let long = Record::new(b"L_0", 2, 1).with_marks(b',', b',');
    let short = Record::new(b"L", 1, 0).with_marks(b'_', b',');
    let input = b"+L_0,12,3,abcdefgh";
    for records in [[long, short], [short, long]] {
        let expected = Expected { records: &records, ..Expected::default() };
        for piece in 1..=input.len() {
            let mut memory = [0; 64];
            let mut reader = ResponseReader::new(&mut memory);
            let mut taken = 0;
            let found = input.chunks(piece).find_map(|mut piece| {
                while !piece.is_empty() {
                    let (n, found) = reader.feed(&expected, piece);
                    taken += n;
                    if let Some(found) = found {
                        return Some(std::format!("{found:?}"));
                    }
                    piece = &piece[n..];
                }
                None
            });
            // `+L_0,` is the shorter one, with one field of one byte and no data.
            assert_eq!(taken, 5, "in pieces of {piece}: {found:?}");
        }
    }
}
