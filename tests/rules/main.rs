//! docs/commands.md and the tests agree: each rule has a test, and each test's rules are there. The tables
//! and the diagram of the page are those of the code.

mod named;
mod page;

use named::{Test, of_rust, of_transcript};
use page::PAGE;
use std::collections::{BTreeMap, BTreeSet};
use wsat::{Dialect, Quirks};

/// The rules that are named, and by which tests.
fn named() -> BTreeMap<String, Vec<String>> {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Test { place, rules } in named::tests() {
        for rule in rules {
            named.entry(rule).or_default().push(place.clone());
        }
    }
    named
}

#[test]
fn each_id_stands_once_on_the_page() {
    let rules = page::rules(PAGE);
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = rules.iter().map(|(id, _)| id).filter(|id| !seen.insert(*id)).collect();
    assert!(twice.is_empty(), "twice on the page: {twice:?}");
    assert!(rules.len() > 100, "the page was not read");
}

#[test]
fn ids_are_numbered_without_gaps() {
    let ids = page::ids();
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for id in &ids {
        let (kind, number) = id.split_once('-').unwrap();
        let before = last.entry(kind).or_default();
        *before += 1;
        assert_eq!(number.parse(), Ok(*before), "{id} follows a gap");
    }
}

#[test]
fn each_rule_says_its_evidence() {
    for (id, text) in page::rules(PAGE) {
        // The quirks' table says it above itself.
        let says = ["*Documented", "*Read from", "*Ours"].iter().any(|word| text.contains(word));
        assert!(says || text.starts_with(" | "), "{id} has no evidence");
    }
}

#[test]
fn every_id_that_the_page_mentions_is_on_it() {
    let ids = page::ids();
    let unknown: Vec<_> =
        page::mentioned(PAGE).into_iter().filter(|id| !ids.contains(*id)).collect();
    assert!(unknown.is_empty(), "no such rules: {unknown:?}");
}

#[test]
fn each_rule_has_a_test() {
    let named = named();
    let untested: Vec<_> = page::ids().into_iter().filter(|id| !named.contains_key(id)).collect();
    assert!(untested.is_empty(), "no test names {untested:?}");
}

#[test]
fn each_rule_that_a_test_names_is_on_the_page() {
    let ids = page::ids();
    let unknown: Vec<_> = named().into_iter().filter(|(id, _)| !ids.contains(id)).collect();
    assert!(unknown.is_empty(), "not on the page: {unknown:#?}");
}

#[test]
fn tests_that_have_to_name_a_rule_do() {
    for Test { place, rules } in named::tests() {
        let session = place.contains(".at:");
        let bound =
            session || place.starts_with("tests/dialects") || place.starts_with("tests/split");
        assert!(!bound || !rules.is_empty(), "{place} names no rule");
    }
}

/// The table of src/device/state.rs, as `from event to report`. A test beside it compares it with the code.
fn state_table() -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for line in include_str!("../../src/device/state.rs").lines() {
        let Some(row) = line.strip_prefix("//! | ") else { continue };
        let cells: Vec<_> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let [from, event, to, report] = cells[..] else { panic!("{line}") };
        let report = report.trim_matches('`');
        let report = if report.starts_with('+') { report } else { "" };
        if from != "from" {
            rows.extend(
                from.split(", ")
                    .map(|from| format!("{from} {} {to} {report}", event.trim_matches('`'))),
            );
        }
    }
    rows
}

// rules: STATE-01
#[test]
fn the_diagram_is_the_table_of_the_code() {
    let (page, code) = (page::arrows(PAGE), state_table());
    assert!(code.len() > 15, "the table was not read");
    assert_eq!(page, code);
}

// rules: QUIRK-18
#[test]
fn the_columns_of_the_quirks_are_the_presets() {
    let all = Quirks::all().iter_names().map(|(name, quirk)| {
        let has = |preset: Quirks| preset.contains(quirk);
        (name.to_string(), [has(Quirks::FIRMWARE_3_2), has(Quirks::FIRMWARE_LATEST)])
    });
    assert_eq!(page::quirks(), all.collect());
    assert!(Quirks::DOCUMENTED.is_empty());
}

#[test]
fn the_table_of_dialects_has_their_greatest_payloads() {
    let rows = page::table(PAGE, "");
    let row = rows.iter().find(|row| row[0].starts_with("greatest")).unwrap();
    let most = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2]
        .map(|dialect| dialect.max_payload().to_string());
    assert_eq!(row[1..], most);
}

#[test]
fn rules_are_read_where_they_stand() {
    let text = "// rules: LINE-01, LINE-02\n// rules: BUSY-01\n/// Of lines.\n#[test]\nfn a() {}\n#[test]\n";
    let rules: Vec<_> = of_rust("a.rs", text).into_iter().map(|test| test.rules).collect();
    assert_eq!(rules, [vec!["LINE-01", "LINE-02", "BUSY-01"], vec![]]);
    let text = "session one\nrules LINE-01 LINE-02\nhost AT\nsession two\nrules\n";
    let rules: Vec<_> = of_transcript("a.at", text).into_iter().map(|test| test.rules).collect();
    assert_eq!(rules, [vec!["LINE-01", "LINE-02"], vec![]]);
    let page = "- **LINE-01** one\n  more\n- **LINE-1** none\n\n**LINE-02** none\n| **LINE-03** | three |\n";
    let rules: Vec<_> = page::rules(page).into_iter().map(|(id, _)| id).collect();
    assert_eq!(rules, ["LINE-01", "LINE-03"]);
    assert_eq!(
        page::mentioned("(see LINE-07, X-LINE-08; SEND-1)").into_iter().collect::<Vec<_>>(),
        ["LINE-07"]
    );
}

#[test]
#[should_panic(expected = "no test stands below")]
fn rules_above_no_test_are_told() {
    of_rust("a.rs", "// rules: LINE-01\nfn helper() {}\n");
}
