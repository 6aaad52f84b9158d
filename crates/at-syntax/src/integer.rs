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
use crate::runs::SHORTCUTS;

/// An integer that fills the field.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
pub(crate) fn parse(field: &[u8]) -> Result<i64, ParamErrorKind> {
    if SHORTCUTS && let Some(number) = short(field) {
        return Ok(number.into());
    }
    any(field)
}

/// Decimal digits, so few that they fit.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn short(field: &[u8]) -> Option<u32> {
    if !(1..=9).contains(&field.len()) {
        return None;
    }
    let mut number = 0_u32;
    for byte in field {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(digit.into());
    }
    Some(number)
}

fn any(field: &[u8]) -> Result<i64, ParamErrorKind> {
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
    use proptest::prelude::*;

    use super::{any, short};
    use crate::testing;

    proptest! {
        #![proptest_config(testing::cases())]

        /// The short way reads a number as the grammar does, or not at all.
        #[test]
        fn the_short_way_is_the_same(field in "[0-9]{0,11}|-?[0-9x]{0,5}|0?[xX]?[0-9a-f ]{0,9}") {
            if let Some(number) = short(field.as_bytes()) {
                prop_assert_eq!(any(field.as_bytes()), Ok(number.into()));
            }
        }
    }

    #[test]
    fn the_short_way_is_for_what_fits() {
        assert_eq!(short(b"999999999"), Some(999_999_999));
        assert_eq!(short(b"0000000007"), None); // ten digits are read the long way
        assert_eq!((short(b""), short(b"-1"), short(b"1 ")), (None, None, None));
    }
}
