//! A server that closes, with each code: the module tells it, and answers with the same code.

use wsat::LinkId;

use super::LIMIT;
use super::module::{Module, Told};
use super::peers::{Peer, Scheme};
use crate::Outcome;

pub(crate) fn run(module: &mut Module, peer: &Peer, scheme: Scheme) -> Outcome {
    for (number, code) in peer.codes.iter().enumerate() {
        let link = LinkId::ALL[number % 3];
        let shown = code.map(|code| code.to_string()).unwrap_or_default();
        let visit = peer.visit(scheme, &format!("/close?code={shown}"))?;
        // A Close without a code counts as 1005 (RFC 6455 7.1.5).
        let expected = if shown.is_empty() { "1005" } else { &shown };
        let of_code = |error| format!("code {expected}: {error}");
        module.open(link, &visit).map_err(of_code)?;
        module.wait_told(Told::Closed(link), LIMIT).map_err(of_code)?;
        visit.expect_closed(expected)?;
    }
    Ok(())
}
