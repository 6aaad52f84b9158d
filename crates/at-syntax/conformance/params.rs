//! From the text of parameters to fields, numbers and strings (AT Command Set › AT Command Types).

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use at_syntax::{MAX_PARAMS, Param, ParamError, ParamErrorKind, Params, Statement};

/// The parameters of a statement, whose text is never freed.
pub(crate) fn params(text: &str) -> Params<'static> {
    let line = [b"AT+X=", text.as_bytes()].concat();
    Statement::parse(line.leak()).expect(text).params()
}

pub(crate) fn first(text: &str) -> Param<'static> {
    params(text).next()
}

/// The bytes of each field as a string, or the kind of its error.
fn strings(text: &str) -> Vec<Result<Vec<u8>, ParamErrorKind>> {
    let mut params = params(text);
    (0..params.count())
        .map(|_| params.next().string().map(|t| t.bytes().collect()).map_err(|e| e.kind))
        .collect()
}

fn is(text: &str) -> Result<Vec<u8>, ParamErrorKind> {
    Ok(text.as_bytes().to_vec())
}

// rules: LINE-14, LINE-15
#[cfg_attr(test, test)]
pub(crate) fn omitted_is_empty_or_left_off() {
    let mut walk = params(",5,");
    assert_eq!(walk.count(), 3);
    for (index, omitted, written) in
        [(0, true, true), (1, false, true), (2, true, true), (3, true, false), (4, true, false)]
    {
        let param = walk.next();
        assert_eq!((param.index(), param.is_omitted()), (index, omitted));
        assert_eq!((param.is_written(), walk.remaining()), (written, index < 2));
        let number = if omitted { -9 } else { 5 };
        assert_eq!(param.integer_or(-9, 0, 7), Ok(number)); // the default may be out of range
        if omitted {
            let error = ParamError { index, kind: ParamErrorKind::Omitted };
            assert_eq!(param.integer(0, 7), Err(error));
            assert_eq!(param.string(), Err(error));
            assert!(param.string_or_empty().unwrap().is_empty());
        }
    }
    assert_eq!(Statement::parse(b"AT").unwrap().params().count(), 0);
    assert_eq!(params("").count(), 1);
}

// rules: LINE-13
#[cfg_attr(test, test)]
pub(crate) fn empty_string_is_not_omitted() {
    let param = first("\"\"");
    assert!(!param.is_omitted());
    assert!(param.string().unwrap().is_empty());
    assert_eq!(param.integer_or(1, 0, 2).unwrap_err().kind, ParamErrorKind::NotAnInteger);
}

// rules: LINE-16
#[cfg_attr(test, test)]
pub(crate) fn ranges_include_both_ends() {
    for (text, result) in [("-1", Err(())), ("0", Ok(0)), ("15", Ok(15)), ("16", Err(()))] {
        let out_of_range = ParamErrorKind::OutOfRange;
        let expected = result.map_err(|()| ParamError { index: 0, kind: out_of_range });
        assert_eq!(first(text).integer(0, 15), expected, "{text}");
        assert_eq!(first(text).integer_or(3, 0, 15), expected, "{text}");
    }
    // What does not parse is no range error, though it is out of the range, too.
    let error = first("4294967296").integer(0, 15).unwrap_err();
    assert_eq!(error.kind, ParamErrorKind::IntegerTooBig);
    assert_eq!(first("4294967295").integer(i64::MIN, i64::MAX), Ok((1 << 32) - 1));
}

#[cfg_attr(test, test)]
pub(crate) fn finish_wants_nothing_left() {
    let mut walk = params("1,2,");
    for index in 0..3 {
        let kind = ParamErrorKind::TooMany;
        assert_eq!(walk.finish(), Err(ParamError { index, kind }));
        walk.next();
    }
    assert_eq!(walk.finish(), Ok(()));
    walk.next();
    assert_eq!(walk.finish(), Ok(()));
    assert_eq!(Statement::parse(b"AT").unwrap().params().finish(), Ok(()));
}

// rules: LINE-17
#[cfg_attr(test, test)]
pub(crate) fn sixteen_and_more_fields_are_counted() {
    let most = ["1"; MAX_PARAMS].join(",");
    assert_eq!(params(&most).count(), 16);
    assert_eq!(params(&format!("{most},")).count(), 17);
    let many = ",".repeat(999);
    let mut walk = params(&many);
    assert_eq!(walk.count(), 1000);
    let indices: Vec<u8> = (0..1000).map(|_| walk.next().index()).collect();
    assert_eq!((indices[254], indices[255], indices[999]), (254, 255, 255));
    assert!(!walk.remaining());
}

