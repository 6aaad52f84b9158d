//! Much each way through the default buffer of 1024 octets: nothing is lost, nothing is reordered.

use std::time::Duration;

use wsat::LinkId;
use wsat::host::{Request, SendData};

use super::module::Module;
use super::peers::{Peer, Scheme};
use super::sha1_of;
use crate::Outcome;

const LINK: LinkId = LinkId::L0;
/// Of one `AT+WSSEND`, in every dialect.
const SEND: usize = 8192;
/// Far more than it takes.
const LIMIT: Duration = Duration::from_secs(60);

/// To the peer, `size` octets: as a message each 8192, then as one in as many parts.
pub(crate) fn out(module: &mut Module, peer: &Peer, scheme: Scheme, size: usize) -> Outcome {
    let whole = counted(size);
    let count = size.div_ceil(SEND);
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
        visit.expect("closed", &format!("1000 {messages} {size} {}", sha1_of(&whole)))?;
    }
    Ok(())
}

/// From the peer, `size` octets: a message that is one frame, then one of 37 frames.
pub(crate) fn back(module: &mut Module, peer: &Peer, scheme: Scheme, size: usize) -> Outcome {
    let whole = counted(size);
    for parts in [1, 37] {
        let visit = peer.visit(scheme, &format!("/burst?size={size}&parts={parts}"))?;
        module.open(LINK, &visit)?;
        let all = |module: &Module| module.received[0].octets.len() >= size;
        module.wait_for(&format!("{size} octets come"), LIMIT, all)?;
        let got = std::mem::take(&mut module.received[0].octets);
        same(&got, &whole)?;
        module.run(&Request::Close(LINK))?;
        visit.expect_closed("1000")?;
    }
    Ok(())
}

/// Octets of which no four are like any other four, as the peers have them, too: the numbers from 0 on.
pub(crate) fn counted(size: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_be_bytes).take(size).collect()
}

/// Fails unless the octets that came are those that were sent.
pub(crate) fn same(came: &[u8], sent: &[u8]) -> Outcome {
    if came == sent {
        return Ok(());
    }
    let at = came.iter().zip(sent).position(|(came, sent)| came != sent);
    let at = at.unwrap_or(came.len().min(sent.len()));
    let (expected, got) = (sent.len(), came.len());
    Err(format!(
        "expected {expected} octets as they were sent, got {got}, the first difference at {at}"
    ))
}
