//! 1 MiB each way through the default buffer of 1024 octets: nothing is lost, nothing is reordered.

use std::time::Duration;

use wsat::LinkId;
use wsat::host::{Request, SendData};

use super::module::Module;
use super::peers::{Peer, Scheme};
use super::sha1_of;
use crate::Outcome;

const LINK: LinkId = LinkId::L0;
const MIB: usize = 1024 * 1024;
/// Of one `AT+WSSEND`, in every dialect.
const SEND: usize = 8192;
/// Far more than it takes.
const LIMIT: Duration = Duration::from_secs(60);

/// To the peer: as 128 messages, then as one in 128 parts.
pub(crate) fn out(module: &mut Module, peer: &Peer, scheme: Scheme) -> Outcome {
    let whole = counted();
    let count = MIB / SEND;
    for messages in [count, 1] {
        let visit = peer.visit(scheme, "/sink")?;
        module.open(LINK, &visit)?;
        for (number, part) in whole.chunks(SEND).enumerate() {
            let mut send = SendData::streamed(LINK, part.len()).binary();
            if messages == 1 && number > 0 {
                send = send.continuation();
            }
            if messages == 1 && number + 1 < count {
                send = send.without_fin();
            }
            module.run_with(&send.into(), part)?;
        }
        module.run(&Request::Close(LINK))?;
        visit.expect("closed", &format!("1000 {messages} {MIB} {}", sha1_of(&whole)))?;
    }
    Ok(())
}

/// From the peer: a message that is one frame, then one of 37 frames.
pub(crate) fn back(module: &mut Module, peer: &Peer, scheme: Scheme) -> Outcome {
    let whole = counted();
    for parts in [1, 37] {
        let visit = peer.visit(scheme, &format!("/burst?size={MIB}&parts={parts}"))?;
        module.open(LINK, &visit)?;
        let all = |module: &Module| module.received[0].octets.len() >= MIB;
        module.wait_for(&format!("{MIB} octets come"), LIMIT, all)?;
        let got = std::mem::take(&mut module.received[0].octets);
        if got != whole {
            let at = got.iter().zip(&whole).position(|(got, sent)| got != sent).unwrap_or(MIB);
            return Err(format!(
                "expected {MIB} octets as they were sent, got {}, the first difference at {at}",
                got.len()
            ));
        }
        module.run(&Request::Close(LINK))?;
        visit.expect_closed("1000")?;
    }
    Ok(())
}

/// Octets of which no four are like any other four, as the peers have them, too: the numbers from 0 on.
fn counted() -> Vec<u8> {
    (0_u32..).flat_map(u32::to_be_bytes).take(MIB).collect()
}
