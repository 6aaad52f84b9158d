use std::format;
use std::string::ToString;
use std::vec;
use std::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use crate::Statement;
use crate::conformance::FEW;
use crate::conformance::params::{first, params};

#[test]
fn errors_are_worded() {
    let error = params("1,2").next().integer(2, 3).unwrap_err();
    assert_eq!(error.to_string(), "parameter 0: out of range");
}

fn escape(bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![b'"'];
    for &byte in bytes {
        if matches!(byte, b'\\' | b',' | b'"') {
            field.push(b'\\');
        }
        field.push(byte);
    }
    field.push(b'"');
    field
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    // rules: LINE-11, LINE-12
    #[test]
    fn any_string_survives_escaping(
        left in vec_of(prop_oneof![any::<u8>(), proptest::sample::select(&b"\\,\""[..])], 0..300 / FEW),
        right in vec_of(any::<u8>(), 0..300 / FEW),
    ) {
        let line = [b"AT+X=", &escape(&left)[..], b",", &escape(&right)].concat();
        let mut walk = Statement::parse(&line).unwrap().params();
        for expected in [left, right] {
            let text = walk.next().string().unwrap();
            prop_assert_eq!(text.bytes().collect::<Vec<u8>>(), &expected[..]);
            let (least, most) = text.bytes().size_hint();
            prop_assert!(least <= expected.len() && Some(expected.len()) <= most);
        }
        prop_assert_eq!(walk.finish(), Ok(()));
    }

    // rules: LINE-16
    #[test]
    fn any_integer_survives_printing(number in -(1_i64 << 33)..1_i64 << 33) {
        let fits = (-(1_i64 << 31)..1 << 32).contains(&number);
        let written = number.to_string();
        let read = first(&written).integer(i64::MIN, i64::MAX).ok();
        prop_assert_eq!(read, fits.then_some(number));
        if number >= 0 {
            let written = format!("0x{number:x}");
            let read = first(&written).integer(i64::MIN, i64::MAX).ok();
            prop_assert_eq!(read, fits.then_some(number));
        }
    }
}
