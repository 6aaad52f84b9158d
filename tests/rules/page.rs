//! docs/commands.md, taken apart.

use std::collections::{BTreeMap, BTreeSet};

pub(crate) const PAGE: &str = include_str!("../../docs/commands.md");

/// The kinds of rules, in the order of the page.
const KINDS: [&str; 15] = [
    "LINE", "BUSY", "BASIC", "CFG", "HEAD", "OPEN", "SEND", "FMT", "CLOSE", "DATA", "REPORT",
    "STATE", "PING", "WIRE", "QUIRK",
];

/// The id that a text is, such as `SEND-07`.
pub(crate) fn id(text: &str) -> Option<&str> {
    let (kind, number) = text.split_once('-')?;
    let digits = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    (KINDS.contains(&kind) && digits).then_some(text)
}

/// The rule that a line of the page begins, and what stands behind its id: an item of a list, or a
/// row of a table.
fn beginning(line: &str) -> Option<(&str, &str)> {
    let bold = line.strip_prefix("- **").or_else(|| line.strip_prefix("| **"))?;
    let (text, rest) = bold.split_once("**")?;
    Some((id(text)?, rest))
}

/// Every rule and its text, in the order of the page.
pub(crate) fn rules(page: &str) -> Vec<(String, String)> {
    let mut rules: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if let Some((id, rest)) = beginning(line) {
            rules.push((id.into(), rest.into()));
            inside = true;
        } else if inside && (line.starts_with("  ") || line.is_empty()) {
            let (_, text) = rules.last_mut().unwrap();
            text.push('\n');
            text.push_str(line);
        } else {
            inside = false;
        }
    }
    rules
}

/// The ids of the page.
pub(crate) fn ids() -> BTreeSet<String> {
    rules(PAGE).into_iter().map(|(id, _)| id).collect()
}

/// Every id that stands anywhere in a text.
pub(crate) fn mentioned(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter_map(id).collect()
}

/// The arrows of the diagram, as `from event to report`.
pub(crate) fn arrows(page: &str) -> BTreeSet<String> {
    let diagram = page.split("```mermaid").nth(1).and_then(|rest| rest.split("```").next());
    let mut arrows = BTreeSet::new();
    for line in diagram.expect("a diagram").lines() {
        let Some((from, rest)) = line.split_once(" --> ") else { continue };
        let Some((to, label)) = rest.split_once(" : ") else { continue };
        let (event, report) = label.split_once(" / ").unwrap_or((label, ""));
        let arrow = format!("{} {event} {to} {report}", from.trim());
        assert!(arrows.insert(arrow), "twice in the diagram: {line}");
    }
    arrows
}

/// The cells of each row of the tables whose first column's heading is `heading`.
pub(crate) fn table(page: &str, heading: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        let row = line.strip_prefix('|').and_then(|rest| rest.strip_suffix('|'));
        let Some(row) = row else {
            inside = false;
            continue;
        };
        let cells: Vec<String> = row.split('|').map(|cell| cell.trim().to_string()).collect();
        let is_rule = cells.iter().all(|cell| cell.bytes().all(|byte| byte == b'-'));
        if !inside {
            inside = cells[0] == heading;
        } else if !is_rule {
            rows.push(cells);
        }
    }
    rows
}

/// The row of each quirk: its name, and whether the presets have it.
pub(crate) fn quirks() -> BTreeMap<String, [bool; 2]> {
    let yes = |cell: &str| match cell {
        "yes" => true,
        "–" => false,
        other => panic!("neither yes nor –: {other}"),
    };
    let rows = table(PAGE, "id").into_iter().map(|row| {
        let [_, name, _, old, latest] = &row[..] else { panic!("{row:?}") };
        (name.trim_matches('`').to_string(), [yes(old), yes(latest)])
    });
    rows.collect()
}
