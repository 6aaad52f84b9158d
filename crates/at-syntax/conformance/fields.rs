//! The fields of a line that a module prints, from both ends.

use alloc::vec::Vec;

use at_syntax::Fields;
use at_syntax::ParamErrorKind::{IntegerTooBig, NotAString, NotAnInteger, Omitted, OutOfRange};

fn forward(text: &[u8]) -> Vec<&[u8]> {
    let mut fields = Fields::new(text);
    core::iter::from_fn(|| fields.next()).map(|field| field.bytes()).collect()
}

fn backward(text: &[u8]) -> Vec<&[u8]> {
    let mut fields = Fields::new(text);
    let mut all: Vec<_> =
        core::iter::from_fn(|| fields.next_back()).map(|field| field.bytes()).collect();
    all.reverse();
    all
}

#[cfg_attr(test, test)]
pub(crate) fn from_both_ends() {
    for (text, fields) in [
        ("", &[""][..]),
        ("0", &["0"]),
        ("0,2", &["0", "2"]),
        (",", &["", ""]),
        ("0,,5", &["0", "", "5"]),
        (r#"0,2,"ws://h/""#, &["0", "2", r#""ws://h/""#]),
        (r#""a,b",1"#, &[r#""a,b""#, "1"]),
        (r#""",1,"""#, &[r#""""#, "1", r#""""#]),
        (r#"1,"a"b",2"#, &["1", r#""a"b""#, "2"]),
    ] {
        let fields: Vec<&[u8]> = fields.iter().map(|field| field.as_bytes()).collect();
        assert_eq!(forward(text.as_bytes()), fields, "{text}");
        assert_eq!(backward(text.as_bytes()), fields, "{text}");
    }
}

#[cfg_attr(test, test)]
pub(crate) fn one_string_of_any_content_between_numbers() {
    for content in
        [&b""[..], b"\"", b",", b"\",", b",\"", b"\",\"", b"1,2,\"3\",4", b"\r", b"\xff\0"]
    {
        let text = [b"0,2,\"", content, b"\",-7,5"].concat();
        let mut fields = Fields::new(&text);
        assert_eq!(fields.next().unwrap().integer(0, 2), Ok(0));
        assert_eq!(fields.next().unwrap().integer(0, 4), Ok(2));
        assert_eq!(fields.next_back().unwrap().integer(0, 9), Ok(5));
        assert_eq!(fields.next_back().unwrap().integer(-9, 9), Ok(-7));
        assert_eq!(fields.rest().string(), Ok(content));
        assert!(!fields.is_empty());
    }
}

#[cfg_attr(test, test)]
pub(crate) fn nothing_is_left_at_the_end() {
    let mut fields = Fields::new(b"1");
    assert!(fields.next().is_some() && fields.is_empty());
    assert!(fields.next().is_none() && fields.next_back().is_none());
    assert_eq!(fields.rest().bytes(), b"");
}

#[cfg_attr(test, test)]
pub(crate) fn what_a_field_is_not() {
    let field = |raw| Fields::new(raw).rest();
    assert_eq!(field(b"").integer(0, 9), Err(Omitted));
    assert_eq!(field(b"").string(), Err(Omitted));
    assert_eq!(field(b" 1").integer(0, 9), Err(NotAnInteger));
    assert_eq!(field(b"4294967296").integer(0, 9), Err(IntegerTooBig));
    assert_eq!(field(b"10").integer(0, 9), Err(OutOfRange));
    assert_eq!(field(b"0x1F").integer(0, 31), Ok(31));
    for raw in [&b"a"[..], b"\"", b"\"a", b"a\""] {
        assert_eq!(field(raw).string(), Err(NotAString));
    }
}
