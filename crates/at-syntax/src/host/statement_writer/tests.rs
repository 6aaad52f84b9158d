//! Any parameters, both ways.

use std::string::ToString;

use proptest::prelude::*;

use super::StatementWriteError;
use crate::conformance::FEW;
use crate::conformance::statement_writer::Param::{self, Integer, Omitted};
use crate::conformance::statement_writer::{read_back, written};
use crate::{Form, Name, Terminator};

#[test]
fn errors_are_worded() {
    assert_eq!(StatementWriteError::Byte(0).to_string(), "a string cannot have the byte 0x00");
    assert!(StatementWriteError::TooLong { len: 300 }.to_string().contains("300"));
}

fn any_param() -> impl Strategy<Value = Param> {
    let nasty = prop::sample::select(b"\\,\"\r\na\xff".to_vec());
    prop_oneof![
        (i64::from(i32::MIN)..=u32::MAX.into()).prop_map(Integer),
        prop::collection::vec(nasty, 0..12).prop_map(Param::Text),
        prop::collection::vec(1..=255_u8, 0..40).prop_map(Param::Text),
        Just(Omitted),
    ]
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn any_parameters_come_back(params in prop::collection::vec(any_param(), 1..16 / FEW)) {
        let name = Name::Extended(b"X");
        let line = written(name, Form::Set, &params, Terminator::CrLf).unwrap();
        read_back(&line, Terminator::CrLf, name, Form::Set, &params);
        // With another line end, a string that has it is refused, and every other comes back.
        let end = Terminator::Byte(b'\n');
        match written(name, Form::Set, &params, end) {
            Ok(line) => read_back(&line, end, name, Form::Set, &params),
            Err(error) => prop_assert_eq!(error, StatementWriteError::Byte(b'\n')),
        }
    }
}
