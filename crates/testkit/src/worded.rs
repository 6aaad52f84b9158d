//! What errors say: a person reads them in a log.

use std::fmt::Display;

/// Each has words of its own, which begin small, for they follow a colon, and do not end with a full stop.
#[allow(clippy::missing_panics_doc, reason = "it panics when an expectation fails")]
pub fn worded<T: Display>(errors: &[T]) {
    let mut all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    for text in &all {
        assert!(text.len() > 5 && text.contains(' '), "{text}");
        assert!(!text.ends_with(['.', ' ', '\n']) && text.trim_start() == text, "{text}");
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), errors.len(), "two say the same");
}
