//! Servers that stop answering: each link is lost behind its pong timeout, and connected again when its server is back.

use std::time::{Duration, Instant};

use wsat::LinkId;
use wsat::host::{Configure, SendData};

use super::LIMIT;
use super::module::{Module, Told};
use super::peers::{Peer, Scheme};
use crate::Outcome;

/// A Ping each second and two for its Pong; and time to notice.
const LOSS: Duration = Duration::from_secs(3 + 3);
/// The module waits 10 s before it connects again: a server that is away for longer is asked in vain.
const AWAY: Duration = Duration::from_secs(11);
/// That attempt goes on when the server does, or another one is made behind it.
const RETURN: Duration = Duration::from_secs(15 + 10 + 5);

pub(crate) fn run(module: &mut Module, peers: &[Peer], scheme: Scheme) -> Outcome {
    let mut visits = Vec::new();
    for (link, peer) in LinkId::ALL.into_iter().zip(peers) {
        module.run(&Configure::new(link, 1, 2).into())?;
        let visit = peer.visit(scheme, "/echo?what=silence")?;
        module.open(link, &visit)?;
        visits.push((link, peer, visit));
    }
    let paused = Paused(peers);
    peers.iter().for_each(Peer::pause);
    let begin = Instant::now();
    for (link, peer, _) in &visits {
        let of_peer = |error| format!("{}: {error}", peer.name);
        let left = LOSS.saturating_sub(begin.elapsed());
        module.wait_told(Told::Disconnected(*link), left).map_err(of_peer)?;
    }
    module.idle(AWAY)?;
    if !module.told.is_empty() {
        return Err(format!("expected that nothing is connected yet, got {:?}", module.told));
    }
    drop(paused);
    let begin = Instant::now();
    for (link, peer, visit) in &visits {
        let of_peer = |error| format!("{}: {error}", peer.name);
        let left = RETURN.saturating_sub(begin.elapsed());
        module.wait_told(Told::Connected(*link), left).map_err(of_peer)?;
        visit.expect("opened", "").map_err(of_peer)?;
        module.run(&SendData::text(*link, b"again").into()).map_err(of_peer)?;
        let back = |module: &Module| {
            module.received[usize::from(link.number())].octets.starts_with(b"again")
        };
        module.wait_for("a text comes back", LIMIT, back).map_err(of_peer)?;
    }
    Ok(())
}

/// Peers that go on when this is dropped.
struct Paused<'a>(&'a [Peer]);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(Peer::resume);
    }
}
