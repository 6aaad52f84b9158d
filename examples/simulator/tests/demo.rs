//! `wsat-sim demo` plays its session, and says so by its exit status.

mod common;

use common::command;

#[test]
fn every_answer_is_the_expected_one() {
    let output = command(&["demo"]).output().unwrap();
    let transcript = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{transcript}");
    for line in [
        "  module ← ␍␊ready␍␊",
        "  host   → AT+WSCFG=0,30,60,4096␍␊",
        "  module ← +WS_CONNECTED:2␍␊",
        "  module ← ␍␊>",
        "  module ← +WS_DATA:0,17,Hello, WebSocket!␍␊",
        "  module ← ␍␊ERROR␍␊",
    ] {
        assert!(transcript.lines().any(|shown| shown == line), "{line} is not in\n{transcript}");
    }
}

#[test]
fn it_runs_in_any_program() {
    let mut transcript = Vec::new();
    assert!(wsat_sim::demo::run(&mut transcript));
    assert!(!transcript.is_empty());
}
