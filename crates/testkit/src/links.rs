//! The states of a device's links, seen from outside: which of them a link may be in, going by the diagram of `docs/commands.md`.

use wsat::Quirks;

/// What is done to a device, as far as it matters to a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// `handle_host`
    Host,
    /// `handle_peer`
    Peer,
    /// `poll_peer` and `handle_sent`
    Sent,
    /// `handle_eof` or `handle_failed`
    Ended,
    /// `poll_host` and `handle_relayed`
    Printed,
    /// `handle_time`
    Time,
    /// `restart`
    Restart,
    /// Every other one.
    Other,
}

/// From, what happens, to.
pub const ARROWS: [(&str, &str, &str); 21] = [
    ("free", "Open", "opening"),
    ("free", "Leave", "free"),
    ("opening", "Established", "open"),
    ("opening", "Gone", "free"),
    ("open", "Gone", "lost"),
    ("open", "CloseReceived", "closing"),
    ("open", "CloseBegun", "ending"),
    ("open", "Leave", "leaving"),
    ("closing", "CloseWritten", "closed"),
    ("closing", "Gone", "free"),
    ("closing", "Leave", "leaving"),
    ("closed", "Gone", "free"),
    ("closed", "Leave", "leaving"),
    ("ending", "Gone", "free"),
    ("ending", "Leave", "leaving"),
    ("lost", "Retry", "retrying"),
    ("lost", "Leave", "free"),
    ("retrying", "Established", "open"),
    ("retrying", "Gone", "lost"),
    ("retrying", "Leave", "free"),
    ("leaving", "Gone", "free"),
];

/// What [`Device::link_state`](wsat::device::Device::link_state) says of each.
const NUMBERS: [(&str, Option<u8>); 9] = [
    ("free", None),
    ("opening", Some(1)),
    ("open", Some(2)),
    ("lost", Some(3)),
    ("retrying", Some(1)),
    ("closing", Some(4)),
    ("closed", Some(0)),
    ("ending", Some(2)),
    ("leaving", Some(2)),
];

/// What can happen in a call.
const fn events(call: Call) -> &'static [&'static str] {
    match call {
        Call::Host => &["Open", "Leave", "Gone"],
        Call::Peer => &["Established", "CloseReceived", "Gone"],
        Call::Sent => &["CloseBegun", "CloseWritten", "Gone"],
        Call::Ended | Call::Printed => &["Gone"],
        Call::Time => &["Retry", "Gone"],
        Call::Restart | Call::Other => &[],
    }
}

/// What is known of a link at a call beside its number.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Known {
    /// A Close was begun to be sent on its transport.
    pub close_sent: bool,
    /// What the host has typed last has `WSOPEN` in it.
    pub open_typed: bool,
    /// … or `WSCLOSE`.
    pub leave_typed: bool,
}

impl Known {
    fn allows(self, event: &str) -> bool {
        match event {
            "Open" => self.open_typed,
            "Leave" => self.leave_typed,
            "CloseBegun" | "CloseWritten" => self.close_sent,
            _ => true,
        }
    }
}

/// Follows a link: which states it may be in.
#[derive(Clone, Debug)]
pub struct LinkCheck {
    free_when_read: bool,
    may_be: Vec<&'static str>,
}

impl LinkCheck {
    /// A link of a device that was just switched on.
    #[must_use]
    pub fn new(quirks: Quirks) -> Self {
        let free_when_read = quirks.contains(Quirks::FREE_WHEN_CLOSE_READ);
        Self { free_when_read, may_be: vec!["free"] }
    }

    /// The link has this number behind the call.
    ///
    /// # Panics
    ///
    /// No way leads there.
    pub fn see(&mut self, call: Call, known: Known, number: Option<u8>) {
        if call == Call::Restart {
            self.may_be = vec!["free"];
        }
        let before = self.may_be.len();
        let mut reached = 0;
        // Where nothing can happen there is nothing to be looked for.
        while !events(call).is_empty()
            && let Some(&from) = self.may_be.get(reached)
        {
            reached += 1;
            let arrows = ARROWS.iter().filter(|(at, ..)| *at == from);
            let may = |event: &&str| events(call).contains(event) && known.allows(event);
            for (_, event, to) in arrows.filter(|(_, event, _)| may(event)) {
                let to =
                    if *event == "CloseReceived" && self.free_when_read { &"free" } else { to };
                if !self.may_be.contains(to) {
                    self.may_be.push(to);
                }
            }
        }
        let may = |state: &&str| NUMBERS.contains(&(*state, number));
        let from = &self.may_be[..before];
        assert!(self.may_be.iter().any(may), "{call:?} leads from {from:?} to {number:?}");
        self.may_be.retain(may);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrows_are_those_of_the_page() {
        let page = include_str!("../../../docs/commands.md");
        let (_, diagram) = page.split_once("stateDiagram-v2").unwrap();
        let (diagram, after) = diagram.split_once("```").unwrap();
        let mut arrows = Vec::new();
        for line in diagram.lines().filter(|line| line.contains(" : ")) {
            let (from, rest) = line.split_once(" --> ").unwrap();
            let (to, label) = rest.split_once(" : ").unwrap();
            let event = label.split(" / ").next().unwrap();
            arrows.push((from.trim(), event, to));
        }
        assert_eq!(arrows, ARROWS);
        for (state, number) in NUMBERS {
            let cell = number.map_or("not listed".to_owned(), |number| number.to_string());
            let rows = after.lines().filter(|line| line.starts_with(&format!("| {cell} |")));
            assert!(rows.into_iter().any(|row| row.contains(state)), "{state}");
        }
    }

    #[test]
    #[should_panic(expected = "leads from")]
    fn a_link_is_not_left_by_itself() {
        let mut check = LinkCheck::new(Quirks::DOCUMENTED);
        check.see(Call::Host, Known { open_typed: true, ..Known::default() }, Some(1));
        check.see(Call::Peer, Known::default(), Some(2));
        check.see(Call::Ended, Known::default(), Some(3));
        check.see(Call::Time, Known::default(), Some(1));
        check.see(Call::Ended, Known::default(), None);
    }

    #[test]
    #[should_panic(expected = "leads from")]
    fn a_way_that_is_not_there_is_found() {
        let mut check = LinkCheck::new(Quirks::DOCUMENTED);
        let known = Known { open_typed: true, ..Known::default() };
        check.see(Call::Host, known, Some(1));
        check.see(Call::Time, Known::default(), Some(2));
    }
}