// rules: LINE-11
#[cfg_attr(test, test)]
pub(crate) fn commas_part_fields_also_inside_quotes() {
    use ParamErrorKind::NotAString;
    assert_eq!(strings(r#""a,b""#), [Err(NotAString), Err(NotAString)]);
    assert_eq!(strings(r#""a\,b""#), [is("a,b")]);
    assert_eq!(strings(r#""a\\,b""#), [Err(NotAString), Err(NotAString)]);
    assert_eq!(strings(r#""a\\\,b""#), [is(r"a\,b")]);
    assert_eq!(strings(r#""a\\","b""#), [is(r"a\"), is("b")]);
}

// rules: LINE-12
#[cfg_attr(test, test)]
pub(crate) fn escapes() {
    for (field, meant) in [
        (r#""""#, ""),
        (r#""plain""#, "plain"),
        (r#""a\"b""#, "a\"b"),
        (r#""\"""#, "\""),
        (r#""\\""#, "\\"),
        (r#""\\\"""#, "\\\""),
        (r#""\,""#, ","),
        (r#""\n\t\0\x""#, "nt0x"), // before any other byte the backslash is dropped
        ("\"\\\r\\\n\"", "\r\n"),
        ("\"\\ä ö\"", "ä ö"), // no character-set check, and a backslash drops off a lead byte, too
    ] {
        let text = first(field).string().expect(field);
        assert_eq!(strings(field), [is(meant)], "{field}");
        assert!(text.eq_bytes(meant.as_bytes()) && !text.eq_bytes(b"other"));
        assert!(!text.eq_bytes(format!("{meant}x").as_bytes()));
        assert_eq!((text.len(), text.is_empty()), (meant.len(), meant.is_empty()), "{field}");
        let mut out = vec![0; meant.len() + 1];
        assert_eq!(text.write(&mut out), Some(meant.len()));
        assert_eq!(&out[..meant.len()], meant.as_bytes());
        if let Some(short) = meant.len().checked_sub(1) {
            let mut out = vec![0xAA; short];
            assert_eq!(text.write(&mut out), None);
            assert_eq!(out, vec![0xAA; short]);
        }
    }
    assert_eq!(first(r#""\a""#).string(), first(r#""a""#).string());
    assert_ne!(first(r#""\a""#).string(), first(r#""ab""#).string());
}

// rules: LINE-13
#[cfg_attr(test, test)]
pub(crate) fn no_strings() {
    use ParamErrorKind::{BareQuote, DanglingEscape, NotAString};
    for (field, kind) in [
        ("a", NotAString),
        ("1", NotAString),
        ("\"", NotAString),
        ("\"a", NotAString),
        ("a\"", NotAString),
        (" \"a\"", NotAString),
        (r#""a\""#, NotAString), // what would be the closing quote is escaped
        (r#""\""#, NotAString),
        (r#"\"a\""#, NotAString),
        (r#""a"b""#, BareQuote),
        (r#""a"b"#, BareQuote),
        (r#""a" "#, BareQuote),
        (r#""""""#, BareQuote),
        (r#"""""#, BareQuote),
        (r#""a\"#, DanglingEscape),
        (r#""\\\"#, DanglingEscape),
        (r#""\"#, DanglingEscape),
    ] {
        let expected = ParamError { index: 0, kind };
        assert_eq!(first(field).string(), Err(expected), "{field}");
        assert_eq!(first(field).string_or_empty(), Err(expected), "{field}");
    }
}

// rules: LINE-11, LINE-12, LINE-13
/// Inputs on which parsers that count quotes, or search the closing one, go wrong silently.
#[cfg_attr(test, test)]
pub(crate) fn quotes_are_not_counted() {
    use ParamErrorKind::{BareQuote, NotAString};
    let line = br#"AT+CWJAP="a\"b","pw""#;
    let mut walk = Statement::parse(line).unwrap().params();
    assert_eq!(walk.count(), 2);
    assert!(walk.next().string().unwrap().eq_bytes(b"a\"b"));
    assert!(walk.next().string().unwrap().eq_bytes(b"pw"));
    assert_eq!(walk.finish(), Ok(()));

    // The opening quote has to be the first byte.
    assert_eq!(strings(r#"xhello"w",1"#), [Err(NotAString), Err(NotAString)]);
    // A backslash before the closing quote may itself be escaped.
    assert_eq!(strings(r#""a\\","b\\\"c""#), [is(r"a\"), is(r#"b\"c"#)]);
    assert_eq!(strings(r#""a\\"b""#), [Err(BareQuote)]);
    // The backslashes do not stay, `\,` is no error, and `\n` no line feed.
    assert_eq!(strings(r#""\\\,\"\n""#), [is(r#"\,"n"#)]);
}
