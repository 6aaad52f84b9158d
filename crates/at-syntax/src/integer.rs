//! Integers as the host writes them: decimal with an optional `-`, or hexadecimal after `0x`.
//!
//! The documentation gives no grammar. Digits and `0x` are the firmware's; that a sign or prefix
//! without digits is refused, and what does not fit into 32 bits, is this crate's decision.

use crate::ParamErrorKind;
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
    match field {
        [b'0', b'x' | b'X', digits @ ..] => magnitude::<16>(digits).map(i64::from),
        [b'-', digits @ ..] => match 0_i64.checked_sub(magnitude::<10>(digits)?.into()) {
            Some(number) if number >= i64::from(i32::MIN) => Ok(number),
            _ => Err(ParamErrorKind::IntegerTooBig),
        },
        digits => magnitude::<10>(digits).map(i64::from),
    }
}

/// One digit or more, and nothing else, to 32 bits.
#[cfg_attr(not(target_pointer_width = "32"), inline)]
fn magnitude<const RADIX: u32>(digits: &[u8]) -> Result<u32, ParamErrorKind> {
    if digits.is_empty() {
        return Err(ParamErrorKind::NotAnInteger);
    }
    let (mut number, mut too_big) = (0_u32, false);
    for byte in digits {
        let digit = char::from(*byte).to_digit(RADIX).ok_or(ParamErrorKind::NotAnInteger)?;
        let (product, over) = number.overflowing_mul(RADIX);
        let (sum, carry) = product.overflowing_add(digit);
        number = sum;
        too_big |= over | carry;
    }
    if too_big { Err(ParamErrorKind::IntegerTooBig) } else { Ok(number) }
}
