//! The answer to one command of the firmware's own.

use wsat::device::Answer;

const UNKNOWN: &str = "neither the core nor the simulator knows this command";

/// What a command brings to the AT port, and to the person at the console.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Complete lines, printed before the result.
    pub(crate) text: Vec<u8>,
    /// The result.
    pub(crate) answer: Answer,
    /// Complete lines, printed after the result: messages that nobody asked for.
    pub(crate) after: Vec<u8>,
    /// Why it is an error, for the person at the console.
    pub(crate) reason: &'static str,
    /// What that person should know of it otherwise, if anything.
    pub(crate) note: Option<&'static str>,
    /// Whether the module restarts once all of it is printed.
    pub(crate) restart: bool,
}

impl Reply {
    pub(crate) fn ok(text: impl Into<Vec<u8>>) -> Self {
        Self {
            text: text.into(),
            answer: Answer::Ok,
            after: Vec::new(),
            reason: "",
            note: None,
            restart: false,
        }
    }

    pub(crate) fn error(reason: &'static str) -> Self {
        Self { answer: Answer::Error, reason, ..Self::ok("") }
    }

    pub(crate) fn unknown() -> Self {
        Self { answer: Answer::NoSuchCommand, ..Self::error(UNKNOWN) }
    }

    /// The same with these lines behind the result.
    pub(crate) fn then(self, lines: impl Into<Vec<u8>>) -> Self {
        Self { after: lines.into(), ..self }
    }
}
