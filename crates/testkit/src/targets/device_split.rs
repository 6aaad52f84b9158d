//! A session of a device comes out the same on every lane, however its inputs are cut and wherever windows wrap.
//!
//! Choices: the configuration (see `session::config_for_cuts`), and the most bytes that the serial line takes at a time (0: 64). The fields are facts.

use crate::Input;
use crate::session::{Cut, config_for_cuts, facts, play};

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let config = config_for_cuts(&mut input);
    let piece = match input.choice() {
        0 => 64,
        piece => usize::from(piece),
    };
    let facts = facts(&input);
    let whole = play(config, &facts, Cut::Whole, piece);
    let cut = play(config, &facts, Cut::Lengths(input.cuts()), piece);
    assert_eq!(super::shown(&whole.printed), super::shown(&cut.printed));
    for (whole, cut) in whole.peers.iter().zip(&cut.peers) {
        assert_eq!(super::shown(whole), super::shown(cut));
    }
}
