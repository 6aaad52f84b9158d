//! The session that is the same with every peer: open, text, binary, fragments, ping, keep-alive, close.

use std::time::Duration;

use wsat::host::{Configure, Failure, LinkState, Open, Request, SendData};
use wsat::rfc6455::Opcode;
use wsat::{DataFormat, DataMask, Level, LinkId};

use super::module::{Module, Told};
use super::peers::{Peer, Scheme, Visit};
use super::{LIMIT, sha1_of};
use crate::Outcome;

const LINK: LinkId = LinkId::L0;
const PING_S: u32 = 1;
const PONG_S: u32 = 2;

pub(crate) fn run(module: &mut Module, peer: &Peer, scheme: Scheme) -> Outcome {
    if scheme == Scheme::Wss {
        not_by_another_name(module, peer)?;
    }
    // Heads that tell where a message ends.
    let format = DataFormat { level: Level::Chunk, mask: DataMask::all() };
    module.run(&Request::SetFormat(LINK, format))?;
    module.run(&Configure::new(LINK, PING_S, PONG_S).into())?;
    let visit = peer.visit(scheme, "/echo?what=session")?;
    module.open(LINK, &visit)?;

    let every_octet: Vec<u8> = (0..=255).cycle().take(5000).collect();
    echoed(module, &visit, Opcode::Text, &["Hello, Grüße, 世界 🌍".as_bytes()])?;
    echoed(module, &visit, Opcode::Text, &[b""])?;
    echoed(module, &visit, Opcode::Binary, &[&every_octet])?;
    // One message in three parts; the first is longer than the buffer, and so goes out as fragments itself.
    let parts = [&every_octet[..3000], b"", &every_octet[..7]];
    echoed(module, &visit, Opcode::Binary, &parts)?;
    // A text may be cut inside a character.
    echoed(module, &visit, Opcode::Text, &[b"Gr\xC3", b"\xBC\xC3\x9Fe"])?;

    let ping = SendData::text(LINK, b"are you there").with_opcode(Opcode::Ping);
    module.run(&ping.into())?;
    while visit.reported("ping")? != "61726520796f75207468657265" {}
    stays(module, &visit)?;

    module.run(&Request::Close(LINK))?;
    visit.expect_closed("1000").map_err(|error| format!("AT+WSCLOSE: {error}"))?;
    close_of_ours(module, peer, scheme)?;
    let state = module.host.link_state(LINK);
    if state != LinkState::Free || !module.told.is_empty() {
        return Err(format!("expected a free link at the end, got {state:?}, {:?}", module.told));
    }
    Ok(())
}

/// Sends a message in parts. The peer sees one message; it comes back.
fn echoed(module: &mut Module, visit: &Visit<'_>, opcode: Opcode, parts: &[&[u8]]) -> Outcome {
    let whole = parts.concat();
    let kind = if opcode == Opcode::Text { "text" } else { "binary" };
    let in_it =
        |error: String| format!("{kind} of {} octets, parts {}: {error}", whole.len(), parts.len());
    let last = parts.len() - 1;
    for (number, part) in parts.iter().enumerate() {
        let opcode = if number == 0 { opcode } else { Opcode::Continuation };
        let send = SendData::streamed(LINK, part.len()).with_opcode(opcode);
        let send = if number < last { send.without_fin() } else { send };
        module.run_with(&send.into(), part).map_err(in_it)?;
    }
    let expected = format!("{kind} {} {}", whole.len(), sha1_of(&whole));
    visit.expect("message", &expected).map_err(in_it)?;
    let comes = |module: &Module| !module.received[0].messages.is_empty();
    module.wait_for("it comes back", LIMIT, comes).map_err(in_it)?;
    let (got, octets) = module.received[0].messages.remove(0);
    if (got, &octets) == (opcode, &whole) {
        Ok(())
    } else {
        let text = format!("expected that it comes back, got {} octets as {got:?}", octets.len());
        Err(in_it(text))
    }
}

/// Pings go out, and their Pongs come in: else the link would be lost.
fn stays(module: &mut Module, visit: &Visit<'_>) -> Outcome {
    module.idle(Duration::from_millis(u64::from(PING_S + PONG_S) * 1000 + 500))?;
    for _ in 0..3 {
        visit.reported("ping")?;
    }
    if module.told.is_empty() {
        Ok(())
    } else {
        Err(format!("expected that the link stays while it is pinged, got {:?}", module.told))
    }
}

/// A Close that the host writes itself, with a code of its own.
fn close_of_ours(module: &mut Module, peer: &Peer, scheme: Scheme) -> Outcome {
    let visit = peer.visit(scheme, "/echo?what=close")?;
    module.open(LINK, &visit)?;
    let payload = [&4001_u16.to_be_bytes()[..], b"enough"].concat();
    module.run(&SendData::text(LINK, &payload).with_opcode(Opcode::Close).into())?;
    module.wait_told(Told::Closed(LINK), LIMIT)?;
    visit.expect_closed("4001").map_err(|error| format!("opcode 8: {error}"))
}

/// The certificate is of `localhost`: a server that is called otherwise is not believed.
fn not_by_another_name(module: &mut Module, peer: &Peer) -> Outcome {
    let uri = peer.visit(Scheme::Wss, "/echo")?.uri.replace("//localhost:", "//127.0.0.1:");
    match module.try_to(&Open::new(LINK, uri.as_bytes()).into())? {
        Err(Failure::Error(_)) => Ok(()),
        other => Err(format!("expected ERROR for the wrong name {uri}, got {other:?}")),
    }
}
