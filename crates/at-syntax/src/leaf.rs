//! The leaves under nom's combinators, on slice patterns: nom's own leaves leave a panic reachable.

use nom::IResult;

/// What a parser of this crate returns; which error it is, its caller knows.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, ()>;

/// Fails, recoverably: another branch may fit.
pub(crate) const fn no_match<'a, T>() -> Parsed<'a, T> {
    Err(nom::Err::Error(()))
}

/// One given byte.
pub(crate) fn byte<'a>(expected: u8) -> impl Fn(&'a [u8]) -> Parsed<'a, ()> {
    move |input| match input {
        [first, rest @ ..] if *first == expected => Ok((rest, ())),
        _ => no_match(),
    }
}

/// One given byte, with which the input ends.
pub(crate) fn last_byte<'a>(expected: u8) -> impl Fn(&'a [u8]) -> Parsed<'a, ()> {
    move |input| match input {
        [only] if *only == expected => Ok((&[], ())),
        _ => no_match(),
    }
}

/// The end of the input.
pub(crate) fn end(input: &[u8]) -> Parsed<'_, ()> {
    if input.is_empty() { Ok((input, ())) } else { no_match() }
}

/// All that is left, also nothing.
pub(crate) fn rest(input: &[u8]) -> Parsed<'_, &[u8]> {
    Ok((&[], input))
}

/// The longest run of bytes of a class, also none.
pub(crate) fn run<'a>(class: impl Fn(u8) -> bool) -> impl Fn(&'a [u8]) -> Parsed<'a, &'a [u8]> {
    move |input| {
        let length = input.iter().take_while(|byte| class(**byte)).count();
        match input.split_at_checked(length) {
            Some((run, rest)) => Ok((rest, run)),
            None => no_match(),
        }
    }
}
