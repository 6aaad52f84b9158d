//! How much a test tries: everything; under Miri, which takes far longer, a little of each.

use std::vec::Vec;

use proptest::test_runner::Config;

/// As many cases as `PROPTEST_CASES` says; under Miri few.
pub(crate) fn cases() -> Config {
    let usual = Config::default();
    let cases = if cfg!(miri) { 2 } else { usual.cases };
    // Miri has no file system of its own to keep failures in.
    let failure_persistence = if cfg!(miri) { None } else { usual.failure_persistence };
    Config { cases, failure_persistence, ..Config::default() }
}

/// The places of something of this length, where each is tried: all; under Miri two, a quarter from the ends.
pub(crate) fn places(len: usize) -> impl Iterator<Item = usize> + Clone {
    let (first, step) = if cfg!(miri) { (len / 4, len / 2 + 1) } else { (0, 1) };
    (first..len).step_by(step)
}

/// Cuts for an input of this length that is to come octet by octet; under Miri in three pieces.
pub(crate) fn everywhere(len: usize) -> Vec<usize> {
    places(len).collect()
}

/// Of what is done in several ways, every so many are tried.
pub(crate) const FEW: usize = if cfg!(miri) { 3 } else { 1 };

/// How far apart the values are of a test that tries all of them.
pub(crate) const STEP: usize = if cfg!(miri) { 61 } else { 1 };
