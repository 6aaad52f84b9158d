//! What is looked at while a device is driven: each call's effect on the states of the links, every byte that is printed, every byte that
//! is sent.

#![allow(clippy::missing_panics_doc, reason = "it panics when a rule is broken")]

use crate::bench::Bench;
use crate::links::{Call, Known, LinkCheck};
use crate::transport_check::TransportCheck;
use crate::units::UnitCheck;
use wsat::Quirks;
use wsat::device::Conn;

/// Watches a [`Bench`].
#[derive(Debug)]
pub struct DeviceCheck<'u> {
    links: [LinkCheck; 3],
    sent: [TransportCheck; 3],
    /// `None`: the units are not looked at.
    units: Option<UnitCheck<'u>>,
    /// There is no echo, and records have the default format.
    readable: bool,
    /// What was printed since the device has started anew, until echo is off.
    beginning: Option<Vec<u8>>,
    was_open: [Option<Conn>; 3],
    /// What the host has typed last: a line, and all of the last call, which begins there.
    typed: Vec<u8>,
    last_call: usize,
}

/// What a device prints whose host switches echo off as soon as it has started.
const BEGINNING: &[u8] = b"\r\nready\r\nATE0\r\n\r\nOK\r\n";

/// As much as a line may have.
const LINE: usize = 256;

impl<'u> DeviceCheck<'u> {
    /// For a device that was just switched on.
    #[must_use]
    pub fn new(quirks: Quirks, units: Option<UnitCheck<'u>>) -> Self {
        Self {
            links: std::array::from_fn(|_| LinkCheck::new(quirks)),
            sent: std::array::from_fn(|_| TransportCheck::new(None)),
            units,
            readable: true,
            beginning: None,
            was_open: [None; 3],
            typed: Vec::new(),
            last_call: 0,
        }
    }

    /// The device has taken this of the host.
    pub fn heard(&mut self, bytes: &[u8]) {
        self.typed.drain(..self.typed.len().saturating_sub(LINE));
        self.last_call = self.typed.len();
        // All of it: behind a line may follow what is discarded while that is carried out.
        self.typed.extend(bytes.to_ascii_uppercase());
        self.readable &= !is_unreadable(&self.typed);
    }

    /// For which links a command was typed whose line has ended in the last call.
    fn typed(&self, command: &[u8]) -> [bool; 3] {
        let mut links = [false; 3];
        for at in 0..self.typed.len() {
            let Some(rest) = self.typed[at..].strip_prefix(command) else { continue };
            let end = rest.windows(2).position(|pair| pair == b"\r\n");
            let end = end.map(|end| at + command.len() + end + 2);
            let number = rest.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-').next();
            if let Some(link) = number.and_then(link_number)
                && end.is_some_and(|end| end > self.last_call)
            {
                links[link] = true;
            }
        }
        links
    }

    /// Something was done that touched this link, if any alone; to be called after each call.
    pub fn look(&mut self, bench: &mut Bench<'_>, call: Call) {
        let typed = |command: &[u8]| match call {
            Call::Host => self.typed(command),
            _ => [false; 3],
        };
        let (open_typed, leave_typed) = (typed(b"WSOPEN="), typed(b"WSCLOSE="));
        for link in 0..3 {
            let peer = &mut bench.peers[link];
            let sent = std::mem::take(&mut peer.sent);
            if peer.conn != self.sent[link].conn() {
                self.was_open[link] = self.sent[link].conn().or(self.was_open[link]);
                self.sent[link] = TransportCheck::new(peer.conn);
            }
            assert!(sent.is_empty() || peer.conn.is_some());
            _ = self.sent[link].take(&sent);
            let close_sent = self.sent[link].is_close_begun();
            let known =
                Known { close_sent, open_typed: open_typed[link], leave_typed: leave_typed[link] };
            self.links[link].see(call, known, bench.device.link_state(link));
        }
        let printed = std::mem::take(&mut bench.printed);
        let Some(units) = self.units.as_mut().filter(|_| self.readable) else { return };
        let Some(mut beginning) = self.beginning.take() else { return units.take(&printed) };
        beginning.extend(printed);
        match beginning.strip_prefix(BEGINNING) {
            Some(rest) => units.take(rest),
            None => {
                let shown = beginning.escape_ascii();
                assert!(BEGINNING.starts_with(&beginning), "it begins with {shown}");
                self.beginning = Some(beginning);
            }
        }
    }

    /// The device was restarted, and the host switches echo off before anything else: what was printed in half stays half.
    pub fn begin_anew(&mut self) {
        (self.readable, self.last_call) = (true, 0);
        self.typed.clear();
        self.beginning = Some(Vec::new());
        if let Some(units) = &mut self.units {
            units.begin_anew();
        }
    }

    /// What accepts the opening handshake of a link, if its request is whole.
    #[must_use]
    pub fn response(&self, link: usize) -> Option<&[u8]> {
        self.sent[link].response()
    }

    /// A transport of this link that the device has given up.
    #[must_use]
    pub const fn was_open(&self, link: usize) -> Option<Conn> {
        self.was_open[link]
    }

    /// Nothing moves any more: nothing is half done.
    pub fn at_rest(&self, bench: &Bench<'_>) {
        if let Some(units) = self.units.as_ref().filter(|_| self.readable)
            && bench.device.is_between_units()
        {
            assert!(units.is_between_units(), "the device says that no unit is begun");
        }
        for (link, sent) in self.sent.iter().enumerate() {
            let whole = sent.is_between_frames();
            assert!(whole || bench.peers[link].room == Some(0), "half a frame is left");
        }
    }
}

/// A parameter that is the number of a link (LINE-16).
fn link_number(text: &[u8]) -> Option<usize> {
    let text = str::from_utf8(text).ok()?;
    let number = match text.strip_prefix("0X") {
        Some(digits) => usize::from_str_radix(digits, 16),
        None => text.strip_prefix('-').unwrap_or(text).parse(),
    };
    number.ok().filter(|link| *link < 3 && (*link == 0 || !text.starts_with('-')))
}

/// Behind what the host has typed here the units cannot be told apart any more: there is echo, or records have other formats.
#[must_use]
pub fn is_unreadable(typed: &[u8]) -> bool {
    let upper = typed.to_ascii_uppercase();
    let said = |word: &[u8]| upper.windows(word.len()).any(|part| part == word);
    said(b"E1") || said(b"DATAFMT")
}
