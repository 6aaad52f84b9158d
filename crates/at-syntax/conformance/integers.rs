//! Integers as the host writes them.

use alloc::format;

use at_syntax::ParamErrorKind::{self, IntegerTooBig, NotAnInteger};
use at_syntax::Statement;

/// The field as a parameter: not the first, since `AT+X=?` is no set.
fn parse(field: &str) -> Result<i64, ParamErrorKind> {
    let line = format!("AT+X=0,{field}");
    let mut params = Statement::parse(line.as_bytes()).expect(field).params();
    params.next();
    params.next().integer(i64::MIN, i64::MAX).map_err(|error| error.kind)
}

#[cfg_attr(test, test)]
pub(crate) fn written_integers() {
    for (field, number) in [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("-0", 0),
        ("-007", -7),
        ("0x0", 0),
        ("0x000000000000000000001f", 31),
        ("0XaF", 175),
        ("00000000000000000000000000000000000012", 12),
        ("2147483648", 1 << 31),
        ("4294967295", (1 << 32) - 1),
        ("0xFFFFFFFF", (1 << 32) - 1),
        ("-2147483648", -(1 << 31)),
    ] {
        assert_eq!(parse(field), Ok(number), "{field}");
    }
}

#[cfg_attr(test, test)]
pub(crate) fn integers_beyond_32_bits() {
    for field in [
        "4294967296",
        "-2147483649",
        "-4294967295",
        "-4294967296",
        "0x100000000",
        "18446744073709551616",
        "99999999999999999999999999999999999999999999999999",
        "-99999999999999999999999999999999999999999999999999",
    ] {
        assert_eq!(parse(field), Err(IntegerTooBig), "{field}");
    }
}

#[cfg_attr(test, test)]
pub(crate) fn not_integers() {
    for field in [
        "-",
        "--1",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x",
        "0X",
        "-0x10",
        "0x-1",
        "0x1g",
        "1f",
        "x1",
        "00x1",
        "0b1",
        "\"1\"",
        "\\1",
        "1\\",
        "1\r",
        "?",
        "\u{661}",
        "99999999999999999999999999x",
    ] {
        assert_eq!(parse(field), Err(NotAnInteger), "{field}");
    }
}
