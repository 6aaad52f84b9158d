//! Integers as the host writes them: decimal with an optional `-`, or hexadecimal after `0x`.
//!
//! The documentation gives no grammar. Digits and `0x` are the firmware's; that a sign or prefix
//! without digits is refused, and what does not fit into 32 bits, is this crate's decision.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::map;
use nom::sequence::preceded;

use crate::ParamErrorKind;
use crate::leaf::{self, Parsed};

/// An integer that fills the field.
pub(crate) fn parse(field: &[u8]) -> Result<i64, ParamErrorKind> {
    match number(field) {
        Ok(([], number)) => number.ok_or(ParamErrorKind::IntegerTooBig),
        _ => Err(ParamErrorKind::NotAnInteger),
    }
}

/// `None`: a number, but beyond −2³¹ to 2³²−1.
fn number(input: &[u8]) -> Parsed<'_, Option<i64>> {
    alt((
        map(preceded(hex_prefix, digits::<16>), |magnitude| magnitude.map(i64::from)),
        map(preceded(leaf::byte(b'-'), digits::<10>), |magnitude| magnitude.and_then(negative)),
        map(digits::<10>, |magnitude| magnitude.map(i64::from)),
    ))
    .parse(input)
}

const fn hex_prefix(input: &[u8]) -> Parsed<'_, ()> {
    match input {
        [b'0', b'x' | b'X', rest @ ..] => Ok((rest, ())),
        _ => leaf::no_match(),
    }
}

fn negative(magnitude: u32) -> Option<i64> {
    let number = i64::from(magnitude).checked_neg()?;
    (number >= i64::from(i32::MIN)).then_some(number)
}

/// One digit or more, all that there are; `None` if the number does not fit.
fn digits<const RADIX: u32>(input: &[u8]) -> Parsed<'_, Option<u32>> {
    let mut number = Some(0_u32);
    let mut left = input;
    while let [first, rest @ ..] = left {
        let Some(digit) = char::from(*first).to_digit(RADIX) else { break };
        number = number.and_then(|n| n.checked_mul(RADIX)?.checked_add(digit));
        left = rest;
    }
    if left.len() == input.len() { leaf::no_match() } else { Ok((left, number)) }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::ParamErrorKind::{IntegerTooBig, NotAnInteger};

    #[test]
    fn written_integers() {
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
            assert_eq!(parse(field.as_bytes()), Ok(number), "{field}");
        }
    }

    #[test]
    fn integers_beyond_32_bits() {
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
            assert_eq!(parse(field.as_bytes()), Err(IntegerTooBig), "{field}");
        }
    }

    #[test]
    fn not_integers() {
        for field in [
            "",
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
            assert_eq!(parse(field.as_bytes()), Err(NotAnInteger), "{field}");
        }
    }
}
