//! What the program tells the person who runs it: lines on stderr, never on the AT port.

use std::cell::Cell;
use std::fmt::Arguments;
use std::io::{self, Write as _};

thread_local! {
    /// The module that speaks, when there are several.
    static SPEAKER: Cell<Option<usize>> = const { Cell::new(None) };
}

/// What is said until the next call is said of this module.
pub(crate) fn speaks(module: Option<usize>) {
    SPEAKER.set(module);
}

/// One line on stderr.
///
/// Unlike `eprintln!` it does not panic when stderr is closed: a module goes on working when
/// nobody reads what is said about it.
pub(crate) fn line(text: Arguments<'_>) {
    let _ = match SPEAKER.get() {
        None => writeln!(io::stderr().lock(), "wsat-sim: {text}"),
        Some(module) => writeln!(io::stderr().lock(), "wsat-sim: module {module}: {text}"),
    };
}

/// [`line`] with the arguments of `format!`.
macro_rules! say {
    ($($argument:tt)*) => { $crate::say::line(format_args!($($argument)*)) };
}
pub(crate) use say;

/// An I/O error in the words of a person: "connection refused", without the number.
pub(crate) fn reason(error: &io::Error) -> String {
    let kind = error.kind().to_string();
    // Both are the standard library's words for "no kind of its own": then the text says more.
    if error.raw_os_error().is_none() || kind == "uncategorized error" || kind == "other error" {
        error.to_string()
    } else {
        kind
    }
}
