//! The table of a link's states, read from docs/commands.md: its diagram, and the numbers of `AT+WSOPEN?`.

use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../docs/commands.md");

/// Numbers of a link before and after.
pub(crate) type Change = (Option<u8>, Option<u8>);

pub(crate) struct Table {
    /// States, each with its number.
    numbers: Vec<(&'static str, Option<u8>)>,
    /// Arrows of the diagram.
    pub(crate) arrows: BTreeSet<(&'static str, &'static str)>,
    one: BTreeSet<Change>,
    two: BTreeSet<Change>,
}

impl Table {
    pub(crate) fn read() -> Self {
        let (before, after) = PAGE.split_once("```mermaid").expect("a diagram");
        assert!(!before.is_empty());
        let (diagram, after) = after.split_once("```").expect("the diagram's end");
        let mut arrows = BTreeSet::new();
        for line in diagram.lines() {
            let Some((from, rest)) = line.split_once(" --> ") else { continue };
            if let Some((to, _)) = rest.split_once(" : ") {
                arrows.insert((from.trim(), to.trim()));
            }
        }
        let mut numbers = Vec::new();
        for line in after.lines().skip_while(|line| !line.starts_with("|---")).skip(1) {
            let Some(row) = line.strip_prefix("| ") else { break };
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let number = cells[0].parse().ok();
            numbers.extend(cells[1].split(", ").map(|state| (state, number)));
        }
        assert_eq!((arrows.len(), numbers.len()), (21, 9), "the page was read");
        let mut table = Self { numbers, arrows, one: BTreeSet::new(), two: BTreeSet::new() };
        for (from, to) in &table.arrows {
            table.one.insert((table.number(from), table.number(to)));
            for (_, next) in table.arrows.iter().filter(|(middle, _)| middle == to) {
                table.two.insert((table.number(from), table.number(next)));
            }
        }
        table
    }

    fn number(&self, state: &str) -> Option<u8> {
        self.numbers.iter().find(|(name, _)| *name == state).expect("a state of the page").1
    }

    pub(crate) fn states(&self) -> impl Iterator<Item = &'static str> {
        self.numbers.iter().map(|(name, _)| *name)
    }

    /// The state between these two.
    pub(crate) fn between(&self, from: &str, to: &str) -> Option<&'static str> {
        let nexts = self.arrows.iter().filter(|(first, _)| *first == from).map(|(_, next)| *next);
        nexts.into_iter().find(|next| self.arrows.contains(&(*next, to)))
    }

    /// Whether one step leads there, or one or two.
    pub(crate) fn leads(&self, change: Change, steps: usize) -> bool {
        steps > 0 && self.one.contains(&change) || steps > 1 && self.two.contains(&change)
    }
}
