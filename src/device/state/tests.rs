//! The table in the documentation and the table in the code are the same table.

use super::*;
use std::{collections::BTreeSet, format, string::String, vec::Vec};

const STATES: [(State, &str); 9] = [
    (State::Free, "free"),
    (State::Opening, "opening"),
    (State::Open, "open"),
    (State::Lost, "lost"),
    (State::Retrying, "retrying"),
    (State::Closing, "closing"),
    (State::Closed, "closed"),
    (State::Ending, "ending"),
    (State::Leaving, "leaving"),
];

const EVENTS: [Event; 8] = [
    Event::Open,
    Event::Established,
    Event::Gone,
    Event::CloseReceived,
    Event::CloseWritten,
    Event::CloseBegun,
    Event::Retry,
    Event::Leave,
];

fn name(state: State) -> &'static str {
    STATES.iter().find(|(other, _)| *other == state).unwrap().1
}

/// `from event to report`, one line for each state and event.
fn documented() -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for line in include_str!("../state.rs").lines() {
        let Some(row) = line.strip_prefix("//! | ") else { continue };
        let cells: Vec<_> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let [from, event, to, report] = cells[..] else { panic!("{line}") };
        if from == "from" {
            continue;
        }
        let report = match report.trim_matches('`') {
            "+WS_CONNECTED" => "Some(Connected)",
            "+WS_DISCONNECTED" => "Some(Disconnected)",
            "+WS_CLOSED" => "Some(Closed)",
            "" | "(the command's own answer)" => "None",
            other => panic!("{other}"),
        };
        for from in from.split(", ") {
            rows.insert(format!("{from} {} {to} {report}", event.trim_matches('`')));
        }
    }
    rows
}

#[test]
fn the_documentation_is_the_table() {
    let mut rows = BTreeSet::new();
    for (from, from_name) in STATES {
        for event in EVENTS {
            if let Some((to, report)) = from.next(event) {
                rows.insert(format!("{from_name} {event:?} {} {report:?}", name(to)));
            }
        }
    }
    assert_eq!(rows, documented());
}

#[test]
fn the_numbers_are_those_of_the_page() {
    let numbers = STATES.map(|(state, _)| state.number());
    assert_eq!(
        numbers,
        [None, Some(1), Some(2), Some(3), Some(1), Some(4), Some(0), Some(2), Some(2)]
    );
}
