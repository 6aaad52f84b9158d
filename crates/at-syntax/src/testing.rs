//! How many cases a property test has.

use proptest::test_runner::Config;

/// As many as `PROPTEST_CASES` says; few under Miri, which takes far longer.
pub(crate) fn cases() -> Config {
    let usual = Config::default();
    let cases = if cfg!(miri) { 2 } else { usual.cases };
    // Miri has no file system of its own to keep failures in.
    let failure_persistence = if cfg!(miri) { None } else { usual.failure_persistence };
    Config { cases, failure_persistence, ..Config::default() }
}
