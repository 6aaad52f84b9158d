//! Looks at the device after each of its calls: its links go along the table, and for what it refuses or gives up there is a reason.

use crate::checks;
use crate::coverage::met;
use crate::journal::note;
use crate::life::{Item, Kind};
use crate::world::World;
use wsat::device::{Refusal, Wait};

impl World<'_> {
    /// After each call of the device: it has made at most so many steps, all of them along the table.
    pub(crate) fn watch(&mut self, steps: usize) {
        for link in 0..3 {
            let number = self.module.device.link_state(link);
            let (name, before) = self.module.states[link];
            if number == Some(2)
                && let Some((_, life)) = self.module.sockets[link].owner
            {
                self.lives[life].opened = true;
            }
            if number != before {
                self.changed(link, name, (before, number), steps);
            } else if number == Some(2) {
                let name = self.name_of_open(link, name);
                if name != self.module.states[link].0 {
                    self.goes(link, name);
                }
            }
        }
        if let Some(refusal) = self.module.device.poll_refusal() {
            let name = called(&refusal);
            note(self.now, || format!("ERROR: {refusal:?}"));
            met(&format!("refusal: {name}"));
            // What comes late is read as lines (SEND-15).
            if matches!(refusal, Refusal::Timeout(Wait::Payload) | Refusal::Aborted) {
                self.module.spilled = true;
                self.user.told.spoilt = true;
            }
            let told = &self.user.told;
            if self.scenario.sound && !told.gave_up && !told.spoilt {
                checks::refused_rightly(self, &refusal);
            }
        }
        while let Some((link, failure)) = self.module.device.poll_failure() {
            let name = called(&failure);
            note(self.now, || format!("link {link} fails: {failure:?}"));
            met(&format!("loss: {name}"));
            let Some((_, life)) = self.module.sockets[link].owner else { continue };
            let life = &mut self.lives[life];
            match failure {
                Refusal::Timeout(_) => life.given_up = true,
                Refusal::Transport => assert!(life.ended, "link {link} was lost by itself"),
                Refusal::Peer(fault) => {
                    let breaks = |item: &Item| matches!(item.kind, Kind::Illegal(..));
                    let broken = life.sent.iter().any(breaks) && life.arrived > 0;
                    assert!(broken, "link {link}: {fault:?}, and the server has kept all rules");
                }
                _ => {}
            }
        }
    }

    /// What an open link is: it may be ending or leaving.
    fn name_of_open(&self, link: usize, before: &'static str) -> &'static str {
        if self.module.leaving[link] {
            "leaving"
        } else if self.module.ending[link] || before == "ending" {
            "ending"
        } else {
            "open"
        }
    }

    fn changed(
        &mut self,
        link: usize,
        from: &'static str,
        change: (Option<u8>, Option<u8>),
        steps: usize,
    ) {
        // The Close may have come together with the response that opened the link.
        let opened_too = steps > 1 && change == (Some(1), None);
        let early = self.frees_early() && (change == (Some(2), None) || opened_too);
        let leads = self.table.leads(change, steps) || early;
        assert!(leads, "link {link} went from {from} {:?} to {:?}", change.0, change.1);
        let closes = self.user.closes(link);
        // Nobody but AT+WSCLOSE does this.
        let left = matches!(change, (Some(3), None) | (Some(0 | 4), Some(2)))
            || change == (Some(1), None) && from == "retrying" && !early;
        let excused = !self.scenario.sound || self.module.spilled;
        assert!(!left || closes || excused, "link {link} was closed, and nobody has asked for it");
        let to = match change.1 {
            None => "free",
            Some(0) => "closed",
            Some(1) if from == "free" => "opening",
            Some(1) => "retrying",
            Some(2) => self.name_of_open(link, from),
            Some(3) => "lost",
            _ => "closing",
        };
        // 10 s behind the host's own Close are over, maybe (SEND-24).
        if from == "ending"
            && let Some((_, life)) = self.module.sockets[link].owner
        {
            self.lives[life].given_up = true;
        }
        if closes && !matches!(from, "free" | "opening") {
            if let Some((_, life)) = self.module.sockets[link].owner {
                self.lives[life].given_up = true;
            }
            // Where it need not wait, it has left in the same call.
            let at_once =
                self.module.hears_host && !matches!(from, "lost" | "retrying" | "leaving");
            if at_once && to == "free" {
                self.goes(link, "leaving");
            }
        }
        let from = self.module.states[link].0;
        if !self.table.arrows.contains(&(from, to)) {
            // Two steps in one call.
            if let Some(middle) = self.table.between(from, to) {
                self.goes(link, middle);
            }
        }
        self.goes(link, to);
        self.module.states[link].1 = change.1;
        self.module.ending[link] &= to == "ending";
        self.module.leaving[link] &= to == "leaving";
        note(self.now, || format!("link {link}: {from} → {to}"));
    }

    /// A quirk frees a link when the server's Close is read.
    fn frees_early(&self) -> bool {
        self.scenario.device.quirks.contains(wsat::Quirks::FREE_WHEN_CLOSE_READ)
    }

    fn goes(&mut self, link: usize, to: &'static str) {
        let from = self.module.states[link].0;
        // On a damaged line nobody knows which link AT+WSCLOSE is about: numbers are looked at, names are not.
        let known = self.table.arrows.contains(&(from, to)) || !self.scenario.sound;
        assert!(known, "link {link} went from {from} to {to}");
        met(&format!("state: {to}"));
        met(&format!("step: {from} → {to}"));
        self.module.states[link].0 = to;
        self.retries_late(link, from, to);
    }

    /// STATE-03, QUIRK-08: an attempt has to wait after a loss.
    fn retries_late(&mut self, link: usize, from: &str, to: &str) {
        let device = &self.scenario.device;
        let slow = device.quirks.contains(wsat::Quirks::RETRY_DELAY_15S);
        let delay = if slow { 15_000 } else { u64::from(device.retry_delay_ms) };
        if to == "lost" {
            self.module.lost_at[link] = self.now;
        } else if (from, to) == ("lost", "retrying") {
            let waited = self.now - self.module.lost_at[link];
            // The core is told the time in whole milliseconds.
            assert!(waited + 1000 > delay * 1000, "link {link}: an attempt after {waited} µs");
        }
    }
}

/// The variants that a reason is made of, such as `Timeout Send`: without numbers.
pub(crate) fn called(reason: &impl std::fmt::Debug) -> String {
    let text = format!("{reason:?}");
    let mut words =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    match (first, words.next()) {
        ("Handshake" | "Peer" | "Memory" | "Missing" | "Timeout", Some(second)) => {
            format!("{first} {second}")
        }
        _ => first.to_owned(),
    }
}
