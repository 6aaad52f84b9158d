use std::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::{Form, Statement};
use crate::conformance::FEW;

/// A set statement's parameters, by the rules, without the crate.
fn fields(text: &[u8]) -> Vec<Vec<u8>> {
    let mut fields = std::vec![Vec::new()];
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b',' => fields.push(Vec::new()),
            b'\\' => {
                let field = fields.last_mut().unwrap();
                field.push(byte);
                field.extend(bytes.next());
            }
            _ => fields.last_mut().unwrap().push(byte),
        }
    }
    fields
}

fn touch_all(line: &[u8]) {
    let Ok(statement) = Statement::parse(line) else { return };
    let mut params = statement.params();
    let count = params.count();
    for index in 0..count + 2 {
        let param = params.next();
        assert_eq!(usize::from(param.index()), index.min(255));
        assert_eq!(param.is_written(), index < count);
        assert!(param.is_written() || param.is_omitted());
        let _ = param.integer(-5, 1 << 31);
        if let Ok(text) = param.string_or_empty() {
            let bytes: Vec<u8> = text.bytes().collect();
            assert_eq!(bytes.len(), text.len());
            assert_eq!(bytes.is_empty(), text.is_empty());
        }
    }
    assert_eq!(params.finish(), Ok(()));
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    /// The short way takes a statement apart as the grammar does, or not at all.
    #[test]
    fn the_short_way_is_the_same(
        at in "AT|at|aT|A|", plus in "\\+?", name in "[A-Za-z0-9!%./:_ -]{0,20}", rest in "[=?]{0,2}[0-9,?\"=a]{0,9}",
    ) {
        let line = std::format!("{at}{plus}{name}{rest}");
        if let Some(usual) = Statement::usual(line.as_bytes()) {
            prop_assert_eq!(Statement::any(line.as_bytes()), Ok(usual));
        }
    }

    #[test]
    fn any_bytes(line in vec_of(any::<u8>(), 0..600 / FEW)) {
        touch_all(&line);
        touch_all(&[b"AT+X=", &line[..]].concat());
    }

    // rules: LINE-11, LINE-14
    #[test]
    fn fields_are_split_by_the_rules(
        text in vec_of(proptest::sample::select(&b"a,\\\"?1"[..]), 0..400 / FEW),
    ) {
        let line = [b"AT+X=", &text[..]].concat();
        touch_all(&line);
        let statement = Statement::parse(&line).unwrap();
        prop_assume!(statement.form == Form::Set);
        let fields = fields(&text);
        let mut params = statement.params();
        prop_assert_eq!(params.count(), fields.len());
        for field in &fields {
            prop_assert_eq!(params.next().is_omitted(), field.is_empty());
        }
    }
}
