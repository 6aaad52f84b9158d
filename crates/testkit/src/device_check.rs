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
    /// `None`: there is echo, or records have other formats, so that the units cannot be told apart.
    units: Option<UnitCheck<'u>>,
    was_open: [Option<Conn>; 3],
    /// What the host has typed last: a line, and all of the last call.
    typed: Vec<u8>,
}

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
            was_open: [None; 3],
            typed: Vec::new(),
        }
    }

    /// The device has taken this of the host.
    pub fn heard(&mut self, bytes: &[u8]) {
        self.typed.drain(..self.typed.len().saturating_sub(LINE));
        // All of it: behind a line may follow what is discarded while that is carried out.
        self.typed.extend(bytes.to_ascii_uppercase());
        if is_unreadable(&self.typed) {
            self.units = None;
        }
    }

    /// Something was done that touched this link, if any alone; to be called after each call.
    pub fn look(&mut self, bench: &mut Bench<'_>, call: Call) {
        let typed = |word: &[u8]| {
            call == Call::Host && self.typed.windows(word.len()).any(|part| part == word)
        };
        let (open_typed, leave_typed) = (typed(b"WSOPEN"), typed(b"WSCLOSE"));
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
            let known = Known { close_sent, open_typed, leave_typed };
            self.links[link].see(call, known, bench.device.link_state(link));
        }
        let printed = std::mem::take(&mut bench.printed);
        if let Some(units) = &mut self.units {
            units.take(&printed);
        }
    }

    /// The device was restarted: what was printed in half stays half, and `ready` need not begin a line for a reader.
    pub fn cut(&mut self) {
        self.units = None;
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
        if let Some(units) = &self.units
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

/// Behind what the host has typed here the units cannot be told apart any more: there is echo, or records have other formats.
#[must_use]
pub fn is_unreadable(typed: &[u8]) -> bool {
    let upper = typed.to_ascii_uppercase();
    let said = |word: &[u8]| upper.windows(word.len()).any(|part| part == word);
    said(b"E1") || said(b"DATAFMT")
}
