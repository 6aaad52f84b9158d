//! The commands of a module that are the core's own: their names, their forms, and since when they are there.

use crate::Dialect;
use at_syntax::{Form, Name};

/// A command of the core's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Own {
    Attention,
    EchoOff,
    EchoOn,
    List,
    SysLog,
    Configure,
    Head,
    Open,
    Send,
    Format,
    Close,
}

/// A row of the table.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) own: Own,
    pub(crate) name: Name<'static>,
    /// Query, set, execute. None has a test form.
    pub(crate) forms: [bool; 3],
    since: Dialect,
}

const QUERY: [bool; 3] = [true, false, false];
const SET: [bool; 3] = [false, true, false];
const BOTH: [bool; 3] = [true, true, false];
const EXECUTE: [bool; 3] = [false, false, true];

const fn row(own: Own, name: &'static [u8], forms: [bool; 3], since: Dialect) -> Row {
    Row { own, name: Name::Extended(name), forms, since }
}

const fn basic(own: Own, name: &'static [u8]) -> Row {
    Row { own, name: Name::Basic(name), forms: EXECUTE, since: Dialect::V3_1 }
}

/// In the order of `AT+CMD?`.
pub(crate) const TABLE: [Row; 11] = [
    basic(Own::Attention, b""),
    basic(Own::EchoOff, b"E0"),
    basic(Own::EchoOn, b"E1"),
    row(Own::List, b"CMD", QUERY, Dialect::V3_1),
    row(Own::SysLog, b"SYSLOG", BOTH, Dialect::V3_1),
    row(Own::Configure, b"WSCFG", SET, Dialect::V3_1),
    row(Own::Head, b"WSHEAD", BOTH, Dialect::V3_3),
    row(Own::Open, b"WSOPEN", BOTH, Dialect::V3_1),
    row(Own::Send, b"WSSEND", SET, Dialect::V3_1),
    row(Own::Format, b"WSDATAFMT", SET, Dialect::V4_2),
    row(Own::Close, b"WSCLOSE", SET, Dialect::V3_1),
];

/// The row of a command, also of one that only a later dialect has: it is not the embedding program's
/// to answer.
pub(crate) fn find(name: Name<'_>) -> Option<Row> {
    TABLE.iter().find(|row| row.name.is(name)).copied()
}

impl Row {
    pub(crate) fn is_in(&self, dialect: Dialect) -> bool {
        self.since <= dialect
    }

    pub(crate) const fn has(&self, form: Form) -> bool {
        let [query, set, execute] = self.forms;
        match form {
            Form::Query => query,
            Form::Set => set,
            Form::Execute => execute,
            Form::Test => false,
        }
    }
}
