//! Three links at once: on each, a long message comes in while messages go out, in turns. Every octet is where it belongs.

use std::time::Duration;

use wsat::LinkId;
use wsat::host::{Request, SendData};

use crate::Outcome;
use crate::interop::bulk::{counted, same};
use crate::interop::module::Module;
use crate::interop::peers::{Peer, Scheme};
use crate::interop::sha1_of;

/// What comes on each link: of another length and in other frames, so that nothing is in step.
const BURSTS: [(usize, usize); 3] = [(60_000, 1), (50_000, 7), (40_000, 111)];
/// What goes out on each, per round.
const SENDS: [usize; 3] = [1, 900, 3000];
const ROUNDS: usize = 8;
/// Far more than it takes.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn run(module: &mut Module, peer: &Peer) -> Outcome {
    let mut visits = Vec::new();
    for (link, (size, parts)) in LinkId::ALL.into_iter().zip(BURSTS) {
        let visit = peer.visit(Scheme::Ws, &format!("/burst?size={size}&parts={parts}"))?;
        module.open(link, &visit)?;
        visits.push((link, visit));
    }
    let mut sent: [Vec<u8>; 3] = Default::default();
    for round in 0..ROUNDS {
        for ((link, sent), size) in LinkId::ALL.into_iter().zip(&mut sent).zip(SENDS) {
            let octets: Vec<u8> = counted(size).iter().map(|octet| octet ^ round as u8).collect();
            module.run_with(&SendData::streamed(link, size).binary().into(), &octets)?;
            sent.extend(octets);
        }
    }
    let all = |module: &Module| {
        module.received.iter().zip(BURSTS).all(|(link, (size, _))| link.octets.len() >= size)
    };
    module.wait_for("everything comes", LIMIT, all)?;
    for (((link, visit), sent), (size, _)) in visits.iter().zip(sent).zip(BURSTS) {
        let on_link = |error| format!("{link:?}: {error}");
        let came = &module.received[usize::from(link.number())].octets;
        same(came, &counted(size)).map_err(on_link)?;
        module.run(&Request::Close(*link)).map_err(on_link)?;
        let expected = format!("1000 {ROUNDS} {} {}", sent.len(), sha1_of(&sent));
        visit.expect("closed", &expected).map_err(on_link)?;
    }
    Ok(())
}
